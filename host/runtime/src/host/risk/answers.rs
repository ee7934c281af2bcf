//! What objects answer: one function for each of the contract's.

use leat_objects::{Model, TableProblem, Value};
use wasmtime::component::{LinkerInstance, Resource, WasmList, WasmStr};

use super::{
    ControlTableHandle, Cx, Kind, MatrixHandle, One, ScenarioSetHandle, SimulationHandle, StudyHandle, control_table,
    matrix, scenario_set, simulation, study,
};
use crate::bindings::{Absent, GivenKind, GivenModel, GivenReference, GivenValue};
use crate::failure::Violation;
use crate::state::State;

/// Bytes of draws in one call.
const DRAWS_BYTES_MAX: usize = 16 << 20;
/// Parts of one key.
const KEY_PARTS_MAX: usize = 64;

type This<H> = (Resource<H>,);
type Risk<'a> = LinkerInstance<'a, State>;

pub(super) fn scenario_sets(risk: &mut Risk<'_>) -> wasmtime::Result<()> {
    type H = ScenarioSetHandle;
    risk.func_wrap("[method]scenario-set.scenarios", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((scenario_set(&cx, &this, |set| set.scenarios.clone())?,))
    })?;
    risk.func_wrap("[method]scenario-set.weights", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<f64>> {
        Ok((scenario_set(&cx, &this, |set| set.weights.clone())?,))
    })?;
    risk.func_wrap("[method]scenario-set.variables", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((scenario_set(&cx, &this, |set| set.variables.clone())?,))
    })?;
    risk.func_wrap("[method]scenario-set.step", |cx: Cx<'_>, (this,): This<H>| -> One<String> {
        Ok((scenario_set(&cx, &this, |set| set.step.clone())?,))
    })?;
    risk.func_wrap("[method]scenario-set.start", |cx: Cx<'_>, (this,): This<H>| -> One<Option<i32>> {
        Ok((scenario_set(&cx, &this, |set| set.start)?,))
    })?;
    risk.func_wrap("[method]scenario-set.first-step", |cx: Cx<'_>, (this,): This<H>| -> One<u32> {
        Ok((scenario_set(&cx, &this, |set| set.first_step)?,))
    })?;
    risk.func_wrap("[method]scenario-set.horizon", |cx: Cx<'_>, (this,): This<H>| -> One<u32> {
        Ok((scenario_set(&cx, &this, |set| set.horizon)?,))
    })?;
    risk.func_wrap(
        "[method]scenario-set.path",
        |cx: Cx<'_>, (this, scenario, variable): (Resource<H>, u32, u32)| -> One<Vec<u8>> {
            let path = scenario_set(&cx, &this, |set| set.path(scenario as usize, variable as usize).map(bytes))?;
            Ok((path.ok_or_else(|| beyond(&format!("path: scenario {scenario}, variable {variable}")))?,))
        },
    )
}

pub(super) fn simulations(risk: &mut Risk<'_>) -> wasmtime::Result<()> {
    type H = SimulationHandle;
    risk.func_wrap("[method]simulation.draws", |cx: Cx<'_>, (this,): This<H>| -> One<u64> {
        Ok((simulation(&cx, &this, |simulation| simulation.draws())?,))
    })?;
    risk.func_wrap("[method]simulation.variables", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((simulation(&cx, &this, |simulation| simulation.variables().to_vec())?,))
    })?;
    risk.func_wrap(
        "[method]simulation.rows",
        |cx: Cx<'_>, (this, first, count): (Resource<H>, u64, u32)| -> One<Vec<u8>> {
            let rows = simulation(&cx, &this, |simulation| {
                let count = count as usize;
                let there = first.checked_add(count as u64).is_some_and(|end| end <= simulation.draws());
                if !there {
                    return Err(beyond(&format!("rows: {count} draws from {first} on, of {}", simulation.draws())));
                }
                let size = count.saturating_mul(simulation.variables().len() * 8);
                if size > DRAWS_BYTES_MAX {
                    let reason =
                        format!("risk: {size} bytes of draws in one call; at most {DRAWS_BYTES_MAX} are given");
                    return Err(Violation::Lie(reason));
                }
                simulation.rows(first, count).map_err(Violation::Object)
            })?;
            Ok((rows?,))
        },
    )
}

pub(super) fn matrices(risk: &mut Risk<'_>) -> wasmtime::Result<()> {
    type H = MatrixHandle;
    risk.func_wrap("[method]matrix.row-keys", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((matrix(&cx, &this, |matrix| matrix.row_keys.clone())?,))
    })?;
    risk.func_wrap("[method]matrix.column-keys", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((matrix(&cx, &this, |matrix| matrix.column_keys.clone())?,))
    })?;
    risk.func_wrap("[method]matrix.get", |cx: Cx<'_>, (this, row, column): (Resource<H>, u32, u32)| -> One<f64> {
        let value = matrix(&cx, &this, |matrix| matrix.value(row as usize, column as usize))?;
        Ok((value.ok_or_else(|| beyond(&format!("get: row {row}, column {column}")))?,))
    })?;
    risk.func_wrap("[method]matrix.row", |cx: Cx<'_>, (this, row): (Resource<H>, u32)| -> One<Vec<u8>> {
        let values = matrix(&cx, &this, |matrix| matrix.row(row as usize).map(bytes))?;
        Ok((values.ok_or_else(|| beyond(&format!("row: row {row}")))?,))
    })
}

type Found = Result<Vec<Option<GivenValue>>, Absent>;

pub(super) fn control_tables(risk: &mut Risk<'_>) -> wasmtime::Result<()> {
    type H = ControlTableHandle;
    type Key = (Resource<H>, WasmList<WasmStr>, Option<i32>);
    risk.func_wrap("[method]control-table.keys", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((control_table(&cx, &this, |table| table.keys.clone())?,))
    })?;
    risk.func_wrap("[method]control-table.columns", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<String>> {
        Ok((control_table(&cx, &this, |table| table.columns.clone())?,))
    })?;
    risk.func_wrap("[method]control-table.dated", |cx: Cx<'_>, (this,): This<H>| -> One<bool> {
        Ok((control_table(&cx, &this, |table| table.dated)?,))
    })?;
    risk.func_wrap("[method]control-table.row", |mut cx: Cx<'_>, (this, key, on): Key| -> One<Found> {
        if key.len() > KEY_PARTS_MAX {
            let reason = format!("risk: a key of {} parts; at most {KEY_PARTS_MAX} are taken", key.len());
            return Err(Violation::Lie(reason).into());
        }
        let parts: Vec<WasmStr> = key.iter(&mut cx)?.collect::<wasmtime::Result<_>>()?;
        let parts = parts.iter().map(|part| part.to_str(&cx)).collect::<wasmtime::Result<Vec<_>>>()?;
        let key: Vec<&str> = parts.iter().map(|part| &**part).collect();
        let found = control_table(&cx, &this, |table| {
            let row = table.row(&key, on).map_err(absent)?;
            Ok(row.iter().map(|value| value.as_ref().map(given)).collect())
        })?;
        Ok((found,))
    })
}

pub(super) fn studies(risk: &mut Risk<'_>) -> wasmtime::Result<()> {
    type H = StudyHandle;
    risk.func_wrap("[method]study.methodology", |cx: Cx<'_>, (this,): This<H>| -> One<String> {
        Ok((study(&cx, &this, |study| study.methodology.clone())?,))
    })?;
    risk.func_wrap("[method]study.models", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<GivenModel>> {
        Ok((study(&cx, &this, |study| study.models.iter().map(model).collect())?,))
    })?;
    risk.func_wrap("[method]study.options", |cx: Cx<'_>, (this,): This<H>| -> One<Vec<(String, GivenValue)>> {
        Ok((study(&cx, &this, |study| options(&study.options))?,))
    })
}

/// Numbers as the contract's bytes.
fn bytes(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn beyond(what: &str) -> Violation {
    Violation::Lie(format!("risk: {what}, which is not there"))
}

fn absent(problem: TableProblem) -> Absent {
    Absent::UnknownKey(problem.message().to_owned())
}

fn given(value: &Value) -> GivenValue {
    match value {
        Value::Boolean(value) => GivenValue::Boolean(*value),
        Value::Int64(value) => GivenValue::Int64(*value),
        Value::Float64(value) => GivenValue::Float64(*value),
        Value::Text(value) => GivenValue::Text(value.clone()),
    }
}

fn options(options: &[(String, Value)]) -> Vec<(String, GivenValue)> {
    options.iter().map(|(name, value)| (name.clone(), given(value))).collect()
}

fn model(model: &Model) -> GivenModel {
    let uses = model.uses.iter().map(|used| GivenReference {
        kind: match used.kind {
            Kind::ScenarioSet => GivenKind::ScenarioSet,
            Kind::Simulation => GivenKind::Simulation,
            Kind::Matrix => GivenKind::Matrix,
            Kind::ControlTable => GivenKind::ControlTable,
            Kind::Study => GivenKind::Study,
        },
        name: used.name.clone(),
    });
    GivenModel {
        framework: model.framework.clone(),
        name: model.name.clone(),
        filter: model.filter.clone(),
        uses: uses.collect(),
        options: options(&model.options),
    }
}
