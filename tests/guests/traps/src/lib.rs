//! Ends in a trap that leaves no message.

use support::{Column, Failure, Node, NodeInfo, plain};

struct Traps;

impl Node for Traps {
    fn describe() -> NodeInfo {
        plain("traps")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        // Far outside of its memory.
        let nowhere = std::hint::black_box(0xffff_0000_usize) as *const u8;
        std::hint::black_box(unsafe { nowhere.read_volatile() });
        Ok(())
    }
}

support::node!(Traps);
