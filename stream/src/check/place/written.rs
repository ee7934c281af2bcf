//! A path as its statement has it: the same text for every value of its parameters.

use crate::syntax::{Location, LocationKind, Suffix, TemplatePart, Variable, VariableKind};

/// The path of a location, with names where values will be.
pub(super) fn written(location: &Location) -> String {
    let with = |path: String, suffix: Option<Suffix>| path + suffix.map_or("", Suffix::text);
    match &location.kind {
        LocationKind::Local { path, suffix } => with(path.clone(), *suffix),
        LocationKind::Variable { variable: name, suffix } => with(variable(name), *suffix),
        LocationKind::Quoted(template) => {
            let part = |part: &TemplatePart| match part {
                TemplatePart::Text(text) => text.clone(),
                TemplatePart::Param(name) => format!("${{{name}}}"),
                TemplatePart::Variable(name) => format!("${{{}}}", variable(name)),
            };
            template.parts.iter().map(part).collect()
        }
        // Neither is read.
        LocationKind::S3(_) | LocationKind::Table { .. } => String::new(),
    }
}

fn variable(variable: &Variable) -> String {
    let space = match variable.kind {
        VariableKind::Var => "var",
        VariableKind::Opt => "opt",
        VariableKind::Dyn => "dyn",
    };
    format!("{space}.{}", variable.path)
}
