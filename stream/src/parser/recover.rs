//! Where to go on after a problem: at the next thing that looks like a statement. Keywords may be names, so a keyword
//! alone does not say so; what follows it does.

use super::statement::misspelt_keyword;
use super::{Parser, TokenKind};
use crate::lexer::{Token, is_word_part};

/// Words that begin a statement or a header.
pub(super) const STATEMENT_WORDS: [&str; 17] = [
    "name",
    "descr",
    "label",
    "type",
    "param",
    "secret",
    "in",
    "input",
    "out",
    "output",
    "node",
    "sql",
    "sas",
    "model",
    "process",
    "subprocess",
    "queue",
];

impl Parser<'_> {
    /// Skips to the next statement, to the end of the group, or to the end of the file.
    pub(super) fn skip_to_statement(&mut self) {
        while !self.at_boundary() && !self.may_begin_statement() {
            self.take();
        }
    }

    /// Whether the next line begins with a keyword, whatever it goes on with: after a problem rather one problem more
    /// than a statement that nobody looked at.
    fn may_begin_statement(&mut self) -> bool {
        use TokenKind::{Arrow, CloseParen, Comma, Equals};
        let goes_on = matches!(self.peek(1).kind, Arrow | CloseParen | Comma | Equals);
        if !self.next().line_start || goes_on {
            return false;
        }
        let word = self.word(0);
        is_statement_word(word) || misspelt_keyword(word).is_some_and(|keyword| self.could_follow(keyword))
    }

    /// Whether a statement ends here because of what comes next.
    pub(super) fn at_boundary(&mut self) -> bool {
        match self.next().kind {
            TokenKind::End => true,
            TokenKind::CloseBrace => self.depth > 0,
            TokenKind::Word => self.looks_like_statement(),
            _ => false,
        }
    }

    /// Whether the next word begins a statement, by what follows it.
    pub(super) fn looks_like_statement(&mut self) -> bool {
        let word = self.word(0).to_ascii_lowercase();
        let (first, second) = (self.peek(1), self.peek(2));
        let (is_word, then) = (first.kind == TokenKind::Word, second.kind);
        match word.as_str() {
            "name" => is_word && self.next().line_start,
            "descr" | "label" => first.kind == TokenKind::Text,
            "type" => is_type(self.word(1)),
            "param" => is_word && then == TokenKind::Word,
            "secret" => is_word && then == TokenKind::Equals,
            "in" | "input" => self.begins_location(first, then),
            "out" | "output" => is_word && then == TokenKind::Arrow,
            "node" => is_word && then == TokenKind::OpenParen,
            "sql" => is_query(self.word(1)),
            "sas" => {
                let transfers = is_word && matches!(then, TokenKind::Arrow | TokenKind::Equals);
                first.kind == TokenKind::OpenParen || transfers
            }
            "model" => first.kind == TokenKind::OpenParen,
            "process" | "subprocess" => {
                let goes_on = matches!(then, TokenKind::OpenParen | TokenKind::OpenBrace);
                is_word && (goes_on || self.next().line_start)
            }
            "queue" => is_word && then == TokenKind::OpenParen,
            _ => false,
        }
    }

    /// Whether the next word begins a statement and cannot go on a list of names: the list's end is missing.
    pub(super) fn next_statement_in_list(&mut self) -> bool {
        use TokenKind::{CloseParen, Comma, Equals, Word};
        let list_goes_on = |kind| matches!(kind, Word | Comma | CloseParen | Equals);
        let (first, second) = (self.peek(1).kind, self.peek(2).kind);
        !(list_goes_on(first) && list_goes_on(second)) && self.looks_like_statement()
    }

    /// Whether a statement begins where a name is expected: the name is missing. Only shapes that no name could go on
    /// as count, since every keyword may be a name.
    pub(super) fn statement_for_name(&mut self) -> bool {
        use TokenKind::{Arrow, Csv, OpenParen, Point, S3, Sas7bdat, Slash, Text};
        let word = self.word(0).to_ascii_lowercase();
        if !self.next().line_start || is_statement_word(self.word(1)) {
            return false;
        }
        let (first, second) = (self.peek(1).kind, self.peek(2).kind);
        match word.as_str() {
            "in" | "input" => {
                matches!(first, S3 | Text | Slash) || matches!(second, Arrow | Point | Slash | Csv | Sas7bdat)
            }
            "out" | "output" => second == Arrow,
            "node" | "queue" | "process" | "subprocess" => second == OpenParen,
            "sql" | "type" | "model" | "label" | "descr" => self.looks_like_statement(),
            _ => false,
        }
    }

    fn begins_location(&mut self, first: Token, then: TokenKind) -> bool {
        use TokenKind::{Arrow, Csv, Point, S3, Sas7bdat, Slash, Text, Word};
        match first.kind {
            S3 => true,
            Word | Text | Slash => matches!(then, Arrow | Point | Slash | Csv | Sas7bdat | Word),
            _ => false,
        }
    }
}

/// Whether a word is one that statements begin with.
pub(super) fn is_statement_word(word: &str) -> bool {
    STATEMENT_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn is_type(word: &str) -> bool {
    ["default", "model", "report"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a word begins a query.
pub(super) fn is_query(word: &str) -> bool {
    word.eq_ignore_ascii_case("select") || word.eq_ignore_ascii_case("with")
}

/// Whether a line begins like a statement, unlike SQL and prose.
pub(super) fn begins_statement(line: &str) -> bool {
    let line = line.trim_start();
    let length = line.bytes().take_while(|&byte| is_word_part(byte)).count();
    let (word, rest) = line.split_at(length);
    let rest = rest.trim_start();
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "in" | "input" | "out" | "output" => rest.contains("->"),
        "node" | "model" => rest.contains(")(") || rest.contains(") ("),
        "sql" => is_query(&rest[..rest.bytes().take_while(|&byte| is_word_part(byte)).count()]),
        "process" | "subprocess" => rest.contains('{') || rest.contains(")("),
        "sas" => rest.contains("->"),
        "queue" => rest.contains('('),
        _ => false,
    }
}
