//! Facts in a plan: named values that one node sets, once, or the run gives, and others read or wait for.

use serde::{Deserialize, Serialize};

use crate::node_info::{Value, ValueType};

/// A fact of the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Unique in the process; one of a group has the group's name before its own: `revalue.fx_date`.
    pub name: String,
    /// Its type: what its setter describes; of one that the run gives, what its readers do, else text.
    pub value_type: ValueType,
    /// Where its value comes from.
    pub source: FactSource,
}

/// Where the value of a fact comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactSource {
    /// The run gives it: `--fact name=value`.
    Given(Value),
    /// A node sets it: its place in [`Plan::nodes`](super::Plan::nodes).
    SetBy(usize),
}

/// What a node does with a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactUse {
    /// What the node calls it.
    pub name: String,
    /// Which fact: its place in [`Plan::facts`](super::Plan::facts).
    pub fact: usize,
    /// What it does.
    pub way: FactWay,
}

/// What a node may do with a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactWay {
    /// It starts when the fact is there, and may read it (`getfact=`, and `dyn.x` in a path).
    Get,
    /// It starts at once; where it reads the fact, it waits for it (`getdyn=` of a component).
    Wait,
    /// It sets it (`setfact=`, `setdyn=`).
    Set,
}

/// A piece of a path that holds facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathPiece {
    /// Stands for itself.
    Text(String),
    /// The value of a fact, by its place in [`Plan::facts`](super::Plan::facts).
    Fact(usize),
}

impl Fact {
    /// What the run gives, where it does.
    pub fn given(&self) -> Option<&Value> {
        match &self.source {
            FactSource::Given(value) => Some(value),
            FactSource::SetBy(_) => None,
        }
    }

    /// The node that sets it, by its place in the plan; nothing where the run gives it.
    pub fn set_by(&self) -> Option<usize> {
        match self.source {
            FactSource::Given(_) => None,
            FactSource::SetBy(node) => Some(node),
        }
    }
}
