//! Packed files: gzip and Zstandard, read and written as streams.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use flate2::Compression as Level;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use leat_stream::plan::Compression;

use crate::fault::FaultKind;

const READ_BUFFER_BYTES: usize = 256 << 10;

/// The unpacked bytes of a file.
pub(crate) enum Unpacked {
    /// They are the file's own.
    Plain(File),
    Packed(Box<dyn Read + Send>),
}

impl Unpacked {
    /// Passes bytes over; `false` where there are not so many.
    pub(crate) fn skip(&mut self, bytes: u64) -> io::Result<bool> {
        match self {
            Unpacked::Plain(file) => {
                let to = file.stream_position()?.checked_add(bytes);
                let size = file.metadata()?.len();
                to.filter(|to| *to <= size).map_or(Ok(false), |to| file.seek(SeekFrom::Start(to)).map(|_| true))
            }
            Unpacked::Packed(input) => Ok(io::copy(&mut input.take(bytes), &mut io::sink())? == bytes),
        }
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(file) => file.read(buffer),
            Unpacked::Packed(input) => input.read(buffer),
        }
    }
}

/// The unpacked bytes of a file. gzip files may have several members, Zstandard files several frames.
///
/// # Errors
/// Where the decoder cannot be set up.
pub(crate) fn unpack(file: File, compression: Compression) -> io::Result<Unpacked> {
    Ok(match compression {
        Compression::None => Unpacked::Plain(file),
        Compression::Gzip => {
            Unpacked::Packed(Box::new(MultiGzDecoder::new(BufReader::with_capacity(READ_BUFFER_BYTES, file))))
        }
        Compression::Zstd => {
            let buffered = BufReader::with_capacity(READ_BUFFER_BYTES, file);
            Unpacked::Packed(Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?))
        }
    })
}

/// What an error while reading says of the file.
pub(crate) fn read_fault(compression: Compression, source: io::Error) -> FaultKind {
    match compression {
        Compression::None => FaultKind::Read(source),
        Compression::Gzip => FaultKind::Unpack { packing: "gzip", source },
        Compression::Zstd => FaultKind::Unpack { packing: "Zstandard", source },
    }
}

/// How packed data that is taken for text begins, if `bytes` do so: its name and the usual ending of a file's name.
pub(crate) fn recognise(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    match bytes {
        [0x1f, 0x8b, ..] => Some(("gzip", ".gz")),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(("Zstandard", ".zst")),
        _ => None,
    }
}

/// Writes bytes, packed as a member or frame of their own: Zstandard and gzip at their usual levels, both with a checksum.
pub(crate) fn pack(bytes: &[u8], compression: Compression, mut out: impl Write) -> io::Result<()> {
    match compression {
        Compression::None => out.write_all(bytes),
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(out, Level::default());
            encoder.write_all(bytes)?;
            encoder.finish().map(drop)
        }
        Compression::Zstd => {
            let mut encoder = zstd::stream::write::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
            encoder.write_all(bytes)?;
            encoder.finish().map(drop)
        }
    }
}
