//! Keeps state across batches: counts records by `label` and tells the counts at the end, in the order of the labels.

use std::cell::RefCell;
use std::collections::BTreeMap;

use support::telemetry::count;
use support::{
    Column, DataType, Failure, Node, NodeInfo, emit, failure, floats, made, node, or_stop, read, texts, texts_of,
};

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

    /// A line for each label: its count, a space, and the label.
    fn snapshot() -> Result<Vec<u8>, Failure> {
        let line = |(label, rows): (&String, &u32)| format!("{rows} {label}\n");
        Ok(COUNTS.with_borrow(|counts| counts.iter().map(line).collect::<String>()).into_bytes())
    }

    fn restore(state: Vec<u8>) -> Result<(), Failure> {
        let text = String::from_utf8(state).map_err(|error| failure(error.to_string()))?;
        for (rows, label) in text.lines().filter_map(|line| line.split_once(' ')) {
            let rows = rows.parse().map_err(|_| failure(format!("{rows} is no count")))?;
            COUNTS.with_borrow_mut(|counts| counts.insert(label.to_owned(), rows));
        }
        Ok(())
    }
}

support::node!(CountsKeys);
