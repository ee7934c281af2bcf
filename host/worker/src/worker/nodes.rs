//! Each node of a plan as what it is: a file or a component.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use leat_flow::binding::Binding;
use leat_flow::dataflow::Place;
use leat_flow::inputs::InputReader;
use leat_flow::node::{Node, NodeOutlet};
use leat_flow::run::{NodeEnd, run_query, run_row_wise, run_sink, run_source, run_step};
use leat_flow::step::{Outlet, Sink, Source, Step, StepError};
use leat_io::{RowGroups, SinkConfig, SourceColumn, SourceConfig, create_sink, open_source, resume_sink};
use leat_risk::{Folder, RunObjects};
use leat_runtime::{ComponentStep, Engine, EngineConfig, InstanceConfig, NodeSecret, RunContext};
use leat_sql::{QuerySettings, open as open_query, open_row_wise};
use leat_stream::plan::{ComponentNode, FileInput, FileOutput, Node as PlanNode, NodeKind, Plan};
use leat_stream::schema::Field;

use super::SPILL_BYTES_MAX;
use super::conditions::{OfRowGroups, filtered, of_input};
use super::crossings::Crossings;
use super::frames::Loaded;
use super::paths::path_of;
use super::recovery::{Pieces, Tried};
use crate::job::Job;

/// How long the worker of the attempt before may take to be gone once it was killed: it gives its memory back first.
const DYING: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What the threads of the nodes share.
pub(super) struct Actors {
    job: Arc<Job>,
    /// Set up by the first component that needs it, while the others open their files.
    engine: OnceLock<Result<Engine, String>>,
    objects: RunObjects,
    crossings: Crossings,
}

/// What one thread of a node needs.
pub(super) struct Seat {
    node: Arc<Node>,
    /// Of a node that is no component: its threads share theirs.
    reader: Option<InputReader>,
    bindings: Arc<[Binding]>,
}

impl Seat {
    /// A seat for each thread of a node.
    pub(super) fn all(place: Place) -> impl Iterator<Item = Seat> {
        let Place { node, mut reader, bindings, .. } = place;
        (0..node.threads()).map(move |_| Seat {
            node: Arc::clone(&node),
            reader: reader.take(),
            bindings: Arc::clone(&bindings),
        })
    }
}

/// How a node's thread ended.
pub(super) struct End {
    pub(super) node: usize,
    /// It did everything, without fault.
    pub(super) whole: bool,
    /// What it has written, if it is an output.
    pub(super) sink: Option<Box<dyn Sink>>,
}

impl Actors {
    pub(super) fn new(job: Arc<Job>) -> Self {
        let objects = RunObjects::new(Box::new(Folder::of_playpen(&job.playpen)), &job.plan.objects);
        let crossings = Crossings::new(Arc::clone(&job));
        Actors { job, engine: OnceLock::new(), objects, crossings }
    }

    /// Runs a node, or one thread of a component's, to its end, on the thread that calls.
    pub(super) fn act(&self, index: usize, thread: usize, seat: Seat, component: &Arc<Loaded>) -> End {
        let Seat { node, reader, bindings } = seat;
        let planned = &self.job.plan.nodes[index];
        let (end, sink) = match &planned.kind {
            NodeKind::Input(file) => {
                let fields = written_fields(&self.job.plan, planned);
                let mut outlet = NodeOutlet::new(Arc::clone(&node));
                let make = || self.source(self.path(&node, index)?, planned, file, fields);
                (run_source(&node, make, &mut outlet), None)
            }
            NodeKind::Component(planned) => {
                let make = |instance| {
                    let place = Arc::clone(&node);
                    let outlet = move || {
                        Box::new(NodeOutlet::of_instance(Arc::clone(&place), thread, instance)) as Box<dyn Outlet>
                    };
                    self.step((node.name(), instance), planned, outlet, component)
                };
                (run_step(&node, thread, make, &bindings), None)
            }
            NodeKind::Sql(sql) if sql.row_wise => {
                let fields = written_fields(&self.job.plan, planned);
                let reader = reader.expect("a query has one thread, which reads alone");
                let outlet = Box::new(NodeOutlet::new(Arc::clone(&node)));
                let make = || open_row_wise(sql, fields, self.job.started_us, outlet);
                (run_row_wise(&node, reader, &bindings, make), None)
            }
            NodeKind::Sql(sql) => {
                let fields = written_fields(&self.job.plan, planned);
                let reader = reader.expect("a query has one thread, which reads alone");
                let settings = QuerySettings {
                    started_us: self.job.started_us,
                    spill_directory: self.job.run_directory.clone(),
                    spill_bytes_max: SPILL_BYTES_MAX,
                };
                let make = |ports| open_query(sql, fields, ports, &settings);
                let mut outlet = NodeOutlet::new(Arc::clone(&node));
                (run_query(&node, reader, &bindings, make, &mut outlet), None)
            }
            NodeKind::Output(file) => {
                let reader = reader.expect("an output has one thread, which reads alone");
                let sink = run_sink(&node, || self.sink(self.path(&node, index)?, planned, file, &node), reader);
                let end = if sink.is_some() { NodeEnd::Whole } else { NodeEnd::CutShort };
                (end, sink)
            }
            NodeKind::Send(crossing) => {
                let reader = reader.expect("a crossing has one thread, which reads alone");
                (self.crossings.send(&node, crossing, reader), None)
            }
            NodeKind::Receive(crossing) => {
                let queue = planned.outputs.first().copied().flatten();
                let queue = queue.map(|queue| &self.job.plan.queues[queue]).expect("its share gives it the queue");
                (self.crossings.receive(&node, crossing, queue), None)
            }
        };
        End { node: index, whole: end == NodeEnd::Whole, sink }
    }

    /// What the threads of the nodes are to do.
    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    /// What an output has written that had come to its end before the run was begun again; nothing for other nodes.
    pub(super) fn finished_sink(&self, index: usize, place: &Place) -> Option<Box<dyn Sink>> {
        let planned = &self.job.plan.nodes[index];
        let NodeKind::Output(file) = &planned.kind else { return None };
        let sink = self.path(&place.node, index).and_then(|path| self.sink(path, planned, file, &place.node));
        match sink {
            Ok(sink) => Some(sink),
            Err(error) => {
                place.node.fail(error.to_string(), Vec::new(), None);
                None
            }
        }
    }

    /// The file of an input or output, when all facts of its path are there.
    fn path(&self, node: &Node, index: usize) -> Result<String, StepError> {
        let plan = &self.job.plan;
        let path = path_of(plan, &plan.nodes[index], |fact| node.run_facts().value(fact));
        path.unwrap_or_else(|| Err("it has no file".to_owned())).map_err(StepError::Failed)
    }

    fn source(
        &self,
        path: String,
        node: &PlanNode,
        file: &FileInput,
        fields: &[Field],
    ) -> Result<Box<dyn Source>, StepError> {
        let filter = of_input(&self.job, node, fields)?;
        let columns = file
            .columns
            .iter()
            .zip(fields)
            .map(|(column, field)| SourceColumn { header: column.name.clone(), field: field.clone() });
        let config = SourceConfig {
            path: self.job.playpen.join(&path),
            name: path.clone(),
            columns: columns.collect(),
            threads: NonZeroUsize::new(self.job.csv_threads).unwrap_or(NonZeroUsize::MIN),
            row_groups: filter.clone().map(|filter| Arc::new(OfRowGroups(filter)) as Arc<dyn RowGroups>),
        };
        let source = open_source(&file.format, config);
        let source = source.map_err(|fault| StepError::Failed(fault.in_file(&path)))?;
        let source = filtered(source, filter);
        Ok(if self.job.tries_recovery { Box::new(Pieces::of(source)) } else { source })
    }

    fn sink(
        &self,
        path: String,
        planned: &PlanNode,
        file: &FileOutput,
        node: &Node,
    ) -> Result<Box<dyn Sink>, StepError> {
        let fields = planned.queue_ends().next().map_or(&[][..], |(_, end)| &self.job.plan.queues[end.queue].fields);
        let config = SinkConfig {
            path: self.job.run_directory.join(&path),
            name: path,
            fields: fields.to_vec(),
            parts: file.pieces.clone(),
            append: file.append,
        };
        let position = node.restored_position();
        let make = || match &position {
            Some(position) => resume_sink(&file.format, config.clone(), position),
            None => create_sink(&file.format, config.clone()),
        };
        let goes_on = self.job.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.generation > 1);
        let began = Instant::now();
        loop {
            match make() {
                Err(error) if goes_on && error.is_taken() && began.elapsed() < DYING => thread::sleep(LOOK_AGAIN),
                made => return made.map_err(|error| StepError::Failed(error.to_string())),
            }
        }
    }

    fn step(
        &self,
        (name, instance): (&str, usize),
        node: &ComponentNode,
        outlet: impl Fn() -> Box<dyn Outlet> + Send + 'static,
        loaded: &Arc<Loaded>,
    ) -> Result<Box<dyn Step>, StepError> {
        let engine = self.engine.get_or_init(|| self.make_engine());
        let engine = engine.as_ref().map_err(|error| StepError::Failed(error.clone()))?;
        let path = self.job.playpen.join(&node.path);
        let component = loaded.component.get_or_init(|| engine.load(&path).map_err(|error| error.to_string()));
        let component = component.as_ref().map_err(|error| StepError::Failed(error.clone()))?;
        loaded.what.get_or_init(|| (path, component.digest().to_owned()));
        let job = &self.job;
        let run = RunContext {
            run_id: job.run_id.clone(),
            process: job.plan.process.clone(),
            started_us: job.started_us,
            seed: job.seed,
            options: job.plan.options.clone(),
            instance: u32::try_from(instance).unwrap_or(u32::MAX),
            instances: u32::try_from(node.parallel.instances()).unwrap_or(u32::MAX),
        };
        let objects = node.objects.iter().map(|object| self.objects.get(*object));
        let objects: Vec<_> = objects.collect::<Result<_, _>>().map_err(StepError::Failed)?;
        let secrets = self.secrets(node);
        let (component, node, name, loaded) = (component.clone(), node.clone(), name.to_owned(), Arc::clone(loaded));
        let info = component.info().clone();
        let make = move |outlet| {
            let (node, plan, run) = (name.clone(), node.clone(), run.clone());
            let (objects, secrets) = (objects.clone(), secrets.clone());
            component.instantiate(InstanceConfig { node, plan, run, objects, secrets, outlet })
        };
        let measured = |step| Box::new(Measured { step, loaded, memory_bytes: 0 });
        Ok(if job.tries_recovery {
            Box::new(Tried::new(&info, make, measured, outlet)?)
        } else {
            measured(make(outlet())?)
        })
    }

    /// The secrets that a node may ask for.
    fn secrets(&self, node: &ComponentNode) -> Vec<NodeSecret> {
        let given = node.secrets.iter().filter_map(|place| self.job.plan.secrets.get(*place));
        given
            .map(|secret| NodeSecret { name: secret.name.clone(), value: self.job.secrets.get(&secret.name) })
            .collect()
    }

    fn make_engine(&self) -> Result<Engine, String> {
        let components = self.job.plan.nodes.iter().filter_map(|node| node.kind.component());
        let instances: usize = components.map(|component| component.parallel.instances()).sum();
        let config = EngineConfig {
            cache_dir: Some(self.job.cache.clone()),
            interruptible: self.job.interruptible,
            // One on trial has another beside it.
            instances_max: u32::try_from(instances.max(1) * if self.job.tries_recovery { 2 } else { 1 })
                .unwrap_or(u32::MAX),
            ..EngineConfig::default()
        };
        Engine::new(config).map_err(|error| error.to_string())
    }
}

/// The columns of the queue that a node writes; none where nobody asked for it.
fn written_fields<'a>(plan: &'a Plan, node: &PlanNode) -> &'a [Field] {
    node.outputs.first().copied().flatten().map_or(&[][..], |queue| &plan.queues[queue].fields)
}

/// An instance whose memory is noted after each call.
struct Measured {
    step: ComponentStep,
    loaded: Arc<Loaded>,
    /// As it was last noted.
    memory_bytes: u64,
}

impl Measured {
    fn noted<T>(&mut self, outcome: Result<T, StepError>) -> Result<T, StepError> {
        // It never shrinks.
        let memory_bytes = self.step.memory_bytes();
        self.loaded.memory_bytes.fetch_add(memory_bytes.saturating_sub(self.memory_bytes), Ordering::Relaxed);
        self.memory_bytes = memory_bytes;
        outcome
    }
}

impl Step for Measured {
    fn open(&mut self) -> Result<(), StepError> {
        let outcome = self.step.open();
        self.noted(outcome)
    }

    fn process(&mut self, port: usize, batch: &RecordBatch) -> Result<(), StepError> {
        let outcome = self.step.process(port, batch);
        self.noted(outcome)
    }

    fn end_of_input(&mut self, port: usize) -> Result<(), StepError> {
        let outcome = self.step.end_of_input(port);
        self.noted(outcome)
    }

    fn finish(&mut self) -> Result<(), StepError> {
        let outcome = self.step.finish();
        self.noted(outcome)
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, StepError> {
        let outcome = self.step.snapshot();
        self.noted(outcome)
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StepError> {
        let outcome = self.step.restore(state);
        self.noted(outcome)
    }
}
