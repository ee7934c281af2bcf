//! Imports a part of the contract that is not served.

use support::{Column, Failure, Node, NodeInfo, draws, plain};

struct ImportsDraws;

impl Node for ImportsDraws {
    fn describe() -> NodeInfo {
        plain("imports-draws")
    }

    fn process(_port: u32, rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::hint::black_box(draws::bits("shocks", 0, rows));
        Ok(())
    }
}

support::node!(ImportsDraws);
