//! An object of any kind, in memory.

use crate::fault::Faults;
use crate::kind::Kind;
use crate::{ControlTable, Matrix, ScenarioSet, Simulation, Study};

/// An object of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// See [`ScenarioSet`].
    ScenarioSet(ScenarioSet),
    /// See [`Simulation`].
    Simulation(Simulation),
    /// See [`Matrix`].
    Matrix(Matrix),
    /// See [`ControlTable`].
    ControlTable(ControlTable),
    /// See [`Study`].
    Study(Study),
}

impl Object {
    /// Reads an object of a kind from its text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(kind: Kind, text: &str) -> Result<Self, Faults> {
        Ok(match kind {
            Kind::ScenarioSet => Object::ScenarioSet(ScenarioSet::read(text)?),
            Kind::Simulation => Object::Simulation(Simulation::read(text)?),
            Kind::Matrix => Object::Matrix(Matrix::read(text)?),
            Kind::ControlTable => Object::ControlTable(ControlTable::read(text)?),
            Kind::Study => Object::Study(Study::read(text)?),
        })
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Object::ScenarioSet(_) => Kind::ScenarioSet,
            Object::Simulation(_) => Kind::Simulation,
            Object::Matrix(_) => Kind::Matrix,
            Object::ControlTable(_) => Kind::ControlTable,
            Object::Study(_) => Kind::Study,
        }
    }
}

macro_rules! from {
    ($kind:ident) => {
        impl From<$kind> for Object {
            fn from(object: $kind) -> Object {
                Object::$kind(object)
            }
        }
    };
}

from!(ScenarioSet);
from!(Simulation);
from!(Matrix);
from!(ControlTable);
from!(Study);
