//! From the text of a stream file to its syntax tree: recursive descent that goes on after every problem, so that one
//! pass finds them all. Called by the command line and the check. Does not judge what a file means: whatever VOR's
//! grammar accepts is accepted here, and what is odd about it is a warning, mostly of the check.

mod database;
mod declaration;
mod expect;
mod group;
mod header;
mod location;
mod node;
mod option;
mod port;
mod recover;
mod s3;
mod sas;
mod sql;
mod statement;
mod value;

use std::collections::VecDeque;

use crate::diagnostic::Diagnostic;
use crate::lexer::{Lexer, Token, TokenKind};
use crate::source::{SourceFile, Span};
use crate::syntax::{File, Item};

/// How deep groups may nest.
pub const NESTING_MAX: usize = 64;

/// How many problems of one file are kept; a file with more is no stream file.
pub const DIAGNOSTICS_KEPT_MAX: usize = 1000;

/// What the parser made of a file.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree; where there are errors, without what could not be read.
    pub file: File,
    /// Problems, in the order they were met.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the file's syntax is accepted.
    pub fn is_accepted(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads a stream file; of several that stand in one [`SourceFile`], the last. Never fails and takes time in proportion to the file's length: what is wrong is in
/// [`Parsed::diagnostics`].
pub fn parse(source: &SourceFile) -> Parsed {
    let mut parser = Parser::new(source);
    let mut items = Vec::new();
    while !parser.at(TokenKind::End) {
        parser.parse_item(&mut items);
    }
    parser.finish(items)
}

/// A statement was given up; the problem has been reported.
struct Abandoned;

type Parse<T> = Result<T, Abandoned>;

struct Parser<'a> {
    source: &'a SourceFile,
    lexer: Lexer<'a>,
    ahead: VecDeque<Token>,
    /// Where the last token that was taken stands.
    previous: Span,
    /// The last text that was taken, where it seems to lack its closing quote.
    suspect: Option<Span>,
    diagnostics: Vec<Diagnostic>,
    incomplete: bool,
    depth: usize,
    too_deep: bool,
    sql: sql::Scan,
}

impl<'a> Parser<'a> {
    fn new(source: &'a SourceFile) -> Self {
        let start = source.part_span(source.parts() - 1).start;
        let mut lexer = Lexer::new(source.text());
        lexer.move_to(start);
        Parser {
            source,
            lexer,
            ahead: VecDeque::new(),
            previous: Span::new(start, start),
            suspect: None,
            diagnostics: Vec::new(),
            incomplete: false,
            depth: 0,
            too_deep: false,
            sql: sql::Scan::default(),
        }
    }

    fn finish(self, items: Vec<Item>) -> Parsed {
        let file = File { items, unclosed_comment: self.lexer.unclosed_comment(), incomplete: self.incomplete };
        Parsed { file, diagnostics: self.diagnostics }
    }

    /// The token that comes `n` tokens after the next.
    fn peek(&mut self, n: usize) -> Token {
        while self.ahead.len() <= n {
            let token = self.lexer.next_token();
            self.ahead.push_back(token);
        }
        self.ahead[n]
    }

    fn next(&mut self) -> Token {
        self.peek(0)
    }

    fn at(&mut self, kind: TokenKind) -> bool {
        self.next().kind == kind
    }

    fn take(&mut self) -> Token {
        let token = self.next();
        self.ahead.pop_front();
        if token.kind != TokenKind::End {
            self.previous = token.span;
        }
        if token.kind == TokenKind::Text {
            self.suspect = expect::is_suspect(self.slice(token.span)).then_some(token.span);
        }
        token
    }

    fn take_if(&mut self, kind: TokenKind) -> Option<Token> {
        self.at(kind).then(|| self.take())
    }

    /// Goes on behind a place, whatever has been looked at.
    fn move_to(&mut self, at: usize) {
        self.ahead.clear();
        self.lexer.move_to(at);
        self.previous = Span::new(at, at);
    }

    fn slice(&self, span: Span) -> &'a str {
        &self.source.text()[span.range()]
    }

    /// The word at a token; empty where it is none.
    fn word(&mut self, n: usize) -> &'a str {
        let token = self.peek(n);
        if token.kind == TokenKind::Word { self.slice(token.span) } else { "" }
    }

    fn at_word(&mut self, words: &[&str]) -> bool {
        let word = self.word(0);
        words.iter().any(|known| word.eq_ignore_ascii_case(known))
    }
}
