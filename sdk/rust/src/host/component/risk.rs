//! Risk objects through the imports of a component.

use crate::component::from_value;
use crate::contract::{ObjectKind, Value};
use crate::error::{Error, Result};
use crate::raw::leat::node::{risk, types};
use crate::risk::Model;

pub(crate) use crate::raw::leat::node::risk::{Matrix, ScenarioSet, Simulation};

/// A control table, whose answers are converted.
#[derive(Debug)]
pub(crate) struct ControlTable(risk::ControlTable);

/// A study, whose answers are converted.
#[derive(Debug)]
pub(crate) struct Study(risk::Study);

pub(crate) fn scenario_set(name: &str) -> Result<ScenarioSet> {
    risk::open_scenario_set(name).map_err(absent)
}

pub(crate) fn simulation(name: &str) -> Result<Simulation> {
    risk::open_simulation(name).map_err(absent)
}

pub(crate) fn matrix(name: &str) -> Result<Matrix> {
    risk::open_matrix(name).map_err(absent)
}

pub(crate) fn control_table(name: &str) -> Result<ControlTable> {
    risk::open_control_table(name).map(ControlTable).map_err(absent)
}

pub(crate) fn study(name: &str) -> Result<Study> {
    risk::open_study(name).map(Study).map_err(absent)
}

impl ControlTable {
    pub(crate) fn keys(&self) -> Vec<String> {
        self.0.keys()
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.0.columns()
    }

    pub(crate) fn dated(&self) -> bool {
        self.0.dated()
    }

    pub(crate) fn row(&self, key: &[&str], on: Option<i32>) -> Result<Vec<Option<Value>>> {
        let key: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
        let values = self.0.row(&key, on).map_err(absent)?;
        Ok(values.into_iter().map(|value| value.map(from_value)).collect())
    }
}

impl Study {
    pub(crate) fn methodology(&self) -> String {
        self.0.methodology()
    }

    pub(crate) fn options(&self) -> Vec<(String, Value)> {
        options(self.0.options())
    }

    pub(crate) fn models(&self) -> Vec<Model> {
        let models = self.0.models().into_iter().map(|model| Model {
            framework: model.framework,
            name: model.name,
            filter: model.filter,
            uses: model.uses.into_iter().map(|used| (kind(used.kind), used.name)).collect(),
            options: options(model.options),
        });
        models.collect()
    }
}

fn options(options: Vec<(String, types::Value)>) -> Vec<(String, Value)> {
    options.into_iter().map(|(name, value)| (name, from_value(value))).collect()
}

fn kind(kind: types::ObjectKind) -> ObjectKind {
    match kind {
        types::ObjectKind::ScenarioSet => ObjectKind::ScenarioSet,
        types::ObjectKind::Simulation => ObjectKind::Simulation,
        types::ObjectKind::Matrix => ObjectKind::Matrix,
        types::ObjectKind::ControlTable => ObjectKind::ControlTable,
        types::ObjectKind::Study => ObjectKind::Study,
    }
}

fn absent(absent: risk::Absent) -> Error {
    match absent {
        risk::Absent::NotDeclared(message) | risk::Absent::UnknownKey(message) => Error::new(message),
    }
}
