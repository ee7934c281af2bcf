//! The host of a native test: keeps in memory what a node sends and says, by the rules of the contract.
//!
//! Set up by `testing` around the calls of a node. A node's code that runs outside of them (a unit test of a function
//! that logs, say) finds no host, and what it says goes nowhere.

mod layout;
pub(crate) mod risk;

pub(crate) use layout::{cell, gather, shown};

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Emission;
use crate::contract::{
    Column, Content, Denied, FactInfo, FactProblem, FieldType, Level, OutColumn, OutputInfo, Stopped, Value, ValueType,
};

/// How long a text may be that is a fact; as the contract says.
const FACT_TEXT_BYTES_MAX: usize = 65_536;

/// A run in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The run's seed.
    pub(crate) seed: u64,
    /// The risk objects that the node is given.
    pub(crate) objects: Vec<(leat_objects::Reference, Rc<leat_objects::Object>)>,
    /// The output ports as the node describes them.
    pub(crate) outputs: Vec<OutputInfo>,
    /// For each input port, the types of all its fields, those that are carried too.
    pub(crate) inputs: Vec<Vec<FieldType>>,
    /// During `process`.
    pub(crate) in_hand: Option<InHand>,
    /// What was sent, in order.
    pub(crate) sent: Vec<Sent>,
    /// Rows that were refused, in that order.
    pub(crate) refused: Vec<Refused>,
    /// The facts as the node describes them.
    pub(crate) facts: Vec<FactInfo>,
    /// The values that facts have: those that the test gives, then those that the node sets.
    pub(crate) fact_values: BTreeMap<String, Value>,
    /// The secrets that the test gives.
    pub(crate) secrets: BTreeMap<String, String>,
    /// Log lines.
    pub(crate) logs: Vec<LogLine>,
    /// Counters.
    pub(crate) counters: BTreeMap<String, u64>,
    /// The last word on progress.
    pub(crate) progress: Option<(u64, Option<u64>)>,
    /// How many calls of the open node have begun.
    pub(crate) calls: usize,
    /// An instance is being put in another's place: what it says meanwhile has been said.
    pub(crate) taking_over: bool,
    /// The first breach of the contract.
    pub(crate) breach: Option<String>,
}

/// The batch that `process` was called with.
#[derive(Debug)]
pub(crate) struct InHand {
    pub(crate) port: usize,
    /// How many rows of the port came before it.
    pub(crate) before: usize,
    pub(crate) rows: usize,
    /// A column for each field of the port, those that are carried too.
    pub(crate) columns: Vec<Column>,
}

/// Records that were sent to an output port.
#[derive(Debug)]
pub(crate) struct Sent {
    /// In which call of the node, from 1.
    pub(crate) call: usize,
    pub(crate) port: usize,
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Column>,
}

/// A row that the node refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Number of the input port.
    pub port: usize,
    /// Which record of that port's input, from 0.
    pub row: usize,
    /// Why.
    pub reason: String,
}

/// A line that the node logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// The message.
    pub message: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

thread_local! {
    static HOST: RefCell<Option<Memory>> = const { RefCell::new(None) };
}

/// Keeps what a node says, the first time.
fn said(keep: impl FnOnce(&mut Memory)) {
    current(|memory| {
        if !memory.taking_over {
            keep(memory)
        }
    });
}

/// Runs `call` with this host and hands the host back.
pub(crate) fn with<T>(memory: Memory, call: impl FnOnce() -> T) -> (Memory, T) {
    HOST.with(|host| *host.borrow_mut() = Some(memory));
    let answer = call();
    let memory = HOST.with(|host| host.borrow_mut().take());
    (memory.unwrap_or_default(), answer)
}

fn current(use_host: impl FnOnce(&mut Memory)) {
    HOST.with(|host| host.borrow_mut().as_mut().map(use_host));
}

/// Tells the host that the next call of the node begins.
pub(crate) fn begin_call() {
    current(|memory| memory.calls += 1);
}

/// Tells the host that an instance is about to be put in another's place, or has been.
pub(crate) fn set_taking_over(taking_over: bool) {
    current(|memory| memory.taking_over = taking_over);
}

/// Tells the host which batch the node is about to be called with.
pub(crate) fn set_in_hand(batch: Option<InHand>) {
    current(|memory| memory.in_hand = batch);
}

pub(crate) fn emit(emission: Emission) -> Result<(), Stopped> {
    current(|memory| {
        let answer = memory.take_in(emission);
        memory.note(answer);
    });
    Ok(())
}

pub(crate) fn reject(rows: &[u8], reason: &str) -> Result<(), Stopped> {
    current(|memory| {
        let answer = memory.refuse(rows, reason);
        memory.note(answer);
    });
    Ok(())
}

/// Outside of a run, the numbers of one with seed 0.
pub(crate) fn draw(stream: &str, index: u64, count: u32) -> Vec<u8> {
    let mut seed = 0;
    current(|memory| seed = memory.seed);
    leat_draws::Stream::new(seed, stream).bytes(index, count as usize)
}

/// Outside of a run there are no facts.
pub(crate) fn set_fact(name: &str, value: Value) -> Result<(), FactProblem> {
    let mut answer = Err(FactProblem::Undeclared);
    current(|memory| answer = memory.set_fact(name, value));
    answer
}

pub(crate) fn fact(name: &str) -> Result<Value, FactProblem> {
    let mut answer = Err(FactProblem::Undeclared);
    current(|memory| answer = memory.fact(name));
    answer
}

/// Outside of a run there are no secrets.
pub(crate) fn secret(name: &str) -> Result<String, Denied> {
    let mut answer = Err(Denied::NotDeclared);
    current(|memory| answer = memory.secrets.get(name).cloned().ok_or(Denied::NotDeclared));
    answer
}

pub(crate) fn log(level: Level, message: &str, fields: &[(String, String)]) {
    said(|memory| memory.logs.push(LogLine { level, message: message.to_owned(), fields: fields.to_vec() }));
}

pub(crate) fn count(name: &str, increment: u64) {
    said(|memory| *memory.counters.entry(name.to_owned()).or_default() += increment);
}

pub(crate) fn progress(done: u64, total: Option<u64>) {
    said(|memory| memory.progress = Some((done, total)));
}

impl Memory {
    fn note(&mut self, answer: Result<(), String>) {
        if let Err(breach) = answer {
            self.breach.get_or_insert(breach);
        }
    }

    fn take_in(&mut self, emission: Emission) -> Result<(), String> {
        let Emission { port, rows, selection, columns } = emission;
        let output = self
            .outputs
            .get(port)
            .ok_or_else(|| format!("records are sent to output port {port}, which is not declared"))?;
        let selection =
            selection.map(|bytes| layout::decode_selection(&bytes, rows, self.in_hand.as_ref())).transpose()?;
        if columns.len() != output.fields.len() {
            let (name, wanted, found) = (&output.name, output.fields.len(), columns.len());
            return Err(format!("output `{name}` has {wanted} columns, but {found} are sent"));
        }
        let mut taken = Vec::new();
        for (field, column) in output.fields.iter().zip(columns) {
            let place = || format!("column `{}` of output `{}`", field.name, output.name);
            let column = match (&field.content, column) {
                (Content::Made(field_type), OutColumn::Fresh(column)) => {
                    layout::check(*field_type, &column, rows).map_err(|why| format!("{}: {why}", place()))?;
                    column
                }
                (Content::Passed { port, field }, OutColumn::Pass(sent)) if *field == sent as usize => self
                    .passed(*port, *field, rows, selection.as_deref())
                    .map_err(|why| format!("{}: {why}", place()))?,
                _ => return Err(format!("{} is not sent as it is declared", place())),
            };
            taken.push(column);
        }
        self.sent.push(Sent { call: self.calls, port, rows, columns: taken });
        Ok(())
    }

    fn passed(&self, port: usize, field: usize, rows: usize, selection: Option<&[usize]>) -> Result<Column, String> {
        let batch = self.in_hand.as_ref().filter(|batch| batch.port == port);
        let batch = batch.ok_or_else(|| format!("no batch of input port {port} is in hand to pass it from"))?;
        let column = &batch.columns[field];
        match selection {
            Some(selection) => Ok(gather(self.inputs[port][field].data_type, column, selection)),
            None if rows == batch.rows => Ok(column.clone()),
            None => {
                Err(format!("{rows} rows are sent, but the batch in hand has {} and none are selected", batch.rows))
            }
        }
    }

    fn described(&self, name: &str, sets: bool) -> Result<ValueType, FactProblem> {
        let fact = self.facts.iter().find(|fact| fact.name == name && fact.sets == sets);
        fact.map(|fact| fact.value_type).ok_or(FactProblem::Undeclared)
    }

    fn set_fact(&mut self, name: &str, value: Value) -> Result<(), FactProblem> {
        let wanted = self.described(name, true)?;
        let (value_type, fit) = match &value {
            Value::Boolean(_) => (ValueType::Boolean, true),
            Value::Int64(_) => (ValueType::Int64, true),
            Value::Float64(number) => (ValueType::Float64, number.is_finite()),
            Value::Text(text) => (ValueType::Text, text.len() <= FACT_TEXT_BYTES_MAX),
        };
        if value_type != wanted {
            return Err(FactProblem::OtherType(wanted));
        }
        if !fit {
            return Err(FactProblem::Unfit);
        }
        match self.fact_values.get(name) {
            Some(before) if self.taking_over && *before == value => return Ok(()),
            Some(_) => return Err(FactProblem::SetAlready),
            None => {}
        }
        self.fact_values.insert(name.to_owned(), value);
        Ok(())
    }

    /// A native test is one node alone: a fact that it waits for and the test does not give never comes.
    fn fact(&mut self, name: &str) -> Result<Value, FactProblem> {
        self.described(name, false)?;
        let value = self.fact_values.get(name).cloned();
        value.ok_or_else(|| {
            self.note(Err(format!(
                "waits for the fact `{name}`, which the test does not give: `.fact(\"{name}\", …)`"
            )));
            FactProblem::Stopped(Stopped::Cancelled)
        })
    }

    fn refuse(&mut self, rows: &[u8], reason: &str) -> Result<(), String> {
        let batch = self.in_hand.as_ref().ok_or("rows are refused while no batch is in hand")?;
        for row in layout::decode_selection(rows, rows.len() / 4, Some(batch))? {
            let refused = Refused { port: batch.port, row: batch.before + row, reason: reason.to_owned() };
            if self.refused.iter().any(|r| (r.port, r.row) == (refused.port, refused.row)) {
                return Err(format!("row {row} is refused twice"));
            }
            self.refused.push(refused);
        }
        Ok(())
    }
}
