//! Keeps state by key and shows it in every record: the sum of `x` over the records of the same `label` so far. A record that is
//! lost or doubled before it is seen in all that follow. What it keeps is in its snapshot.

use std::cell::RefCell;
use std::collections::BTreeMap;

use support::{
    Column, DataType, Failure, Node, NodeInfo, OutColumn, carry, emit, failure, floats, floats_of, made, node, or_stop,
    passed, read, texts_of,
};

struct RunningTotals;

thread_local! {
    static TOTALS: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
}

impl Node for RunningTotals {
    fn describe() -> NodeInfo {
        let inputs = vec![read("label", DataType::Text), read("x", DataType::Float64), carry("id")];
        let outputs = vec![passed("id", 2), passed("label", 0), made("total", DataType::Float64)];
        node("running-totals", inputs, outputs)
    }

    fn process(_port: u32, rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        let (labels, values) = (texts_of(&columns[0]), floats_of(&columns[1]));
        let totals: Vec<f64> = TOTALS.with_borrow_mut(|totals| {
            let add = |(label, x): (String, f64)| {
                let total = totals.entry(label).or_default();
                *total += x;
                *total
            };
            labels.into_iter().zip(values).map(add).collect()
        });
        or_stop(emit(0, rows, None, &[OutColumn::Pass(2), OutColumn::Pass(0), floats(&totals)]))
    }

    fn snapshot() -> Result<Vec<u8>, Failure> {
        let mut state = Vec::new();
        TOTALS.with_borrow(|totals| {
            for (label, total) in totals {
                state.extend_from_slice(&total.to_le_bytes());
                state.extend_from_slice(&(label.len() as u32).to_le_bytes());
                state.extend_from_slice(label.as_bytes());
            }
        });
        Ok(state)
    }

    fn restore(state: Vec<u8>) -> Result<(), Failure> {
        let mut totals = BTreeMap::new();
        let mut rest = state.as_slice();
        while let Some((total, after)) = rest.split_first_chunk() {
            let (length, after) = after.split_first_chunk().ok_or_else(|| failure("a snapshot that is cut"))?;
            let length = u32::from_le_bytes(*length) as usize;
            let label = after.get(..length).ok_or_else(|| failure("a snapshot that is cut"))?;
            totals.insert(String::from_utf8_lossy(label).into_owned(), f64::from_le_bytes(*total));
            rest = &after[length..];
        }
        TOTALS.set(totals);
        Ok(())
    }
}

support::node!(RunningTotals);
