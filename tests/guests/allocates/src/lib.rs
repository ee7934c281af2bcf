//! Allocates for ever.

use support::{Column, Failure, Node, NodeInfo, plain};

struct Allocates;

#[inline(never)]
fn hoard() -> usize {
    let mut all = Vec::new();
    loop {
        all.push(vec![1u8; 1 << 20]);
        std::hint::black_box(&all);
    }
}

impl Node for Allocates {
    fn describe() -> NodeInfo {
        plain("allocates")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::hint::black_box(hoard());
        Ok(())
    }
}

support::node!(Allocates);
