//! What it costs to take the state of a node with many keys, and to take it up again: bytes and milliseconds.
//!
//! By hand: `cargo run --release --workspace --example snapshot [-- KEYS]`, from the repository's root, after
//! `leat build plugins/option-pricing`. The node is `totals`, with a count and a sum for each key in a `BTreeMap`.

#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{BATCH_ROWS, Level, Outlet, Rejected, Step, Stopped};
use leat_runtime::{Component, ComponentStep, Engine, EngineConfig, InstanceConfig, RunContext};
use leat_stream::node_info::OutputContent;
use leat_stream::plan::{ComponentNode, Limits, Parallel};
use leat_stream::schema::{DataType, Field};

const COMPONENT: &str = "plugins/option-pricing/build/totals.wasm";
/// Of which the fastest counts.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let keys: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |keys| keys.parse())?;
    let component = Engine::new(EngineConfig::default())?.load(Path::new(COMPONENT))?;
    let mut full = step(&component)?;
    full.open()?;
    for first in (0..keys).step_by(BATCH_ROWS) {
        full.process(0, &batch(first..keys.min(first + BATCH_ROWS)))?;
    }
    let (mut given, mut taken) = (f64::INFINITY, f64::INFINITY);
    let mut state = Vec::new();
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        state = full.snapshot()?;
        given = given.min(milliseconds(start));
        let mut empty = step(&component)?;
        empty.open()?;
        let start = Instant::now();
        empty.restore(&state)?;
        taken = taken.min(milliseconds(start));
        memory = empty.memory_bytes();
    }
    println!("{keys} keys: {} bytes, {:.1} a key", state.len(), state.len() as f64 / keys as f64);
    println!("snapshot {given:.0} ms, restore {taken:.0} ms");
    println!("memory of the node {} MiB, of one restored {} MiB", full.memory_bytes() >> 20, memory >> 20);
    Ok(())
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn fields() -> Vec<Field> {
    vec![Field::new("cpty", DataType::Text, false), Field::new("pv", DataType::Float64, false)]
}

/// A record for each key, in an order that is not theirs.
fn batch(keys: std::ops::Range<usize>) -> RecordBatch {
    let names = StringArray::from_iter_values(keys.clone().map(|key| format!("CPT{:010}", key * 7_919 % 10_000_019)));
    let values = Float64Array::from_iter_values(keys.map(|key| key as f64 / 3.0));
    let columns: Vec<ArrayRef> = vec![Arc::new(names), Arc::new(values)];
    RecordBatch::try_new(arrow_schema(&fields()), columns).expect("the columns fit the fields")
}

fn step(component: &Component) -> Result<ComponentStep, Box<dyn Error>> {
    let info = component.info();
    let made = |name: &str, content: &OutputContent| match content {
        OutputContent::Made { data_type, nullable } => Field::new(name, *data_type, *nullable),
        OutputContent::Passed { field, .. } => fields()[*field].clone(),
    };
    let outputs = info.outputs.iter().map(|port| port.fields.iter().map(|f| made(&f.name, &f.content)).collect());
    let plan = ComponentNode {
        path: component.path().to_owned(),
        parameters: Vec::new(),
        objects: Vec::new(),
        secrets: Vec::new(),
        inputs: info.inputs.iter().map(|port| port.fields.clone()).collect(),
        outputs: outputs.collect(),
        limits: Limits { memory_bytes: 1 << 30, ..Limits::default() },
        parallel: Parallel::default(),
    };
    let (node, run, outlet) = ("totals".to_owned(), RunContext::default(), Box::new(Nowhere));
    Ok(component.instantiate(InstanceConfig { node, plan, run, objects: Vec::new(), secrets: Vec::new(), outlet })?)
}

/// Takes everything and keeps nothing.
struct Nowhere;

impl Outlet for Nowhere {
    fn emit(&mut self, _: usize, _: RecordBatch) -> Result<(), Stopped> {
        Ok(())
    }

    fn reject(&mut self, _: Rejected<'_>) -> Result<(), Stopped> {
        Ok(())
    }

    fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

    fn count(&mut self, _: &str, _: u64) {}

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}
