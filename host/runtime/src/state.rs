//! What the host keeps for one instance while its guest runs: the other end of every host function.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Level, Outlet, Stopped};
use leat_risk::Held;
use leat_stream::node_info::FactInfo;
use leat_stream::plan::Limits;
use leat_stream::schema::Field;
use serde::{Deserialize, Serialize};

use crate::instance::{NodeSecret, RunContext};
use crate::limiter::Limiter;
use crate::wasi::{Position, Printed, Stdio, Wasi};

/// The data of a wasmtime store.
pub(crate) struct State {
    pub(crate) limits: Limits,
    pub(crate) limiter: Limiter,
    pub(crate) outputs: Vec<OutputPort>,
    pub(crate) outlet: Box<dyn Outlet>,
    pub(crate) call: Call,
    pub(crate) stdio: Arc<Mutex<Stdio>>,
    pub(crate) wasi: Wasi,
    pub(crate) counters: HashSet<String>,
    /// The run's.
    pub(crate) seed: u64,
    /// What the component described.
    pub(crate) facts: Vec<FactInfo>,
    /// The risk objects that the node may open.
    pub(crate) objects: Vec<Arc<Held>>,
    /// The secrets that it may ask for.
    pub(crate) secrets: Vec<NodeSecret>,
    /// Handles to risk objects that the guest holds.
    pub(crate) object_handles: usize,
}

/// What the host keeps for an instance from call to call. Handles to risk objects are not among it: a guest opens them
/// again, and what it may hold is counted as it does.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    position: Position,
    printed: Printed,
    counters: Vec<String>,
}

/// An output port as the plan has it.
pub(crate) struct OutputPort {
    pub(crate) fields: Vec<Field>,
    pub(crate) schema: SchemaRef,
}

/// The call in progress.
pub(crate) struct Call {
    /// The function of the contract, for messages.
    pub(crate) function: &'static str,
    /// The batch that `process` was called with.
    pub(crate) in_hand: Option<RecordBatch>,
    /// Rows of it that were rejected, one flag each; empty until the first.
    pub(crate) rejected: Vec<bool>,
    /// Rows were emitted in this call.
    pub(crate) emitted: bool,
    /// Bytes emitted in this call.
    pub(crate) emitted_bytes: u64,
    /// What the dataflow told the guest in this call.
    pub(crate) stopped: Option<Stopped>,
    /// When the call began.
    pub(crate) started: Instant,
    /// Time of it that the host spent handing batches on.
    pub(crate) waited: Duration,
}

impl Call {
    pub(crate) fn new(function: &'static str, in_hand: Option<RecordBatch>) -> Self {
        Call {
            function,
            in_hand,
            rejected: Vec::new(),
            emitted: false,
            emitted_bytes: 0,
            stopped: None,
            started: Instant::now(),
            waited: Duration::ZERO,
        }
    }

    /// Time spent in the guest.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.waited)
    }
}

impl State {
    pub(crate) fn new(
        node: &str,
        run: &RunContext,
        limits: &Limits,
        outputs: &[Vec<Field>],
        outlet: Box<dyn Outlet>,
    ) -> Self {
        let wasi = Wasi::new(node, run, limits);
        State {
            limits: limits.clone(),
            limiter: Limiter::new(limits),
            outputs: outputs
                .iter()
                .map(|fields| OutputPort { fields: fields.clone(), schema: arrow_schema(fields) })
                .collect(),
            outlet,
            call: Call::new("instantiation", None),
            stdio: wasi.stdio(),
            wasi,
            counters: HashSet::new(),
            seed: run.seed,
            facts: Vec::new(),
            objects: Vec::new(),
            secrets: Vec::new(),
            object_handles: 0,
        }
    }

    /// Calls the outlet, with the clock of the call standing still meanwhile.
    pub(crate) fn hand_on<T>(&mut self, act: impl FnOnce(&mut dyn Outlet) -> T) -> T {
        let before = Instant::now();
        let answer = act(self.outlet.as_mut());
        self.call.waited += before.elapsed();
        answer
    }

    /// What an instance in this one's place needs beside the guest's own state.
    pub(crate) fn kept(&self) -> Kept {
        let mut counters: Vec<String> = self.counters.iter().cloned().collect();
        counters.sort_unstable();
        Kept { position: self.wasi.position(), printed: self.stdio().printed(), counters }
    }

    /// Goes on from where another instance was.
    pub(crate) fn go_on(&mut self, kept: Kept) {
        let Kept { position, printed, counters } = kept;
        self.wasi.go_to(position);
        self.stdio().go_on(printed);
        self.counters = counters.into_iter().collect();
    }

    /// What the guest printed and what it has left to print.
    pub(crate) fn stdio(&self) -> MutexGuard<'_, Stdio> {
        self.stdio.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves what the guest printed to the node's log.
    pub(crate) fn flush_stdio(&mut self) {
        let lines = self.stdio().take_lines();
        for (level, line) in lines {
            self.outlet.log(level, &line, &[]);
        }
    }

    /// Moves everything the guest printed to the log, the last unfinished line too.
    pub(crate) fn finish_stdio(&mut self) {
        self.stdio().finish_lines();
        self.flush_stdio();
    }

    pub(crate) fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        self.flush_stdio();
        self.outlet.log(level, message, fields);
    }
}
