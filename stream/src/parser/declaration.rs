//! `queue name (column type, …)`: the columns of a queue.

use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::schema::DataType;
use crate::source::{Span, Spanned};
use crate::syntax::{ColumnDeclaration, Name, QueueDeclaration};

/// What the types are called elsewhere.
const OTHER_NAMES: [(&str, &str); 16] = [
    ("bigint", "int64"),
    ("bytes", "binary"),
    ("char", "text"),
    ("datetime", "timestamp"),
    ("double", "float64"),
    ("float", "float64"),
    ("float32", "float64"),
    ("int", "int64"),
    ("integer", "int64"),
    ("long", "int64"),
    ("numeric", "decimal(18,4)"),
    ("real", "float64"),
    ("smallint", "int32"),
    ("str", "text"),
    ("string", "text"),
    ("varchar", "text"),
];

impl Parser<'_> {
    pub(super) fn parse_queue(&mut self, keyword: Span) -> Parse<QueueDeclaration> {
        let name = self.expect_name("the name of the queue")?;
        let open = self.expect(TokenKind::OpenParen, "`(` and the queue's columns")?;
        let mut columns = Vec::new();
        while self.take_if(TokenKind::CloseParen).is_none() {
            columns.push(self.parse_column()?);
            if self.take_if(TokenKind::Comma).is_some() || self.at(TokenKind::CloseParen) {
                continue;
            }
            self.missing_comma(open.span)?;
        }
        let span = keyword.to(self.previous);
        if columns.is_empty() {
            self.report(
                Diagnostic::error("no-columns", span, format!("queue `{name}` has no columns"))
                    .label("expected `(name type, …)`"),
            );
        }
        Ok(QueueDeclaration { span, keyword, name, columns })
    }

    /// Reports the missing comma; goes on where a column seems to follow.
    fn missing_comma(&mut self, open: Span) -> Parse<()> {
        let problem = self.missing_diagnostic("`,` or `)`");
        let is_not = self.at_word(&["not"]);
        let problem = if is_not {
            problem.help("columns hold no nulls unless `null` stands behind their type: leave out `not null`")
        } else {
            problem.also(open, "the columns begin here")
        };
        self.report(problem);
        if is_not && self.word(1).eq_ignore_ascii_case("null") {
            self.take();
            self.take();
            self.take_if(TokenKind::Comma);
            return Ok(());
        }
        let column_follows =
            matches!(self.next().kind, TokenKind::Word | TokenKind::Text) && self.peek(1).kind == TokenKind::Word;
        if column_follows && !self.looks_like_statement() { Ok(()) } else { Err(Abandoned) }
    }

    fn parse_column(&mut self) -> Parse<ColumnDeclaration> {
        let name = if self.at(TokenKind::Text) {
            let text = self.expect_text("a column")?;
            Name::new(text.value, text.span)
        } else {
            self.expect_name("the name of a column")?
        };
        let data_type = self.parse_data_type(&name)?;
        let null = if self.at_word(&["null"]) { Some(self.take().span) } else { None };
        Ok(ColumnDeclaration { span: name.span.to(self.previous), name, data_type, null })
    }

    fn parse_data_type(&mut self, column: &Name) -> Parse<Spanned<DataType>> {
        if !self.at(TokenKind::Word) {
            let what = format!("the type of column `{column}`");
            let problem = self.missing_diagnostic(&what).help(format!("the types are {}", DataType::NAMES.join(", ")));
            self.report(problem);
            return Err(Abandoned);
        }
        let word = self.take().span;
        let mut span = word;
        if self.at(TokenKind::OpenParen) {
            while !self.at(TokenKind::CloseParen) {
                if !matches!(self.next().kind, TokenKind::OpenParen | TokenKind::Number | TokenKind::Comma) {
                    return Err(self.missing("`)`"));
                }
                self.take();
            }
            span = word.to(self.take().span);
        }
        let written: String = self.slice(span).split_whitespace().collect();
        match written.parse() {
            Ok(data_type) => Ok(Spanned::new(data_type, span)),
            Err(_) => {
                self.report_unknown_type(word, span);
                Ok(Spanned::new(DataType::Text, span))
            }
        }
    }

    fn report_unknown_type(&mut self, word: Span, span: Span) {
        let name = self.slice(word);
        if name.eq_ignore_ascii_case("decimal") {
            self.report(
                Diagnostic::error("unknown-type", span, format!("`{}` is no decimal type", self.slice(span)))
                    .label("expected `decimal(precision, scale)`")
                    .help("up to 38 digits in all, of them `scale` behind the point: `decimal(18,4)`"),
            );
            return;
        }
        let other = OTHER_NAMES.iter().find(|(other, _)| name.eq_ignore_ascii_case(other)).map(|&(_, known)| known);
        let hint = other.or_else(|| nearest(name, DataType::NAMES));
        let problem = Diagnostic::error("unknown-type", word, format!("`{name}` is no type"));
        let problem = match hint {
            Some(hint) => problem.label(format!("did you mean `{hint}`?")),
            None => problem.label("expected a type"),
        };
        self.report(problem.help(format!("the types are {}", DataType::NAMES.join(", "))));
    }
}
