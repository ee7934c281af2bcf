//! A file as lines, in a buffer that holds one line at least and grows only for longer ones.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use leat_stream::plan::{Compression, JsonFormat};
use memchr::memchr;

use crate::compression::{self, Unpacked};
use crate::fault::{Fault, FaultKind, RECORD_BYTES_MAX};
use crate::file::{Progress, open_file};

const BUFFER_BYTES: usize = 1 << 20;

/// Reads a file from its first line to its last.
pub(crate) struct Lines {
    input: Unpacked,
    compression: Compression,
    buffer: Vec<u8>,
    /// What of the buffer has been read and not been given yet.
    unread: Range<usize>,
    ended: bool,
    /// How many lines were given, the last one included.
    pub(crate) line: u64,
    /// How many unpacked bytes these lines have.
    pub(crate) at: u64,
}

impl Lines {
    /// Opens a file.
    pub(crate) fn open(path: &Path, format: &JsonFormat) -> Result<(Self, Progress), Fault> {
        let (file, progress) = open_file(path)?;
        let input = compression::unpack(file, format.compression).map_err(FaultKind::Open)?;
        let compression = format.compression;
        let buffer = vec![0; BUFFER_BYTES];
        Ok((Lines { input, compression, buffer, unread: 0..0, ended: false, line: 0, at: 0 }, progress))
    }

    /// Goes to where a line began when the file was read before, from its beginning; `false` where that cannot be.
    pub(crate) fn go_to(&mut self, at: u64, line: u64) -> Result<bool, Fault> {
        let there = self.input.skip(at).map_err(|error| compression::read_fault(self.compression, error))?;
        (self.at, self.line) = (at, line);
        Ok(there)
    }

    /// Where the next line stands in [`Self::bytes`], its line end left out; nothing at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Range<usize>>, Fault> {
        let mut looked_at = 0;
        let (length, taken) = loop {
            let unread = &self.buffer[self.unread.clone()];
            if let Some(at) = memchr(b'\n', &unread[looked_at..]) {
                break (looked_at + at, looked_at + at + 1);
            }
            looked_at = unread.len();
            if self.ended {
                if looked_at == 0 {
                    return Ok(None);
                }
                break (looked_at, looked_at);
            }
            if looked_at > RECORD_BYTES_MAX {
                return Err(Fault::on_line(self.line + 1, FaultKind::RecordTooLong));
            }
            self.fill().map_err(|kind| Fault::on_line(self.line + 1, kind))?;
        };
        // How much of the file is in the buffer must not decide it.
        if length > RECORD_BYTES_MAX {
            return Err(Fault::on_line(self.line + 1, FaultKind::RecordTooLong));
        }
        let line = self.unread.start..self.unread.start + length;
        self.unread.start += taken;
        self.at += taken as u64;
        self.line += 1;
        if self.line == 1 {
            return self.first(line).map(Some);
        }
        Ok(Some(line))
    }

    /// What lines stand in.
    pub(crate) fn bytes(&self, line: Range<usize>) -> &[u8] {
        &self.buffer[line]
    }

    /// Reads more behind what is unread, which moves to the front.
    fn fill(&mut self) -> Result<(), FaultKind> {
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        if self.unread.end == self.buffer.len() {
            self.buffer.resize(2 * self.buffer.len(), 0);
        }
        let read = loop {
            match self.input.read(&mut self.buffer[self.unread.end..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| compression::read_fault(self.compression, error))?,
            }
        };
        self.unread.end += read;
        self.ended = read == 0;
        Ok(())
    }

    /// The first line without its byte order mark; it also shows whether the file is text at all.
    fn first(&self, line: Range<usize>) -> Result<Range<usize>, Fault> {
        let bytes = &self.buffer[line.clone()];
        if self.compression == Compression::None
            && let Some((packing, ending)) = compression::recognise(bytes)
        {
            return Err(FaultKind::Packed { packing, ending: format!(".jsonl{ending}") }.into());
        }
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || memchr(0, bytes).is_some() {
            return Err(FaultKind::NotText.into());
        }
        let mark = if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        Ok(line.start + mark..line.end)
    }
}
