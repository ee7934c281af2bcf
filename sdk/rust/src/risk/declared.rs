//! Which risk objects a node opens.

use crate::contract::{ObjectKind, ObjectName, ObjectUse};

/// The risk objects that a node opens: by their names, or by the names that its parameters give.
///
/// ```
/// use leat_sdk::{Objects, named_by};
///
/// let objects = Objects::new().scenarios("macro").matrix(named_by("ratings"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Objects {
    uses: Vec<ObjectUse>,
}

/// The object whose name is the value of the node's text parameter of this name. An empty value asks for no object.
#[must_use]
pub fn named_by(parameter: &str) -> ObjectName {
    ObjectName::Parameter(parameter.to_owned())
}

impl From<&str> for ObjectName {
    fn from(name: &str) -> ObjectName {
        ObjectName::Fixed(name.to_owned())
    }
}

impl Objects {
    /// None.
    pub fn new() -> Self {
        Objects::default()
    }

    /// Adds a scenario set.
    pub fn scenarios(self, name: impl Into<ObjectName>) -> Self {
        self.with(ObjectKind::ScenarioSet, name.into())
    }

    /// Adds a simulation.
    pub fn simulation(self, name: impl Into<ObjectName>) -> Self {
        self.with(ObjectKind::Simulation, name.into())
    }

    /// Adds a matrix.
    pub fn matrix(self, name: impl Into<ObjectName>) -> Self {
        self.with(ObjectKind::Matrix, name.into())
    }

    /// Adds a control table.
    pub fn table(self, name: impl Into<ObjectName>) -> Self {
        self.with(ObjectKind::ControlTable, name.into())
    }

    /// Adds a study, and with it every object that it uses.
    pub fn study(self, name: impl Into<ObjectName>) -> Self {
        self.with(ObjectKind::Study, name.into())
    }

    fn with(mut self, kind: ObjectKind, name: ObjectName) -> Self {
        self.uses.push(ObjectUse { kind, name });
        self
    }

    pub(crate) fn into_uses(self) -> Vec<ObjectUse> {
        self.uses
    }
}
