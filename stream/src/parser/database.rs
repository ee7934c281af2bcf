//! `db=…`: which database a table is in, and how its rows are copied.

use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::{Database, MssqlOption, Name, OptionValue, Text};

const MSSQL_OPTIONS: [&str; 8] =
    ["check_constraints", "fire_triggers", "keep_nulls", "tablock", "kb", "rows", "order", "connection"];

impl Parser<'_> {
    pub(super) fn parse_database(&mut self) -> Parse<Database> {
        let token = self.next();
        let word = self.word(0).to_ascii_lowercase();
        match word.as_str() {
            "csv" => Ok(Database::Csv(self.take().span)),
            "sas" => Ok(Database::Sas(self.take().span)),
            "pg" => {
                self.take();
                let connection = self.parse_pg()?;
                let span = token.span.to(self.previous);
                Ok(Database::Pg { span, connection })
            }
            "mssql" => {
                self.take();
                let options = self.parse_mssql()?;
                let span = token.span.to(self.previous);
                Ok(Database::Mssql { span, options })
            }
            _ => {
                let mut problem = self.missing_diagnostic("`pg`, `mssql`, `csv` or `sas` for `db`");
                let hint = match word.as_str() {
                    "postgres" | "postgresql" | "psql" => Some("pg"),
                    "sqlserver" => Some("mssql"),
                    _ => nearest(&word, ["pg", "mssql", "csv", "sas"]),
                };
                if let Some(hint) = hint {
                    problem = problem.label(format!("did you mean `{hint}`?"));
                }
                self.report(problem);
                Err(Abandoned)
            }
        }
    }

    /// The bracket that opens a database's settings, and the kind that closes them.
    fn open_settings(&mut self) -> Option<(Span, TokenKind, &'static str)> {
        let close = match self.next().kind {
            TokenKind::OpenParen => (TokenKind::CloseParen, "`)`"),
            TokenKind::OpenBrace => (TokenKind::CloseBrace, "`}`"),
            _ => return None,
        };
        Some((self.take().span, close.0, close.1))
    }

    fn parse_pg(&mut self) -> Parse<Option<Text>> {
        let Some((_, close, close_text)) = self.open_settings() else {
            return Ok(None);
        };
        if !self.at_word(&["connection"]) {
            let found = self.word(0).to_owned();
            let mut problem = self.missing_diagnostic("`connection=\"…\"`");
            if nearest(&found, ["connection"]).is_some() || found.eq_ignore_ascii_case("conn") {
                problem = problem.label("did you mean `connection`?");
            }
            self.report(problem);
            return Err(Abandoned);
        }
        self.take();
        self.expect(TokenKind::Equals, "`=` and the connection's name")?;
        let connection = self.expect_text("the connection's name in quotes")?;
        self.expect(close, close_text)?;
        Ok(Some(connection))
    }

    fn parse_mssql(&mut self) -> Parse<Vec<MssqlOption>> {
        let Some((open, close, close_text)) = self.open_settings() else {
            return Ok(Vec::new());
        };
        let mut options = Vec::new();
        while !self.at(close) {
            if !self.at(TokenKind::Word) {
                let what = format!("{close_text} or a setting");
                let problem = self.missing_diagnostic(&what).also(open, "opened here");
                self.report(problem);
                return Err(Abandoned);
            }
            options.push(self.parse_mssql_option()?);
        }
        let end = self.take().span;
        if options.is_empty() {
            self.report(
                Diagnostic::error("syntax", open.to(end), "no setting stands in these parentheses")
                    .label("leave them out, or name a setting")
                    .help(format!("the settings are {}", MSSQL_OPTIONS.join(", "))),
            );
        }
        Ok(options)
    }

    fn parse_mssql_option(&mut self) -> Parse<MssqlOption> {
        let token = self.take();
        let word = self.slice(token.span);
        let Some(&known) = MSSQL_OPTIONS.iter().find(|known| word.eq_ignore_ascii_case(known)) else {
            let problem = Diagnostic::error("unknown-option", token.span, format!("`mssql` has no setting `{word}`"))
                .help(format!("the settings are {}", MSSQL_OPTIONS.join(", ")));
            self.report(match nearest(word, MSSQL_OPTIONS) {
                Some(hint) => problem.label(format!("did you mean `{hint}`?")),
                None => problem.label("unknown setting"),
            });
            return Err(Abandoned);
        };
        self.expect(TokenKind::Equals, &format!("`=` after `{word}`"))?;
        let value = match known {
            "kb" | "rows" => OptionValue::Number(self.expect_number(&format!("a number for `{word}`"))?),
            "order" => OptionValue::Names(self.parse_names("a column")?),
            "connection" => OptionValue::Text(self.expect_text("the connection's name in quotes")?),
            _ => OptionValue::Boolean(self.parse_boolean(&format!("`true` or `false` for `{word}`"))?),
        };
        Ok(MssqlOption { name: Name::new(word, token.span), value })
    }
}
