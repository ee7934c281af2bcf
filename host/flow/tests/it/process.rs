//! A process in memory: plans built by hand, and nodes that are closures.

mod shares;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Int64Array, RecordBatch};
use leat_flow::cuts::Checkpoints;
use leat_flow::dataflow::{Place, Surroundings, connect};
use leat_flow::inputs::{InputLimits, InputReader};
use leat_flow::meter::RunClock;
use leat_flow::node::{NodeLog, NodeOutlet};
use leat_flow::run::{NodeEnd, run_query, run_sink, run_source, run_step};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Level, Outlet, Published, Pull, Sink, SinkPosition, Source, Step, StepError};
use leat_flow::stop::StopSignal;
use leat_flow::trace::Trace;
use leat_stream::plan::{
    BoundColumn, BoundQueue, ComponentNode, Compression, CsvFormat, FileInput, FileOutput, Format, InputPort, Limits,
    Minimize, Node, NodeKind, OnError, Parallel, Plan, Port, Query, Queue, SqlNode,
};
use leat_stream::schema::{DataType, Field};

/// Makes a step that talks to an outlet.
type MakeStep = Box<dyn FnOnce(Box<dyn Outlet>) -> Box<dyn Step> + Send>;

/// Makes the instances of a step, by number.
type MakeSteps = Box<dyn Fn(usize, Box<dyn Outlet>) -> Box<dyn Step> + Send + Sync>;

/// Makes a query over its ports.
type MakeQuery = Box<dyn FnOnce(Arc<dyn Pull>) -> Box<dyn Source> + Send>;

/// What a node of a test does.
pub(crate) enum Actor {
    Source(Box<dyn Source>),
    Step(MakeStep),
    /// A step of which there may be several instances.
    Steps(MakeSteps),
    Query(MakeQuery),
    Sink(Box<dyn Sink>),
    Crossing(shares::Crossing),
}

/// A process being put together.
pub(crate) struct Process {
    pub(crate) plan: Plan,
    actors: Vec<Actor>,
    pub(crate) limits: InputLimits,
    pub(crate) trace: Option<Arc<Trace>>,
    pub(crate) checkpoints: Option<Checkpoints>,
}

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) ends: Vec<NodeEnd>,
    pub(crate) stop: StopSignal,
}

impl Process {
    pub(crate) fn new(directory: &Path, queue_bytes: usize) -> Self {
        Process {
            plan: Plan {
                process: "test".to_owned(),
                file: "test.strm".to_owned(),
                parameters: Vec::new(),
                options: Vec::new(),
                switches: leat_stream::plan::Switches::default(),
                groups: Vec::new(),
                facts: Vec::new(),
                objects: Vec::new(),
                secrets: Vec::new(),
                queues: Vec::new(),
                nodes: Vec::new(),
                cut_from: None,
            },
            actors: Vec::new(),
            limits: InputLimits { queue_bytes, spill_bytes_max: 1 << 30, spill_directory: directory.to_owned() },
            trace: None,
            checkpoints: None,
        }
    }

    pub(crate) fn queue(&mut self, name: &str, fields: &[(&str, DataType)]) -> usize {
        let fields = fields.iter().map(|(name, data_type)| Field::new(*name, *data_type, false));
        self.plan.queues.push(Queue {
            name: name.to_owned(),
            fields: fields.collect(),
            writer: Port { node: 0, port: 0 },
            readers: Vec::new(),
        });
        self.plan.queues.len() - 1
    }

    pub(crate) fn numbers(&mut self, name: &str) -> usize {
        self.queue(name, &[("n", DataType::Int64)])
    }

    pub(crate) fn node(
        &mut self,
        name: &str,
        inputs: &[(usize, bool)],
        outputs: &[Option<usize>],
        actor: Actor,
    ) -> usize {
        let kind = match &actor {
            Actor::Source(_) => NodeKind::Input(FileInput { path: String::new(), format: csv(), columns: Vec::new() }),
            Actor::Step(_) | Actor::Steps(_) => component(),
            Actor::Query(_) => query(),
            Actor::Sink(_) => {
                NodeKind::Output(FileOutput { path: String::new(), format: csv(), pieces: Vec::new(), append: false })
            }
            Actor::Crossing(_) => unreachable!("a share has it of its plan"),
        };
        let ports = inputs.iter().map(|&(queue, first)| InputPort { queues: vec![self.end(queue)], first });
        let node = Node {
            name: name.to_owned(),
            label: None,
            description: None,
            line: 1,
            file: None,
            group: None,
            kind,
            inputs: ports.collect(),
            outputs: outputs.to_vec(),
            on_error: OnError::Fail,
            awaits: Vec::new(),
            condition: None,
            facts: Vec::new(),
            dynamic_path: Vec::new(),
            wait_max: leat_stream::plan::WAIT_MAX_DEFAULT,
            part: None,
        };
        self.plan.nodes.push(node);
        self.actors.push(actor);
        self.actors.len() - 1
    }

    /// Puts another actor in a node's place.
    pub(crate) fn replace(&mut self, node: usize, actor: Actor) {
        if matches!(actor, Actor::Step(_)) {
            self.plan.nodes[node].kind = component();
        }
        self.actors[node] = actor;
    }

    /// A queue where it ends, with all its columns.
    pub(crate) fn end(&self, queue: usize) -> BoundQueue {
        BoundQueue {
            queue,
            columns: self.plan.queues[queue].fields.iter().enumerate().map(bound).collect(),
            keys: Vec::new(),
        }
    }

    /// Runs it; `meanwhile` is called on the test's own thread while the nodes are at work.
    pub(crate) fn run(self, meanwhile: impl FnOnce(&[Watch], &StopSignal)) -> Ran {
        let stop = StopSignal::new();
        let places = connect(
            &self.plan,
            Surroundings {
                limits: &self.limits,
                clock: RunClock::start(),
                trace: self.trace,
                stop: &stop,
                checkpoints: self.checkpoints,
            },
            |_| Box::new(NoLog),
        );
        let watches: Vec<Watch> = places.iter().map(Watch::of).collect();
        let ends = std::thread::scope(|scope| {
            let threads: Vec<_> = places
                .into_iter()
                .zip(self.actors)
                .filter(|(place, _)| !place.finished)
                .map(|(place, actor)| scope.spawn(move || act(place, actor)))
                .collect();
            meanwhile(&watches, &stop);
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        Ran { ends, stop }
    }
}

/// What a test sees of a node while it runs.
pub(crate) struct Watch {
    pub(crate) node: Arc<leat_flow::node::Node>,
    pub(crate) inputs: Arc<leat_flow::inputs::Inputs>,
}

impl Watch {
    fn of(place: &Place) -> Self {
        Watch { node: Arc::clone(&place.node), inputs: Arc::clone(&place.inputs) }
    }
}

fn act(place: Place, actor: Actor) -> NodeEnd {
    let outlet = NodeOutlet::new(Arc::clone(&place.node));
    let alone = |reader: Option<InputReader>| reader.expect("a sink reads alone");
    match actor {
        Actor::Source(source) => run_source(&place.node, || Ok(source), &mut { outlet }),
        Actor::Step(make) => {
            let mut once = Some((make, outlet));
            let make = |_| {
                let (make, outlet) = once.take().expect("one instance");
                Ok(make(Box::new(outlet)))
            };
            run_step(&place.node, 0, make, &place.bindings)
        }
        Actor::Steps(make) => {
            let (node, bindings, make) = (&place.node, &place.bindings, &make);
            let run = move |thread: usize| {
                let outlet = |instance| Box::new(NodeOutlet::of_instance(Arc::clone(node), thread, instance));
                run_step(node, thread, |instance| Ok(make(instance, outlet(instance))), bindings)
            };
            let ends = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..node.threads()).map(|thread| scope.spawn(move || run(thread))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
            });
            if ends.contains(&NodeEnd::CutShort) { NodeEnd::CutShort } else { NodeEnd::Whole }
        }
        Actor::Query(make) => {
            let reader = alone(place.reader);
            run_query(&place.node, reader, &place.bindings, |ports| Ok(make(ports)), &mut { outlet })
        }
        Actor::Sink(sink) => match run_sink(&place.node, || Ok(sink), alone(place.reader)) {
            Some(_) => NodeEnd::Whole,
            None => NodeEnd::CutShort,
        },
        Actor::Crossing(crossing) => crossing.act(place),
    }
}

fn bound((column, field): (usize, &Field)) -> BoundColumn {
    BoundColumn { column, data_type: field.data_type, read: true }
}

fn component() -> NodeKind {
    NodeKind::Component(ComponentNode {
        path: String::new(),
        parameters: Vec::new(),
        objects: Vec::new(),
        secrets: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        limits: Limits::default(),
        parallel: Parallel::default(),
    })
}

fn query() -> NodeKind {
    NodeKind::Sql(SqlNode {
        query: Query { text: String::new(), parameters: Vec::new() },
        minimize: Minimize::default(),
        memory_bytes: 0,
        tables: Vec::new(),
        scans: Vec::new(),
        outputs: Vec::new(),
        row_wise: false,
    })
}

fn csv() -> Format {
    Format::Csv(CsvFormat { delimiter: ',', null: None, dates: None, compression: Compression::None })
}

struct NoLog;

impl NodeLog for NoLog {
    fn log(&mut self, _level: Level, _message: &str, _fields: &[(String, String)]) {}
}

/// Batches from an iterator.
pub(crate) struct From<I>(pub(crate) I);

impl<I: Iterator<Item = RecordBatch> + Send> Source for From<I> {
    fn next(&mut self, _outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        Ok(self.0.next())
    }
}

/// A source of the numbers below `rows`, in batches of `cut`.
pub(crate) fn count_to(rows: i64, cut: usize) -> Actor {
    let starts = (0..rows).step_by(cut);
    Actor::Source(Box::new(From(starts.map(move |from| batch(from..rows.min(from + cut as i64))))))
}

pub(crate) fn batch(numbers: impl IntoIterator<Item = i64>) -> RecordBatch {
    let fields = [Field::new("n", DataType::Int64, false)];
    RecordBatch::try_new(arrow_schema(&fields), vec![Arc::new(Int64Array::from_iter_values(numbers))]).unwrap()
}

pub(crate) fn numbers(batch: &RecordBatch) -> Vec<i64> {
    batch.column(0).as_primitive::<Int64Type>().values().to_vec()
}

/// A step whose `process` is a closure.
pub(crate) struct Closure<F> {
    outlet: Box<dyn Outlet>,
    process: F,
}

impl<F> Step for Closure<F>
where
    F: FnMut(&mut dyn Outlet, usize, &RecordBatch) -> Result<(), StepError> + Send,
{
    fn open(&mut self) -> Result<(), StepError> {
        Ok(())
    }

    fn process(&mut self, port: usize, batch: &RecordBatch) -> Result<(), StepError> {
        (self.process)(&mut *self.outlet, port, batch)
    }

    fn end_of_input(&mut self, _port: usize) -> Result<(), StepError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), StepError> {
        Ok(())
    }
}

pub(crate) fn step<F>(process: F) -> Actor
where
    F: FnMut(&mut dyn Outlet, usize, &RecordBatch) -> Result<(), StepError> + Send + 'static,
{
    Actor::Step(Box::new(move |outlet| Box::new(Closure { outlet, process })))
}

/// A step that sends on what it gets.
pub(crate) fn pass() -> Actor {
    step(|outlet, _, batch| outlet.emit(0, batch.clone()).map_err(StepError::Stopped))
}

/// What sinks have taken, by name.
#[derive(Clone, Default)]
pub(crate) struct Taken(Arc<Mutex<BTreeMap<String, Vec<RecordBatch>>>>);

impl Taken {
    pub(crate) fn sink(&self, name: &str) -> Actor {
        self.sink_after(name, || {})
    }

    /// A sink that calls `before` before it takes a batch.
    pub(crate) fn sink_after(&self, name: &str, before: impl FnMut() + Send + 'static) -> Actor {
        self.0.lock().unwrap().entry(name.to_owned()).or_default();
        Actor::Sink(Box::new(MemorySink { name: name.to_owned(), taken: self.clone(), before }))
    }

    pub(crate) fn batches(&self, name: &str) -> Vec<RecordBatch> {
        self.0.lock().unwrap()[name].clone()
    }

    /// Forgets what a sink took after it gave its position.
    pub(crate) fn cut_back(&self, name: &str, position: Option<&[u8]>) {
        let batches = position.map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()));
        self.0.lock().unwrap().entry(name.to_owned()).or_default().truncate(batches as usize);
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<i64> {
        self.batches(name).iter().flat_map(numbers).collect()
    }
}

struct MemorySink<F> {
    name: String,
    taken: Taken,
    before: F,
}

impl<F: FnMut() + Send> Sink for MemorySink<F> {
    fn position(&mut self) -> Result<SinkPosition, StepError> {
        let taken = self.taken.0.lock().unwrap();
        Ok(SinkPosition::settled((taken[&self.name].len() as u64).to_le_bytes().to_vec()))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        (self.before)();
        let mut taken = self.taken.0.lock().unwrap();
        taken.get_mut(&self.name).unwrap().push(batch.clone());
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StepError> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<Published>, StepError> {
        unreachable!("the loop of a sink does not publish it")
    }
}
