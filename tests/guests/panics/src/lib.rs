//! Panics while it works.

use support::{Column, Failure, Node, NodeInfo, floats_of, plain};

struct Panics;

#[inline(never)]
fn price(x: f64) -> f64 {
    if x < 0.0 {
        panic!("no price for {x}");
    }
    x
}

impl Node for Panics {
    fn describe() -> NodeInfo {
        plain("panics")
    }

    fn process(_port: u32, _rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        let sum: f64 = floats_of(&columns[1]).into_iter().map(price).sum();
        std::hint::black_box(sum);
        Ok(())
    }
}

support::node!(Panics);
