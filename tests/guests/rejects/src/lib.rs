//! Well-behaved: rejects negative values and doubles the rest.

use support::{
    Column, DataType, Failure, Node, NodeInfo, OutColumn, carry, emit, floats, floats_of, made, node, or_stop, passed,
    read, reject, rows,
};

struct Rejects;

impl Node for Rejects {
    fn describe() -> NodeInfo {
        node(
            "rejects",
            vec![carry("id"), read("x", DataType::Float64)],
            vec![passed("id", 0), made("y", DataType::Float64)],
        )
    }

    fn process(_port: u32, _rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        let values = floats_of(&columns[0]);
        let (bad, good): (Vec<u32>, Vec<u32>) = (0..values.len() as u32).partition(|&row| values[row as usize] < 0.0);
        if !bad.is_empty() {
            or_stop(reject(&rows(&bad), "x is negative"))?;
        }
        let doubled: Vec<f64> = good.iter().map(|&row| 2.0 * values[row as usize]).collect();
        or_stop(emit(0, good.len() as u32, Some(&rows(&good)), &[OutColumn::Pass(0), floats(&doubled)]))
    }
}

support::node!(Rejects);
