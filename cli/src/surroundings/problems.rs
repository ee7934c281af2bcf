//! The problems of one stream file, printed for people or for programs.

use leat_stream::diagnostic::{Colour, Diagnostic, Renderer};
use leat_stream::source::SourceFile;

use crate::config::Environment;

/// What a parse or a check found.
pub(crate) struct Problems {
    pub(crate) source: SourceFile,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Problems {
    /// Prints all of them to standard error, with a count at the end where there are errors.
    pub(crate) fn print(&self, environment: &Environment) {
        if self.diagnostics.is_empty() {
            return;
        }
        let colour = if environment.colour { Colour::On } else { Colour::Off };
        eprint!("{}", Renderer::new(&self.source, colour).render_all(&self.diagnostics));
        if self.errors() > 0 {
            eprintln!(
                "{}: {}, {}",
                self.source.name(),
                count(self.errors(), "error"),
                count(self.warnings(), "warning")
            );
        }
    }

    /// All of them as one JSON document.
    pub(crate) fn to_json(&self) -> String {
        let problems: Vec<_> = self.diagnostics.iter().map(|diagnostic| diagnostic.to_json(&self.source)).collect();
        let document = serde_json::json!({
            "file": self.source.name(),
            "errors": self.errors(),
            "warnings": self.warnings(),
            "problems": problems,
        });
        format!("{document:#}")
    }

    pub(crate) fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count()
    }

    pub(crate) fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }
}

fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}
