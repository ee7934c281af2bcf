//! What is wrong with the text of a risk object, and where.

use std::fmt;

/// Faults of one object that are kept; a person mends the first few and looks again.
const FAULTS_MAX: usize = 20;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 where it is the text as a whole.
    pub line: usize,
    /// The column in characters, from 1; 0 where it is the line as a whole.
    pub column: usize,
    /// The value, what was expected, and the way out where there is one to name. Without the place.
    pub message: String,
}

impl Fault {
    /// A fault of the text as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Fault { line: 0, column: 0, message: message.into() }
    }

    /// A fault of a line.
    pub fn line(line: usize, message: impl Into<String>) -> Self {
        Fault { line, column: 0, message: message.into() }
    }

    /// A fault of a place in a line.
    pub fn at(line: usize, column: usize, message: impl Into<String>) -> Self {
        Fault { line, column, message: message.into() }
    }

    /// With the file's name before it, as compilers write it: `risk/a.matrix.csv:3:7: …`.
    pub fn in_file(&self, file: &str) -> String {
        match self.line {
            0 => format!("{file}: {self}"),
            _ => format!("{file}:{self}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(&self.message),
            (line, 0) => write!(f, "{line}: {}", self.message),
            (line, column) => write!(f, "{line}:{column}: {}", self.message),
        }
    }
}

/// Everything that is wrong with an object, in the order it was met: at least one fault, and the first 20 of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    kept: Vec<Fault>,
    more: usize,
}

impl Faults {
    /// Adds a fault.
    pub fn push(&mut self, fault: Fault) {
        if self.kept.len() < FAULTS_MAX {
            self.kept.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// The first faults.
    pub fn kept(&self) -> &[Fault] {
        &self.kept
    }

    /// How many faults there are beyond those that were kept.
    pub fn more(&self) -> usize {
        self.more
    }

    /// The object where nothing was wrong with it.
    ///
    /// # Errors
    /// These faults, where there are any.
    pub fn or<T>(self, object: T) -> Result<T, Faults> {
        if self.kept.is_empty() { Ok(object) } else { Err(self) }
    }

    /// Whether nothing was wrong so far.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Faults { kept: vec![fault], more: 0 }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.kept.iter().enumerate() {
            write!(f, "{}{fault}", if place == 0 { "" } else { "; " })?;
        }
        if self.more > 0 { write!(f, "; and {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for Faults {}

/// `line 3 is …` reads better with the names at hand: `base, adverse, severe`, the first of them where they are many.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN_MAX: usize = 8;
    let names: Vec<&str> = names.into_iter().collect();
    match names.len() {
        0 => "none".to_owned(),
        count if count <= SHOWN_MAX => names.join(", "),
        count => format!("{} and {} more", names[..SHOWN_MAX].join(", "), count - SHOWN_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_as_compilers_do() {
        assert_eq!(Fault::at(3, 7, "no").in_file("a.csv"), "a.csv:3:7: no");
        assert_eq!(Fault::line(3, "no").in_file("a.csv"), "a.csv:3: no");
        assert_eq!(Fault::whole("no").in_file("a.csv"), "a.csv: no");
    }

    #[test]
    fn faults_are_bounded_and_counted() {
        let mut faults = Faults::default();
        (0..25).for_each(|line| faults.push(Fault::line(line + 1, "no")));
        assert_eq!((faults.kept().len(), faults.more()), (20, 5));
        assert!(faults.to_string().ends_with("20: no; and 5 more"));
    }
}
