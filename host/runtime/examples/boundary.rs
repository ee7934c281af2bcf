//! What a node costs in the sandbox, against the same function native: ns a row at several sizes of batch.
//!
//! Called by `cargo xtask bench`, which shows the table in the README; by hand:
//! `cargo run --release -p leat-runtime --example boundary [-- COMPONENT] [--json]`, from the repository's root, after
//! `leat build plugins/option-pricing`. The native side is compiled from the node's own source files.

#![allow(clippy::print_stdout, reason = "a program for people")]

#[allow(unreachable_pub, reason = "the node's own file")]
#[path = "../../../plugins/option-pricing/nodes/price/src/black_scholes.rs"]
mod black_scholes;
#[allow(unreachable_pub, reason = "the node's own file")]
#[path = "../../../plugins/option-pricing/nodes/price/src/normal.rs"]
mod normal;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Level, Outlet, Rejected, Step, Stopped};
use leat_runtime::{Component, ComponentStep, Engine, EngineConfig, InstanceConfig, RunContext};
use leat_stream::node_info::{OutputContent, Value};
use leat_stream::plan::{ComponentNode, Limits, Parallel, Parameter};
use leat_stream::schema::{DataType, Field};

const COMPONENT: &str = "plugins/option-pricing/build/price.wasm";
const BATCH_ROWS: [usize; 4] = [1, 256, 1_024, 4_096];
/// Rows of one measurement; fewer where a batch is one row.
const ROWS: usize = 1 << 20;
/// Measurements of each kind, sandboxed and native in turn; the fastest counts.
const ROUNDS: usize = 7;
const RATE: f64 = 0.03;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let path = arguments.iter().find(|argument| !argument.starts_with("--"));
    let bench = Bench::new(Path::new(path.map_or(COMPONENT, String::as_str)))?;
    let rows = BATCH_ROWS.iter().map(|&rows| bench.measure(rows)).collect::<Result<Vec<_>, _>>()?;
    if json {
        println!("{}", as_json(&bench, &rows));
    } else {
        print!("{}", as_table(&bench, &rows));
    }
    Ok(())
}

/// The component, and what it took to have it.
struct Bench {
    component: Component,
    engine: Duration,
    compile: Duration,
    load: Duration,
    instantiate: Duration,
}

/// Nanoseconds a row at one size of batch.
struct Measured {
    rows: usize,
    sandboxed: f64,
    native: f64,
}

impl Bench {
    fn new(path: &Path) -> Result<Self, Box<dyn Error>> {
        let cache = tempfile::tempdir()?;
        let config = || EngineConfig { cache_dir: Some(cache.path().to_owned()), ..EngineConfig::default() };
        let (first, _) = timed(|| Engine::new(config()));
        let (component, compile) = timed(|| first?.load(path).map_err(Box::<dyn Error>::from));
        drop(component?);
        let (engine, made) = timed(|| Engine::new(config()));
        let (component, load) = timed(|| engine?.load(path).map_err(Box::<dyn Error>::from));
        let component = component?;
        step(&component)?;
        let (_, instantiate) = timed(|| step(&component).map(black_box));
        Ok(Bench { component, engine: made, compile, load, instantiate })
    }

    fn measure(&self, rows: usize) -> Result<Measured, Box<dyn Error>> {
        let batch = options(rows);
        let bound = batch.project(&bound_columns(&self.component)?)?;
        let calls = (ROWS / rows).min(200_000);
        let mut step = step(&self.component)?;
        step.open()?;
        let (mut sandboxed, mut native) = (f64::INFINITY, f64::INFINITY);
        let per_row = |time: Duration| time.as_secs_f64() * 1e9 / (calls * rows) as f64;
        for _ in 0..ROUNDS {
            let (outcome, time) = timed(|| (0..calls).try_for_each(|_| step.process(0, &bound)));
            outcome?;
            sandboxed = sandboxed.min(per_row(time));
            let ((), time) = timed(|| (0..calls).for_each(|_| drop(black_box(price(black_box(&batch))))));
            native = native.min(per_row(time));
        }
        Ok(Measured { rows, sandboxed, native })
    }
}

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let answer = act();
    (answer, start.elapsed())
}

fn fields() -> Vec<Field> {
    let mut fields = vec![Field::new("id", DataType::Int64, false), Field::new("cpty", DataType::Text, false)];
    let numbers = ["spot", "strike", "expiry", "vol", "notional"];
    fields.extend(numbers.map(|name| Field::new(name, DataType::Float64, false)));
    fields
}

/// Options that differ in every number, the same on every machine.
fn options(rows: usize) -> RecordBatch {
    let column = |low: f64, high: f64, step: f64| -> ArrayRef {
        let values = (0..rows).map(|row| low + (high - low) * (row as f64 * step).fract());
        Arc::new(Float64Array::from_iter_values(values))
    };
    let parties = (0..rows).map(|row| format!("CPT{:04}", row % 997));
    let columns: Vec<ArrayRef> = vec![
        Arc::new((0i64..).take(rows).collect::<Int64Array>()),
        Arc::new(StringArray::from_iter_values(parties)),
        column(50.0, 150.0, 0.618_034),
        column(50.0, 150.0, 0.414_214),
        column(0.1, 5.0, 0.732_051),
        column(0.1, 0.6, 0.236_068),
        column(1.0, 1_000.0, 0.645_751),
    ];
    RecordBatch::try_new(arrow_schema(&fields()), columns).expect("the columns fit the fields")
}

/// The same function over the same columns, in this process.
fn price(batch: &RecordBatch) -> Vec<f64> {
    let column = |number: usize| -> &[f64] {
        let array: &Float64Array = batch.column(number).as_any().downcast_ref().expect("a column of floats");
        array.values()
    };
    let [spot, strike, expiry, vol, notional] = [2, 3, 4, 5, 6].map(column);
    let value =
        |row: usize| black_scholes::call(spot[row], strike[row], expiry[row], vol[row], RATE) * notional[row] / 100.0;
    (0..batch.num_rows()).map(value).collect()
}

/// For each field of the component's port, the column of the options of that name.
fn bound_columns(component: &Component) -> Result<Vec<usize>, Box<dyn Error>> {
    let port = component.info().inputs.first().ok_or("the component has no input port")?;
    let known = fields();
    let column = |name: &str| known.iter().position(|field| field.name == name);
    let columns = port.fields.iter().map(|f| column(&f.name).ok_or(format!("there is no column `{}`", f.name)));
    Ok(columns.collect::<Result<_, _>>()?)
}

/// An instance of the component, bound to the options.
fn step(component: &Component) -> Result<ComponentStep, Box<dyn Error>> {
    let info = component.info();
    let known = fields();
    let found: Vec<&Field> = bound_columns(component)?.into_iter().map(|column| &known[column]).collect();
    let output = |name: &str, content: &OutputContent| match content {
        OutputContent::Made { data_type, nullable } => Field::new(name, *data_type, *nullable),
        OutputContent::Passed { field, .. } => Field::new(name, found[*field].data_type, found[*field].nullable),
    };
    let outputs = info.outputs.iter().map(|port| port.fields.iter().map(|f| output(&f.name, &f.content)).collect());
    Ok(component.instantiate(InstanceConfig {
        node: "price".into(),
        plan: ComponentNode {
            path: component.path().into(),
            parameters: vec![Parameter { name: "rate".into(), value: Value::Float64(RATE) }],
            objects: Vec::new(),
            secrets: Vec::new(),
            inputs: info.inputs.iter().map(|port| port.fields.clone()).collect(),
            outputs: outputs.collect(),
            limits: Limits::default(),
            parallel: Parallel::default(),
        },
        run: RunContext::default(),
        objects: Vec::new(),
        secrets: Vec::new(),
        outlet: Box::new(Nowhere),
    })?)
}

fn as_table(bench: &Bench, measured: &[Measured]) -> String {
    let mut text = String::from(
        "| Black–Scholes, rows a batch | sandboxed | native | the sandbox adds |\n| --- | --- | --- | --- |\n",
    );
    for Measured { rows, sandboxed, native } in measured {
        let added = sandboxed - native;
        text += &format!("| {rows} | {sandboxed:.1} ns a row | {native:.1} ns a row | {added:.1} ns a row |\n");
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    text += &format!(
        "\nThe component is compiled and described once in {:.0} ms; with that cached an engine takes {:.2} ms, loading \
         {:.2} ms, an instance {:.0} µs.\n",
        ms(bench.compile),
        ms(bench.engine),
        ms(bench.load),
        ms(bench.instantiate) * 1e3
    );
    text
}

fn as_json(bench: &Bench, measured: &[Measured]) -> String {
    let rows: Vec<serde_json::Value> = measured
        .iter()
        .map(|m| serde_json::json!({"batch_rows": m.rows, "sandboxed_ns": m.sandboxed, "native_ns": m.native}))
        .collect();
    let seconds = |time: Duration| time.as_secs_f64();
    serde_json::json!({
        "rows": rows,
        "compile_s": seconds(bench.compile),
        "engine_s": seconds(bench.engine),
        "load_s": seconds(bench.load),
        "instantiate_s": seconds(bench.instantiate),
    })
    .to_string()
}

/// An outlet that takes everything and keeps nothing.
struct Nowhere;

impl Outlet for Nowhere {
    fn emit(&mut self, _port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        drop(black_box(batch));
        Ok(())
    }

    fn reject(&mut self, _rejected: Rejected<'_>) -> Result<(), Stopped> {
        Ok(())
    }

    fn log(&mut self, _level: Level, _message: &str, _fields: &[(String, String)]) {}

    fn count(&mut self, _name: &str, _increment: u64) {}

    fn progress(&mut self, _done: u64, _total: Option<u64>) {}
}
