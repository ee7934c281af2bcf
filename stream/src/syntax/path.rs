//! Where an input reads and an output writes: local paths, tables, objects in S3, and texts with `${…}` in them.

use super::{Name, Text};
use crate::source::Span;

/// What an input reads or an output writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The whole.
    pub span: Span,
    /// Which kind.
    pub kind: LocationKind,
}

/// The forms a location is written in.
#[derive(Clone, Debug, PartialEq)]
pub enum LocationKind {
    /// `feeds/loans.csv` without quotes: blanks between its words dropped, the suffix as part of `path`.
    Local {
        /// The path, suffix included.
        path: String,
        /// The suffix, where it has one.
        suffix: Option<Suffix>,
    },
    /// `var.x`, `opt.a.b.c` or `dyn.x`, for a path known when the run starts.
    Variable {
        /// Which.
        variable: Variable,
        /// A suffix to put behind its value.
        suffix: Option<Suffix>,
    },
    /// `"feeds/2024-01/${book}.csv.gz"`: any characters; the suffix says the format.
    Quoted(Template),
    /// `schema.table` or `database.schema.table`, without quotes. Also what an unquoted `tape.parquet` is.
    Table {
        /// The first of three names.
        database: Option<Name>,
        /// The name before the table's.
        schema: Name,
        /// The table.
        table: Name,
    },
    /// `s3://bucket/key`; the template holds the whole address.
    S3(Template),
}

/// A suffix of an unquoted path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// `.csv`
    Csv,
    /// `.sas7bdat`
    Sas7bdat,
}

impl Suffix {
    /// As it is written in lower case.
    pub fn text(self) -> &'static str {
        match self {
            Suffix::Csv => ".csv",
            Suffix::Sas7bdat => ".sas7bdat",
        }
    }
}

/// A name for something a run brings: `var.x`, `opt.a.b.c`, `dyn.x`.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The whole.
    pub span: Span,
    /// Which space the name is in.
    pub kind: VariableKind,
    /// The name without its first word: `x`, or `a.b.c`.
    pub path: String,
}

/// The spaces of [`Variable`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// `var.x`: a parameter of the run.
    Var,
    /// `opt.a.b.c`: an option of the run.
    Opt,
    /// `dyn.x`: a dynamic fact.
    Dyn,
}

/// A text with `${…}` in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The whole as it was written, quotes included.
    pub span: Span,
    /// Its pieces in order; two texts never stand side by side.
    pub parts: Vec<TemplatePart>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Stands for itself.
    Text(String),
    /// `${name}`: a parameter of the process.
    Param(Name),
    /// `${var.x}`, `${opt.a.b.c}`, `${dyn.x}`.
    Variable(Variable),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    /// A `${` without its `}`.
    #[error("`${{` is never closed with `}}`")]
    Unclosed,
    /// Something between the braces that names nothing.
    #[error("`${{{0}}}` names nothing: write `${{parameter}}`, `${{var.x}}`, `${{opt.a.b.c}}` or `${{dyn.x}}`")]
    NoName(String),
}

impl Template {
    /// Reads `${…}` in a text. The names in it have the text's own span, since escapes may have moved them.
    ///
    /// # Errors
    /// The first `${…}` that is not closed or names nothing.
    pub fn parse(text: &Text) -> Result<Template, TemplateProblem> {
        let mut template = Template { span: text.span, parts: Vec::new() };
        let mut rest = text.value.as_str();
        while let Some(start) = rest.find("${") {
            template.push_text(&rest[..start]);
            let inside = &rest[start + 2..];
            let end = inside.find('}').ok_or(TemplateProblem::Unclosed)?;
            template.parts.push(named_part(inside[..end].trim(), text.span)?);
            rest = &inside[end + 1..];
        }
        template.push_text(rest);
        Ok(template)
    }

    /// Puts a text behind the last piece.
    pub fn push_text(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(TemplatePart::Text(last)) => last.push_str(text),
            _ => self.parts.push(TemplatePart::Text(text.to_owned())),
        }
    }

    /// Whether it ends in a suffix, in any letter case.
    pub fn ends_with(&self, suffix: &str) -> bool {
        match self.parts.last() {
            Some(TemplatePart::Text(text)) => {
                let (text, suffix) = (text.as_bytes(), suffix.as_bytes());
                text.len() >= suffix.len() && text[text.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
            }
            _ => false,
        }
    }
}

fn named_part(name: &str, span: Span) -> Result<TemplatePart, TemplateProblem> {
    let words: Vec<&str> = name.split('.').map(str::trim).collect();
    let no_name = || TemplateProblem::NoName(name.to_owned());
    if !words.iter().all(|word| is_identifier(word)) {
        return Err(no_name());
    }
    let first = words[0].to_ascii_lowercase();
    let kind = match (first.as_str(), words.len()) {
        (_, 1) => return Ok(TemplatePart::Param(Name::new(name, span))),
        ("var", 2) => VariableKind::Var,
        ("opt", 4) => VariableKind::Opt,
        ("dyn", 2) => VariableKind::Dyn,
        _ => return Err(no_name()),
    };
    let path = words[1..].join(".");
    Ok(TemplatePart::Variable(Variable { span, kind, path }))
}

/// Whether a text is a letter or `_`, then letters, digits, `_`.
fn is_identifier(word: &str) -> bool {
    let mut bytes = word.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<TemplatePart>, TemplateProblem> {
        let text = Text::new(text.to_owned(), Span::new(0, text.len()));
        Template::parse(&text).map(|template| template.parts)
    }

    #[test]
    fn a_template_is_cut_into_texts_and_names() {
        let parts = parse("in/${book}_${opt.a.b.c}.csv").unwrap();
        assert_eq!(parts.len(), 5);
        assert!(matches!(&parts[1], TemplatePart::Param(name) if name.text == "book"));
        assert!(matches!(&parts[3], TemplatePart::Variable(v) if v.kind == VariableKind::Opt && v.path == "a.b.c"));
    }

    #[test]
    fn braces_that_name_nothing_or_never_close_are_refused() {
        assert_eq!(parse("a${b"), Err(TemplateProblem::Unclosed));
        assert!(matches!(parse("a${}"), Err(TemplateProblem::NoName(_))));
        assert!(matches!(parse("a${cob.x}"), Err(TemplateProblem::NoName(_))));
    }
}
