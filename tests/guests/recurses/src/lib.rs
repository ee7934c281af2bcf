//! Calls itself for ever.

use support::{Column, Failure, Node, NodeInfo, plain};

struct Recurses;

/// Divides on the way back, so that no compiler makes a loop of it.
#[inline(never)]
fn deeper(n: u64) -> u64 {
    if n == u64::MAX {
        return 1;
    }
    deeper(n + 1) / (n | 1)
}

impl Node for Recurses {
    fn describe() -> NodeInfo {
        plain("recurses")
    }

    fn process(_port: u32, rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::hint::black_box(deeper(u64::from(rows)));
        Ok(())
    }
}

support::node!(Recurses);
