//! Packed files: gzip and Zstandard, read and written as streams.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use flate2::Compression as Level;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use leat_stream::plan::Compression;

use crate::fault::FaultKind;

const READ_BUFFER_BYTES: usize = 256 << 10;

/// The unpacked bytes of a file. gzip files may have several members, Zstandard files several frames.
///
/// # Errors
/// Where the decoder cannot be set up.
pub(crate) fn unpack(file: File, compression: Compression) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(READ_BUFFER_BYTES, file))),
        Compression::Zstd => {
            let buffered = BufReader::with_capacity(READ_BUFFER_BYTES, file);
            Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?)
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

/// Packs what is written to it.
pub(crate) enum Packer<W: Write> {
    /// As it is.
    Plain(W),
    /// gzip, the usual level.
    Gzip(GzEncoder<W>),
    /// Zstandard, the usual level, with a checksum.
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    pub(crate) fn new(inner: W, compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Packer::Plain(inner),
            Compression::Gzip => Packer::Gzip(GzEncoder::new(inner, Level::default())),
            Compression::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(inner, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Packer::Zstd(encoder)
            }
        })
    }

    /// Writes the packed data's end and gives the inner writer back.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Packer::Plain(inner) => Ok(inner),
            Packer::Gzip(encoder) => encoder.finish(),
            Packer::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packer::Plain(inner) => inner.write(bytes),
            Packer::Gzip(encoder) => encoder.write(bytes),
            Packer::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packer::Plain(inner) => inner.flush(),
            Packer::Gzip(encoder) => encoder.flush(),
            Packer::Zstd(encoder) => encoder.flush(),
        }
    }
}
