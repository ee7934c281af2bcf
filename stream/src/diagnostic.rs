//! Problems with a stream file, as data; and how they are shown to people and to tools. Made by the parser and the
//! check, shown by the command line. Knows nothing of terminals: the caller says whether colour is wanted.

mod render;

use serde_json::json;

use crate::source::{SourceFile, Span};

pub use render::{Colour, DIAGNOSTICS_SHOWN_MAX, Renderer};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but probably does not say what was meant.
    Warning,
}

impl Severity {
    /// In lower case, for tools.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A place in the file with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of problem, for tools and for looking it up: `unknown-option`. Never changes once released.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where, and what was expected there.
    pub primary: Label,
    /// Other places that have to do with it.
    pub secondary: Vec<Label>,
    /// The way out.
    pub help: Option<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic::new(Severity::Error, code, span, message.into())
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic::new(Severity::Warning, code, span, message.into())
    }

    fn new(severity: Severity, code: &'static str, span: Span, message: String) -> Self {
        let text = String::new();
        Diagnostic {
            severity,
            code,
            message,
            primary: Label { span, text },
            secondary: Vec::new(),
            help: None,
            notes: Vec::new(),
        }
    }

    /// The same with words beside the place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// The same with another place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.secondary.push(Label { span, text });
        self
    }

    /// The same with the way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with something else worth knowing.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// In one line, as compilers and editors have it: `price.strm:3:7: error: … [code]`.
    pub fn to_line(&self, source: &SourceFile) -> String {
        let at = source.position(self.primary.span.start);
        let Diagnostic { severity, code, message, .. } = self;
        let name = source.part_name(source.part_at(self.primary.span.start));
        let severity = severity.name();
        format!("{name}:{}:{}: {severity}: {message} [{code}]", at.line, at.column)
    }

    /// For tools: file, line, column (from 1, in characters), byte offsets and the texts.
    pub fn to_json(&self, source: &SourceFile) -> serde_json::Value {
        json!({
            "severity": self.severity.name(),
            "code": self.code,
            "message": self.message,
            "file": source.part_name(source.part_at(self.primary.span.start)),
            "at": place(&self.primary, source),
            "related": self.secondary.iter().map(|label| place(label, source)).collect::<Vec<_>>(),
            "help": self.help,
            "notes": self.notes,
        })
    }
}

fn place(label: &Label, source: &SourceFile) -> serde_json::Value {
    let (start, end) = (source.position(label.span.start), source.position(label.span.end));
    let part = source.part_at(label.span.start);
    let before = source.part_span(part).start;
    json!({
        "file": source.part_name(part),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "start": label.span.start - before,
        "end": label.span.end - before,
        "text": label.text,
    })
}

/// Sorts problems as they are shown: by their place in the file, errors before warnings.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|diagnostic| (diagnostic.primary.span.start, diagnostic.severity));
}

/// The one of `known` that a misspelt word most likely stands for; letter case is ignored. Nothing where none is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    if word.chars().count() > 64 {
        return None;
    }
    let scored = known.into_iter().map(|candidate| {
        let lower = candidate.to_ascii_lowercase();
        (strsim::damerau_levenshtein(&word, &lower), candidate)
    });
    let (distance, candidate) = scored.min_by_key(|&(distance, _)| distance)?;
    let length = word.chars().count().max(candidate.chars().count());
    // One slip in a short word, two in a middling one, three in a long one.
    let allowed = match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    (distance <= allowed).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("LABLE", ["label", "lang"]), Some("label"));
        assert_eq!(nearest("ouput", ["out", "output"]), Some("output"));
        assert_eq!(nearest("wherever", ["where", "delim"]), None);
        assert_eq!(nearest("x", ["in"]), None);
    }

    #[test]
    fn a_tool_gets_line_column_and_bytes() {
        let source = SourceFile::new("a.strm", "name a\nnam b\n");
        let diagnostic = Diagnostic::error("unknown-statement", Span::new(7, 10), "no").also(Span::new(0, 4), "x");
        assert_eq!(diagnostic.to_line(&source), "a.strm:2:1: error: no [unknown-statement]");
        let json = diagnostic.to_json(&source);
        assert_eq!(json["at"]["line"], 2);
        assert_eq!(json["at"]["end_column"], 4);
        assert_eq!(json["related"][0]["start"], 0);
    }
}
