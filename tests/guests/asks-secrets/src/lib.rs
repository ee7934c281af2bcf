//! Imports a part of the contract that is not served.

use support::{Column, Failure, Node, NodeInfo, plain, secrets};

struct ImportsSecrets;

impl Node for ImportsSecrets {
    fn describe() -> NodeInfo {
        plain("imports-secrets")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        std::hint::black_box(secrets::get("password").is_ok());
        Ok(())
    }
}

support::node!(ImportsSecrets);
