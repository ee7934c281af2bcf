//! The port behind which risk objects lie, and what can be wrong with one.

use leat_objects::{Fault, Faults, Object, Reference};
use leat_stream::diagnostic::nearest;

use crate::held::{Content, Held};

/// Where risk objects come from. Objects do not change while a run uses them, or reading them fails.
pub trait Shelf: Send + Sync {
    /// Every object there is, in the order of names.
    ///
    /// # Errors
    /// Where the shelf cannot be looked at.
    fn list(&self) -> Result<Vec<Reference>, ShelfError>;

    /// Reads an object to its end and checks it, as far as that can be done without the others.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn open(&self, reference: &Reference) -> Result<Held, ShelfError>;
}

/// Why an object cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    /// There is none of that name and kind.
    #[error("there is no {looked}")]
    Missing {
        /// Where it was looked for: `risk/base.scenarios.csv`.
        looked: String,
    },
    /// It is there, and something is wrong with what is in it.
    #[error("{}", sentences(file, faults))]
    Faulty {
        /// Where it is.
        file: String,
        /// What is wrong.
        faults: Faults,
    },
    /// It is there and cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// Where it is.
        file: String,
        /// Why not, with the way out.
        reason: String,
    },
}

fn sentences(file: &str, faults: &Faults) -> String {
    let mut sentences: Vec<String> = faults.kept().iter().map(|fault| fault.in_file(file)).collect();
    if faults.more() > 0 {
        sentences.push(format!("and {} more faults", faults.more()));
    }
    sentences.join("\n")
}

/// Opens an object, and looks whether the objects that a study names are there.
///
/// # Errors
/// Why it cannot be used.
pub fn open_sound(shelf: &dyn Shelf, reference: &Reference) -> Result<Held, ShelfError> {
    let held = shelf.open(reference)?;
    let Content::Whole(Object::Study(study)) = &held.content else { return Ok(held) };
    let known = shelf.list()?;
    let mut faults = Faults::default();
    for used in study.uses.iter().filter(|used| !known.contains(&used.object)) {
        let names: Vec<String> = known.iter().map(Reference::to_string).collect();
        let wanted = used.object.to_string();
        let near = nearest(&wanted, names.iter().map(String::as_str));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        faults.push(Fault::at(used.line, used.column, format!("the study uses `{wanted}`, which is not there{hint}")));
    }
    let file = held.file.clone();
    faults.or(held).map_err(|faults| ShelfError::Faulty { file, faults })
}
