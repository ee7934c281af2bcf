//! A bench for one component: load, plan, instantiate, call, and a record of what came out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use arrow_array::{Array, Float64Array, Int64Array, RecordBatch, StringArray};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Level, Outlet, Rejected, Step, StepError, Stopped};
use leat_risk::Held;
use leat_runtime::{
    Component, ComponentStep, Engine, EngineConfig, InstanceConfig, NodeSecret, RunContext, thread_stack_bytes,
};
use leat_stream::node_info::{OutputContent, Value};
use leat_stream::plan::{ComponentNode, Limits, Parallel, Parameter};
use leat_stream::schema::{DataType, Field};
use leat_tests::guests;

/// What a component did.
#[derive(Default)]
pub(super) struct Record {
    pub(super) emitted: Vec<(usize, RecordBatch)>,
    pub(super) rejected: Vec<(Vec<u32>, String)>,
    pub(super) log: Vec<(Level, String)>,
    pub(super) counts: Vec<(String, u64)>,
    pub(super) progress: Vec<u64>,
    /// After how many batches the dataflow tells it to stop, and why.
    pub(super) stop: Option<(usize, Stopped)>,
}

impl Record {
    /// Rows emitted.
    pub(super) fn rows(&self) -> usize {
        self.emitted.iter().map(|(_, batch)| batch.num_rows()).sum()
    }

    /// Every line of the log, without its level.
    pub(super) fn lines(&self) -> Vec<&str> {
        self.log.iter().map(|(_, line)| line.as_str()).collect()
    }
}

struct Recorder(Arc<Mutex<Record>>);

impl Recorder {
    fn record(&self, act: impl FnOnce(&mut Record)) {
        act(&mut self.0.lock().unwrap());
    }
}

impl Outlet for Recorder {
    fn emit(&mut self, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        let mut record = self.0.lock().unwrap();
        record.emitted.push((port, batch));
        match record.stop {
            Some((after, stopped)) if record.emitted.len() >= after => Err(stopped),
            _ => Ok(()),
        }
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        if let Rejected::Rows { rows, reason } = rejected {
            self.record(|record| record.rejected.push((rows.to_vec(), reason.to_owned())));
        }
        Ok(())
    }

    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        let fields: String = fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        self.record(|record| record.log.push((level, format!("{message}{fields}"))));
    }

    fn count(&mut self, name: &str, increment: u64) {
        self.record(|record| record.counts.push((name.to_owned(), increment)));
    }

    fn progress(&mut self, done: u64, _total: Option<u64>) {
        self.record(|record| record.progress.push(done));
    }
}

/// One component on the bench.
pub(super) struct Bench {
    pub(super) component: Component,
    pub(super) limits: Limits,
    pub(super) run: RunContext,
    pub(super) parameters: Vec<(&'static str, &'static str)>,
    pub(super) objects: Vec<Arc<Held>>,
    pub(super) secrets: Vec<NodeSecret>,
    pub(super) stop: Option<(usize, Stopped)>,
}

/// The engine of the fast profile, without a cache.
pub(super) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(EngineConfig::default()).unwrap())
}

/// A guest under default limits, compiled once for all cases.
pub(super) fn guest(name: &str) -> Bench {
    static LOADED: Mutex<BTreeMap<String, Component>> = Mutex::new(BTreeMap::new());
    let mut loaded = LOADED.lock().unwrap();
    let component = loaded.entry(name.to_owned()).or_insert_with(|| engine().load(&guests::component(name)).unwrap());
    Bench::new(component.clone())
}

impl Bench {
    pub(super) fn new(component: Component) -> Self {
        let run =
            RunContext { run_id: "run-1".into(), seed: 7, started_us: 1_700_000_000_123_456, ..Default::default() };
        Bench {
            component,
            limits: Limits::default(),
            run,
            parameters: Vec::new(),
            objects: Vec::new(),
            secrets: Vec::new(),
            stop: None,
        }
    }

    pub(super) fn limits(mut self, set: impl FnOnce(&mut Limits)) -> Self {
        set(&mut self.limits);
        self
    }

    pub(super) fn parameter(mut self, name: &'static str, value: &'static str) -> Self {
        self.parameters.push((name, value));
        self
    }

    /// The node as a plan would have it, for input batches of that schema.
    pub(super) fn plan(&self, columns: &[Field]) -> ComponentNode {
        let info = self.component.info();
        let field = |name: &str, content: &OutputContent| match content {
            OutputContent::Made { data_type, nullable } => Field::new(name, *data_type, *nullable),
            OutputContent::Passed { field, .. } => {
                Field::new(name, columns[*field].data_type, columns[*field].nullable)
            }
        };
        ComponentNode {
            path: self.component.path().to_owned(),
            parameters: self
                .parameters
                .iter()
                .map(|(name, value)| Parameter { name: (*name).into(), value: Value::Text((*value).into()) })
                .collect(),
            objects: Vec::new(),
            secrets: Vec::new(),
            inputs: info.inputs.iter().map(|port| port.fields.clone()).collect(),
            outputs: info
                .outputs
                .iter()
                .map(|port| port.fields.iter().map(|f| field(&f.name, &f.content)).collect())
                .collect(),
            limits: self.limits.clone(),
            parallel: Parallel::default(),
        }
    }

    /// Makes an instance that writes into the record.
    pub(super) fn instantiate(&self, columns: &[Field]) -> (Result<ComponentStep, StepError>, Arc<Mutex<Record>>) {
        self.instantiate_as(self.plan(columns))
    }

    /// Makes an instance by another plan.
    pub(super) fn instantiate_as(&self, plan: ComponentNode) -> (Result<ComponentStep, StepError>, Arc<Mutex<Record>>) {
        let record = Arc::new(Mutex::new(Record { stop: self.stop, ..Record::default() }));
        let config = InstanceConfig {
            node: "node-1".into(),
            plan,
            run: self.run.clone(),
            objects: self.objects.clone(),
            secrets: self.secrets.clone(),
            outlet: Box::new(Recorder(Arc::clone(&record))),
        };
        (self.component.instantiate(config), record)
    }

    /// A whole run: open, the batches, the end. The first error ends it, as it would in a run.
    pub(super) fn run(&self, input: &Input) -> (Result<(), StepError>, Record) {
        let (step, record) = self.instantiate(&input.fields);
        let batches = input.batches.clone();
        let outcome = step.and_then(|mut step| {
            let calls = move || {
                step.open()?;
                for batch in &batches {
                    step.process(0, batch)?;
                }
                step.end_of_input(0)?;
                step.finish()
            };
            let thread = thread::Builder::new().stack_size(thread_stack_bytes(&self.limits)).spawn(calls);
            thread.unwrap().join().expect("the sandbox never panics")
        });
        let record = Arc::into_inner(record).expect("the step is gone").into_inner().unwrap();
        (outcome, record)
    }

    /// Calls an instance, and answers what came of it and what the instance did.
    pub(super) fn calls<T: Send + 'static>(
        &self,
        input: &Input,
        act: impl FnOnce(&mut ComponentStep, &RecordBatch) -> T + Send + 'static,
    ) -> (T, Record) {
        let (step, record) = self.instantiate(&input.fields);
        let (mut step, batch) = (step.unwrap(), input.batches[0].clone());
        let calls = move || act(&mut step, &batch);
        let thread = thread::Builder::new().stack_size(thread_stack_bytes(&self.limits)).spawn(calls);
        let answer = thread.unwrap().join().expect("the sandbox never panics");
        (answer, Arc::into_inner(record).expect("the step is gone").into_inner().unwrap())
    }

    /// A run that succeeds.
    #[track_caller]
    pub(super) fn succeeds(&self, input: &Input) -> Record {
        let (outcome, record) = self.run(input);
        outcome.unwrap();
        record
    }

    /// A run that breaks, its message and its backtrace.
    #[track_caller]
    pub(super) fn breaks(&self, input: &Input) -> (String, Vec<String>) {
        match self.run(input).0 {
            Err(StepError::Broken { message, backtrace }) => (message, backtrace),
            other => panic!("should have broken, and was {other:?}"),
        }
    }
}

/// What flows in.
pub(super) struct Input {
    pub(super) fields: Vec<Field>,
    pub(super) batches: Vec<RecordBatch>,
}

impl Input {
    pub(super) fn new(fields: Vec<Field>, columns: Vec<Arc<dyn Array>>) -> Self {
        let batch = RecordBatch::try_new(arrow_schema(&fields), columns).unwrap();
        Input { fields, batches: vec![batch] }
    }

    /// Columns `id int64` and `x float64`.
    pub(super) fn numbers(values: &[f64]) -> Self {
        let fields = vec![Field::new("id", DataType::Int64, false), Field::new("x", DataType::Float64, false)];
        let ids: Int64Array = (0i64..).take(values.len()).collect();
        Input::new(fields, vec![Arc::new(ids), Arc::new(Float64Array::from(values.to_vec()))])
    }

    /// Columns `x float64` and `label text`, three rows.
    pub(super) fn three_labels() -> Self {
        let fields = vec![Field::new("x", DataType::Float64, false), Field::new("label", DataType::Text, false)];
        let labels = StringArray::from(vec!["p", "q", "r"]);
        Input::new(fields, vec![Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0])), Arc::new(labels)])
    }

    /// A column `x float64` of one row.
    pub(super) fn one() -> Self {
        let fields = vec![Field::new("x", DataType::Float64, false)];
        Input::new(fields, vec![Arc::new(Float64Array::from(vec![1.0]))])
    }
}
