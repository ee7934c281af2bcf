//! A Parquet file, opened with distrust.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use ::parquet::file::reader::{ChunkReader, Length};
use arrow_schema::SchemaRef;
use bytes::Bytes;
use leat_stream::check::SampledFile;

use super::footer;
use crate::fault::{Fault, FaultKind};
use crate::file::open_file;
use crate::mark::Mark;
use crate::typed::{guarded, sampled};

/// What every file begins and ends with.
const MAGIC: &[u8] = b"PAR1";
/// What stands there where the footer is encrypted.
const ENCRYPTED: &[u8] = b"PARE";
/// The footer's length and the magic.
const TAIL_BYTES: u64 = 8;
/// What is read ahead where a page begins whose size is not known.
const READ_BUFFER_BYTES: usize = 8 << 10;

/// An open file whose footer has been read. Clones share it; each reads where it likes.
#[derive(Clone)]
pub(super) struct ParquetFile {
    bytes: FileBytes,
    pub(super) metadata: ArrowReaderMetadata,
}

/// The bytes of a file. Nothing beyond its end is ever asked for.
#[derive(Clone)]
pub(super) struct FileBytes {
    file: Arc<File>,
    size: u64,
}

/// A file read from a place on.
pub(super) struct ReadFrom {
    bytes: FileBytes,
    at: u64,
}

impl ParquetFile {
    /// Opens a file and reads its footer.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let (file, progress) = open_file(path)?;
        let bytes = FileBytes { file: Arc::new(file), size: progress.total };
        let size = bytes.size;
        let head = bytes.read(0, size.min(MAGIC.len() as u64)).map_err(FaultKind::Read)?;
        if head == ENCRYPTED {
            return Err(FaultKind::ParquetDamaged("its footer is encrypted, which is not served".to_owned()).into());
        }
        if head != MAGIC {
            return Err(FaultKind::NotParquet.into());
        }
        let cut = || FaultKind::ParquetDamaged("its end is missing".to_owned());
        let before_tail = size.checked_sub(TAIL_BYTES).filter(|at| *at >= MAGIC.len() as u64).ok_or_else(cut)?;
        let tail = bytes.read(before_tail, TAIL_BYTES).map_err(FaultKind::Read)?;
        let (length, magic) = tail.split_at(4);
        let length = length.try_into().map(u32::from_le_bytes).map(u64::from).unwrap_or_default();
        let footer_at = before_tail.checked_sub(length).filter(|at| *at >= MAGIC.len() as u64);
        let Some(footer_at) = footer_at.filter(|_| magic == MAGIC && length > 0) else { return Err(cut().into()) };
        let footer = bytes.read(footer_at, length).map_err(FaultKind::Read)?;
        footer::require_sound(&footer).map_err(FaultKind::ParquetDamaged)?;
        let metadata = guarded(|| {
            let metadata = Arc::new(ParquetMetaDataReader::decode_metadata(&footer)?);
            // What the writing program notes of its own types is left aside: Parquet's types say enough.
            ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::new().with_skip_arrow_metadata(true))
        });
        let metadata = metadata.map_err(FaultKind::ParquetDamaged)?;
        if metadata.metadata().row_groups().iter().any(|group| group.num_rows() < 0) {
            return Err(FaultKind::ParquetDamaged("a row group has less than no rows".to_owned()).into());
        }
        Ok(ParquetFile { bytes, metadata })
    }

    pub(super) fn bytes(&self) -> FileBytes {
        self.bytes.clone()
    }

    /// The file's size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.bytes.size
    }

    /// What the file is told by in a checkpoint.
    pub(super) fn mark(&self) -> io::Result<Mark> {
        Mark::of(&self.bytes.file, self.bytes.size)
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub(super) fn parquet(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// How many rows a row group has.
    pub(super) fn rows_in(&self, group: usize) -> u64 {
        self.parquet().row_group(group).num_rows().unsigned_abs()
    }
}

impl FileBytes {
    /// Reads a part of the file; that it lies in it is known before memory is taken.
    fn read(&self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        let inside = start.checked_add(length).is_some_and(|end| end <= self.size);
        let length = usize::try_from(length).ok().filter(|_| inside);
        let length = length.ok_or_else(|| io::Error::other("it points beyond its own end"))?;
        let mut buffer = vec![0; length];
        self.file.read_exact_at(&mut buffer, start)?;
        Ok(buffer)
    }
}

impl Length for FileBytes {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for FileBytes {
    type T = BufReader<ReadFrom>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(READ_BUFFER_BYTES, ReadFrom { bytes: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        Ok(self.read(start, length as u64)?.into())
    }
}

impl Read for ReadFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// The columns of a file with their types; there is no need to look at its records.
///
/// # Errors
/// The file cannot be read as a Parquet file.
pub fn sample(path: &Path) -> Result<SampledFile, Fault> {
    Ok(sampled(ParquetFile::open(path)?.schema()))
}
