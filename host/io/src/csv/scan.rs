//! Where records and fields begin and end.
//!
//! Called by the parser's threads for whole chunks and by whoever splits files into them. Leat has a scanner of its own
//! rather than the crate `csv`'s because it needs three things at once: columns converted without copying their cells
//! (fields stay places in the chunk), exact places for errors, and to know whether a cell stood in quotes, which tells
//! the empty text from a null. Tests hold it against that crate.

use memchr::{memchr, memchr2};

/// What the scanner must know of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// Between fields.
    pub(crate) delimiter: u8,
}

/// Fields of up to a batch of sound records, as places in the chunk they were found in, and the records between them
/// that are not sound.
#[derive(Debug, Default)]
pub(crate) struct Records {
    width: usize,
    starts: Vec<u32>,
    /// `width` ends a record: each field's end. It begins behind the delimiter after the field before it.
    ends: Vec<u32>,
    /// In the order of the file.
    pub(crate) misshapen: Vec<Misshapen>,
}

/// A record that cannot be split into the header's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misshapen {
    /// Where it begins in the chunk.
    pub(crate) start: u32,
    /// What is wrong.
    pub(crate) shape: Shape,
}

/// What is wrong with the shape of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It has another number of fields than the header.
    Fields(u32),
    /// Text follows the closing quote of this field, counted from 0.
    TextAfterQuote(u32),
}

impl Records {
    /// Room for records of `width` fields.
    pub(crate) fn new(width: usize) -> Self {
        Records { width, ..Records::default() }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where a record begins.
    pub(crate) fn start(&self, row: usize) -> u32 {
        self.starts[row]
    }

    /// Where a field begins and ends, quotes included.
    #[inline]
    pub(crate) fn field(&self, row: usize, position: usize) -> (usize, usize) {
        let at = row * self.width + position;
        let start = if position == 0 { self.starts[row] } else { self.ends[at - 1] + 1 };
        (start as usize, self.ends[at] as usize)
    }

    /// Leaves out the given rows, which must be in ascending order.
    pub(crate) fn remove(&mut self, rows: &[usize]) {
        let mut unwanted = rows.iter().copied().peekable();
        let mut kept = 0;
        for row in 0..self.len() {
            if unwanted.next_if_eq(&row).is_some() {
                continue;
            }
            self.starts[kept] = self.starts[row];
            self.ends.copy_within(row * self.width..(row + 1) * self.width, kept * self.width);
            kept += 1;
        }
        self.starts.truncate(kept);
        self.ends.truncate(kept * self.width);
    }

    fn clear(&mut self) {
        self.starts.clear();
        self.ends.clear();
        self.misshapen.clear();
    }

    /// Takes the record whose ends were pushed last.
    #[inline]
    fn close(&mut self, bytes: &[u8], record: Extent) {
        let Extent { start, end, fields } = record;
        let returned = end > start && bytes[end - 1] == b'\r';
        let end = end - usize::from(returned);
        if fields == self.width && (start < end || fields == 1) {
            if let Some(last) = self.ends.last_mut() {
                *last = end as u32;
            }
            self.starts.push(start as u32);
            return;
        }
        self.ends.truncate(self.starts.len() * self.width);
        if start < end {
            self.misshape(start, Shape::Fields(fields as u32));
        }
    }

    fn misshape(&mut self, start: usize, shape: Shape) {
        self.ends.truncate(self.starts.len() * self.width);
        self.misshapen.push(Misshapen { start: start as u32, shape });
    }
}

/// A record from its first byte to its line end, and how many fields it has.
struct Extent {
    start: usize,
    end: usize,
    fields: usize,
}

/// Goes through a chunk of whole records, of less than 4 GiB.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    quoted: bool,
}

impl<'a> Scanner<'a> {
    /// `quoted` says whether there is any quote in the chunk.
    pub(crate) fn new(bytes: &'a [u8], dialect: Dialect, quoted: bool) -> Self {
        Scanner { bytes, at: 0, dialect, quoted }
    }

    /// Whether the whole chunk was seen.
    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Replaces `records` by the next ones: up to `rows_max` that are sound, and at most as many misshapen ones.
    pub(crate) fn next_batch(&mut self, records: &mut Records, rows_max: usize) {
        records.clear();
        if !self.quoted {
            return self.scan_unquoted(records, rows_max);
        }
        while !self.is_done() && records.len() < rows_max && records.misshapen.len() < rows_max {
            self.scan_record(records);
        }
    }

    /// Without quotes, delimiters and line ends are all there is: they are found 64 bytes at a time.
    fn scan_unquoted(&mut self, records: &mut Records, rows_max: usize) {
        let bytes = self.bytes;
        let width = records.width;
        let mut start = self.at;
        let mut fields = 0;
        let mut block = self.at;
        while block < bytes.len() {
            let (line_ends, mut hits) = find_ends(bytes, block, self.dialect.delimiter);
            while hits != 0 {
                let bit = hits.trailing_zeros();
                hits &= hits - 1;
                let end = block + bit as usize;
                fields += 1;
                // A record of a million commas must not fill the memory.
                if fields <= width {
                    records.ends.push(end as u32);
                }
                if line_ends >> bit & 1 != 0 {
                    records.close(bytes, Extent { start, end, fields });
                    (start, fields) = (end + 1, 0);
                    if records.len() == rows_max || records.misshapen.len() == rows_max {
                        self.at = start;
                        return;
                    }
                }
            }
            block += BLOCK;
        }
        if start < bytes.len() {
            let end = bytes.len();
            fields += 1;
            if fields <= width {
                records.ends.push(end as u32);
            }
            records.close(bytes, Extent { start, end, fields });
        }
        self.at = bytes.len();
    }

    fn scan_record(&mut self, records: &mut Records) {
        let start = self.at;
        let mut fields = 0;
        let record = split_record(self.bytes, start, self.dialect, |_, end| {
            fields += 1;
            if fields <= records.width {
                records.ends.push(end as u32);
            }
        });
        self.at = record.next;
        match record.text_after_quote {
            Some(field) => records.misshape(start, Shape::TextAfterQuote(field)),
            None => records.close(self.bytes, Extent { start, end: record.end, fields }),
        }
    }
}

/// What [`split_record`] saw.
#[derive(Debug)]
pub(crate) struct SplitRecord {
    /// Where its line end begins, a carriage return counted to the record.
    pub(crate) end: usize,
    /// Where the next record begins.
    pub(crate) next: usize,
    /// The first field with text after its closing quote, counted from 0.
    pub(crate) text_after_quote: Option<u32>,
}

/// Goes through the one record that begins at `start` and tells each field's beginning and end, quotes included; the
/// last field's end includes a carriage return before the line end. A quote that is never closed reaches to the end.
pub(crate) fn split_record(
    bytes: &[u8],
    start: usize,
    dialect: Dialect,
    mut field: impl FnMut(usize, usize),
) -> SplitRecord {
    let mut text_after_quote = None;
    let mut fields = 0;
    let mut begin = start;
    loop {
        let mut from = begin;
        if bytes.get(begin) == Some(&b'"') {
            from = after_closing_quote(bytes, begin).unwrap_or(bytes.len());
            let clean = match bytes[from..] {
                [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..] => true,
                [next, ..] => next == dialect.delimiter,
            };
            if !clean {
                text_after_quote = text_after_quote.or(Some(fields));
            }
        }
        let end = memchr2(dialect.delimiter, b'\n', &bytes[from..]).map_or(bytes.len(), |at| from + at);
        field(begin, end);
        fields += 1;
        if end == bytes.len() || bytes[end] == b'\n' {
            return SplitRecord { end, next: (end + 1).min(bytes.len()), text_after_quote };
        }
        begin = end + 1;
    }
}

/// The place behind the quote that closes the one at `open`; nothing where it is never closed.
pub(crate) fn after_closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

const BLOCK: usize = 64;

/// A bit for each of the 64 bytes from `at` on: those that are line ends, and those that end a field (line ends
/// included). Bytes beyond the end count as neither.
#[inline]
fn find_ends(bytes: &[u8], at: usize, delimiter: u8) -> (u64, u64) {
    match bytes[at..].first_chunk::<BLOCK>() {
        Some(block) => find_in_block(block, delimiter),
        None => {
            let mut padded = [0; BLOCK];
            padded[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            find_in_block(&padded, delimiter)
        }
    }
}

#[inline]
fn find_in_block(block: &[u8; BLOCK], delimiter: u8) -> (u64, u64) {
    let (mut line_ends, mut delimiters) = (0, 0);
    for (index, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        line_ends |= bits_of_equal_bytes(word, b'\n') << (8 * index);
        delimiters |= bits_of_equal_bytes(word, delimiter) << (8 * index);
    }
    (line_ends, line_ends | delimiters)
}

/// Eight bits, one for each byte of `word` that is `wanted`.
#[inline]
fn bits_of_equal_bytes(word: u64, wanted: u8) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const LOW_BITS: u64 = ONES * 0x7f;
    /// Gathers the lowest bit of each byte in the highest byte, in order.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let difference = word ^ (ONES * u64::from(wanted));
    // Exact: no borrow runs from one byte into the next.
    let zeros = !(((difference & LOW_BITS) + LOW_BITS) | difference | LOW_BITS);
    (zeros >> 7).wrapping_mul(GATHER) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',' };

    fn scan(bytes: &[u8], width: usize, rows_max: usize, quoted: bool) -> Vec<Result<Vec<(usize, usize)>, Misshapen>> {
        let mut scanner = Scanner::new(bytes, COMMA, quoted);
        let mut records = Records::new(width);
        let mut found = Vec::new();
        while !scanner.is_done() {
            scanner.next_batch(&mut records, rows_max);
            let mut bad = records.misshapen.iter().copied().peekable();
            for row in 0..records.len() {
                while let Some(bad) = bad.next_if(|bad| bad.start < records.start(row)) {
                    found.push(Err(bad));
                }
                found.push(Ok((0..width).map(|p| records.field(row, p)).collect()));
            }
            found.extend(bad.map(Err));
        }
        found
    }

    proptest! {
        #[test]
        fn both_ways_find_the_same_fields(
            text in "([a-c,\r\n]|[a-c,]{1,90}|a,b,c\n|\r\n){0,60}", width in 1usize..5, rows_max in 1usize..5,
        ) {
            let fast = scan(text.as_bytes(), width, rows_max, false);
            prop_assert_eq!(&fast, &scan(text.as_bytes(), width, rows_max, true));
            prop_assert_eq!(&fast, &scan(text.as_bytes(), width, 1000, false));
        }

        #[test]
        fn bytes_are_found_whatever_stands_beside_them(bytes: [u8; 64], wanted: u8) {
            let (_, hits) = find_in_block(&bytes, wanted);
            for (index, byte) in bytes.iter().enumerate() {
                prop_assert_eq!(hits >> index & 1 == 1, *byte == wanted || *byte == b'\n');
            }
        }

        #[test]
        fn removing_rows_leaves_the_others_as_they_were(rows in prop::collection::btree_set(0usize..6, 0..6)) {
            let bytes = b"a,b\ncc,d\n,\nee,ff\ng,h\ni,jj\n";
            let all: Vec<_> = scan(bytes, 2, 100, false).into_iter().map(Result::unwrap).collect();
            let mut records = Records::new(2);
            Scanner::new(bytes, COMMA, false).next_batch(&mut records, 100);
            records.remove(&rows.iter().copied().collect::<Vec<_>>());
            let left: Vec<_> = (0..records.len()).map(|r| vec![records.field(r, 0), records.field(r, 1)]).collect();
            let expected: Vec<_> = (0..6).filter(|r| !rows.contains(r)).map(|r| all[r].clone()).collect();
            prop_assert_eq!(left, expected);
        }
    }
}
