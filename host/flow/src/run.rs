//! What a node's thread does, for each kind of node: opening, the loop, the end.
//!
//! Called by the worker, on a thread of the node's own. Whatever happens in it (an error, a panic, the run's end), the
//! loop records what must be recorded before any neighbour can notice, so that the first failure is the one reported.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::binding::Binding;
use crate::inputs::{Delivery, InputReader};
use crate::meter::Call;
use crate::node::{Node, NodeOutlet};
use crate::sink::Prepared;
use crate::step::{Sink, Source, Step, StepError, Stopped};

/// How long a record lies in a sink before it is made visible.
const FLUSH_INTERVAL: Duration = Duration::from_millis(500);

/// How a node's loop came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeEnd {
    /// Everything was delivered, or nobody reads what is left.
    Whole,
    /// By a fault of its own, which the stop signal holds, or because the run is being ended.
    CutShort,
}

/// Makes a step and runs it from `open` to `finish`.
pub fn run_step(
    node: &Node,
    make: impl FnOnce() -> Result<Box<dyn Step>, StepError>,
    inputs: InputReader,
    bindings: &[Binding],
) -> NodeEnd {
    // The reader lives on until all is recorded: dropping it is what the writers notice.
    let mut inputs = inputs;
    conclude(node, || {
        inputs.away(|| node.await_signals())?;
        let mut step = make()?;
        node.meter().begin();
        drive_step(node, &mut *step, &mut inputs, bindings)
    })
}

/// Makes a source and runs it until it has no more.
pub fn run_source(
    node: &Node,
    make: impl FnOnce() -> Result<Box<dyn Source>, StepError>,
    outlet: &mut NodeOutlet,
) -> NodeEnd {
    conclude(node, || {
        node.await_signals()?;
        let mut source = make()?;
        node.meter().begin();
        drive_source(node, &mut *source, outlet)
    })
}

/// Makes a sink and writes everything into it. Answers the sink where it has taken everything, not published: that is
/// decided by the run as a whole. Where nodes wait for its signal, it has completed its file.
pub fn run_sink(
    node: &Node,
    make: impl FnOnce() -> Result<Box<dyn Sink>, StepError>,
    inputs: InputReader,
) -> Option<Box<dyn Sink>> {
    let mut inputs = inputs;
    let mut whole = None;
    conclude(node, || {
        inputs.away(|| node.await_signals())?;
        let mut sink = make()?;
        node.meter().begin();
        drive_sink(node, &mut *sink, &mut inputs)?;
        whole = Some(if node.is_awaited() { Prepared::of(sink)? } else { sink });
        Ok(())
    });
    whole
}

fn conclude(node: &Node, drive: impl FnOnce() -> Result<(), StepError>) -> NodeEnd {
    let outcome = catch_unwind(AssertUnwindSafe(drive));
    let end = match outcome {
        Ok(Ok(()) | Err(StepError::Stopped(Stopped::Unread))) => NodeEnd::Whole,
        Ok(Err(StepError::Stopped(Stopped::Cancelled))) => NodeEnd::CutShort,
        Ok(Err(StepError::Failed(reason) | StepError::BatchRefused(reason))) => {
            node.fail(reason, Vec::new(), None);
            NodeEnd::CutShort
        }
        Ok(Err(StepError::Broken { message, backtrace })) => {
            node.fail(message, backtrace, None);
            NodeEnd::CutShort
        }
        Err(panic) => {
            let reason = format!("Leat itself failed here, please report it: {}", panic_text(panic.as_ref()));
            node.fail(reason, Vec::new(), None);
            NodeEnd::CutShort
        }
    };
    node.conclude(end == NodeEnd::Whole);
    end
}

fn drive_step(
    node: &Node,
    step: &mut dyn Step,
    inputs: &mut InputReader,
    bindings: &[Binding],
) -> Result<(), StepError> {
    let meter = node.meter();
    meter.during(Call::Open, || step.open())?;
    loop {
        match meter.wait_for_input(|| inputs.next(None))? {
            Delivery::Batch { port, end, batch } => {
                let view = bindings[end].apply(&batch);
                let view = view.map_err(|error| StepError::Failed(format!("cannot convert its input: {error}")))?;
                let number = node.take_in_hand(end, batch);
                let call = Call::Process { end, batch: number };
                match meter.during(call, || step.process(port, &view)) {
                    Ok(()) => node.settle(None)?,
                    Err(StepError::BatchRefused(reason)) => node.settle(Some(&reason))?,
                    Err(error) => return Err(error),
                }
            }
            Delivery::EndOfInput { port } => {
                meter.during(Call::EndOfInput { port }, || step.end_of_input(port))?;
            }
            Delivery::Finished => return meter.during(Call::Finish, || step.finish()),
            Delivery::Idle => {}
        }
    }
}

fn drive_source(node: &Node, source: &mut dyn Source, outlet: &mut NodeOutlet) -> Result<(), StepError> {
    loop {
        if node.stop().is_set() {
            return Err(StepError::Stopped(Stopped::Cancelled));
        }
        let batch = source.next(outlet)?;
        node.settle_texts().map_err(StepError::Stopped)?;
        match batch {
            Some(batch) => node.emit(0, batch).map_err(StepError::Stopped)?,
            None => return Ok(()),
        }
    }
}

fn drive_sink(node: &Node, sink: &mut dyn Sink, inputs: &mut InputReader) -> Result<(), StepError> {
    let mut unflushed_since: Option<Instant> = None;
    loop {
        let patience = unflushed_since.map(|since| FLUSH_INTERVAL.saturating_sub(since.elapsed()));
        match node.meter().wait_for_input(|| inputs.next(patience))? {
            Delivery::Batch { end, batch, .. } => {
                sink.write(&batch)?;
                node.take_in_hand(end, batch);
                node.settle(None)?;
                unflushed_since.get_or_insert_with(Instant::now);
            }
            Delivery::EndOfInput { .. } | Delivery::Idle => {}
            Delivery::Finished => return Ok(()),
        }
        if unflushed_since.is_some_and(|since| since.elapsed() >= FLUSH_INTERVAL) {
            sink.flush()?;
            unflushed_since = None;
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason was given")
}
