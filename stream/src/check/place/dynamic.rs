//! Paths with facts in them: `dyn.x` and `${dyn.x}`, whose values are known when a node has set them.

use crate::check::scope::Scope;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Template, TemplatePart, Variable, VariableKind};

/// A piece of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::check) enum Piece {
    /// Stands for itself.
    Text(String),
    /// The value of a fact.
    Fact { name: String, span: Span },
}

/// A path with its parameters filled in.
pub(super) struct WrittenPath {
    /// Facts stand there as `${dyn.x}`.
    pub(super) path: String,
    /// Where facts are among them, else none.
    pub(super) pieces: Vec<Piece>,
}

impl WrittenPath {
    /// A path without facts.
    pub(super) fn known(path: String) -> Self {
        WrittenPath { path, pieces: Vec::new() }
    }

    /// `dyn.x`, with a suffix.
    pub(super) fn of_fact(variable: &Variable, suffix: &str) -> Self {
        let mut pieces = vec![fact(variable)];
        if !suffix.is_empty() {
            pieces.push(Piece::Text(suffix.to_owned()));
        }
        WrittenPath::of(pieces)
    }

    fn of(pieces: Vec<Piece>) -> Self {
        let written = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Fact { name, .. } => format!("${{dyn.{name}}}"),
        });
        let path = written.collect();
        let dynamic = pieces.iter().any(|piece| matches!(piece, Piece::Fact { .. }));
        WrittenPath { path, pieces: if dynamic { pieces } else { Vec::new() } }
    }
}

/// A quoted path; nothing where a parameter has no value, which is then said.
pub(super) fn filled(
    template: &Template,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<WrittenPath> {
    let mut pieces = Vec::new();
    let mut known = Template { span: template.span, parts: Vec::new() };
    let mut whole = true;
    let mut fill = |known: &mut Template, pieces: &mut Vec<Piece>| match scope.fill(known, problems) {
        Some(text) if text.is_empty() => {}
        Some(text) => pieces.push(Piece::Text(text)),
        None => whole = false,
    };
    for part in &template.parts {
        match part {
            TemplatePart::Variable(variable) if variable.kind == VariableKind::Dyn => {
                fill(&mut known, &mut pieces);
                known.parts.clear();
                pieces.push(fact(variable));
            }
            part => known.parts.push(part.clone()),
        }
    }
    fill(&mut known, &mut pieces);
    whole.then(|| WrittenPath::of(pieces))
}

/// What stands behind the last fact of a path; nothing where there is none.
pub(super) fn behind_fact(pieces: &[Piece]) -> Option<&str> {
    match pieces {
        [.., Piece::Fact { .. }, Piece::Text(tail)] => Some(tail),
        [.., Piece::Fact { .. }] => Some(""),
        _ => None,
    }
}

fn fact(variable: &Variable) -> Piece {
    Piece::Fact { name: variable.path.clone(), span: variable.span }
}
