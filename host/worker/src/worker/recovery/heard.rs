//! What an instance did in a call: kept as it goes to the run, played back to the second instance, and compared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::RecordBatch;
use leat_flow::record::value_text;
use leat_flow::step::{FactProblem, Level, Outlet, Rejected, Stopped};
use leat_stream::node_info::{NodeInfo, Value};

/// What is heard, between an outlet and who compares.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Heard>>);

/// What one instance did in the call in progress.
#[derive(Default)]
pub(super) struct Heard {
    /// What was sent to which output port, and what the run answered.
    sent: Vec<(usize, RecordBatch, Result<(), Stopped>)>,
    /// Rows of the batch in hand, why they were refused, and the answer.
    refused: Vec<(Vec<u32>, String, Result<(), Stopped>)>,
    /// Facts, the values they were set to, and the answer.
    set: Vec<(String, Value, Result<(), FactProblem>)>,
    /// Facts that were set in any call.
    facts: BTreeMap<String, Value>,
    /// An instance is being put in another's place: what it says has been said.
    taking_over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the last call, but for the facts.
    pub(super) fn begin_call(&self) {
        let mut heard = self.lock();
        *heard = Heard { facts: std::mem::take(&mut heard.facts), ..Heard::default() };
    }

    /// What is done from here to the next call was done before.
    pub(super) fn begin_taking_over(&self) {
        self.begin_call();
        self.lock().taking_over = true;
    }
}

impl Heard {
    /// The first thing that the second instance did otherwise than the first, for a person.
    pub(super) fn difference(one: &Shared, many: &Shared, info: &NodeInfo) -> Option<String> {
        let (one, many) = (one.lock(), many.lock());
        for (number, port) in info.outputs.iter().enumerate() {
            if let Some(difference) = sent_otherwise(&port.name, &one.rows(number), &many.rows(number)) {
                return Some(difference);
            }
        }
        if one.refusals() != many.refusals() {
            let (one, many) = (refusals_text(&one.refusals()), refusals_text(&many.refusals()));
            return Some(format!("it refuses {many}; not restored, {one}"));
        }
        let set =
            |heard: &Heard| heard.set.iter().map(|(name, value, _)| format!("{name}={value:?}")).collect::<Vec<_>>();
        let (one, many) = (set(&one), set(&many));
        (one != many).then(|| format!("it sets the facts [{}]; not restored, [{}]", many.join(", "), one.join(", ")))
    }

    /// The rows that were sent to a port, however they were cut.
    fn rows(&self, port: usize) -> Vec<(&RecordBatch, usize)> {
        let batches = self.sent.iter().filter(|(to, _, _)| *to == port);
        batches.flat_map(|(_, batch, _)| (0..batch.num_rows()).map(move |row| (batch, row))).collect()
    }

    /// Refused rows with their reasons, in their order.
    fn refusals(&self) -> Vec<(u32, &str)> {
        let each =
            self.refused.iter().flat_map(|(rows, reason, _)| rows.iter().map(move |row| (*row, reason.as_str())));
        let mut refusals: Vec<_> = each.collect();
        refusals.sort_unstable();
        refusals
    }
}

fn sent_otherwise(port: &str, one: &[(&RecordBatch, usize)], many: &[(&RecordBatch, usize)]) -> Option<String> {
    for (row, ((one, one_row), (many, many_row))) in one.iter().zip(many).enumerate() {
        let fields = one.schema_ref().fields();
        for ((field, one), many) in fields.iter().zip(one.columns()).zip(many.columns()) {
            if one.slice(*one_row, 1) != many.slice(*many_row, 1) {
                return Some(format!(
                    "row {row} for output `{port}` has {} in column `{}`; not restored, {}",
                    value_text(many, *many_row),
                    field.name(),
                    value_text(one, *one_row)
                ));
            }
        }
    }
    let (one, many) = (one.len(), many.len());
    (one != many).then(|| format!("it sends {many} rows to output `{port}`; not restored, {one}"))
}

fn refusals_text(refusals: &[(u32, &str)]) -> String {
    match refusals {
        [] => "no row".to_owned(),
        [(row, reason)] => format!("row {row} ({reason})"),
        [(row, reason), more @ ..] => format!("row {row} ({reason}) and {} more", more.len()),
    }
}

/// The outlet of the instance that does the run's work.
pub(super) struct Tee {
    outlet: Box<dyn Outlet>,
    heard: Shared,
}

impl Tee {
    pub(super) fn new(outlet: Box<dyn Outlet>, heard: Shared) -> Self {
        Tee { outlet, heard }
    }
}

impl Outlet for Tee {
    fn emit(&mut self, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        let answer = self.outlet.emit(port, batch.clone());
        self.heard.lock().sent.push((port, batch, answer));
        answer
    }

    fn is_traced(&self) -> bool {
        self.outlet.is_traced()
    }

    fn emit_from(&mut self, port: usize, batch: RecordBatch, rows: &[u32]) -> Result<(), Stopped> {
        let answer = self.outlet.emit_from(port, batch.clone(), rows);
        self.heard.lock().sent.push((port, batch, answer));
        answer
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        let of_rows = match &rejected {
            Rejected::Rows { rows, reason } => Some((rows.to_vec(), (*reason).to_owned())),
            Rejected::Record { .. } => None,
        };
        let answer = self.outlet.reject(rejected);
        if let Some((rows, reason)) = of_rows {
            self.heard.lock().refused.push((rows, reason, answer));
        }
        answer
    }

    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        self.outlet.log(level, message, fields);
    }

    fn count(&mut self, name: &str, increment: u64) {
        self.outlet.count(name, increment);
    }

    fn progress(&mut self, done: u64, total: Option<u64>) {
        self.outlet.progress(done, total);
    }

    fn fact(&mut self, name: &str) -> Result<Value, FactProblem> {
        self.outlet.fact(name)
    }

    fn set_fact(&mut self, name: &str, value: Value) -> Result<(), FactProblem> {
        let answer = self.outlet.set_fact(name, value.clone());
        let mut heard = self.heard.lock();
        if answer.is_ok() {
            heard.facts.insert(name.to_owned(), value.clone());
        }
        heard.set.push((name.to_owned(), value, answer));
        answer
    }
}

/// The outlet of the instance that is replaced: it is answered as the first one was, and nothing leaves.
pub(super) struct Echo {
    /// Asked for facts alone.
    outlet: Box<dyn Outlet>,
    /// What the first instance did.
    heard: Shared,
    own: Shared,
}

impl Echo {
    pub(super) fn new(outlet: Box<dyn Outlet>, heard: Shared, own: Shared) -> Self {
        Echo { outlet, heard, own }
    }
}

impl Outlet for Echo {
    fn emit(&mut self, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        let mut own = self.own.lock();
        let answer = self.heard.lock().sent.get(own.sent.len()).map_or(Ok(()), |(_, _, answer)| *answer);
        own.sent.push((port, batch, answer));
        answer
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        let Rejected::Rows { rows, reason } = rejected else { return Ok(()) };
        let mut own = self.own.lock();
        let answer = self.heard.lock().refused.get(own.refused.len()).map_or(Ok(()), |(_, _, answer)| *answer);
        own.refused.push((rows.to_vec(), reason.to_owned(), answer));
        answer
    }

    fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

    fn count(&mut self, _: &str, _: u64) {}

    fn progress(&mut self, _: u64, _: Option<u64>) {}

    fn fact(&mut self, name: &str) -> Result<Value, FactProblem> {
        self.outlet.fact(name)
    }

    fn set_fact(&mut self, name: &str, value: Value) -> Result<(), FactProblem> {
        let mut own = self.own.lock();
        let heard = self.heard.lock();
        if own.taking_over {
            let same = heard.facts.get(name) == Some(&value);
            return if same { Ok(()) } else { Err(FactProblem::SetAlready) };
        }
        let answer = heard.set.get(own.set.len()).map_or(Err(FactProblem::SetAlready), |(_, _, answer)| *answer);
        own.set.push((name.to_owned(), value, answer));
        answer
    }
}
