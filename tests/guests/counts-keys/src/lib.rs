//! Keeps state across batches: counts records by `label` and tells the counts at the end, in the order of the labels.

use std::cell::RefCell;
use std::collections::BTreeMap;

use support::telemetry::count;
use support::{Column, DataType, Failure, Node, NodeInfo, emit, floats, made, node, or_stop, read, texts, texts_of};

struct CountsKeys;

thread_local! {
    static COUNTS: RefCell<BTreeMap<String, u32>> = const { RefCell::new(BTreeMap::new()) };
}

impl Node for CountsKeys {
    fn describe() -> NodeInfo {
        let outputs = vec![made("label", DataType::Text), made("rows", DataType::Float64)];
        node("counts-keys", vec![read("label", DataType::Text)], outputs)
    }

    fn process(_port: u32, rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        for label in texts_of(&columns[0]) {
            COUNTS.with_borrow_mut(|counts| *counts.entry(label).or_default() += 1);
        }
        count("rows", u64::from(rows));
        Ok(())
    }

    fn finish() -> Result<(), Failure> {
        let counts = COUNTS.take();
        let labels: Vec<&String> = counts.keys().collect();
        let rows: Vec<f64> = counts.values().copied().map(f64::from).collect();
        or_stop(emit(0, labels.len() as u32, None, &[texts(&labels), floats(&rows)]))
    }
}

support::node!(CountsKeys);
