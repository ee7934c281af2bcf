//! From a path to a reader that stands behind the header.

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::Path;

use leat_stream::plan::{Compression, CsvFormat};

use super::chunks::ChunkReader;
use super::fault::{Fault, FaultKind};
use super::header::Header;
use super::scan::Dialect;
use crate::compression;

/// A file whose header has been read.
pub(crate) struct Opened {
    /// Stands behind the header.
    pub(crate) reader: ChunkReader,
    pub(crate) header: Header,
    pub(crate) dialect: Dialect,
    pub(crate) progress: Progress,
}

/// How far a file has been read, packed or not. Shares the place in the file with its reader.
pub(crate) struct Progress {
    file: File,
    /// The file's size when it was opened.
    pub(crate) total: u64,
}

impl Progress {
    /// Bytes read by now; it may be ahead of what was delivered.
    pub(crate) fn done(&mut self) -> u64 {
        self.file.stream_position().unwrap_or(0)
    }
}

/// Opens a file and reads its header.
pub(crate) fn open(path: &Path, format: &CsvFormat) -> Result<Opened, Fault> {
    let dialect = dialect(format)?;
    let file = open_file(path)?;
    let total = file.metadata().map_err(FaultKind::Open)?.len();
    let progress = Progress { file: file.try_clone().map_err(FaultKind::Open)?, total };
    let input = compression::unpack(file, format.compression).map_err(FaultKind::Open)?;
    let mut reader = ChunkReader::new(input, dialect, format.compression);
    let (record, blank_lines) = reader.first_record()?;
    if format.compression == Compression::None
        && let Some((packing, ending)) = compression::recognise(&record)
    {
        return Err(FaultKind::Packed { packing, ending }.into());
    }
    let header = Header::parse(&record, blank_lines, dialect)?;
    Ok(Opened { reader, header, dialect, progress })
}

/// The dialect of a format.
pub(crate) fn dialect(format: &CsvFormat) -> Result<Dialect, FaultKind> {
    match u8::try_from(format.delimiter) {
        Ok(delimiter) if separates(delimiter) => Ok(Dialect { delimiter }),
        _ => Err(FaultKind::Setting(format!(
            "delim={:?} cannot stand between fields; use one of \",\" \";\" \"|\" \"\\t\" \" \"",
            format.delimiter.to_string()
        ))),
    }
}

/// Neither part of a number, a date or a word, nor what quotes and line ends are made of.
fn separates(byte: u8) -> bool {
    let part_of_values = byte.is_ascii_alphanumeric() || b"+-.:".contains(&byte);
    byte.is_ascii() && !part_of_values && !b"\"\r\n\0".contains(&byte)
}

fn open_file(path: &Path) -> Result<File, FaultKind> {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let kind = fs::metadata(path).map_err(open_fault)?.file_type();
    if kind.is_dir() {
        return Err(FaultKind::Directory);
    }
    if !kind.is_file() {
        return Err(FaultKind::Irregular);
    }
    File::open(path).map_err(open_fault)
}

fn open_fault(error: io::Error) -> FaultKind {
    match error.kind() {
        io::ErrorKind::NotFound => FaultKind::Missing,
        _ => FaultKind::Open(error),
    }
}
