//! `sql select …;`: the query is kept as text. Where it ends is decided here, in one pass over the file whatever stands
//! in it.

use super::option::Host;
use super::recover::{begins_statement, is_query};
use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::syntax::Sql;

/// What is known of the file's queries, so that no stretch of it is searched in vain twice.
#[derive(Default)]
pub(super) struct Scan {
    /// No `;` stands outside literals and comments from here on: the first `;` of any kind ends a query.
    plain: bool,
    /// There is no `;` from here to the end of the file.
    none_from: Option<usize>,
}

impl Parser<'_> {
    pub(super) fn parse_sql(&mut self, keyword: Span) -> Parse<Sql> {
        let first = self.next();
        if first.kind == TokenKind::OpenParen && is_query(self.word(1)) {
            let problem = Diagnostic::error("syntax", first.span, "a query stands without parentheses")
                .label("leave them out")
                .help("a query goes from SELECT or WITH to `;`: `sql select …; name=totals`");
            self.report(problem);
            return Err(Abandoned);
        }
        if !is_query(self.word(0)) {
            let problem = self
                .missing_diagnostic("a query that begins with SELECT or WITH")
                .help("for instance `sql select id, sum(amount) as total from loans group by id; name=totals`");
            self.report(problem);
            return Err(Abandoned);
        }
        let start = first.span.start;
        let Some(end) = self.query_end(first.span.end) else {
            return Err(self.unterminated(keyword, start));
        };
        let text = self.slice(Span::new(start, end));
        if text.len() == first.span.len() {
            self.report(
                Diagnostic::error("syntax", first.span, "this query is empty").label("expected what it selects"),
            );
        }
        let text = text.trim_end();
        let text = Spanned::new(text.to_owned(), Span::new(start, start + text.len()));
        self.warn_of_swallowed(&text);
        self.move_to(end + 1);
        let options = self.parse_options(Host::Sql);
        Ok(Sql { span: keyword.to(self.previous), keyword, text, options })
    }

    /// Where the `;` stands that ends the query: the first outside literals and comments, else the first of all, which
    /// is where VOR ends it.
    fn query_end(&mut self, from: usize) -> Option<usize> {
        let text = self.source.text();
        if self.sql.none_from.is_some_and(|none| from >= none) {
            return None;
        }
        if !self.sql.plain {
            if let Some(end) = end_outside_literals(text, from) {
                return Some(end);
            }
            self.sql.plain = true;
        }
        let end = text[from..].find(';').map(|at| from + at);
        if end.is_none() {
            self.sql.none_from = Some(from);
        }
        end
    }

    /// Reports a query without its `;` and goes on at the next line that begins a statement.
    fn unterminated(&mut self, keyword: Span, start: usize) -> Abandoned {
        let first_line = self.slice(Span::new(start, self.source.text().len()));
        let line_end = start + first_line.find(['\n', '\r']).unwrap_or(first_line.len());
        self.report(
            Diagnostic::error("unclosed-query", keyword, "this query never ends: there is no `;` behind it")
                .label("the query begins here")
                .help("a query goes from SELECT or WITH to `;`, and its options follow: `sql select …; name=totals`"),
        );
        let rest = &self.source.text()[line_end..];
        let mut at = line_end;
        for line in rest.split_inclusive(['\n', '\r']) {
            if begins_statement(line) {
                break;
            }
            at += line.len();
        }
        self.move_to(at);
        Abandoned
    }

    /// A query that holds whole statements has probably lost its `;`. VOR says nothing of it.
    fn warn_of_swallowed(&mut self, text: &Spanned<String>) {
        let mut at = text.span.start;
        for (number, line) in text.value.split_inclusive(['\n', '\r']).enumerate() {
            if number > 0 && begins_statement(line) {
                let indent = line.len() - line.trim_start().len();
                let span = Span::new(at + indent, at + line.trim_end().len());
                let query = Span::new(text.span.start, text.span.start + "with".len());
                self.report(
                    Diagnostic::warning(
                        "statement-in-query",
                        span,
                        "this line looks like a statement, but is part of a query",
                    )
                    .label("read as SQL")
                    .also(query, "the query begins here")
                    .help("is the `;` of the query missing?"),
                );
                return;
            }
            at += line.len();
        }
    }
}

/// The first `;` that stands in no literal, no quoted name and no comment.
fn end_outside_literals(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b';' => return Some(at),
            b'\'' | b'"' => 2 + text[at + 1..].find(char::from(byte))?,
            b'-' if text[at..].starts_with("--") => line_length(&text[at..]),
            b'/' if text[at..].starts_with("//") => line_length(&text[at..]),
            b'/' if text[at..].starts_with("/*") => 4 + text[at + 2..].find("*/")?,
            _ => 1,
        };
    }
    None
}

fn line_length(text: &str) -> usize {
    text.find(['\n', '\r']).unwrap_or(text.len())
}
