//! Risk objects of a native test: those that the test gave, by the rules of the contract.

use std::rc::Rc;

use leat_objects::{Kind, Object, Reference};

use super::HOST;
use crate::contract::{ObjectKind, Value};
use crate::error::{Error, Result};
use crate::risk::Model;

/// The object of a kind and name that the node was given.
fn given(name: &str, kind: Kind) -> Result<Rc<Object>> {
    let find = |objects: &[(Reference, Rc<Object>)]| {
        let found = objects.iter().find(|(reference, _)| reference.kind == kind && reference.name == name);
        found.map(|(_, object)| Rc::clone(object)).ok_or_else(|| {
            let given: Vec<String> = objects.iter().map(|(reference, _)| reference.to_string()).collect();
            let given = if given.is_empty() { "no risk object".to_owned() } else { given.join(", ") };
            let kind = kind.name();
            format!("the node did not declare the {kind} `{name}`, and so is not given it; it is given {given}")
        })
    };
    let found = HOST.with(|host| host.borrow().as_ref().map_or_else(|| find(&[]), |memory| find(&memory.objects)));
    found.map_err(Error::new)
}

macro_rules! handle {
    ($kind:ident, $open:ident) => {
        /// A handle to an object of the test.
        #[derive(Debug)]
        pub(crate) struct $kind(Rc<Object>);

        impl $kind {
            fn object(&self) -> &leat_objects::$kind {
                match &*self.0 {
                    Object::$kind(object) => object,
                    _ => unreachable!("a handle is made of its kind alone"),
                }
            }
        }

        pub(crate) fn $open(name: &str) -> Result<$kind> {
            Ok($kind(given(name, Kind::$kind)?))
        }
    };
}

handle!(ScenarioSet, scenario_set);
handle!(Simulation, simulation);
handle!(Matrix, matrix);
handle!(ControlTable, control_table);
handle!(Study, study);

impl ScenarioSet {
    pub(crate) fn scenarios(&self) -> Vec<String> {
        self.object().scenarios.clone()
    }

    pub(crate) fn weights(&self) -> Vec<f64> {
        self.object().weights.clone()
    }

    pub(crate) fn variables(&self) -> Vec<String> {
        self.object().variables.clone()
    }

    pub(crate) fn step(&self) -> String {
        self.object().step.clone()
    }

    pub(crate) fn start(&self) -> Option<i32> {
        self.object().start
    }

    pub(crate) fn first_step(&self) -> u32 {
        self.object().first_step
    }

    pub(crate) fn horizon(&self) -> u32 {
        self.object().horizon
    }

    pub(crate) fn path(&self, scenario: u32, variable: u32) -> Vec<u8> {
        bytes(self.object().path(scenario as usize, variable as usize))
    }
}

impl Simulation {
    pub(crate) fn draws(&self) -> u64 {
        self.object().draws() as u64
    }

    pub(crate) fn variables(&self) -> Vec<String> {
        self.object().variables.clone()
    }

    pub(crate) fn rows(&self, first: u64, count: u32) -> Vec<u8> {
        bytes(self.object().rows(usize::try_from(first).unwrap_or(usize::MAX), count as usize))
    }
}

impl Matrix {
    pub(crate) fn row_keys(&self) -> Vec<String> {
        self.object().row_keys.clone()
    }

    pub(crate) fn column_keys(&self) -> Vec<String> {
        self.object().column_keys.clone()
    }

    pub(crate) fn get(&self, row: u32, column: u32) -> f64 {
        self.object().value(row as usize, column as usize).unwrap_or(f64::NAN)
    }

    pub(crate) fn row(&self, row: u32) -> Vec<u8> {
        bytes(self.object().row(row as usize))
    }
}

impl ControlTable {
    pub(crate) fn keys(&self) -> Vec<String> {
        self.object().keys.clone()
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.object().columns.clone()
    }

    pub(crate) fn dated(&self) -> bool {
        self.object().dated
    }

    pub(crate) fn row(&self, key: &[&str], on: Option<i32>) -> Result<Vec<Option<Value>>> {
        let row = self.object().row(key, on).map_err(|problem| Error::new(problem.message()))?;
        Ok(row.iter().map(|cell| cell.as_ref().map(value)).collect())
    }
}

impl Study {
    pub(crate) fn methodology(&self) -> String {
        self.object().methodology.clone()
    }

    pub(crate) fn options(&self) -> Vec<(String, Value)> {
        options(&self.object().options)
    }

    pub(crate) fn models(&self) -> Vec<Model> {
        let models = self.object().models.iter().map(|model| Model {
            framework: model.framework.clone(),
            name: model.name.clone(),
            filter: model.filter.clone(),
            uses: model.uses.iter().map(|used| (object_kind(used.kind), used.name.clone())).collect(),
            options: options(&model.options),
        });
        models.collect()
    }
}

/// Numbers as the contract's bytes. The SDK asks for nothing that is not there.
fn bytes(numbers: Option<&[f64]>) -> Vec<u8> {
    numbers.unwrap_or_default().iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn value(value: &leat_objects::Value) -> Value {
    match value {
        leat_objects::Value::Boolean(value) => Value::Boolean(*value),
        leat_objects::Value::Int64(value) => Value::Int64(*value),
        leat_objects::Value::Float64(value) => Value::Float64(*value),
        leat_objects::Value::Text(value) => Value::Text(value.clone()),
    }
}

fn options(options: &[(String, leat_objects::Value)]) -> Vec<(String, Value)> {
    options.iter().map(|(name, given)| (name.clone(), value(given))).collect()
}

/// The kind in the contract's words.
pub(crate) fn object_kind(kind: Kind) -> ObjectKind {
    match kind {
        Kind::ScenarioSet => ObjectKind::ScenarioSet,
        Kind::Simulation => ObjectKind::Simulation,
        Kind::Matrix => ObjectKind::Matrix,
        Kind::ControlTable => ObjectKind::ControlTable,
        Kind::Study => ObjectKind::Study,
    }
}
