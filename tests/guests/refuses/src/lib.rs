//! Fails in its own words, where its parameter `when` says.

use std::cell::RefCell;

use support::{
    Column, Failure, Node, NodeContext, NodeInfo, emit, failure, floats, or_stop, parameter, plain, text_of,
};

struct Refuses;

thread_local! {
    static WHEN: RefCell<String> = const { RefCell::new(String::new()) };
}

fn now(moment: &str) -> Result<(), Failure> {
    if WHEN.with_borrow(|when| when == moment) {
        return Err(failure(format!("will not, {moment}")));
    }
    Ok(())
}

impl Node for Refuses {
    fn describe() -> NodeInfo {
        NodeInfo { parameters: vec![parameter("when")], ..plain("refuses") }
    }

    fn open(context: NodeContext) -> Result<(), Failure> {
        WHEN.set(text_of(&context, "when"));
        now("at the start")
    }

    fn process(_port: u32, rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        now("before emitting")?;
        or_stop(emit(0, rows, None, &[floats(&vec![0.0; rows as usize])]))?;
        now("after emitting")
    }

    fn end_of_input(_port: u32) -> Result<(), Failure> {
        now("at the end of the port")
    }

    fn finish() -> Result<(), Failure> {
        now("at the end")
    }
}

support::node!(Refuses);
