//! Reads a file that it was not granted.

use support::{Column, Failure, Node, NodeInfo, failure, plain};

struct ReadsAFile;

impl Node for ReadsAFile {
    fn describe() -> NodeInfo {
        plain("reads-a-file")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        match std::fs::read_to_string("/etc/passwd") {
            Ok(text) => Err(failure(format!("read {} bytes of it", text.len()))),
            Err(error) => Err(failure(format!("/etc/passwd: {error}"))),
        }
    }
}

support::node!(ReadsAFile);
