//! One line of JSON as the members of an object, each with its value as it is written.

use std::borrow::Cow;

/// How deep objects and arrays may nest.
pub(crate) const DEPTH_MAX: usize = 64;

/// A value as it stands in the line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Boolean(bool),
    /// As it is spelt.
    Number(&'a str),
    /// Without quotes, escapes replaced.
    Text(Cow<'a, str>),
    /// An object or array, as it is written.
    Nested(&'a str),
}

/// A line that is no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Where in the line, in bytes from 0.
    pub(crate) at: usize,
    /// What was expected there.
    pub(crate) expected: &'static str,
}

/// Hands each member of the object on a line to `member`, in order.
pub(crate) fn members<'a>(line: &'a str, mut member: impl FnMut(Cow<'a, str>, Value<'a>)) -> Result<(), Malformed> {
    let mut scanner = Scanner { line, at: 0 };
    scanner.blank();
    if !scanner.take(b'{') {
        return Err(scanner.expected("an object, which begins with `{`: JSON lines have one on each line"));
    }
    scanner.blank();
    if !scanner.take(b'}') {
        loop {
            let key = scanner.key()?;
            let value = scanner.value(1)?;
            member(key, value);
            scanner.blank();
            if scanner.take(b',') {
                scanner.blank();
                continue;
            }
            if scanner.take(b'}') {
                break;
            }
            return Err(scanner.expected("`,` or the `}` that ends the object; an object stands on one line"));
        }
    }
    scanner.blank();
    match scanner.peek() {
        None => Ok(()),
        Some(_) => Err(scanner.expected("the end of the line: it holds one object")),
    }
}

/// The value that a whole text is.
pub(crate) fn value(text: &str) -> Result<Value<'_>, Malformed> {
    let mut scanner = Scanner { line: text, at: 0 };
    let value = scanner.value(0)?;
    if scanner.at == text.len() { Ok(value) } else { Err(scanner.expected("the end")) }
}

struct Scanner<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    #[inline]
    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    #[cold]
    fn expected(&self, expected: &'static str) -> Malformed {
        Malformed { at: self.at, expected }
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Cow<'a, str>, Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in quotes"));
        }
        let key = self.text()?;
        self.blank();
        if !self.take(b':') {
            return Err(self.expected("`:` after the key"));
        }
        self.blank();
        Ok(key)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Malformed> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.text().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b't') => self.word("true", Value::Boolean(true)),
            Some(b'f') => self.word("false", Value::Boolean(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'{' | b'[') => {
                self.nested(depth)?;
                Ok(Value::Nested(&self.line[start..self.at]))
            }
            None => Err(self.expected("a value, and the line ends")),
            Some(_) => Err(self.expected("a value: a text in quotes, a number, true, false or null")),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Malformed> {
        if !self.line[self.at..].starts_with(word) {
            return Err(self.expected("true, false or null"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.expected("a digit")) } else { Ok(()) }
    }

    #[inline]
    fn number(&mut self) -> Result<&'a str, Malformed> {
        let start = self.at;
        self.take(b'-');
        if self.take(b'0') {
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(self.expected("no digit after a leading zero"));
            }
        } else {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Ok(&self.line[start..self.at])
    }

    /// A text with its quotes.
    #[inline]
    fn text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Borrowed(&self.line[start..self.at - 1]));
                }
                Some(b'\\') => return self.escaped(start).map(Cow::Owned),
                Some(0..=0x1f) => return Err(self.expected("no control character in a text; it is written `\\u00..`")),
                Some(_) => self.at += 1,
                None => return Err(self.expected("the quote that closes the text")),
            }
        }
    }

    /// The rest of a text from its first escape on, after what stands before it.
    #[cold]
    fn escaped(&mut self, start: usize) -> Result<String, Malformed> {
        let mut text = self.line[start..self.at].to_owned();
        loop {
            let from = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            text.push_str(&self.line[from..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.expected("no control character in a text; it is written `\\u00..`")),
                None => return Err(self.expected("the quote that closes the text")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        self.at += 1;
        let byte = self.peek();
        let plain = match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.expected("an escape: one of \" \\ / b f n r t u after `\\`")),
        };
        self.at += 1;
        Ok(plain)
    }

    /// The digits after `\u`, those of a second half included.
    fn unicode(&mut self) -> Result<char, Malformed> {
        const HALF: &str = "both halves of a character beyond U+FFFF (a surrogate pair)";
        let first = self.hexadecimal()?;
        let code = match first {
            0xd800..=0xdbff => {
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(self.expected(HALF));
                }
                match self.hexadecimal()? {
                    second @ 0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(self.expected(HALF)),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or_else(|| self.expected(HALF))
    }

    fn hexadecimal(&mut self) -> Result<u32, Malformed> {
        let digits = self.line.as_bytes().get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let code = digits.and_then(|digits| u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        let code = code.ok_or_else(|| self.expected("four hexadecimal digits after `\\u`"))?;
        self.at += 4;
        Ok(code)
    }

    /// Passes over an object or array that stands `depth` deep.
    fn nested(&mut self, depth: usize) -> Result<(), Malformed> {
        if depth >= DEPTH_MAX {
            return Err(self.expected("objects and arrays at most 64 deep"));
        }
        let object = self.peek() == Some(b'{');
        let close = if object { b'}' } else { b']' };
        self.at += 1;
        self.blank();
        if self.take(close) {
            return Ok(());
        }
        loop {
            if object {
                self.key()?;
            }
            self.value(depth + 1)?;
            self.blank();
            if self.take(close) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.expected("`,` or the end of the object or array"));
            }
            self.blank();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str) -> Result<Vec<(String, String)>, Malformed> {
        let mut found = Vec::new();
        members(line, |key, value| found.push((key.into_owned(), format!("{value:?}"))))?;
        Ok(found)
    }

    #[test]
    fn members_come_as_they_are_written() {
        let line =
            "{ \"a\" : -1.50e+2 ,\"b\":\"x\\n\\u00e9\\ud83d\\ude00\", \"c\":null,\"d\":true,\"e\":[1,{\"f\":[]}] }\r";
        let expected = [
            ("a", "Number(\"-1.50e+2\")"),
            ("b", "Text(\"x\\né😀\")"),
            ("c", "Null"),
            ("d", "Boolean(true)"),
            ("e", "Nested(\"[1,{\\\"f\\\":[]}]\")"),
        ];
        assert_eq!(read(line).unwrap(), expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(read("{}").unwrap(), []);
    }

    #[test]
    fn what_is_no_object_is_told_with_its_place() {
        for (line, at) in [
            ("", 0),
            ("[1]", 0),
            ("{", 1),
            ("{\"a\":1", 6),
            ("{\"a\" 1}", 5),
            ("{\"a\":1,}", 7),
            ("{\"a\":01}", 6),
            ("{\"a\":1.}", 7),
            ("{\"a\":+1}", 5),
            ("{\"a\":NaN}", 5),
            ("{\"a\":\"x", 7),
            ("{\"a\":\"\\x\"}", 7),
            ("{\"a\":\"\\ud800\"}", 12),
            ("{\"a\":\"\\udc00\"}", 12),
            ("{\"a\":\"\\u00g0\"}", 8),
            ("{\"a\":\"\t\"}", 6),
            ("{\"a\":1} {\"a\":2}", 8),
            ("{\"a\":[1}", 7),
        ] {
            assert_eq!(read(line).map_err(|problem| problem.at), Err(at), "{line}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEPTH_MAX - 1)).is_ok());
        assert!(read(&nested(DEPTH_MAX)).is_err());
        assert!(read(&nested(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_line_is_too_much(line in "[-{}\\[\\]\",:0-9eEtrufalsn\\\\ .é]{0,40}") {
            let whole: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(&line);
            prop_assert_eq!(members(&line, |_, _| {}).is_ok(), whole.is_ok(), "{}", line);
        }

        #[test]
        fn texts_are_read_as_serde_json_reads_them(text: String, key: String) {
            let line = format!("{{{}:{}}}", serde_json::to_string(&key).unwrap(), serde_json::to_string(&text).unwrap());
            let mut found = Vec::new();
            members(&line, |key, value| found.push((key.into_owned(), value))).unwrap();
            prop_assert_eq!(found, [(key, Value::Text(Cow::Owned(text)))]);
        }
    }
}
