//! The imports of a component.

pub(crate) mod risk;

use super::Emission;
use crate::component::{from_value, into_value};
use crate::contract::{Denied, FactProblem, Level, OutColumn, Stopped, Value, ValueType};
use crate::raw::leat::node::{draws, facts, queues, secrets, telemetry, types};

pub(crate) fn emit(emission: Emission) -> Result<(), Stopped> {
    let columns: Vec<types::OutColumn> = emission.columns.into_iter().map(out_column).collect();
    let (port, rows) = (emission.port as u32, emission.rows as u32);
    queues::emit(port, rows, emission.selection.as_deref(), &columns).map_err(stopped)
}

pub(crate) fn reject(rows: &[u8], reason: &str) -> Result<(), Stopped> {
    queues::reject(rows, reason).map_err(stopped)
}

pub(crate) fn draw(stream: &str, index: u64, count: u32) -> Vec<u8> {
    draws::bits(stream, index, count)
}

pub(crate) fn set_fact(name: &str, value: Value) -> Result<(), FactProblem> {
    facts::set(name, &into_value(value)).map_err(fact_problem)
}

pub(crate) fn fact(name: &str) -> Result<Value, FactProblem> {
    facts::get(name).map(from_value).map_err(fact_problem)
}

pub(crate) fn secret(name: &str) -> Result<String, Denied> {
    secrets::get(name).map_err(|denied| match denied {
        secrets::Denied::NotDeclared => Denied::NotDeclared,
        secrets::Denied::NotGranted => Denied::NotGranted,
        secrets::Denied::Expired => Denied::Expired,
        secrets::Denied::StoreUnreachable => Denied::StoreUnreachable,
    })
}

pub(crate) fn log(level: Level, message: &str, fields: &[(String, String)]) {
    let level = match level {
        Level::Debug => telemetry::Level::Debug,
        Level::Info => telemetry::Level::Info,
        Level::Warn => telemetry::Level::Warn,
        Level::Error => telemetry::Level::Error,
    };
    telemetry::log(level, message, fields);
}

pub(crate) fn count(name: &str, increment: u64) {
    telemetry::count(name, increment);
}

pub(crate) fn progress(done: u64, total: Option<u64>) {
    telemetry::progress(done, total);
}

fn out_column(column: OutColumn) -> types::OutColumn {
    match column {
        OutColumn::Pass(field) => types::OutColumn::Pass(field),
        OutColumn::Fresh(column) => types::OutColumn::Fresh(types::Column {
            data: column.data,
            offsets: column.offsets,
            validity: column.validity,
        }),
    }
}

fn stopped(stopped: types::Stopped) -> Stopped {
    match stopped {
        types::Stopped::Cancelled => Stopped::Cancelled,
        types::Stopped::Unread => Stopped::Unread,
    }
}

fn fact_problem(problem: facts::FactProblem) -> FactProblem {
    match problem {
        facts::FactProblem::Undeclared => FactProblem::Undeclared,
        facts::FactProblem::OtherType(types::ValueType::Boolean) => FactProblem::OtherType(ValueType::Boolean),
        facts::FactProblem::OtherType(types::ValueType::Int64) => FactProblem::OtherType(ValueType::Int64),
        facts::FactProblem::OtherType(types::ValueType::Float64) => FactProblem::OtherType(ValueType::Float64),
        facts::FactProblem::OtherType(types::ValueType::Text) => FactProblem::OtherType(ValueType::Text),
        facts::FactProblem::SetAlready => FactProblem::SetAlready,
        facts::FactProblem::Unfit => FactProblem::Unfit,
        facts::FactProblem::Stopped(why) => FactProblem::Stopped(stopped(why)),
    }
}
