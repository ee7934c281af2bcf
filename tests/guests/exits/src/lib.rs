//! Ends its program.

use support::{Column, Failure, Node, NodeInfo, plain};

struct Exits;

impl Node for Exits {
    fn describe() -> NodeInfo {
        plain("exits")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::process::exit(3)
    }
}

support::node!(Exits);
