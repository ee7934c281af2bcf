//! Cuts a stream file into tokens, on demand: what follows the word `sql` is no sequence of tokens, so the parser may
//! move the lexer. White space and comments only separate. Knows no keywords.

mod text;

use crate::source::Span;

pub(crate) use text::text_value;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A letter or `_`, then letters, digits, `_`.
    Word,
    /// `-1.5e3`
    Number,
    /// A quoted text, closed.
    Text,
    /// A quote that is never closed, up to the end of its line.
    UnclosedText,
    /// `->`
    Arrow,
    /// `s3://`
    S3,
    /// `${`
    VariableOpen,
    /// `.csv`, where no letter follows; likewise below.
    Csv,
    /// `.sas7bdat`
    Sas7bdat,
    /// `.gz`
    Gz,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `,`
    Comma,
    /// `=`
    Equals,
    /// `.`
    Point,
    /// `/`
    Slash,
    /// `-`
    Minus,
    /// A character that no token begins with.
    Unknown,
    /// The end of the file.
    End,
}

/// A token and what stood before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Where.
    pub(crate) span: Span,
    /// Whether white space or a comment stands before it.
    pub(crate) blank_before: bool,
    /// Whether it is the first of its line.
    pub(crate) line_start: bool,
}

/// The tokens of a text from a place on.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    unclosed_comment: Option<Span>,
}

const SUFFIXES: [(&str, TokenKind); 3] =
    [(".csv", TokenKind::Csv), (".sas7bdat", TokenKind::Sas7bdat), (".gz", TokenKind::Gz)];

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Lexer { text, at: 0, unclosed_comment: None }
    }

    /// Goes on at another place.
    pub(crate) fn move_to(&mut self, at: usize) {
        self.at = at;
        self.unclosed_comment = self.unclosed_comment.filter(|comment| comment.start < at);
    }

    /// The `/*` that is never closed, once it was met.
    pub(crate) fn unclosed_comment(&self) -> Option<Span> {
        self.unclosed_comment
    }

    /// The next token; [`TokenKind::End`] for ever at the end.
    pub(crate) fn next_token(&mut self) -> Token {
        let before = self.at;
        let begins_line = before == 0 || matches!(self.text.as_bytes()[before - 1], b'\n' | b'\r');
        let line_start = self.skip_separators() || begins_line;
        let start = self.at;
        let (kind, length) = self.scan();
        self.at += length;
        Token { kind, span: Span::new(start, self.at), blank_before: start > before || start == 0, line_start }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Skips white space and comments; answers whether a line ended in them.
    fn skip_separators(&mut self) -> bool {
        let mut line_ended = false;
        loop {
            let rest = self.rest();
            let blanks = rest.bytes().take_while(|byte| is_blank(*byte)).count();
            let comment = &rest[blanks..];
            let skipped = if comment.starts_with("//") {
                blanks + comment.find(['\r', '\n']).unwrap_or(comment.len())
            } else if comment.starts_with("/*") {
                blanks + self.block_comment_length(comment, self.at + blanks)
            } else {
                blanks
            };
            line_ended |= rest[..skipped].contains(['\n', '\r']);
            self.at += skipped;
            if skipped == blanks {
                return line_ended;
            }
        }
    }

    fn block_comment_length(&mut self, comment: &str, start: usize) -> usize {
        match comment[2..].find("*/") {
            Some(end) => end + 4,
            None => {
                self.unclosed_comment = Some(Span::new(start, start + 2));
                comment.len()
            }
        }
    }

    fn scan(&self) -> (TokenKind, usize) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return (TokenKind::End, 0);
        };
        let punctuation = |kind| (kind, 1);
        match first {
            '"' | '\'' => text::scan(rest),
            '{' => punctuation(TokenKind::OpenBrace),
            '}' => punctuation(TokenKind::CloseBrace),
            '(' => punctuation(TokenKind::OpenParen),
            ')' => punctuation(TokenKind::CloseParen),
            ',' => punctuation(TokenKind::Comma),
            '=' => punctuation(TokenKind::Equals),
            '/' => punctuation(TokenKind::Slash),
            '.' => suffix(rest).unwrap_or((TokenKind::Point, 1)),
            '$' if rest.starts_with("${") => (TokenKind::VariableOpen, 2),
            's' if rest.starts_with("s3://") => (TokenKind::S3, 5),
            '-' if rest.starts_with("->") => (TokenKind::Arrow, 2),
            '-' => match number_length(&rest[1..]) {
                Some(length) => (TokenKind::Number, length + 1),
                None => punctuation(TokenKind::Minus),
            },
            '0'..='9' => (TokenKind::Number, number_length(rest).unwrap_or(1)),
            _ if is_word_start(first) => (TokenKind::Word, word_length(rest)),
            _ => (TokenKind::Unknown, unknown_length(rest)),
        }
    }
}

/// White space: blank, tab, line feed, vertical tab and carriage return. A form feed is none, in VOR as here.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | b'\r')
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// Whether a word may go on with it.
pub(crate) fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(|&byte| is_word_part(byte)).count()
}

fn suffix(text: &str) -> Option<(TokenKind, usize)> {
    let (suffix, kind) = SUFFIXES.iter().find(|(suffix, _)| text.starts_with(suffix))?;
    let goes_on = text.as_bytes().get(suffix.len()).is_some_and(|&byte| is_word_part(byte));
    (!goes_on).then_some((*kind, suffix.len()))
}

/// Length of a JSON number without its sign.
fn number_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = match bytes.first()? {
        b'0' => 1,
        b'1'..=b'9' => digits(0),
        _ => return None,
    };
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = length + 1 + sign;
        if exponent <= bytes.len() && digits(exponent) > 0 {
            length = exponent + digits(exponent);
        }
    }
    Some(length)
}

/// One character, or a run of letters that ASCII does not have: `für` is a word and one unknown token, not three.
fn unknown_length(text: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let first = text.chars().next().map_or(0, char::len_utf8);
    if !text.starts_with(is_letter) {
        return first;
    }
    text.find(|c| !is_letter(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
        let mut lexer = Lexer::new(text);
        let mut found = Vec::new();
        loop {
            let token = lexer.next_token();
            if token.kind == TokenKind::End {
                return found;
            }
            found.push((token.kind, &text[token.span.range()]));
        }
    }

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn a_suffix_is_one_token_only_where_the_word_ends() {
        use TokenKind::{Arrow, Csv, Gz, Point, Word};
        assert_eq!(kinds("a.csv.gz->b"), [Word, Csv, Gz, Arrow, Word]);
        assert_eq!(kinds("a.csvx"), [Word, Point, Word]);
        assert_eq!(kinds("a.CSV"), [Word, Point, Word]);
    }

    #[test]
    fn numbers_are_those_of_json() {
        assert_eq!(tokens("-1.5e+3"), [(TokenKind::Number, "-1.5e+3")]);
        assert_eq!(tokens("07"), [(TokenKind::Number, "0"), (TokenKind::Number, "7")]);
        assert_eq!(kinds("1."), [TokenKind::Number, TokenKind::Point]);
        assert_eq!(tokens("1e"), [(TokenKind::Number, "1"), (TokenKind::Word, "e")]);
        assert_eq!(tokens("1e+"), [(TokenKind::Number, "1"), (TokenKind::Word, "e"), (TokenKind::Unknown, "+")]);
    }

    #[test]
    fn comments_separate_and_an_unclosed_one_is_remembered() {
        assert_eq!(kinds("a/* x */b//c\rd"), [TokenKind::Word; 3]);
        let mut lexer = Lexer::new("a /* b");
        lexer.next_token();
        assert_eq!(lexer.unclosed_comment(), None);
        assert_eq!(lexer.next_token().kind, TokenKind::End);
        assert_eq!(lexer.unclosed_comment(), Some(Span::new(2, 4)));
    }

    #[test]
    fn letters_beyond_ascii_are_one_unknown_token() {
        assert_eq!(tokens("fürß,"), [(TokenKind::Word, "f"), (TokenKind::Unknown, "ürß"), (TokenKind::Comma, ",")]);
    }
}
