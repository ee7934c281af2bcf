//! Calls itself for ever, with an array in each frame: compilers put those on a stack of their own in linear memory.

use support::{Column, Failure, Node, NodeInfo, plain};

struct RecursesWithArrays;

#[allow(unconditional_recursion)]
#[inline(never)]
fn deeper(n: u64) -> u64 {
    let here = std::hint::black_box([n; 64]);
    deeper(here[3] + 1) + here[7]
}

impl Node for RecursesWithArrays {
    fn describe() -> NodeInfo {
        plain("recurses-with-arrays")
    }

    fn process(_port: u32, rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::hint::black_box(deeper(u64::from(rows)));
        Ok(())
    }
}

support::node!(RecursesWithArrays);
