//! An object that was read and found sound, with the digest of its content.

use leat_objects::{Object, Reference};

use crate::simulation::Simulation;

/// A sound object. Shared by reference between all instances that use it.
#[derive(Debug)]
pub struct Held {
    /// Which it is.
    pub reference: Reference,
    /// The file it is in, or where else it comes from; for people.
    pub file: String,
    /// SHA-256 of its content, in lower-case hexadecimal: of the file's bytes, followed by those of the settings that stand
    /// beside it where it is a Parquet file with such.
    pub digest: String,
    /// What is in it.
    pub content: Content,
}

/// What is in an object.
#[derive(Debug)]
pub enum Content {
    /// All of it, in memory. Never a simulation.
    Whole(Object),
    /// A simulation, read by ranges of draws.
    Simulation(Simulation),
}

impl Held {
    /// Its size in words: `3 scenarios of 2 variables, 12 quarters`.
    pub fn summary(&self) -> String {
        match &self.content {
            Content::Simulation(simulation) => {
                format!("{} draws of {}", simulation.draws(), count(simulation.variables().len(), "variable"))
            }
            Content::Whole(Object::Simulation(simulation)) => {
                format!("{} draws of {}", simulation.draws(), count(simulation.variables.len(), "variable"))
            }
            Content::Whole(Object::ScenarioSet(set)) => format!(
                "{} of {}, {}",
                count(set.scenarios.len(), "scenario"),
                count(set.variables.len(), "variable"),
                count(set.horizon as usize, if set.step.is_empty() { "step" } else { &set.step })
            ),
            Content::Whole(Object::Matrix(matrix)) => {
                format!("{} of {}", count(matrix.row_keys.len(), "row"), count(matrix.column_keys.len(), "column"))
            }
            Content::Whole(Object::ControlTable(table)) => {
                let dated = if table.dated { ", in force for a time" } else { "" };
                format!("{} of {}{dated}", count(table.rows(), "row"), count(table.columns.len(), "column"))
            }
            Content::Whole(Object::Study(study)) => {
                format!(
                    "{}: {} using {}",
                    study.methodology,
                    count(study.models.len(), "model"),
                    count(study.uses.len(), "object")
                )
            }
        }
    }

    /// What it is for, in its author's words; empty where it does not say.
    pub fn description(&self) -> &str {
        match &self.content {
            Content::Simulation(simulation) => simulation.description(),
            Content::Whole(Object::Simulation(simulation)) => &simulation.description,
            Content::Whole(Object::ScenarioSet(set)) => &set.description,
            Content::Whole(Object::Matrix(matrix)) => &matrix.description,
            Content::Whole(Object::ControlTable(table)) => &table.description,
            Content::Whole(Object::Study(study)) => &study.description,
        }
    }
}

fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}
