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

#[cfg(test)]
mod tests {
    use leat_fuzzing::{Fuzz, Shape};

    use super::*;

    const GOOD: [(Kind, &str, &str); 5] = [
        (
            Kind::ScenarioSet,
            "scenario sets",
            "# step = 'quarter'\n# start = 2009-09-30\n# weights = { base = 0.75, adverse = 0.25 }\n\
             scenario,step,rate\nbase,1,0.5\nbase,2,0.25\nadverse,1,1\nadverse,2,2\n",
        ),
        (Kind::Simulation, "simulations", "# description = 'two'\ndraw,x,y\n0,1,2\n1,3,4\n2,5,6\n"),
        (Kind::Matrix, "matrices", "# rows_sum_to = 100\n# square = true\nfrom,A,D\nA,97.5,2.5\nD,0,100\n"),
        (
            Kind::ControlTable,
            "control tables",
            "# description = 'by segment'\nsegment,valid_from,lgd,kind\nlarge,2000-01-01,0.40,none\nlarge,2009-01-01,0.45,none\n",
        ),
        (
            Kind::Study,
            "studies",
            "methodology = 'ifrs9'\nuses = ['macro.scenarios']\n[options]\ndays = 30\n[[framework]]\nname = 'f'\n\
             [[framework.model]]\nname = 'm'\nfilter = { segment = ['a'] }\nuses = ['t.matrix']\noptions = { a = 0.2 }\n",
        ),
    ];

    #[test]
    fn fuzzed_objects_are_read_or_refused() {
        let words = ["NaN", "inf", "\"", "# ", "valid_from", "[[", "{", "weights", "draw", "9999-12-31", "-0001-01-01"];
        for (kind, name, good) in GOOD {
            Fuzz::new(name, Shape::Text, [good]).words(words).run(|bytes| {
                let Ok(text) = std::str::from_utf8(bytes) else { return false };
                match Object::read(kind, text) {
                    Ok(_) => true,
                    Err(faults) => {
                        assert!(!faults.to_string().is_empty());
                        false
                    }
                }
            });
        }
    }
}
