//! Imports what no host of Leat has.

wit_bindgen::generate!({
    inline: "
        package example:stranger@1.0.0;
        interface kitchen { boil: func(minutes: u32); }
        world node { import kitchen; export leat:node/guest@0.1.0; }
    ",
    path: "../../../wit",
    world: "example:stranger/node",
    generate_all,
});

use exports::leat::node::guest::{Column, Failure, Guest, NodeContext, NodeInfo};

struct Stranger;

impl Guest for Stranger {
    fn describe() -> NodeInfo {
        example::stranger::kitchen::boil(5);
        NodeInfo {
            name: "stranger".into(),
            description: String::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            parameters: Vec::new(),
            facts: Vec::new(),
            objects: Vec::new(),
        }
    }

    fn open(_context: NodeContext) -> Result<(), Failure> {
        Ok(())
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        Ok(())
    }

    fn end_of_input(_port: u32) -> Result<(), Failure> {
        Ok(())
    }

    fn finish() -> Result<(), Failure> {
        Ok(())
    }

    fn snapshot() -> Result<Vec<u8>, Failure> {
        Ok(Vec::new())
    }

    fn restore(_state: Vec<u8>) -> Result<(), Failure> {
        Ok(())
    }
}

export!(Stranger);
