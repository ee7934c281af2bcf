//! The transport's contract on edges in memory.

use std::sync::Arc;

use leat_flow::transport::Transport;
use leat_flow::transport::in_process::InProcessTransport;

use crate::contract::{Rig, WINDOW_BYTES, contract};

struct InProcess(InProcessTransport);

impl Rig for InProcess {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.0.clone())
    }

    fn cut(&self) {}

    fn run(&self) -> String {
        // Every rig has edges of its own.
        "r1".to_owned()
    }
}

contract!(InProcess(InProcessTransport::new(WINDOW_BYTES)));
