//! One instance of a component: the [`Step`] that a node's thread calls.

use arrow_array::RecordBatch;
use leat_flow::schema::arrow_type;
use leat_flow::step::{Outlet, Step, StepError, Stopped};
use leat_stream::node_info::Value;
use leat_stream::plan::ComponentNode;
use wasmtime::{Store, UpdateDeadline};

use crate::bindings::{GuestInstance, guest, types};
use crate::columns::{Lent, lend};
use crate::component::Component;
use crate::engine::{STACK_BYTES_MAX, STACK_BYTES_MIN};
use crate::failure::{self, Violation, bytes};
use crate::state::{Call, State};

/// What a guest may pass to the host in one call beyond the size of its memory: nobody passes so much without passing
/// the same bytes twice.
const HOSTCALL_BYTES_MORE: u64 = 64 << 20;

/// What a node is told of its run.
#[derive(Clone, Debug)]
pub struct RunContext {
    /// Identifies the run.
    pub run_id: String,
    /// Name of the process.
    pub process: String,
    /// Which of the node's instances this is, from 0.
    pub instance: u32,
    /// How many instances the node has.
    pub instances: u32,
    /// The run's start, microseconds since 1970-01-01T00:00:00Z; the guest's wall clock stands there.
    pub started_us: i64,
    /// What the guest's random numbers come from.
    pub seed: u64,
    /// `opt.a.b.c` of the run.
    pub options: Vec<(String, String)>,
}

impl Default for RunContext {
    /// One instance, of no run.
    fn default() -> Self {
        RunContext {
            run_id: String::new(),
            process: String::new(),
            instance: 0,
            instances: 1,
            started_us: 0,
            seed: 0,
            options: Vec::new(),
        }
    }
}

/// What an instance is made for.
pub struct InstanceConfig {
    /// The node's name in the process; every error names it.
    pub node: String,
    /// The node as the plan has it: parameters, ports and limits.
    pub plan: ComponentNode,
    /// The run.
    pub run: RunContext,
    /// Where its records, logs and counters go.
    pub outlet: Box<dyn Outlet>,
}

/// A component at work. After an error other than a refused batch it is of no more use, and says so.
pub struct ComponentStep {
    node: String,
    plan: ComponentNode,
    run: RunContext,
    store: Store<State>,
    guest: GuestInstance,
    over: bool,
}

impl Component {
    /// Makes an instance. No code of the node's author has run when this returns, apart from start-up code of its
    /// language.
    ///
    /// It may be called on any thread, and used on one whose stack has
    /// [`thread_stack_bytes`](crate::thread_stack_bytes).
    ///
    /// # Errors
    ///
    /// The plan was made for another component, the component imports what is not served, the initial memory is beyond
    /// the limit, or no instance is free (`EngineConfig::instances_max`).
    pub fn instantiate(&self, config: InstanceConfig) -> Result<ComponentStep, StepError> {
        let InstanceConfig { node, plan, run, outlet } = config;
        let fail = |reason: String| StepError::Failed(format!("node `{node}`: {reason}"));
        self.check_plan(&plan).map_err(fail)?;
        let prepared = self.prepared(plan.limits.stack_bytes).map_err(|error| fail(error.to_string()))?;
        let state = State::new(&node, &run, &plan.limits, &plan.outputs, outlet);
        let mut store = Store::new(&prepared.engine.wasmtime, state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(usize::try_from(plan.limits.memory_bytes + HOSTCALL_BYTES_MORE).unwrap_or(usize::MAX));
        if self.interruptible() {
            store.epoch_deadline_callback(|cx| {
                let state = cx.data();
                if state.call.elapsed() > state.limits.call_time {
                    let limit = state.limits.call_time;
                    return Err(Violation::Time { limit }.into());
                }
                Ok(UpdateDeadline::Continue(1))
            });
            store.set_epoch_deadline(1);
        }
        let guest = match prepared.guest.instantiate(&mut store) {
            Ok(guest) => guest,
            Err(error) => return Err(failure::broken(&node, &error, store.data_mut())),
        };
        Ok(ComponentStep { node, plan, run, store, guest, over: false })
    }

    fn check_plan(&self, plan: &ComponentNode) -> Result<(), String> {
        let path = self.path();
        if let [first, ..] = self.unserved_imports() {
            return Err(format!("component `{path}` imports {first}, which this version of Leat does not serve"));
        }
        let info = self.info();
        let fields = || info.inputs.iter().map(|port| &port.fields);
        let same = fields().eq(&plan.inputs) && info.outputs.len() == plan.outputs.len();
        if !same {
            return Err(format!(
                "component `{path}` has other ports than when the plan was made; check the process again"
            ));
        }
        let stack = plan.limits.stack_bytes;
        if !(STACK_BYTES_MIN..=STACK_BYTES_MAX).contains(&stack) {
            return Err(format!(
                "stack={} is not between {} and {}",
                bytes(stack),
                bytes(STACK_BYTES_MIN),
                bytes(STACK_BYTES_MAX)
            ));
        }
        Ok(())
    }
}

/// What a function of the contract answers: a failure is the guest's own.
type Answer = Result<(), guest::Failure>;

impl ComponentStep {
    /// Linear memory that the instance holds. It never shrinks, so at the end of a run it is the peak.
    pub fn memory_bytes(&self) -> u64 {
        self.store.data().limiter.memory_bytes()
    }

    /// One call into the guest, with its clock started and its end told apart: done, stopped, refused, or broken.
    fn call(
        &mut self,
        call: Call,
        act: impl FnOnce(&GuestInstance, &mut Store<State>) -> wasmtime::Result<Answer>,
    ) -> Result<(), StepError> {
        if self.over {
            return Err(StepError::Failed(format!("node `{}` was called again after it had failed", self.node)));
        }
        self.store.data_mut().call = call;
        let answer = act(&self.guest, &mut self.store);
        let state = self.store.data_mut();
        state.flush_stdio();
        let result = match answer {
            Ok(Ok(())) if state.call.stopped != Some(Stopped::Cancelled) => Ok(()),
            Ok(Ok(())) => Err(StepError::Stopped(Stopped::Cancelled)),
            Ok(Err(failure)) => Err(refused(failure, state)),
            Err(error) => Err(failure::broken(&self.node, &error, state)),
        };
        state.call.in_hand = None;
        self.over = !matches!(result, Ok(()) | Err(StepError::BatchRefused(_)));
        result
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
