//! Says of itself what cannot be: two fields of one name.

use support::{DataType, Node, NodeInfo, made, node, read};

struct DescribesNonsense;

impl Node for DescribesNonsense {
    fn describe() -> NodeInfo {
        let twice = vec![made("y", DataType::Float64), made("y", DataType::Int64)];
        node("describes-nonsense", vec![read("x", DataType::Float64)], twice)
    }
}

support::node!(DescribesNonsense);
