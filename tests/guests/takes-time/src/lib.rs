//! Doubles, and takes about a millisecond for each row: for cases that need a run to go on for a while.

use support::{
    Column, DataType, Failure, Node, NodeInfo, OutColumn, carry, emit, floats, floats_of, made, node, or_stop, passed,
    read,
};

/// Steps of a chain that cannot be shortened: about a millisecond.
const STEPS: u64 = 4_000_000;

struct TakesTime;

impl Node for TakesTime {
    fn describe() -> NodeInfo {
        node(
            "takes-time",
            vec![carry("id"), read("x", DataType::Float64)],
            vec![passed("id", 0), made("y", DataType::Float64)],
        )
    }

    fn process(_port: u32, rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        let doubled: Vec<f64> = floats_of(&columns[0])
            .iter()
            .map(|x| {
                let mut n = 1u64;
                for _ in 0..STEPS {
                    n = std::hint::black_box(n.wrapping_mul(3));
                }
                2.0 * x + if n == 0 { 1.0 } else { 0.0 }
            })
            .collect();
        or_stop(emit(0, rows, None, &[OutColumn::Pass(0), floats(&doubled)]))
    }
}

support::node!(TakesTime);
