//! The text of a stream file and places in it. Used by everything that reads or complains about a stream file. Does not
//! read files: whoever has the bytes hands them in.

use std::ops::Range;

/// The largest stream file that is read, in bytes. A process with ten thousand nodes has about 2 MiB.
pub const SOURCE_BYTES_MAX: usize = 16 << 20;

/// A range of bytes of a source file; always on character boundaries and inside the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Span) -> Self {
        Span::new(self.start, self.end.max(other.end))
    }

    /// The empty place right after it.
    pub fn after(self) -> Self {
        Span::new(self.end, self.end)
    }

    /// As a range, to cut text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it is a place between two characters.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// A line and a column, both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A stream file: its name as the user gave it, and its text. Files that it refers to may be [appended](Self::append):
/// then a place says by itself which file it is in.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    /// The texts of all files, one after the other.
    text: String,
    line_starts: Vec<usize>,
    appended: Vec<Part>,
}

/// A file behind the first.
#[derive(Clone, Debug)]
struct Part {
    name: String,
    start: usize,
}

/// A file that is no text, or too long to be a stream file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Longer than [`SOURCE_BYTES_MAX`].
    #[error(
        "{name}: {bytes} bytes are too many for a stream file (the limit is {limit} bytes, 16 MiB); is it a data file?",
        limit = SOURCE_BYTES_MAX
    )]
    TooLong {
        /// The file.
        name: String,
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error(
        "{name}:{line}:{column}: byte 0x{byte:02X} is not UTF-8 text; a stream file is plain UTF-8 text, so save it as \
         UTF-8 or check that this is the right file"
    )]
    NotText {
        /// The file.
        name: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// The first byte that is wrong.
        byte: u8,
    },
    /// A NUL byte: a binary file, or UTF-16.
    #[error(
        "{name}:{line}:{column}: a NUL byte; this looks like a binary file or UTF-16 text, and a stream file is plain \
         UTF-8 text"
    )]
    Nul {
        /// The file.
        name: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
}

impl SourceFile {
    /// A file of a text that is known to be short enough, as tests have it. Bytes from outside go through
    /// [`SourceFile::from_bytes`].
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = line_starts(&text);
        SourceFile { name: name.into(), text, line_starts, appended: Vec::new() }
    }

    /// A file of the bytes that were read. A byte-order mark is dropped.
    ///
    /// # Errors
    /// Bytes that are too many, not UTF-8, or hold a NUL.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, SourceError> {
        let name = name.into();
        if bytes.len() > SOURCE_BYTES_MAX {
            let bytes = bytes.len();
            return Err(SourceError::TooLong { name, bytes });
        }
        if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
            let Position { line, column } = position_in_bytes(&bytes[..at]);
            return Err(SourceError::Nul { name, line, column });
        }
        let mut text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let Position { line, column } = position_in_bytes(&bytes[..at]);
                let byte = bytes[at];
                return Err(SourceError::NotText { name, line, column, byte });
            }
        };
        if text.starts_with('\u{FEFF}') {
            text.remove(0);
        }
        Ok(SourceFile::new(name, text))
    }

    /// Puts another file behind what is there, for the parser to read next.
    pub fn append(&mut self, other: &SourceFile) {
        // A line end of its own keeps the end of one file and the start of the next apart.
        self.text.push('\n');
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.line_starts.extend(other.line_starts.iter().map(|line| line + start));
        self.appended.push(Part { name: other.name.clone(), start });
    }

    /// Number of files.
    pub fn parts(&self) -> usize {
        self.appended.len() + 1
    }

    /// Which file a place is in, from 0.
    pub fn part_at(&self, offset: usize) -> usize {
        self.appended.partition_point(|part| part.start <= offset)
    }

    /// A file's name.
    pub fn part_name(&self, part: usize) -> &str {
        part.checked_sub(1).map_or(&self.name, |part| &self.appended[part].name)
    }

    /// Where a file's text stands in [`SourceFile::text`].
    pub fn part_span(&self, part: usize) -> Span {
        let start = part.checked_sub(1).map_or(0, |part| self.appended[part].start);
        // What is appended has a line end before it.
        let end = self.appended.get(part).map_or(self.text.len(), |next| next.start - 1);
        Span::new(start, end)
    }

    /// The name of the file that a place is in; nothing where that is the first.
    pub fn appended_name(&self, offset: usize) -> Option<&str> {
        let part = self.part_at(offset);
        (part > 0).then(|| self.part_name(part))
    }

    /// The name as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, that of all files.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a place.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Line and column of a byte in its file. Lines end at `\n`, `\r\n` or a lone `\r`.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1];
        let column = self.text[start..offset].chars().count() + 1;
        let file_start = self.part_span(self.part_at(offset)).start;
        let lines_before = self.line_starts.partition_point(|&start| start < file_start);
        Position { line: line - lines_before, column }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|&(i, &byte)| {
        let return_alone = byte == b'\r' && bytes.get(i + 1) != Some(&b'\n');
        byte == b'\n' || return_alone
    });
    std::iter::once(0).chain(ends.map(|(i, _)| i + 1)).collect()
}

fn position_in_bytes(before: &[u8]) -> Position {
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |i| i + 1);
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    Position { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_every_line_end_ends_a_line() {
        let source = SourceFile::new("a.strm", "é1\r\nb\rc\nd");
        let at = |needle: &str| {
            let Position { line, column } = source.position(source.text().find(needle).unwrap());
            (line, column)
        };
        assert_eq!(at("1"), (1, 2));
        assert_eq!(at("b"), (2, 1));
        assert_eq!(at("c"), (3, 1));
        assert_eq!(at("d"), (4, 1));
        assert_eq!(source.position(9999).line, 4);
    }

    #[test]
    fn a_place_in_an_appended_file_has_its_name_and_its_own_lines() {
        for first in ["name a", "name a\n", "name a\r", ""] {
            let mut source = SourceFile::new("a.strm", first);
            source.append(&SourceFile::new("b.strm", "name b\nin x"));
            source.append(&SourceFile::new("c.strm", "out"));
            let at = |needle: &str| {
                let offset = source.text().find(needle).unwrap();
                let Position { line, column } = source.position(offset);
                (source.part_name(source.part_at(offset)), line, column)
            };
            assert_eq!(at("in x"), ("b.strm", 2, 1));
            assert_eq!(at("out"), ("c.strm", 1, 1));
            let end = source.part_span(0).end;
            assert_eq!((end, source.part_at(end), source.appended_name(end)), (first.len(), 0, None));
            assert_eq!(&source.text()[source.part_span(1).range()], "name b\nin x");
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let refuse = |bytes: &[u8]| SourceFile::from_bytes("x.strm", bytes.to_vec()).unwrap_err().to_string();
        assert!(refuse(b"name a\nin \xFF").starts_with("x.strm:2:4: byte 0xFF"));
        assert!(refuse(b"\x7fELF\0").starts_with("x.strm:1:5: a NUL byte"));
        let long = vec![b' '; SOURCE_BYTES_MAX + 1];
        assert!(refuse(&long).contains("16 MiB"));
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let source = SourceFile::from_bytes("x.strm", b"\xEF\xBB\xBFname a".to_vec()).unwrap();
        assert_eq!(source.text(), "name a");
    }
}
