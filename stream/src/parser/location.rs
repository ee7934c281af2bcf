//! Where an input reads and an output writes: unquoted paths, tables, variables, quoted paths.

use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Location, LocationKind, Name, Suffix, Template, Variable, VariableKind};

/// Which end of the process a location is at: their unquoted forms differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Input,
    Output,
}

impl Parser<'_> {
    pub(super) fn parse_location(&mut self, end: End) -> Parse<Location> {
        let start = self.next();
        let kind = match start.kind {
            TokenKind::Text => self.parse_quoted()?,
            TokenKind::S3 => LocationKind::S3(self.parse_s3(end)?),
            TokenKind::Word | TokenKind::Slash => self.parse_unquoted(end)?,
            _ => return Err(self.missing_location(end)),
        };
        let span = start.span.to(self.previous);
        Ok(Location { span, kind })
    }

    fn missing_location(&mut self, end: End) -> Abandoned {
        let (what, example) = match end {
            End::Input => ("a file, a table or an `s3://` address to read", "in \"loans.csv\" -> loans"),
            End::Output => ("a file, a table or an `s3://` address to write", "out loans -> \"loans.csv\""),
        };
        let starts_with_dollar = self.slice(self.ahead[0].span) == "$";
        let problem = self.missing_diagnostic(what);
        let problem = if starts_with_dollar {
            problem.help("a parameter of the process stands in a quoted path: `\"${home}/loans.csv\"`")
        } else {
            problem.help(format!("for instance `{example}`"))
        };
        self.report(problem);
        Abandoned
    }

    fn parse_quoted(&mut self) -> Parse<LocationKind> {
        let text = self.expect_text("a path")?;
        if text.value.is_empty() {
            self.report(Diagnostic::error("bad-path", text.span, "this path is empty").label("expected a path"));
            return Err(Abandoned);
        }
        if let Some(control) = text.value.chars().find(|c| c.is_control()) {
            self.report(
                Diagnostic::error("bad-path", text.span, format!("this path holds the control character {control:?}"))
                    .label("a backslash and a letter may stand for one character")
                    .help("write paths with `/`, or put them in single quotes, where `\\` stands for itself"),
            );
            return Err(Abandoned);
        }
        match Template::parse(&text) {
            Ok(template) => Ok(LocationKind::Quoted(template)),
            Err(problem) => {
                self.report(Diagnostic::error("bad-path", text.span, problem.to_string()).label("in this path"));
                Err(Abandoned)
            }
        }
    }

    fn parse_unquoted(&mut self, end: End) -> Parse<LocationKind> {
        let start = self.next().span;
        let rooted = self.take_if(TokenKind::Slash).is_some();
        let first = self.expect_name("a name in the path")?;
        if rooted || self.at(TokenKind::Slash) {
            return self.parse_slashed(end, start, rooted, &first);
        }
        let mut names = vec![first];
        while self.take_if(TokenKind::Point).is_some() {
            if self.peek(1).kind == TokenKind::Equals {
                return Err(self.missing_after_point());
            }
            names.push(self.expect_name("a name after `.`")?);
        }
        if let Some(variable) = as_variable(&names) {
            let suffix = if end == End::Input { self.take_suffix() } else { None };
            self.refuse_more_suffix(start)?;
            return Ok(LocationKind::Variable { variable, suffix });
        }
        if names.len() == 1 {
            let suffix = self.take_suffix_for(end);
            self.refuse_more_suffix(start)?;
            let path = with_suffix(&names[0].text, suffix);
            return Ok(LocationKind::Local { path, suffix });
        }
        self.refuse_more_suffix(start)?;
        self.parse_dotted(start, names)
    }

    /// `dyn. name=x`: what follows the point is an option.
    fn missing_after_point(&mut self) -> Abandoned {
        let option = self.next().span;
        let found = self.slice(option);
        let point = self.previous;
        self.report(
            Diagnostic::error("syntax", point, format!("expected a name after `.`, found the option `{found}`"))
                .label("expected a name after this"),
        );
        Abandoned
    }

    fn parse_slashed(&mut self, end: End, start: Span, rooted: bool, first: &Name) -> Parse<LocationKind> {
        let mut path = format!("{}{first}", if rooted { "/" } else { "" });
        while self.take_if(TokenKind::Slash).is_some() {
            if !self.at(TokenKind::Word) {
                return Err(self.refuse_dotted(start));
            }
            let name = self.expect_name("a name after `/`")?;
            path.push('/');
            path.push_str(&name.text);
        }
        let suffix = self.take_suffix_for(end);
        self.refuse_more_suffix(start)?;
        let path = with_suffix(&path, suffix);
        if end == End::Output {
            let written = start.to(self.previous);
            self.report(
                Diagnostic::error("quote-path", written, "an output's path with `/` must stand in quotes")
                    .label(format!("write `\"{path}\"`")),
            );
        }
        Ok(LocationKind::Local { path, suffix })
    }

    /// Two or three names with points between them: a table, except that `f.CSV` and `f . csv` are what they look like.
    fn parse_dotted(&mut self, start: Span, mut names: Vec<Name>) -> Parse<LocationKind> {
        let suffix = [Suffix::Csv, Suffix::Sas7bdat]
            .into_iter()
            .find(|suffix| names.len() == 2 && names[1].text.eq_ignore_ascii_case(&suffix.text()[1..]));
        if suffix.is_some() {
            let path = format!("{}.{}", names[0], names[1]);
            return Ok(LocationKind::Local { path, suffix });
        }
        if names.len() > 3 {
            return Err(self.refuse_dotted(start));
        }
        let table = names.pop();
        let schema = names.pop();
        match (schema, table) {
            (Some(schema), Some(table)) => Ok(LocationKind::Table { database: names.pop(), schema, table }),
            _ => Err(self.missing("a table")),
        }
    }

    fn take_suffix(&mut self) -> Option<Suffix> {
        let suffix = match self.next().kind {
            TokenKind::Csv => Suffix::Csv,
            TokenKind::Sas7bdat => Suffix::Sas7bdat,
            _ => return None,
        };
        self.take();
        Some(suffix)
    }

    fn take_suffix_for(&mut self, end: End) -> Option<Suffix> {
        if end == End::Output && self.at(TokenKind::Sas7bdat) {
            let token = self.take();
            self.report(
                Diagnostic::error("syntax", token.span, "SAS data sets cannot be written")
                    .label("expected `.csv`")
                    .help("`.sas7bdat` files are read by `in` alone"),
            );
            return None;
        }
        self.take_suffix()
    }

    /// Reports what goes on like a path but is beyond the unquoted form.
    fn refuse_more_suffix(&mut self, start: Span) -> Parse<()> {
        use TokenKind::{Csv, Gz, Minus, Number, Point, Sas7bdat, Slash, VariableOpen};
        let token = self.next();
        let goes_on = matches!(token.kind, Gz | Csv | Sas7bdat | Point | Minus | Number | Slash | VariableOpen);
        if goes_on && !token.blank_before || matches!(token.kind, Gz | Csv | Sas7bdat) {
            return Err(self.refuse_dotted(start));
        }
        Ok(())
    }

    /// Reports a path that needs quotes, up to where it ends.
    fn refuse_dotted(&mut self, start: Span) -> Abandoned {
        while !self.at(TokenKind::End) && !self.next().blank_before && !self.at(TokenKind::Arrow) {
            self.take();
        }
        let written = start.to(self.previous);
        let text = self.slice(written);
        let text = if text.len() > 60 || text.contains(['\n', '\r', '"']) { "…" } else { text };
        self.report(
            Diagnostic::error("quote-path", written, "this path must stand in quotes")
                .label(format!("write `\"{text}\"`"))
                .note("without quotes a path is names with `/` between them and ends in `.csv` or `.sas7bdat`; a table is `schema.table` or `database.schema.table`"),
        );
        Abandoned
    }

    /// `var.x`, `opt.a.b.c` or `dyn.x`.
    pub(super) fn parse_variable(&mut self) -> Parse<Variable> {
        let start = self.next().span;
        let mut names = vec![self.expect_name("`var`, `opt` or `dyn`")?];
        while self.take_if(TokenKind::Point).is_some() {
            names.push(self.expect_name("a name after `.`")?);
        }
        if let Some(variable) = as_variable(&names) {
            return Ok(variable);
        }
        let span = start.to(self.previous);
        let written = self.slice(span);
        self.report(
            Diagnostic::error("bad-variable", span, format!("`{written}` names nothing"))
                .label("expected `var.x`, `opt.a.b.c` or `dyn.x`"),
        );
        Err(Abandoned)
    }
}

fn with_suffix(path: &str, suffix: Option<Suffix>) -> String {
    format!("{path}{}", suffix.map_or("", Suffix::text))
}

/// The variable that dotted names are, if they are one.
pub(super) fn as_variable(names: &[Name]) -> Option<Variable> {
    let first = names.first()?;
    let kind = match (first.text.to_ascii_lowercase().as_str(), names.len()) {
        ("var", 2) => VariableKind::Var,
        ("opt", 4) => VariableKind::Opt,
        ("dyn", 2) => VariableKind::Dyn,
        _ => return None,
    };
    let rest: Vec<&str> = names[1..].iter().map(|name| name.text.as_str()).collect();
    Some(Variable { span: first.span.to(names[names.len() - 1].span), kind, path: rest.join(".") })
}
