//! Asking a component what it is.
//!
//! That runs its code before any run, and in the command line's own process, so it must end by itself. The component is
//! compiled a second time for it: in a hurry, and with checks that let it be interrupted. That happens once for each
//! component, beside the real compilation and on another core; the answer is kept with the compiled code.

mod convert;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use arrow_array::RecordBatch;
use leat_flow::step::{Level, Outlet, Rejected, Stopped};
use leat_stream::node_info::NodeInfo;
use leat_stream::plan::Limits;
use wasmtime::component::Component as Compiled;
use wasmtime::{Store, Trap};

use crate::component::invalid;
use crate::engine::StackEngine;
use crate::failure::{self, Violation};
use crate::inspect;
use crate::instance::RunContext;
use crate::load_error::LoadError;
use crate::state::{Call, State};

/// Bytes that it may answer.
const DESCRIPTION_BYTES_MAX: usize = 4 << 20;

/// Stack for the thread that calls [`describe`].
pub(crate) fn thread_stack_bytes() -> usize {
    crate::engine::thread_stack_bytes(&Limits::default())
}

/// Instantiates a component under default limits and asks it.
pub(crate) fn describe(path: &str, bytes: &[u8], time: Duration) -> Result<NodeInfo, LoadError> {
    let mut engine = StackEngine::for_describe()
        .map_err(|error| LoadError::Host { path: path.to_owned(), reason: error.to_string() })?;
    let compiled = Compiled::from_binary(&engine.wasmtime, bytes).map_err(|error| invalid(path, &error))?;
    let unserved = inspect::check_world(path, &compiled)?;
    if !unserved.is_empty() {
        // It can still say what it is.
        engine.linker.define_unknown_imports_as_traps(&compiled).map_err(|error| invalid(path, &error))?;
    }
    let guest = crate::component::prepare(&engine, &compiled, path)?;
    let state = State::new(path, &RunContext::default(), &Limits::default(), &[], Box::new(Nobody));
    let mut store = Store::new(&engine.wasmtime, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(DESCRIPTION_BYTES_MAX);
    store.set_epoch_deadline(1);
    store.data_mut().call = Call::new("describe", None);
    let answer = within(&engine.wasmtime, time, || {
        let guest = guest.instantiate(&mut store)?;
        guest.leat_node_guest().call_describe(&mut store)
    });
    let description = answer.map_err(|error| LoadError::DescribeFailed {
        path: path.to_owned(),
        reason: reason(&error, store.data_mut(), time),
        backtrace: failure::backtrace(&error),
    })?;
    convert::node_info(description).map_err(|reason| LoadError::BadDescription { path: path.to_owned(), reason })
}

fn reason(error: &wasmtime::Error, state: &mut State, time: Duration) -> String {
    if error.downcast_ref::<Trap>() == Some(&Trap::Interrupt) {
        return Violation::Time { limit: time }.to_string();
    }
    state.finish_stdio();
    failure::reason(error, state)
}

/// Runs guest code, and interrupts it when its time is over.
fn within<T>(engine: &wasmtime::Engine, time: Duration, act: impl FnOnce() -> T) -> T {
    let (done, wait) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if wait.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                engine.increment_epoch();
            }
        });
        let answer = act();
        drop(done);
        answer
    })
}

/// The outlet of a component that is asked what it is: nothing is connected, and what it prints is not kept.
struct Nobody;

impl Outlet for Nobody {
    fn emit(&mut self, _port: usize, _batch: RecordBatch) -> Result<(), Stopped> {
        Err(Stopped::Cancelled)
    }

    fn reject(&mut self, _rejected: Rejected<'_>) -> Result<(), Stopped> {
        Err(Stopped::Cancelled)
    }

    fn log(&mut self, _level: Level, _message: &str, _fields: &[(String, String)]) {}

    fn count(&mut self, _name: &str, _increment: u64) {}

    fn progress(&mut self, _done: u64, _total: Option<u64>) {}
}
