//! Facts: what the guest sets and reads, held against what its component described.

use leat_flow::step::{self, Stopped as Ended};
use leat_stream::node_info::{FactInfo, Value, ValueType};
use wasmtime::StoreContextMut;

use crate::bindings::{FactProblem, FactValue, GetFactParams, GivenValue, SetFactParams, Stopped, ValueKind};
use crate::failure::Violation;
use crate::state::State;

/// Length of a fact's name that is looked at; none that was described is longer.
const NAME_BYTES_MAX: usize = 256;

pub(super) fn set(
    mut cx: StoreContextMut<'_, State>,
    (name, value): SetFactParams,
) -> wasmtime::Result<(Result<(), FactProblem>,)> {
    refuse_after_cancel(&cx)?;
    let function = cx.data().call.function;
    if matches!(function, "snapshot" | "restore") {
        return Err(
            Violation::Lie(format!("facts.set during {function}: it gives or takes up a state, and no more")).into()
        );
    }
    let name = name.to_str(&cx)?.into_owned();
    let value = match value {
        FactValue::Boolean(value) => Value::Boolean(value),
        FactValue::Int64(value) => Value::Int64(value),
        FactValue::Float64(value) => Value::Float64(value),
        FactValue::Text(value) => Value::Text(value.to_str(&cx)?.into_owned()),
    };
    let state = cx.data_mut();
    let answer = match described(state, &name, true) {
        None => Err(step::FactProblem::Undeclared),
        Some(fact) if fact.value_type != value.value_type() => Err(step::FactProblem::OtherType(fact.value_type)),
        Some(_) => {
            state.flush_stdio();
            state.hand_on(|outlet| outlet.set_fact(&name, value))
        }
    };
    Ok((answer.map_err(|problem| told(state, problem)),))
}

pub(super) fn get(
    mut cx: StoreContextMut<'_, State>,
    (name,): GetFactParams,
) -> wasmtime::Result<(Result<GivenValue, FactProblem>,)> {
    refuse_after_cancel(&cx)?;
    let name = name.to_str(&cx)?.into_owned();
    let state = cx.data_mut();
    let answer = match described(state, &name, false) {
        None => Err(step::FactProblem::Undeclared),
        Some(_) => {
            // What it has said so far should be there to read while it waits.
            state.flush_stdio();
            state.hand_on(|outlet| outlet.fact(&name))
        }
    };
    let given = |value| match value {
        Value::Boolean(value) => GivenValue::Boolean(value),
        Value::Int64(value) => GivenValue::Int64(value),
        Value::Float64(value) => GivenValue::Float64(value),
        Value::Text(value) => GivenValue::Text(value),
    };
    Ok((answer.map(given).map_err(|problem| told(state, problem)),))
}

fn described<'a>(state: &'a State, name: &str, sets: bool) -> Option<&'a FactInfo> {
    let known = name.len() <= NAME_BYTES_MAX;
    state.facts.iter().find(|fact| known && fact.name == name && fact.sets == sets)
}

fn refuse_after_cancel(cx: &StoreContextMut<'_, State>) -> Result<(), Violation> {
    match cx.data().call.stopped {
        Some(Ended::Cancelled) => Err(Violation::Stopped),
        _ => Ok(()),
    }
}

fn told(state: &mut State, problem: step::FactProblem) -> FactProblem {
    match problem {
        step::FactProblem::Undeclared => FactProblem::Undeclared,
        step::FactProblem::OtherType(ValueType::Boolean) => FactProblem::OtherType(ValueKind::Boolean),
        step::FactProblem::OtherType(ValueType::Int64) => FactProblem::OtherType(ValueKind::Int64),
        step::FactProblem::OtherType(ValueType::Float64) => FactProblem::OtherType(ValueKind::Float64),
        step::FactProblem::OtherType(ValueType::Text) => FactProblem::OtherType(ValueKind::Text),
        step::FactProblem::SetAlready => FactProblem::SetAlready,
        step::FactProblem::Unfit => FactProblem::Unfit,
        step::FactProblem::Stopped(stopped) => {
            state.call.stopped = Some(stopped);
            FactProblem::Stopped(match stopped {
                Ended::Cancelled => Stopped::Cancelled,
                Ended::Unread => Stopped::Unread,
            })
        }
    }
}
