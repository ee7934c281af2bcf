//! Keeps state across batches: counts records by `label` and tells the counts at the end, in the order of the labels.

use std::cell::RefCell;
use std::collections::BTreeMap;

use support::telemetry::count;
use support::{Column, DataType, Failure, Node, NodeInfo, emit, floats, made, node, or_stop, read, texts};

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
        let offsets = columns[0].offsets.as_deref().unwrap_or_default().as_chunks::<4>().0;
        let offsets: Vec<usize> = offsets.iter().map(|&bytes| u32::from_le_bytes(bytes) as usize).collect();
        for row in 0..rows as usize {
            let label = String::from_utf8_lossy(&columns[0].data[offsets[row]..offsets[row + 1]]).into_owned();
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
