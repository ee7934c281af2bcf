//! A node's run in a test: the order of calls, and what came of them.

use std::cmp::Ordering;
use std::fmt;

use super::feed::{Bound, Cut, FeedBatch};
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

    /// The call in which it failed: `open`, `process`, `end_of_input`, `finish`, or `emit` where the node broke the contract;
    /// `recovery` where it ran well, and not when its instances were restored from one another's snapshots.
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

/// What is run, as often as it must be.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub(super) info: &'a NodeInfo,
    pub(super) feeds: &'a [Bound],
    pub(super) context: &'a Context,
    pub(super) parameters: &'a Parameters,
}

/// Whether the node is left in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is.
    Kept,
    /// A new instance, opened and restored from the snapshot of the one before, takes it after every call.
    TakenOver,
}

/// A call of a node that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Batch { port: usize, number: usize },
    End { port: usize },
    Finish,
}

impl Setting<'_> {
    /// Runs the node on that host, and hands the host back where all went well.
    pub(super) fn run<N: Node + Named>(&self, host: Memory, cut: Cut, place: Place) -> Result<Memory, Failed> {
        let (mut host, answer) = memory::with(host, || self.drive::<N>(cut, place));
        match (host.breach.take(), answer) {
            (Some(breach), _) => Err(Failed::new("emit", breach)),
            (None, Err(failed)) => Err(failed),
            (None, Ok(())) => Ok(host),
        }
    }

    /// Calls the node as a host does.
    fn drive<N: Node + Named>(&self, cut: Cut, place: Place) -> Result<(), Failed> {
        let failed = |call| move |error: crate::Error| Failed::new(call, error.message());
        let batches: Vec<Vec<FeedBatch>> = self.feeds.iter().map(|feed| feed.cut(cut)).collect();
        let mut driver = Driver::<N>::open(self.context, self.parameters).map_err(failed("open"))?;
        for call in self.calls(cut) {
            if place == Place::TakenOver {
                let state = driver.snapshot().map_err(failed("snapshot"))?;
                memory::set_taking_over(true);
                driver = Driver::<N>::open(self.context, self.parameters).map_err(failed("open"))?;
                driver.restore(&state).map_err(failed("restore"))?;
                memory::set_taking_over(false);
            }
            memory::begin_call();
            match call {
                Call::Batch { port, number } => {
                    let FeedBatch { rows, columns } = &batches[port][number];
                    let before = batches[port][..number].iter().map(|b| b.rows).sum();
                    let read = &self.feeds[port].read;
                    let crossing = columns.iter().zip(read).filter(|(_, read)| **read).map(|(c, _)| c.clone());
                    let crossing: Vec<Column> = crossing.collect();
                    memory::set_in_hand(Some(InHand { port, before, rows: *rows, columns: columns.clone() }));
                    driver.process(port, *rows, &crossing).map_err(failed("process"))?;
                    memory::set_in_hand(None);
                }
                Call::End { port } => driver.end_of_input(port).map_err(failed("end_of_input"))?,
                Call::Finish => driver.finish().map_err(failed("finish"))?,
            }
        }
        Ok(())
    }

    /// The calls in their order: ports that are `first` come whole, one after the other; the others take turns batch by batch.
    pub(super) fn calls(&self, cut: Cut) -> Vec<Call> {
        let counts: Vec<usize> = self.feeds.iter().map(|feed| cut.ranges(feed.rows()).len()).collect();
        let mut calls = Vec::new();
        for (port, _) in self.feeds.iter().enumerate().filter(|(_, feed)| feed.first) {
            calls.extend((0..counts[port]).map(|number| Call::Batch { port, number }));
            calls.push(Call::End { port });
        }
        let others = || self.feeds.iter().enumerate().filter(|(_, feed)| !feed.first).map(|(port, _)| port);
        let rounds = others().map(|port| counts[port]).max().unwrap_or(0);
        for number in 0..=rounds {
            for port in others() {
                match number.cmp(&counts[port]) {
                    Ordering::Less => calls.push(Call::Batch { port, number }),
                    Ordering::Equal => calls.push(Call::End { port }),
                    Ordering::Greater => {}
                }
            }
        }
        calls.push(Call::Finish);
        calls
    }
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
