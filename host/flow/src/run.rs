//! What a node's threads do, for each kind of node: opening, the loop, the end.
//!
//! Called by the worker, on threads of the node's own: a component may have several. Whatever happens in it (an error, a panic, the run's end), the
//! loop records what must be recorded before any neighbour can notice, so that the first failure is the one reported.

mod crossing;

pub use crossing::{BETWEEN_HOSTS, run_receive, run_send};

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use leat_checkpoint::snapshot::Part;

use crate::binding::Binding;
use crate::crew::{Task, Work};
use crate::inputs::{Delivery, InputReader};
use crate::meter::Call;
use crate::node::{Node, NodeOutlet};
use crate::query::PortReader;
use crate::sink::Prepared;
use crate::step::{Pull, Sink, SinkPosition, Source, Step, StepError, Stopped};

/// How long a record lies in a sink before it is made visible.
const FLUSH_INTERVAL: Duration = Duration::from_millis(500);

/// Why a batch is refused that its component does not see any more.
const POISON: &str = "it has killed the process each time this component had it in hand, and is poison";

/// How a node's loop came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeEnd {
    /// Everything was delivered, or nobody reads what is left.
    Whole,
    /// By a fault of its own, which the stop signal holds, or because the run is being ended.
    CutShort,
}

/// Makes the instances of a component that one of its node's threads calls, by number, and runs them from `open` to
/// `finish`.
pub fn run_step(
    node: &Node,
    thread: usize,
    make: impl FnMut(usize) -> Result<Box<dyn Step>, StepError>,
    bindings: &[Binding],
) -> NodeEnd {
    conclude(node, thread, || drive_steps(node, thread, make, bindings))
}

/// Makes a source and runs it until it has no more.
pub fn run_source(
    node: &Node,
    make: impl FnOnce() -> Result<Box<dyn Source>, StepError>,
    outlet: &mut NodeOutlet,
) -> NodeEnd {
    conclude(node, 0, || {
        node.await_start(0)?;
        let mut source = make()?;
        if let Some(position) = node.restored_position() {
            source.resume(&position)?;
        }
        node.meter().thread(0).begin();
        drive_source(node, &mut *source, outlet)
    })
}

/// Makes a query over the node's ports and runs it until it has no more.
pub fn run_query(
    node: &Arc<Node>,
    reader: InputReader,
    bindings: &Arc<[Binding]>,
    make: impl FnOnce(Arc<dyn Pull>) -> Result<Box<dyn Source>, StepError>,
    outlet: &mut NodeOutlet,
) -> NodeEnd {
    // The reader lives on until all is recorded: dropping it is what the writers notice.
    let ports = Arc::new(PortReader::new(Arc::clone(node), reader, Arc::clone(bindings)));
    conclude(node, 0, || {
        node.await_start(0)?;
        let mut query = make(Arc::clone(&ports) as Arc<dyn Pull>)?;
        node.meter().thread(0).begin();
        drive_query(node, &mut *query, &ports, outlet)
    })
}

/// Makes a step of which all that it holds is known, and runs it on the one thread of a node that is no component: a query
/// that looks at one record at a time.
pub fn run_row_wise(
    node: &Node,
    reader: InputReader,
    bindings: &[Binding],
    make: impl FnOnce() -> Result<Box<dyn Step>, StepError>,
) -> NodeEnd {
    // The reader lives on until all is recorded: dropping it is what the writers notice.
    let mut reader = reader;
    conclude(node, 0, || {
        node.await_start(0)?;
        let mut step = make()?;
        step.open()?;
        if let Some(state) = node.restored_position() {
            step.restore(&state)?;
        }
        node.meter().thread(0).begin();
        drive_row_wise(node, &mut *step, &mut reader, bindings)
    })
}

/// Makes a sink and writes everything into it. Answers the sink where it has taken everything, not published: that is
/// decided by the run as a whole. Where nodes wait for its signal, it has completed its file.
pub fn run_sink(
    node: &Node,
    make: impl FnOnce() -> Result<Box<dyn Sink>, StepError>,
    inputs: InputReader,
) -> Option<Box<dyn Sink>> {
    // The reader lives on until all is recorded: dropping it is what the writers notice.
    let mut inputs = inputs;
    let mut whole = None;
    conclude(node, 0, || {
        node.await_start(0)?;
        let mut sink = make()?;
        node.meter().thread(0).begin();
        drive_sink(node, &mut *sink, &mut inputs)?;
        let Some(cuts) = node.cuts() else {
            whole = Some(if node.is_awaited() { Prepared::of(sink)? } else { sink });
            return Ok(());
        };
        // Its place at the end is that of the whole file, which is durable by now: nothing waits here.
        let mut sink = Prepared::of(sink)?;
        cuts.sink_ended(sink.position().and_then(SinkPosition::into_bytes));
        whole = Some(sink);
        Ok(())
    });
    whole
}

fn conclude(node: &Node, thread: usize, drive: impl FnOnce() -> Result<(), StepError>) -> NodeEnd {
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
    node.conclude(thread, end == NodeEnd::Whole);
    end
}

fn drive_steps(
    node: &Node,
    thread: usize,
    mut make: impl FnMut(usize) -> Result<Box<dyn Step>, StepError>,
    bindings: &[Binding],
) -> Result<(), StepError> {
    let crew = node.crew().expect("only components have steps, and they have a crew");
    let meter = node.meter().thread(thread);
    let mut steps: BTreeMap<usize, Box<dyn Step>> = BTreeMap::new();
    node.await_start(thread)?;
    meter.begin();
    while let Some(Task { turn, instance, work }) = meter.wait_for_input(|| crew.take(thread))? {
        node.begin(thread, turn);
        let outcome = match work {
            Work::Open => make(instance).and_then(|mut step| {
                let opened = meter.during(Call::Open, || step.open());
                let opened = opened.and_then(|()| node.restore((thread, instance), &mut *step));
                steps.insert(instance, step);
                opened
            }),
            work => {
                let step = steps.get_mut(&instance).expect("an instance is opened first, by the thread that calls it");
                act(node, (thread, instance), &mut **step, work, bindings)
            }
        };
        match outcome.and_then(|()| node.done(thread)) {
            Ok(()) => {}
            Err(StepError::Stopped(stopped)) => {
                if stopped == Stopped::Unread {
                    crew.unread();
                }
                return Err(StepError::Stopped(stopped));
            }
            Err(error) => {
                // So that the failure of the earliest batch is the one reported.
                node.await_turn(thread).map_err(StepError::Stopped)?;
                return Err(error);
            }
        }
    }
    Ok(())
}

/// One call of an instance.
fn act(
    node: &Node,
    (thread, instance): (usize, usize),
    step: &mut dyn Step,
    work: Work,
    bindings: &[Binding],
) -> Result<(), StepError> {
    let meter = node.meter().thread(thread);
    match work {
        Work::Open => step.open(),
        Work::Batch(portion) => {
            let view = bindings[portion.end].apply(&portion.batch);
            let view = view.map_err(|error| StepError::Failed(format!("cannot convert its input: {error}")))?;
            let (port, call) = (portion.port, Call::Process { end: portion.end, batch: portion.number });
            let (end, number) = (portion.end, portion.number);
            node.take_in_hand((thread, instance), portion, &view);
            if node.cuts().is_some_and(|cuts| cuts.is_poison(end, number)) {
                return node.settle(thread, Some(POISON));
            }
            match node.in_hand(thread, (end, number), || meter.during(call, || step.process(port, &view))) {
                Ok(()) => node.settle(thread, None),
                Err(StepError::BatchRefused(reason)) => node.settle(thread, Some(&reason)),
                Err(error) => Err(error),
            }
        }
        Work::EndOfInput { port } => meter.during(Call::EndOfInput { port }, || step.end_of_input(port)),
        Work::Finish => meter.during(Call::Finish, || step.finish()),
        Work::Snapshot { number, last } => node.snapshot((thread, instance), step, (number, last)),
    }
}

fn drive_source(node: &Node, source: &mut dyn Source, outlet: &mut NodeOutlet) -> Result<(), StepError> {
    loop {
        if node.stop().is_set() {
            return Err(StepError::Stopped(Stopped::Cancelled));
        }
        node.between_batches(source)?;
        let batch = source.next(outlet)?;
        node.settle_texts().map_err(StepError::Stopped)?;
        match batch {
            Some(batch) => node.emit_read(batch).map_err(StepError::Stopped)?,
            None => return Ok(()),
        }
    }
}

fn drive_query(
    node: &Node,
    query: &mut dyn Source,
    ports: &PortReader,
    outlet: &mut NodeOutlet,
) -> Result<(), StepError> {
    // It begins again, with all that it has read: what it had sent by then it does not send twice.
    let sent_before = node.restored_position().map_or(Ok(0), |bytes| batches_sent(&bytes))?;
    ports.has_sent(sent_before);
    let mut seen = 0;
    loop {
        if node.stop().is_set() {
            return Err(StepError::Stopped(Stopped::Cancelled));
        }
        ports.pass_barrier();
        let Some(batch) = query.next(outlet)? else { return Ok(()) };
        seen += 1;
        if seen > sent_before {
            node.emit_read(batch).map_err(StepError::Stopped)?;
            ports.has_sent(seen);
        }
    }
}

fn drive_row_wise(
    node: &Node,
    step: &mut dyn Step,
    reader: &mut InputReader,
    bindings: &[Binding],
) -> Result<(), StepError> {
    loop {
        match node.meter().thread(0).wait_for_input(|| reader.next(None))? {
            Delivery::Batch { port, end, batch, .. } => {
                node.count_input(end, &batch);
                let view = bindings[end].apply(&batch);
                let view = view.map_err(|error| StepError::Failed(format!("cannot convert its input: {error}")))?;
                step.process(port, &view)?;
            }
            Delivery::Barrier { number } => node.snapshot_row_wise(step, number)?,
            Delivery::EndOfInput { port } => step.end_of_input(port)?,
            Delivery::Idle => {}
            Delivery::Finished => return step.finish(),
        }
    }
}

fn batches_sent(position: &[u8]) -> Result<u64, StepError> {
    let number = position.try_into().map(u64::from_le_bytes);
    number.map_err(|_| StepError::Failed("its place in the checkpoint is not what this Leat writes".to_owned()))
}

fn drive_sink(node: &Node, sink: &mut dyn Sink, inputs: &mut InputReader) -> Result<(), StepError> {
    let mut unflushed_since: Option<Instant> = None;
    loop {
        let patience = unflushed_since.map(|since| FLUSH_INTERVAL.saturating_sub(since.elapsed()));
        match node.meter().thread(0).wait_for_input(|| inputs.next(patience))? {
            Delivery::Batch { end, batch, .. } => {
                node.meter().thread(0).batch();
                sink.write(&batch)?;
                node.count_input(end, &batch);
                unflushed_since.get_or_insert_with(Instant::now);
            }
            Delivery::Barrier { number } => {
                if let Some(cuts) = node.cuts() {
                    cuts.answered(number, Part::Position, sink.position())?;
                }
                node.pass_barrier(number);
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
