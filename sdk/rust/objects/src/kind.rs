//! The kinds of risk objects, and the names that objects go by.

use std::fmt;
use std::str::FromStr;

use crate::NAME_BYTES_MAX;

/// The kinds there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Paths of variables, by scenario and step.
    ScenarioSet,
    /// Many draws of variables.
    Simulation,
    /// Numbers by two keys.
    Matrix,
    /// A small table by key, whose rows may be in force for a time.
    ControlTable,
    /// Which models are used for what, with which objects.
    Study,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 5] = [Kind::ScenarioSet, Kind::Simulation, Kind::Matrix, Kind::ControlTable, Kind::Study];

    /// The word in names of files and in references: `base.scenarios`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::ScenarioSet => "scenarios",
            Kind::Simulation => "simulation",
            Kind::Matrix => "matrix",
            Kind::ControlTable => "table",
            Kind::Study => "study",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::ScenarioSet => "scenario set",
            Kind::Simulation => "simulation",
            Kind::Matrix => "matrix",
            Kind::ControlTable => "control table",
            Kind::Study => "study",
        }
    }

    /// The kind of that word.
    pub fn of_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An object by its name and kind, written `base.scenarios`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// Its kind. Objects of two kinds may have one name.
    pub kind: Kind,
}

/// Whether a text can be the name of an object, and so part of a file's name on any system.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.chars().all(plain) && !text.starts_with('-')
}

impl Reference {
    /// The object of that kind and name; nothing where no object can have that name.
    pub fn new(name: &str, kind: Kind) -> Option<Self> {
        is_name(name).then(|| Reference { name: name.to_owned(), kind })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.name, self.kind.word())
    }
}

impl FromStr for Reference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('.').and_then(|(name, word)| Reference::new(name, Kind::of_word(word)?));
        parts.ok_or_else(|| {
            let words = Kind::ALL.map(|kind| format!(".{}", kind.word())).join(", ");
            format!("\"{text}\" names no risk object: expected a name and one of {words}, as base.scenarios")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_what_it_prints() {
        for kind in Kind::ALL {
            let reference = Reference::new("a_b-1", kind).unwrap();
            assert_eq!(reference.to_string().parse(), Ok(reference));
        }
    }

    #[test]
    fn what_cannot_be_a_files_name_is_no_reference() {
        for text in ["base", ".matrix", "a/b.matrix", "../x.matrix", "a b.matrix", "-a.matrix", "a.tables"] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
    }
}
