//! From a path to a reader that stands behind the header.

use std::path::Path;

use leat_stream::plan::{Compression, CsvFormat};

use super::chunks::ChunkReader;
use super::header::Header;
use super::scan::Dialect;
use crate::compression;
use crate::fault::{Fault, FaultKind};
use crate::file::{Progress, open_file};

/// A file whose header has been read.
pub(crate) struct Opened {
    /// Stands behind the header.
    pub(crate) reader: ChunkReader,
    pub(crate) header: Header,
    pub(crate) dialect: Dialect,
    pub(crate) progress: Progress,
}

/// Opens a file and reads its header.
pub(crate) fn open(path: &Path, format: &CsvFormat) -> Result<Opened, Fault> {
    let dialect = dialect(format)?;
    let (file, progress) = open_file(path)?;
    let input = compression::unpack(file, format.compression).map_err(FaultKind::Open)?;
    let mut reader = ChunkReader::new(input, dialect, format.compression);
    let (record, blank_lines) = reader.first_record()?;
    if format.compression == Compression::None
        && let Some((packing, ending)) = compression::recognise(&record)
    {
        return Err(FaultKind::Packed { packing, ending: format!(".csv{ending}") }.into());
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
