//! The risk objects of a plan: what a run is given besides its inputs.

use serde::{Deserialize, Serialize};

use crate::node_info::ObjectKind;

/// A risk object that a run is given, by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskObject {
    /// Its name among those of its kind.
    pub name: String,
    /// Its kind.
    pub kind: ObjectKind,
    /// The file it was read from when the plan was made; for people.
    pub file: String,
    /// SHA-256 of its content, in lower-case hexadecimal: the run uses this content or fails.
    pub digest: String,
}

impl RiskObject {
    /// Its name and kind: `base.scenarios`.
    pub fn reference(&self) -> String {
        format!("{}.{}", self.name, self.kind.word())
    }
}
