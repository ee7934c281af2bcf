//! Well-behaved: keeps every second row by selection, passes all columns, logs, counts and tells its progress.

use std::cell::Cell;

use support::telemetry::{Level, count, log, progress};
use support::{
    Column, DataType, Failure, Node, NodeInfo, OutColumn, carry, emit, failure, node, or_stop, passed, read, rows,
};

struct EvenRows;

thread_local! {
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

impl Node for EvenRows {
    fn describe() -> NodeInfo {
        node("even-rows", vec![read("id", DataType::Int64), carry("label")], vec![passed("label", 1), passed("id", 0)])
    }

    fn process(_port: u32, rows_in: u32, columns: Vec<Column>) -> Result<(), Failure> {
        assert_eq!(columns.len(), 1, "a carried column does not cross");
        let kept: Vec<u32> = (0..rows_in).step_by(2).collect();
        count("kept", kept.len() as u64);
        SEEN.set(SEEN.get() + u64::from(rows_in));
        progress(SEEN.get(), None);
        let columns = [OutColumn::Pass(1), OutColumn::Pass(0)];
        or_stop(emit(0, kept.len() as u32, Some(&rows(&kept)), &columns))
    }

    fn finish() -> Result<(), Failure> {
        println!("seen {}", SEEN.get());
        log(Level::Info, "done", &[("rows".into(), SEEN.get().to_string())]);
        Ok(())
    }

    fn snapshot() -> Result<Vec<u8>, Failure> {
        Ok(SEEN.get().to_le_bytes().to_vec())
    }

    fn restore(state: Vec<u8>) -> Result<(), Failure> {
        let seen = state.as_slice().try_into().map_err(|_| failure("no number of rows"))?;
        SEEN.set(u64::from_le_bytes(seen));
        Ok(())
    }
}

support::node!(EvenRows);
