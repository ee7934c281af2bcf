//! Loops for ever when it is asked what it is.

use support::{Node, NodeInfo, plain};

struct HangsDescribing;

impl Node for HangsDescribing {
    fn describe() -> NodeInfo {
        let mut n = 1u64;
        while std::hint::black_box(n) != 0 {
            n = n.wrapping_mul(3);
        }
        plain("hangs-describing")
    }
}

support::node!(HangsDescribing);
