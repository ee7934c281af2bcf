//! Drives a node through the contract: the one path from column bytes to the author's code and back, used by the
//! component's exports and by the test harness alike.

use crate::batch::Batch;
use crate::contract::{Column, InputInfo, NodeInfo};
use crate::error::{Error, Result};
use crate::node::{Context, Named, Node};
use crate::outputs::Outputs;
use crate::params::{Parameters, Params};

/// An open node between its ports.
#[derive(Debug)]
pub struct Driver<N> {
    node: N,
    inputs: Vec<InputInfo>,
    out: Outputs,
}

/// What a node says of itself.
pub fn describe<N: Node + Named>() -> NodeInfo {
    let ports = N::ports();
    NodeInfo {
        name: N::NAME.to_owned(),
        description: N::DESCRIPTION.to_owned(),
        outputs: ports.output_infos(),
        inputs: ports.inputs,
        parameters: N::Params::describe(),
        facts: N::facts().infos,
        objects: N::objects().into_uses(),
    }
}

impl<N: Node + Named> Driver<N> {
    pub(crate) fn open(context: &Context, parameters: &Parameters) -> Result<Self> {
        let ports = N::ports();
        Ok(Driver {
            node: N::open(N::Params::read(parameters)?, context)?,
            out: Outputs::new(ports.output_infos()),
            inputs: ports.inputs,
        })
    }

    pub(crate) fn process(&mut self, port: usize, rows: usize, columns: &[Column]) -> Result<()> {
        let count = self.inputs.len();
        let input = self.inputs.get(port).ok_or_else(|| {
            Error::new(format!("a batch came for input port {port}, but the node declares {count}, counted from 0"))
        })?;
        self.out.begin_batch(port, rows);
        let answer = self.node.process(&Batch::new(port, rows, columns, input), &mut self.out);
        self.out.end_call(answer)
    }

    pub(crate) fn end_of_input(&mut self, port: usize) -> Result<()> {
        let answer = self.node.end_of_input(port, &mut self.out);
        self.out.end_call(answer)
    }

    pub(crate) fn finish(&mut self) -> Result<()> {
        let answer = self.node.finish(&mut self.out);
        self.out.end_call(answer)
    }

    pub(crate) fn snapshot(&self) -> Result<Vec<u8>> {
        self.node.snapshot()
    }

    pub(crate) fn restore(&mut self, state: &[u8]) -> Result<()> {
        self.node.restore(state)
    }
}
