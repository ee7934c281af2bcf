//! A file as chunks of whole records.
//!
//! Called by the parser's threads, one at a time, and for samples. Where a chunk ends depends on the file's bytes alone:
//! that makes batches, and so everything after them, the same in every run.

use std::io::Read;

use leat_stream::plan::Compression;
use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::scan::{Dialect, after_closing_quote};
use crate::compression::{Unpacked, read_fault};
use crate::fault::{Fault, FaultKind, RECORD_BYTES_MAX};

/// Large enough that handing a chunk over costs nothing a row, small enough that a few of them are no memory.
const CHUNK_BYTES: usize = 1 << 20;

/// How much is read at once.
#[derive(Clone, Copy, Debug)]
struct Limits {
    chunk_bytes: usize,
    record_bytes_max: usize,
}

const LIMITS: Limits = Limits { chunk_bytes: CHUNK_BYTES, record_bytes_max: RECORD_BYTES_MAX };

/// A piece of a file in a buffer that is used again.
#[derive(Default)]
pub(crate) struct Chunk {
    buffer: Vec<u8>,
    len: usize,
    /// Whether there may be a quote in it.
    pub(crate) quoted: bool,
}

impl Chunk {
    /// Whole records; the last line end of the file may be missing.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Gives the bytes away and leaves an empty chunk.
    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        self.buffer.truncate(self.len);
        self.len = 0;
        std::mem::take(&mut self.buffer)
    }

    /// Begins with `carry` in a buffer of the usual size, or a larger one where that is needed.
    fn restart(&mut self, carry: &[u8], usual: usize) {
        let size = usual.max(carry.len());
        if self.buffer.len() < size || self.buffer.len() > 2 * size {
            self.buffer = vec![0; size];
        }
        self.buffer[..carry.len()].copy_from_slice(carry);
        self.len = carry.len();
    }
}

/// Reads a file from its beginning to its end.
pub(crate) struct ChunkReader {
    input: Unpacked,
    dialect: Dialect,
    compression: Compression,
    limits: Limits,
    /// How many bytes come before the next chunk.
    at: u64,
    /// Read already; the beginning of the next chunk.
    carry: Vec<u8>,
    ended: bool,
    /// What ended it, told when every whole record before was handed out.
    fault: Option<Fault>,
}

impl ChunkReader {
    /// Reads the unpacked bytes of `input`.
    pub(crate) fn new(input: Unpacked, dialect: Dialect, compression: Compression) -> Self {
        let (carry, limits) = (Vec::new(), LIMITS);
        ChunkReader { input, dialect, compression, limits, at: 0, carry, ended: false, fault: None }
    }

    /// How many bytes come before the next chunk.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Goes to where a chunk began when the file was read before; `false` where that cannot be.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn go_to(&mut self, at: u64) -> Result<bool, Fault> {
        let Some(ahead) = at.checked_sub(self.at) else { return Ok(false) };
        let known = ahead.min(self.carry.len() as u64);
        self.carry.drain(..known as usize);
        self.at = at;
        if ahead == known {
            return Ok(true);
        }
        if self.ended {
            return self.fault.take().map_or(Ok(false), Err);
        }
        Ok(self.input.skip(ahead - known).map_err(|error| read_fault(self.compression, error))?)
    }

    /// Replaces `chunk` by the next whole records; `false` at the end. Which these are depends on the bytes from here on
    /// alone.
    ///
    /// # Errors
    /// What is wrong with the file, on a line counted from 1 at the beginning of what was not handed out yet. Nothing can
    /// be read after it.
    pub(crate) fn next(&mut self, chunk: &mut Chunk) -> Result<bool, Fault> {
        // What was read ahead for a long record does not make the chunk behind it a longer one.
        let mut window = self.limits.chunk_bytes;
        chunk.restart(&self.carry, window);
        self.carry.clear();
        loop {
            self.fill(chunk, window);
            let seen = &chunk.bytes()[..chunk.len.min(window)];
            let last = self.ended && seen.len() == chunk.len;
            let quoted = memchr(b'"', seen).is_some();
            let cut = find_cut(seen, self.dialect, quoted);
            let whole = if last { self.judge(seen, cut) } else { cut.whole };
            chunk.quoted = quoted;
            if whole > 0 {
                self.carry.extend_from_slice(&chunk.bytes()[whole..]);
                self.at += whole as u64;
                chunk.len = whole;
                return Ok(true);
            }
            if last {
                chunk.len = 0;
                return self.fault.take().map_or(Ok(false), Err);
            }
            window = self.grow(chunk, window, cut.open_quote)?;
        }
    }

    /// The first line that is not blank, as [`Self::next`] would find it, and how many lines are blank before it. Puts
    /// back what follows it.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(crate) fn first_record(&mut self) -> Result<(Vec<u8>, u64), Fault> {
        let mut window = self.limits.chunk_bytes;
        let mut chunk = Chunk::default();
        chunk.restart(&self.carry, window);
        loop {
            self.fill(&mut chunk, window);
            let bytes = chunk.bytes();
            let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let text = &bytes[mark..];
            let blank = text.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            let end = first_record_end(&text[blank..], self.dialect);
            if end.is_some() || self.ended {
                if let Some(fault) = self.fault.take_if(|_| end.is_none()) {
                    return Err(fault);
                }
                let (lines, rest) = text.split_at(blank);
                let (record, rest) = rest.split_at(end.unwrap_or(rest.len()));
                self.at += (mark + blank + record.len()) as u64;
                self.carry = rest.to_vec();
                return Ok((record.to_vec(), count_lines(lines)));
            }
            window = self.grow(&mut chunk, window, None)?;
        }
    }

    /// Reads until the window is full or the input ends.
    fn fill(&mut self, chunk: &mut Chunk, window: usize) {
        while !self.ended && chunk.len < window {
            match self.input.read(&mut chunk.buffer[chunk.len..window]) {
                Ok(0) => self.ended = true,
                Ok(read) => chunk.len += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.fault = Some(read_fault(self.compression, error).into());
                }
            }
        }
    }

    /// How much of the last bytes of the file is handed out. The last line needs no line end, but its quotes must be closed.
    fn judge(&mut self, last: &[u8], cut: Cut) -> usize {
        if self.fault.is_some() {
            return cut.whole;
        }
        let Some(open) = cut.open_quote else {
            return last.len();
        };
        let line = 1 + count_lines(&last[cut.whole..open]);
        self.fault = Some(Fault::on_line(line, FaultKind::QuoteNeverClosed));
        cut.whole
    }

    /// Makes room for a record that did not end yet: the window that it is looked for in next.
    fn grow(&mut self, chunk: &mut Chunk, window: usize, open_quote: Option<usize>) -> Result<usize, Fault> {
        let most = self.limits.record_bytes_max;
        if window < most {
            let window = (window * 2).min(most);
            if chunk.buffer.len() < window {
                chunk.buffer.resize(window, 0);
            }
            return Ok(window);
        }
        self.ended = true;
        Err(match open_quote {
            Some(open) => Fault::on_line(1 + count_lines(&chunk.bytes()[..open]), FaultKind::QuoteTooLong),
            None => Fault::on_line(1, FaultKind::RecordTooLong),
        })
    }
}

/// How many lines end in `bytes`.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// Where whole records end in bytes that begin with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    /// Behind the last line end that ends a record; 0 where there is none.
    whole: usize,
    /// The quote that is open at the end of the bytes.
    open_quote: Option<usize>,
}

fn find_cut(bytes: &[u8], dialect: Dialect, quoted: bool) -> Cut {
    if !quoted {
        return Cut { whole: memrchr(b'\n', bytes).map_or(0, |at| at + 1), open_quote: None };
    }
    let mut whole = 0;
    let mut at = 0;
    while let Some(event) = next_event(bytes, at, dialect) {
        match event {
            Event::LineEnd(next) => (whole, at) = (next, next),
            Event::Quoted(next) => at = next,
            Event::OpenQuote(open) => {
                return Cut { whole, open_quote: Some(open) };
            }
        }
    }
    Cut { whole, open_quote: None }
}

fn first_record_end(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    let mut at = 0;
    loop {
        match next_event(bytes, at, dialect)? {
            Event::LineEnd(next) => return Some(next),
            Event::Quoted(next) => at = next,
            Event::OpenQuote(_) => return None,
        }
    }
}

/// What decides where records end; each holds where to go on.
enum Event {
    LineEnd(usize),
    Quoted(usize),
    OpenQuote(usize),
}

/// The next line end or quoted field from `at` on, a place outside quotes.
fn next_event(bytes: &[u8], mut at: usize, dialect: Dialect) -> Option<Event> {
    loop {
        at += memchr2(b'"', b'\n', &bytes[at..])?;
        if bytes[at] == b'\n' {
            return Some(Event::LineEnd(at + 1));
        }
        let begins_field = at == 0 || bytes[at - 1] == dialect.delimiter || bytes[at - 1] == b'\n';
        if begins_field {
            return Some(after_closing_quote(bytes, at).map_or(Event::OpenQuote(at), Event::Quoted));
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::split_record;
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',' };

    fn reader(bytes: &[u8], chunk_bytes: usize, record_bytes_max: usize) -> ChunkReader {
        let input = Unpacked::Packed(Box::new(std::io::Cursor::new(bytes.to_vec())));
        let mut reader = ChunkReader::new(input, COMMA, Compression::None);
        reader.limits = Limits { chunk_bytes, record_bytes_max };
        reader
    }

    #[test]
    fn a_record_longer_than_the_limit_is_an_error_on_its_line() {
        let mut reader = reader(b"a,b\n1,2\n123456789,123456789\n", 8, 16);
        let mut chunk = Chunk::default();
        assert!(reader.next(&mut chunk).unwrap());
        assert_eq!(chunk.bytes(), b"a,b\n1,2\n");
        let fault = reader.next(&mut chunk).unwrap_err().after_lines(2);
        assert!(matches!(fault.kind, FaultKind::RecordTooLong));
        assert_eq!(fault.line, Some(3));
        assert!(!reader.next(&mut chunk).unwrap(), "nothing can be read after a fault");
    }

    #[test]
    fn a_quote_never_closed_is_an_error_on_the_line_it_opens_and_after_the_records_before_it() {
        let mut reader = reader(b"1,2\n\"x\ny\",\"z\n", 64, 64);
        let mut chunk = Chunk::default();
        assert!(reader.next(&mut chunk).unwrap());
        assert_eq!(chunk.bytes(), b"1,2\n");
        let fault = reader.next(&mut chunk).unwrap_err().after_lines(1);
        assert!(matches!(fault.kind, FaultKind::QuoteNeverClosed));
        assert_eq!(fault.line, Some(3));
    }

    proptest! {
        #[test]
        fn chunks_end_where_the_scanner_ends_records(text in "([ab,\"\r\n]|\"\"|,\"|\",|\n){0,80}") {
            let bytes = text.as_bytes();
            let cut = find_cut(bytes, COMMA, bytes.contains(&b'"'));
            let mut ends = vec![0];
            let mut open = None;
            while *ends.last().unwrap() < bytes.len() {
                let start = *ends.last().unwrap();
                let record = split_record(bytes, start, COMMA, |begin, _| {
                    if bytes.get(begin) == Some(&b'"') && after_closing_quote(bytes, begin).is_none() {
                        open = Some(begin);
                    }
                });
                if record.end == bytes.len() {
                    break;
                }
                ends.push(record.next);
            }
            prop_assert_eq!(cut, Cut { whole: *ends.last().unwrap(), open_quote: open });
            let first = ends.get(1).copied();
            prop_assert_eq!(first_record_end(bytes, COMMA), first);
        }

        #[test]
        fn chunks_of_any_size_are_the_whole_file_cut_between_records(
            text in "([ab]{0,9}[,\n]|\"[ab,\n]{0,9}\"[,\n]){0,30}", chunk_bytes in 1usize..40,
        ) {
            let mut reader = reader(text.as_bytes(), chunk_bytes, 1 << 20);
            let mut chunk = Chunk::default();
            let mut seen = Vec::new();
            while reader.next(&mut chunk).unwrap() {
                let bytes = chunk.bytes();
                prop_assert!(chunk.quoted || !bytes.contains(&b'"'));
                let whole = find_cut(bytes, COMMA, true).whole == bytes.len();
                seen.extend_from_slice(bytes);
                prop_assert!(whole || seen.len() == text.len());
            }
            prop_assert_eq!(seen, text.into_bytes());
        }
    }
}
