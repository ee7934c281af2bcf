//! From the text of a stream file to its syntax tree: recursive descent that goes on after every problem, so that one
//! pass finds them all. Called by the command line and the check. Does not judge what a file means: whatever VOR's
//! grammar accepts is accepted here, and what is odd about it is a warning, mostly of the check.

mod database;
mod declaration;
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
use crate::lexer::{Lexer, Token, TokenKind, text_value};
use crate::source::{SourceFile, Span};
use crate::syntax::{File, Item, Name, Text};

/// How deep groups may nest.
pub const NESTING_MAX: usize = 64;

/// How many problems of one file are kept; a file with more is no stream file.
pub const DIAGNOSTICS_KEPT_MAX: usize = 1000;

/// Words that no name may be, in any letter case.
const RESERVED: [&str; 4] = ["s3", "true", "false", "descr"];

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

/// Reads a stream file. Never fails and takes time in proportion to the file's length: what is wrong is in
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
    /// The last text that was taken and goes over several lines: a likely place for a missing quote.
    long_text: Option<Span>,
    diagnostics: Vec<Diagnostic>,
    incomplete: bool,
    depth: usize,
    too_deep: bool,
    sql: sql::Scan,
}

impl<'a> Parser<'a> {
    fn new(source: &'a SourceFile) -> Self {
        Parser {
            source,
            lexer: Lexer::new(source.text()),
            ahead: VecDeque::new(),
            previous: Span::default(),
            long_text: None,
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
        let lines = || self.slice(token.span).contains(['\n', '\r']);
        if token.kind == TokenKind::Text && lines() {
            self.long_text = Some(token.span);
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

    /// Takes a token of a kind or reports that it is missing.
    fn expect(&mut self, kind: TokenKind, what: &str) -> Parse<Token> {
        match self.take_if(kind) {
            Some(token) => Ok(token),
            None => Err(self.missing(what)),
        }
    }

    /// Takes a name, or reports that `what` is missing.
    fn expect_name(&mut self, what: &str) -> Parse<Name> {
        let token = self.next();
        if token.kind != TokenKind::Word {
            let problem = self.missing_diagnostic(what);
            let problem = self.explain_no_name(problem, token);
            self.report(problem);
            return Err(Abandoned);
        }
        let word = self.slice(token.span);
        if RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved)) {
            self.report(
                Diagnostic::error("reserved-word", token.span, format!("`{word}` cannot be a name"))
                    .label(format!("expected {what}"))
                    .help("`s3`, `true`, `false` and `descr` are reserved in any letter case; choose another name"),
            );
            // It was meant as one, so what follows is read as if it were.
        }
        self.take();
        Ok(Name::new(word, token.span))
    }

    fn explain_no_name(&mut self, problem: Diagnostic, token: Token) -> Diagnostic {
        match token.kind {
            TokenKind::Number => problem.help("a name is a letter or `_`, then letters, digits and `_`"),
            TokenKind::Text => {
                let text = text_value(self.slice(token.span));
                let is_name = text.bytes().all(crate::lexer::is_word_part)
                    && text.bytes().next().is_some_and(|first| !first.is_ascii_digit());
                if is_name { problem.help(format!("names stand without quotes: `{text}`")) } else { problem }
            }
            _ => problem,
        }
    }

    /// Takes a quoted text, or reports that `what` is missing.
    fn expect_text(&mut self, what: &str) -> Parse<Text> {
        if let Some(token) = self.take_if(TokenKind::Text) {
            return Ok(Text::new(text_value(self.slice(token.span)), token.span));
        }
        let token = self.next();
        let mut problem = self.missing_diagnostic(what);
        if matches!(token.kind, TokenKind::Word | TokenKind::Number) && !token.line_start {
            problem = problem.help(format!("put it in quotes: `\"{}\"`", self.slice(token.span)));
        }
        self.report(problem);
        Err(Abandoned)
    }

    /// Reports that something is missing where the next token stands.
    fn missing(&mut self, what: &str) -> Abandoned {
        let problem = self.missing_diagnostic(what);
        self.report(problem);
        Abandoned
    }

    fn missing_diagnostic(&mut self, what: &str) -> Diagnostic {
        let token = self.next();
        if token.kind == TokenKind::UnclosedText {
            return self.unclosed_text(token);
        }
        let found = self.describe(token);
        // On a later line the eye is still on what came before.
        if (token.line_start || token.kind == TokenKind::End) && !self.previous.is_empty() {
            let previous = self.slice(self.previous);
            let previous = if previous.len() > 40 || previous.contains('\n') {
                String::from("this")
            } else {
                format!("`{previous}`")
            };
            let place = if token.kind == TokenKind::End { "" } else { " on the next line" };
            return Diagnostic::error(
                "syntax",
                self.previous,
                format!("expected {what} after {previous}, found {found}{place}"),
            )
            .label(format!("expected {what} after this"));
        }
        Diagnostic::error("syntax", token.span, format!("expected {what}, found {found}"))
            .label(format!("expected {what}"))
    }

    fn unclosed_text(&mut self, token: Token) -> Diagnostic {
        let quote = &self.slice(token.span)[..1];
        Diagnostic::error("unclosed-text", token.span, format!("this text is never closed with {quote}"))
            .label("begins here")
            .help(format!("put the closing {quote} behind it"))
    }

    /// A token in words.
    fn describe(&self, token: Token) -> String {
        match token.kind {
            TokenKind::End => String::from("the end of the file"),
            TokenKind::Text | TokenKind::UnclosedText => String::from("a quoted text"),
            _ => format!("`{}`", self.slice(token.span).escape_debug()),
        }
    }

    fn report(&mut self, mut problem: Diagnostic) {
        let repeated = |last: &Diagnostic| last.is_error() && last.primary.span == problem.primary.span;
        if problem.is_error() && self.diagnostics.last().is_some_and(repeated) {
            return;
        }
        if self.diagnostics.len() >= DIAGNOSTICS_KEPT_MAX {
            return;
        }
        if let Some(text) = self.long_text.take().filter(|_| problem.is_error()) {
            problem = problem.also(
                Span::new(text.start, text.start + 1),
                "this text goes on for several lines: is its closing quote missing?",
            );
        }
        self.diagnostics.push(problem);
    }
}
