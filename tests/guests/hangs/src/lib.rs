//! Loops for ever.

use support::{Column, Failure, Node, NodeInfo, plain};

struct Hangs;

#[inline(never)]
fn look_for_the_end(mut n: u64) -> u64 {
    loop {
        n = std::hint::black_box(n.wrapping_mul(3));
    }
}

impl Node for Hangs {
    fn describe() -> NodeInfo {
        plain("hangs")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::hint::black_box(look_for_the_end(1));
        Ok(())
    }
}

support::node!(Hangs);
