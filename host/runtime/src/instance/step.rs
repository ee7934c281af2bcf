//! One instance of a component at work: the [`Step`] that a node's thread calls.

use std::sync::Arc;

use arrow_array::RecordBatch;
use leat_flow::schema::arrow_type;
use leat_flow::step::{Step, StepError, Stopped};
use leat_stream::node_info::Value;
use leat_stream::plan::ComponentNode;
use wasmtime::Store;

use super::RunContext;
use super::snapshot::{self, Owner};
use crate::bindings::{GuestInstance, guest, types};
use crate::columns::{Lent, lend};
use crate::component::Prepared;
use crate::failure;
use crate::state::{Call, State};

/// A component at work. After an error other than a refused batch it is of no more use, and says so.
pub struct ComponentStep {
    node: String,
    plan: ComponentNode,
    run: RunContext,
    store: Store<State>,
    stage: Stage,
    /// Whose state it gives and takes up.
    owner: Owner,
}

/// How far the instance is.
enum Stage {
    /// Not instantiated.
    New(Arc<Prepared>),
    /// To be called.
    Open(GuestInstance),
    /// Broken or stopped.
    Over,
}

/// What a function of the contract answers: a failure is the guest's own.
type Answer<T> = Result<T, guest::Failure>;

impl ComponentStep {
    pub(super) fn new(
        node: String,
        plan: ComponentNode,
        run: RunContext,
        store: Store<State>,
        (prepared, owner): (Arc<Prepared>, Owner),
    ) -> Self {
        ComponentStep { node, plan, run, store, stage: Stage::New(prepared), owner }
    }

    /// Linear memory that the instance holds. It never shrinks, so at the end of a run it is the peak.
    pub fn memory_bytes(&self) -> u64 {
        self.store.data().limiter.memory_bytes()
    }

    /// One call into the guest, with its clock started and its end told apart: done, stopped, refused, or broken.
    fn call<T>(
        &mut self,
        call: Call,
        act: impl FnOnce(&GuestInstance, &mut Store<State>) -> wasmtime::Result<Answer<T>>,
    ) -> Result<T, StepError> {
        let guest = match &self.stage {
            Stage::Open(guest) => guest,
            Stage::New(_) => return Err(self.misused("was called before it was opened")),
            Stage::Over => return Err(self.misused("was called again after it had failed")),
        };
        self.store.data_mut().call = call;
        let answer = act(guest, &mut self.store);
        let state = self.store.data_mut();
        state.flush_stdio();
        let result = match answer {
            Ok(Ok(value)) if state.call.stopped != Some(Stopped::Cancelled) => Ok(value),
            Ok(Ok(_)) => Err(StepError::Stopped(Stopped::Cancelled)),
            Ok(Err(failure)) => Err(refused(failure, state)),
            Err(error) => Err(failure::broken(&self.node, &error, state)),
        };
        state.call.in_hand = None;
        match &result {
            Ok(_) | Err(StepError::BatchRefused(_)) => {}
            // It keeps its state to itself, and is none the worse for it.
            Err(StepError::Failed(_)) if state.call.function == "snapshot" => {}
            Err(_) => self.stage = Stage::Over,
        }
        result
    }

    /// Makes the instance: its memory, its tables, and whatever its language runs at the start.
    fn start(&mut self) -> Result<(), StepError> {
        let Stage::New(prepared) = &self.stage else {
            return Err(self.misused("was opened twice"));
        };
        self.store.data_mut().call = Call::new("instantiation", None);
        match prepared.guest.instantiate(&mut self.store) {
            Ok(guest) => {
                self.stage = Stage::Open(guest);
                Ok(())
            }
            Err(error) => {
                self.stage = Stage::Over;
                Err(failure::broken(&self.node, &error, self.store.data_mut()))
            }
        }
    }

    fn misused(&self, how: &str) -> StepError {
        StepError::Failed(format!("node `{}` {how}", self.node))
    }
}

/// A failure that the guest returned, in its own words.
fn refused(failure: guest::Failure, state: &State) -> StepError {
    let call = &state.call;
    let mut message = failure.message;
    if state.wasi.looked_for_files() {
        message += " (the node looked for files, and none are granted to it)";
    }
    match call.stopped {
        Some(stopped) => StepError::Stopped(stopped),
        None if call.function != "process" => StepError::Failed(message),
        None if call.emitted => {
            StepError::Failed(message + " (rows of this batch had been emitted, so on_error cannot refuse it)")
        }
        None => StepError::BatchRefused(message),
    }
}

impl Step for ComponentStep {
    fn open(&mut self) -> Result<(), StepError> {
        self.start()?;
        let (node, run, plan) = (self.node.clone(), self.run.clone(), self.plan.parameters.clone());
        let parameters: Vec<guest::Parameter<'_>> = plan
            .iter()
            .map(|parameter| guest::Parameter { name: &parameter.name, value: value(&parameter.value) })
            .collect();
        let options: Vec<(&str, &str)> = run.options.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let context = guest::NodeContext {
            run_id: &run.run_id,
            process: &run.process,
            node: &node,
            instance: run.instance,
            instances: run.instances,
            started: run.started_us,
            seed: run.seed,
            parameters: &parameters,
            options: &options,
        };
        self.call(Call::new("open", None), |guest, store| guest.leat_node_guest().call_open(store, context))
    }

    fn process(&mut self, port: usize, batch: &RecordBatch) -> Result<(), StepError> {
        let lent = self.lend(port, batch)?;
        let columns: Vec<guest::Column<'_>> = lent
            .iter()
            .map(|column| guest::Column {
                data: &column.data,
                offsets: column.offsets.as_deref(),
                validity: column.validity.as_deref(),
            })
            .collect();
        let (port, rows) = (number(port), number(batch.num_rows()));
        self.call(Call::new("process", Some(batch.clone())), |guest, store| {
            guest.leat_node_guest().call_process(store, port, rows, &columns)
        })
    }

    fn end_of_input(&mut self, port: usize) -> Result<(), StepError> {
        self.call(Call::new("end-of-input", None), |guest, store| {
            guest.leat_node_guest().call_end_of_input(store, number(port))
        })
    }

    fn finish(&mut self) -> Result<(), StepError> {
        let result = self.call(Call::new("finish", None), |guest, store| guest.leat_node_guest().call_finish(store));
        self.store.data_mut().finish_stdio();
        result
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, StepError> {
        let position = self.store.data().wasi.position();
        let state = self.call(Call::new("snapshot", None), |guest, store| guest.leat_node_guest().call_snapshot(store));
        // A run that is asked for its state goes on as one that is not.
        self.store.data_mut().wasi.go_to(position);
        snapshot::seal(state?, &self.owner, self.store.data()).map_err(StepError::Failed)
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StepError> {
        let (state, kept) = snapshot::open(state, &self.owner).map_err(StepError::Failed)?;
        self.call(Call::new("restore", None), |guest, store| guest.leat_node_guest().call_restore(store, state))?;
        self.store.data_mut().go_on(kept);
        Ok(())
    }
}

impl ComponentStep {
    /// The columns of a batch that cross: those of the fields the guest reads.
    fn lend<'a>(&self, port: usize, batch: &'a RecordBatch) -> Result<Vec<Lent<'a>>, StepError> {
        let fail = |reason: String| StepError::Failed(format!("node `{}`, input port {port}: {reason}", self.node));
        let fields = self.plan.inputs.get(port).ok_or_else(|| fail("there is no such port".into()))?;
        if batch.num_columns() != fields.len() {
            let columns = batch.num_columns();
            return Err(fail(format!("{columns} columns, where it has {} fields", fields.len())));
        }
        let read = fields.iter().zip(batch.columns()).filter(|(field, _)| field.read);
        read.map(|(field, array)| {
            let expected = field.data_type.map(arrow_type);
            if expected.as_ref().is_some_and(|expected| expected != array.data_type()) {
                return Err(fail(format!(
                    "field `{}` came as {}, where the plan has another type",
                    field.name,
                    array.data_type()
                )));
            }
            lend(array).ok_or_else(|| fail(format!("field `{}` has the type {}", field.name, array.data_type())))
        })
        .collect()
    }
}

/// Ports and rows of a batch, which are far fewer than 2^32.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn value(value: &Value) -> types::ValueParam<'_> {
    match value {
        Value::Boolean(x) => types::ValueParam::Boolean(*x),
        Value::Int64(x) => types::ValueParam::Int64(*x),
        Value::Float64(x) => types::ValueParam::Float64(*x),
        Value::Text(x) => types::ValueParam::Text(x),
    }
}
