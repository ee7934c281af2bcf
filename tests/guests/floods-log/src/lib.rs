//! Logs or prints for ever, as its parameter `by` says.

use std::cell::RefCell;

use support::telemetry::{Level, count, log};
use support::{Column, Failure, Node, NodeContext, NodeInfo, parameter, plain, text_of};

struct FloodsLog;

thread_local! {
    static BY: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Node for FloodsLog {
    fn describe() -> NodeInfo {
        NodeInfo { parameters: vec![parameter("by")], ..plain("floods-log") }
    }

    fn open(context: NodeContext) -> Result<(), Failure> {
        BY.set(text_of(&context, "by"));
        Ok(())
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        for n in 0u64.. {
            match BY.with_borrow(String::clone).as_str() {
                "logging" => log(Level::Info, "once more", &[("n".into(), n.to_string())]),
                "printing" => println!("once more: {n}"),
                "counting" => count(&format!("counter {n}"), 1),
                _ => return Ok(()),
            }
        }
        Ok(())
    }
}

support::node!(FloodsLog);
