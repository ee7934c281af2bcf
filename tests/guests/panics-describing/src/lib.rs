//! Panics when it is asked what it is.

use support::{Node, NodeInfo};

struct PanicsDescribing;

impl Node for PanicsDescribing {
    fn describe() -> NodeInfo {
        panic!("who is asking?")
    }
}

support::node!(PanicsDescribing);
