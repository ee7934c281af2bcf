//! What an instance of a component is made from: the plan's node, the run, and a store that knows its limits.

mod snapshot;
mod step;

use std::sync::Arc;

use leat_flow::step::{Outlet, StepError};
use leat_risk::Held;
use leat_secrets::SecretValue;
use leat_stream::plan::ComponentNode;
use wasmtime::{Store, UpdateDeadline};

use crate::component::Component;
use crate::engine::{STACK_BYTES_MAX, STACK_BYTES_MIN};
use crate::failure::{Violation, bytes};
use crate::state::State;

use snapshot::Owner;
pub use step::ComponentStep;

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

/// A secret that a node may ask for.
#[derive(Clone, Debug)]
pub struct NodeSecret {
    /// What it asks by.
    pub name: String,
    /// The secret; nothing where the run was granted none, which the node is told.
    pub value: Option<Arc<SecretValue>>,
}

/// What an instance is made for.
pub struct InstanceConfig {
    /// The node's name in the process; every error names it.
    pub node: String,
    /// The node as the plan has it: parameters, ports and limits.
    pub plan: ComponentNode,
    /// The run.
    pub run: RunContext,
    /// The risk objects that it may open.
    pub objects: Vec<Arc<Held>>,
    /// The secrets that it may ask for.
    pub secrets: Vec<NodeSecret>,
    /// Where its records, logs and counters go.
    pub outlet: Box<dyn Outlet>,
}

impl Component {
    /// Makes ready for an instance. No code of the component has run when this returns: it is instantiated in
    /// [`open`](leat_flow::step::Step::open), so that whoever watches over the time of calls watches over that too.
    ///
    /// It may be called on any thread, and the step used on one whose stack has
    /// [`thread_stack_bytes`](crate::thread_stack_bytes).
    ///
    /// # Errors
    ///
    /// The plan was made for another component, or the component imports what is not served.
    pub fn instantiate(&self, config: InstanceConfig) -> Result<ComponentStep, StepError> {
        let InstanceConfig { node, plan, run, objects, secrets, outlet } = config;
        let fail = |reason: String| StepError::Failed(format!("node `{node}`: {reason}"));
        self.check_plan(&plan).map_err(fail)?;
        let prepared = self.prepared(plan.limits.stack_bytes).map_err(|error| fail(error.to_string()))?;
        let mut state = State::new(&node, &run, &plan.limits, &plan.outputs, outlet);
        state.facts.clone_from(&self.info().facts);
        state.objects = objects;
        state.secrets = secrets;
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
        let owner = Owner {
            component: self.digest().to_owned(),
            node: node.clone(),
            instance: run.instance,
            instances: run.instances,
        };
        Ok(ComponentStep::new(node, plan, run, store, (prepared, owner)))
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
