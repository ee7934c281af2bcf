//! The playpen's risk objects, as the check asks for them.

use std::sync::Arc;

use leat_objects::{Object, Reference};
use leat_risk::{Content, Folder, Held, Shelf, ShelfError, kind_of, object_kind_of, open_sound};
use leat_stream::check::{ObjectFacts, ObjectProblem};
use leat_stream::node_info::ObjectKind;

/// The playpen's own objects, and behind them those from elsewhere.
pub(super) struct Shelves {
    pub(super) own: Folder,
    pub(super) elsewhere: Option<Arc<dyn Shelf>>,
}

impl Shelf for Shelves {
    fn list(&self) -> Result<Vec<Reference>, ShelfError> {
        let mut references = self.own.list()?;
        if let Some(elsewhere) = &self.elsewhere {
            references.extend(elsewhere.list()?);
            references.sort();
            references.dedup();
        }
        Ok(references)
    }

    fn open(&self, reference: &Reference) -> Result<Held, ShelfError> {
        match (self.own.open(reference), &self.elsewhere) {
            (Err(ShelfError::Missing { looked }), Some(elsewhere)) => {
                elsewhere.open(reference).map_err(|error| match error {
                    ShelfError::Missing { looked: there } => {
                        ShelfError::Missing { looked: format!("{looked}, nor {there}") }
                    }
                    other => other,
                })
            }
            (found, _) => found,
        }
    }
}

/// An object of a kind and name, read to its end.
pub(super) fn facts(shelf: &dyn Shelf, kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem> {
    let Some(reference) = Reference::new(name, kind_of(kind)) else {
        let why = format!("\"{name}\" is no name of a risk object: expected letters, digits, `_` and `-`");
        return Err(ObjectProblem::Faulty(vec![why], 0));
    };
    let held = open_sound(shelf, &reference).map_err(|error| match error {
        ShelfError::Missing { looked } => ObjectProblem::Missing(looked),
        ShelfError::Faulty { file, faults } => {
            let sentences = faults.kept().iter().map(|fault| fault.in_file(&file)).collect();
            ObjectProblem::Faulty(sentences, faults.more())
        }
        unreadable @ ShelfError::Unreadable { .. } => ObjectProblem::Faulty(vec![unreadable.to_string()], 0),
    })?;
    let uses = match &held.content {
        Content::Whole(Object::Study(study)) => study.uses.iter().map(|used| &used.object).collect(),
        _ => Vec::new(),
    };
    let uses = uses.into_iter().map(|used| (object_kind_of(used.kind), used.name.clone())).collect();
    Ok(ObjectFacts { file: held.file, digest: held.digest, uses })
}

/// The names of the objects of a kind; none where the folder cannot be looked at.
pub(super) fn names(shelf: &dyn Shelf, kind: ObjectKind) -> Vec<String> {
    let references = shelf.list().unwrap_or_default();
    references.into_iter().filter(|reference| reference.kind == kind_of(kind)).map(|reference| reference.name).collect()
}
