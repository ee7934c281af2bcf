//! Emits for ever, whatever it is told.

use support::{Column, Failure, Node, NodeInfo, emit, floats, plain};

struct FloodsOutput;

impl Node for FloodsOutput {
    fn describe() -> NodeInfo {
        plain("floods-output")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        let values = floats(&[1.0; 10_000]);
        loop {
            let _ = emit(0, 10_000, None, std::slice::from_ref(&values));
        }
    }
}

support::node!(FloodsOutput);
