//! Well-behaved: keeps every second row by selection, passes all columns, logs, counts and tells its progress.

use std::cell::Cell;

use support::telemetry::{Level, count, log, progress};
use support::{Column, DataType, Failure, Node, NodeInfo, OutColumn, carry, emit, node, or_stop, passed, read, rows};

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
}

support::node!(EvenRows);
