//! A node's run in a test: the order of calls, and what came of them.

use std::fmt;

use super::feed::{Bound, FeedBatch};
use crate::contract::{Column, Content, FieldType, NodeInfo};
use crate::driver::Driver;
use crate::facts::Fact;
use crate::host::memory::{self, InHand, LogLine, Memory, Refused};
use crate::node::{Context, Named, Node};
use crate::params::{Parameter, Parameters};
use crate::record::Record;

/// Why a node's run did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    call: &'static str,
    message: String,
}

impl Failed {
    pub(super) fn new(call: &'static str, message: impl Into<String>) -> Self {
        Failed { call, message: message.into() }
    }

    /// The call in which it failed: `open`, `process`, `end_of_input`, `finish`, `snapshot`, `restore`, or `emit` where the
    /// node broke the contract.
    pub fn call(&self) -> &'static str {
        self.call
    }

    /// The node's sentence.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.message)
    }
}

impl std::error::Error for Failed {}

/// Calls the node as a host does.
pub(super) fn drive<N: Node + Named>(
    feeds: &mut [Bound],
    context: &Context,
    parameters: &Parameters,
    resume: bool,
) -> Result<(), Failed> {
    let failed = |call| move |error: crate::Error| Failed::new(call, error.message());
    let mut driver = Driver::<N>::open(context, parameters).map_err(failed("open"))?;
    for step in schedule(feeds) {
        match step {
            Step::Batch { port, number } => {
                let feed = &feeds[port];
                let before = feed.batches[..number].iter().map(|b| b.rows).sum();
                let FeedBatch { rows, columns } = &feed.batches[number];
                let crossing: Vec<Column> =
                    columns.iter().zip(&feed.read).filter(|(_, read)| **read).map(|(c, _)| c.clone()).collect();
                memory::set_in_hand(Some(InHand { port, before, rows: *rows, columns: columns.clone() }));
                driver.process(port, *rows, &crossing).map_err(failed("process"))?;
                memory::set_in_hand(None);
                if resume {
                    let state = driver.snapshot().map_err(failed("snapshot"))?;
                    driver = Driver::<N>::open(context, parameters).map_err(failed("open"))?;
                    driver.restore(&state).map_err(failed("restore"))?;
                }
            }
            Step::End { port } => driver.end_of_input(port).map_err(failed("end_of_input"))?,
        }
    }
    driver.finish().map_err(failed("finish"))
}

enum Step {
    Batch { port: usize, number: usize },
    End { port: usize },
}

/// Ports that are `first` come whole, one after the other; the others take turns batch by batch.
fn schedule(feeds: &[Bound]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (port, feed) in feeds.iter().enumerate().filter(|(_, feed)| feed.first) {
        steps.extend((0..feed.batches.len()).map(|number| Step::Batch { port, number }));
        steps.push(Step::End { port });
    }
    let others = || feeds.iter().enumerate().filter(|(_, feed)| !feed.first);
    let rounds = others().map(|(_, feed)| feed.batches.len()).max().unwrap_or(0);
    for number in 0..=rounds {
        for (port, feed) in others() {
            match number.cmp(&feed.batches.len()) {
                std::cmp::Ordering::Less => steps.push(Step::Batch { port, number }),
                std::cmp::Ordering::Equal => steps.push(Step::End { port }),
                std::cmp::Ordering::Greater => {}
            }
        }
    }
    steps
}

/// What came of a node's run.
#[derive(Debug)]
pub struct Run {
    info: NodeInfo,
    inputs: Vec<Vec<FieldType>>,
    memory: Memory,
}

impl Run {
    pub(super) fn new(info: NodeInfo, feeds: Vec<Bound>, memory: Memory) -> Self {
        Run { info, inputs: feeds.into_iter().map(|feed| feed.types).collect(), memory }
    }

    /// The records of an output port, in order. Columns bind by name; the port may have more.
    ///
    /// # Panics
    /// If the port has no such columns.
    #[track_caller]
    pub fn output<R: Record>(&self, port: usize) -> Vec<R::In<'_>> {
        let numbers: Vec<usize> = R::FIELDS.iter().map(|f| self.column(port, f.name, f.field_type)).collect();
        let mut records = Vec::new();
        for sent in self.memory.sent.iter().filter(|sent| sent.port == port) {
            let columns: Vec<&Column> = numbers.iter().map(|n| &sent.columns[*n]).collect();
            let columns = R::bind(&columns, sent.rows).expect("checked when it was sent");
            records.extend((0..sent.rows).map(|row| R::get(&columns, row)));
        }
        records
    }

    #[track_caller]
    fn column(&self, port: usize, name: &str, wanted: FieldType) -> usize {
        let outputs = self.info.outputs.len();
        let output = self
            .info
            .outputs
            .get(port)
            .unwrap_or_else(|| panic!("the node has {outputs} output ports; {port} is none"));
        let number = output.fields.iter().position(|f| f.name == name).unwrap_or_else(|| {
            let names: Vec<&str> = output.fields.iter().map(|f| f.name.as_str()).collect();
            panic!("output `{}` has no column `{name}`; it has {}", output.name, names.join(", "))
        });
        let found = match output.fields[number].content {
            Content::Made(field_type) => field_type,
            Content::Passed { port, field } => self.inputs[port][field],
        };
        let fits = found.data_type == wanted.data_type && (wanted.nullable || !found.nullable);
        assert!(fits, "column `{name}` of output `{}` is {found}, not {wanted}", output.name);
        number
    }

    /// Numbers of rows of the batches that were sent to an output port.
    pub fn batches(&self, port: usize) -> Vec<usize> {
        self.memory.sent.iter().filter(|sent| sent.port == port).map(|sent| sent.rows).collect()
    }

    /// The rows that were refused, in the order in which they were.
    pub fn rejected(&self) -> &[Refused] {
        &self.memory.refused
    }

    /// The value that the node set a fact to; nothing where it did not.
    pub fn fact<T: Parameter>(&self, fact: Fact<T>) -> Option<T> {
        T::from_value(self.memory.fact_values.get(fact.name())?)
    }

    /// The lines that were logged.
    pub fn logs(&self) -> &[LogLine] {
        &self.memory.logs
    }

    /// A counter; 0 where the node never counted it.
    pub fn counter(&self, name: &str) -> u64 {
        self.memory.counters.get(name).copied().unwrap_or(0)
    }

    /// The last that the node said of its progress.
    pub fn progress(&self) -> Option<(u64, Option<u64>)> {
        self.memory.progress
    }
}
