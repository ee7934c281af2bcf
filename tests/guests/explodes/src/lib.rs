//! Makes a thousand records of each, a batch for each: what comes out is a thousand times what went in.

use support::{
    Column, DataType, Failure, Node, NodeInfo, OutColumn, column, emit, floats, longs_of, made, node, or_stop, read,
};

/// Records of each record.
const EACH: i64 = 1_000;

struct Explodes;

fn longs(values: impl Iterator<Item = i64>) -> OutColumn {
    OutColumn::Fresh(column(values.flat_map(i64::to_le_bytes).collect()))
}

impl Node for Explodes {
    fn describe() -> NodeInfo {
        let outputs =
            vec![made("id", DataType::Int64), made("step", DataType::Int64), made("share", DataType::Float64)];
        node("explodes", vec![read("id", DataType::Int64)], outputs)
    }

    fn process(_port: u32, _rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        for id in longs_of(&columns[0]) {
            let shares: Vec<f64> = (0..EACH).map(|step| id as f64 / (step + 1) as f64).collect();
            let columns = [longs((0..EACH).map(|_| id)), longs(0..EACH), floats(&shares)];
            or_stop(emit(0, EACH as u32, None, &columns))?;
        }
        Ok(())
    }
}

support::node!(Explodes);
