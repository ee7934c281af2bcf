//! Problems as text for people: file, line, column, the source underlined, and the way out.

use std::fmt::Write;

use ariadne::{Cache, CharSet, Color, Config, IndexType, Report, ReportKind, Source};

use super::{Diagnostic, Label, Severity, sort};
use crate::source::{SourceFile, Span};

/// How many problems are shown of one file; the rest are counted.
pub const DIAGNOSTICS_SHOWN_MAX: usize = 50;

/// A line longer than this, in bytes, is not shown: a file that is one line of megabytes would fill the screen.
const LINE_BYTES_SHOWN_MAX: usize = 1000;

/// Help and notes go on in the next line behind this many characters.
const LINE_CHARS: usize = 100;

/// Whether text for people is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// For a terminal.
    On,
    /// For a file or a pipe.
    Off,
}

/// Shows the problems of one stream file and of those it refers to.
pub struct Renderer<'a> {
    file: &'a SourceFile,
    /// One for each file.
    sources: Vec<Source<String>>,
    colour: Colour,
}

impl<'a> Renderer<'a> {
    /// For a file's problems.
    pub fn new(file: &'a SourceFile, colour: Colour) -> Self {
        let texts = (0..file.parts()).map(|part| &file.text()[file.part_span(part).range()]);
        let sources = texts.map(|text| Source::from(one_kind_of_line_end(text))).collect();
        Renderer { file, sources, colour }
    }

    /// All of them in the file's order, [`DIAGNOSTICS_SHOWN_MAX`] at most, with the count of what is left out.
    pub fn render_all(&self, diagnostics: &[Diagnostic]) -> String {
        let mut sorted = diagnostics.to_vec();
        sort(&mut sorted);
        // Errors are shown before warnings push them out.
        let errors = sorted.iter().filter(|diagnostic| diagnostic.is_error()).count();
        let mut warnings_left = DIAGNOSTICS_SHOWN_MAX.saturating_sub(errors);
        let mut errors_left = DIAGNOSTICS_SHOWN_MAX;
        let mut text = String::new();
        for diagnostic in &sorted {
            let left = match diagnostic.severity {
                Severity::Error => &mut errors_left,
                Severity::Warning => &mut warnings_left,
            };
            if *left > 0 {
                *left -= 1;
                text.push_str(&self.render(diagnostic));
                text.push('\n');
            }
        }
        let hidden = sorted.len().saturating_sub(DIAGNOSTICS_SHOWN_MAX);
        if hidden > 0 {
            let problems = if hidden == 1 { "problem" } else { "problems" };
            let _ = writeln!(text, "… and {hidden} more {problems} in {}", self.file.name());
        }
        text
    }

    /// One of them.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        if self.is_too_wide(diagnostic) {
            return self.render_plainly(diagnostic);
        }
        let (part, primary) = self.shown(diagnostic.primary.span);
        let (kind, colour) = match diagnostic.severity {
            Severity::Error => (ReportKind::Error, Color::Red),
            Severity::Warning => (ReportKind::Warning, Color::Yellow),
        };
        let config = Config::default()
            .with_color(self.colour == Colour::On)
            .with_char_set(CharSet::Unicode)
            .with_index_type(IndexType::Byte);
        let mut report = Report::build(kind, (part, primary.range()))
            .with_config(config)
            .with_code(diagnostic.code)
            .with_message(&diagnostic.message);
        // In the file's order, else ariadne shows the file twice; the file of the problem itself first.
        let mut labels =
            vec![(diagnostic.primary.span, self.ariadne_label(&diagnostic.primary, colour).with_priority(1))];
        labels.extend(diagnostic.secondary.iter().map(|label| (label.span, self.ariadne_label(label, Color::Blue))));
        labels.sort_by_key(|(span, _)| (self.file.part_at(span.start) != part, *span));
        report = report.with_labels(labels.into_iter().map(|(_, label)| label));
        if let Some(help) = &diagnostic.help {
            report = report.with_help(wrapped(help));
        }
        for note in &diagnostic.notes {
            report = report.with_note(wrapped(note));
        }
        let mut bytes = Vec::new();
        match report.finish().write(Files { file: self.file, sources: &self.sources }, &mut bytes) {
            Ok(()) => without_trailing_blanks(&String::from_utf8_lossy(&bytes)),
            Err(_) => self.render_plainly(diagnostic),
        }
    }

    fn ariadne_label(&self, label: &Label, colour: Color) -> ariadne::Label<(usize, std::ops::Range<usize>)> {
        let (part, span) = self.shown(label.span);
        let place = (part, span.range());
        let shown = ariadne::Label::new(place).with_color(colour);
        if label.text.is_empty() { shown } else { shown.with_message(&label.text) }
    }

    /// The file of a place, and the place in it: what ends on the line it begins on, and is not after the last line's
    /// end, can be underlined.
    fn shown(&self, span: Span) -> (usize, Span) {
        let part = self.file.part_at(span.start);
        let whole = self.file.part_span(part);
        let text = &self.file.text()[whole.range()];
        let (from, to) = (span.start - whole.start, span.end.saturating_sub(whole.start));
        let start = if from >= text.len() { text.trim_end().len() } else { from };
        let rest = &text[start..];
        let line_end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        (part, Span::new(start, to.clamp(start, line_end.max(start))))
    }

    fn is_too_wide(&self, diagnostic: &Diagnostic) -> bool {
        std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary).any(|label| {
            let (part, span) = self.shown(label.span);
            let source = &self.sources[part];
            source
                .get_byte_line(span.start)
                .and_then(|(line, _, _)| source.get_line_text(line))
                .is_none_or(|line| line.len() > LINE_BYTES_SHOWN_MAX)
        })
    }

    fn render_plainly(&self, diagnostic: &Diagnostic) -> String {
        let mut text = diagnostic.to_line(self.file);
        text.push('\n');
        let labels = [&diagnostic.primary.text].into_iter().chain(&diagnostic.help).chain(&diagnostic.notes);
        for line in labels.filter(|line| !line.is_empty()) {
            let _ = writeln!(text, "  {line}");
        }
        text
    }
}

struct Files<'a> {
    file: &'a SourceFile,
    sources: &'a [Source<String>],
}

impl Cache<usize> for Files<'_> {
    type Storage = String;

    fn fetch(&mut self, part: &usize) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.sources.get(*part).ok_or("no such file")
    }

    fn display<'b>(&self, part: &'b usize) -> Option<impl std::fmt::Display + 'b> {
        Some(self.file.part_name(*part).to_owned())
    }
}

/// The same text where only `\n`, `\r\n` and `\r` end a line: ariadne counts others too, and line numbers would differ
/// from those of editors. Every byte keeps its place.
fn one_kind_of_line_end(text: &str) -> String {
    text.replace(['\u{0B}', '\u{0C}'], " ").replace('\u{85}', "\u{A0}").replace(['\u{2028}', '\u{2029}'], "\u{2007}")
}

/// Breaks a text into lines at blanks, but not within `…`.
fn wrapped(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + 8);
    let (mut length, mut in_code) = (0, false);
    for word in text.split(' ') {
        let chars = word.chars().count();
        if length > 0 && length + 1 + chars > LINE_CHARS && !in_code {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += chars;
        in_code ^= word.matches('`').count() % 2 == 1;
    }
    lines
}

fn without_trailing_blanks(text: &str) -> String {
    let mut trimmed = String::with_capacity(text.len());
    for line in text.lines() {
        trimmed.push_str(line.trim_end());
        trimmed.push('\n');
    }
    trimmed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_help_goes_on_in_the_next_line_but_code_stays_whole() {
        let text = format!("{} `in \"a.csv\" -> q` end", "word ".repeat(18).trim_end());
        let lines = wrapped(&text);
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.lines().any(|line| line.contains("`in \"a.csv\" -> q`")));
        assert_eq!(lines.replace('\n', " "), text);
    }
}
