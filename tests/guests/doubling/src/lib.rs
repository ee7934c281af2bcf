//! Well-behaved: a fresh column beside a passed one, whole batches.

use support::{
    Column, DataType, Failure, Node, NodeInfo, OutColumn, carry, emit, floats, floats_of, made, node, or_stop, passed,
    read,
};

struct Doubling;

impl Node for Doubling {
    fn describe() -> NodeInfo {
        node(
            "doubling",
            vec![carry("id"), read("x", DataType::Float64)],
            vec![passed("id", 0), made("y", DataType::Float64)],
        )
    }

    fn process(_port: u32, rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        let doubled: Vec<f64> = floats_of(&columns[0]).iter().map(|x| 2.0 * x).collect();
        or_stop(emit(0, rows, None, &[OutColumn::Pass(0), floats(&doubled)]))
    }
}

support::node!(Doubling);
