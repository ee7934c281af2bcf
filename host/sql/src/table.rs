//! A queue as a table of a query. Each pass over it is a port of the node.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use leat_flow::step::{Pull, StepError};
use leat_stream::plan::Scan;

/// What the tables of one query have in common.
pub(crate) struct Passes {
    /// The passes that were planned so far, in the order in which they were.
    scans: Mutex<Vec<Scan>>,
    /// What the check has found, by port, and where batches come from; nothing while a query is only bound.
    running: Option<(Vec<Scan>, Arc<dyn Pull>)>,
    /// The ports that a pass has.
    taken: Mutex<Vec<usize>>,
    /// What the first pass reads of its port, and what it calls it.
    begun: Mutex<Option<(Vec<usize>, SchemaRef)>>,
    /// Why a pass came to an end before its time, in the words of the dataflow.
    stopped: Mutex<Option<StepError>>,
}

impl Passes {
    /// For a query that is only bound.
    pub(crate) fn binding() -> Arc<Self> {
        Arc::new(Passes {
            scans: Mutex::default(),
            running: None,
            taken: Mutex::default(),
            begun: Mutex::default(),
            stopped: Mutex::default(),
        })
    }

    /// For one that runs, with the passes that were found when it was bound, by port.
    pub(crate) fn running(bound: Vec<Scan>, inputs: Arc<dyn Pull>) -> Arc<Self> {
        let running = Some((bound, inputs));
        Arc::new(Passes {
            scans: Mutex::default(),
            running,
            taken: Mutex::default(),
            begun: Mutex::default(),
            stopped: Mutex::default(),
        })
    }

    /// The passes, by port, once the query is planned.
    pub(crate) fn scans(&self) -> Vec<Scan> {
        self.scans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The columns of the first pass that was planned, among those of its port, and its schema.
    pub(crate) fn begun(&self) -> Option<(Vec<usize>, SchemaRef)> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why a pass could not go on, once.
    pub(crate) fn take_stop(&self) -> Option<StepError> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The port of a pass, and where its columns are among the port's. A query that runs knows what time it is and may be
    /// planned with fewer passes and columns than it was bound with, never with more.
    fn begin(&self, scan: Scan) -> Result<(usize, Vec<usize>)> {
        let Some((bound, _)) = &self.running else {
            let mut scans = self.scans.lock().unwrap_or_else(PoisonError::into_inner);
            let columns = (0..scan.columns.len()).collect();
            scans.push(scan);
            return Ok((scans.len() - 1, columns));
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for (port, offered) in bound.iter().enumerate().filter(|(_, offered)| offered.table == scan.table) {
            let place = |column: &usize| offered.columns.iter().position(|other| other == column);
            let columns: Option<Vec<usize>> = scan.columns.iter().map(place).collect();
            if let Some(columns) = columns.filter(|_| !taken.contains(&port)) {
                taken.push(port);
                return Ok((port, columns));
            }
        }
        internal_err!("this query was planned otherwise than the check has planned it")
    }

    fn pull(&self, port: usize) -> Option<Result<RecordBatch>> {
        let (_, inputs) = self.running.as_ref()?;
        match inputs.pull(port) {
            Ok(batch) => batch.map(Ok),
            Err(error) => {
                let said = error.to_string();
                self.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                Some(Err(DataFusionError::Execution(said)))
            }
        }
    }
}

/// One of them.
pub(crate) struct QueueTable {
    /// Its place among the tables of the query.
    pub(crate) number: usize,
    pub(crate) schema: SchemaRef,
    pub(crate) passes: Arc<Passes>,
}

impl fmt::Debug for QueueTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueTable").field("number", &self.number).field("schema", &self.schema).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for QueueTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let schema = Arc::new(self.schema.project(&columns)?);
        let (port, columns) = self.passes.begin(Scan { table: self.number, columns })?;
        let begun = (columns.clone(), Arc::clone(&schema));
        self.passes.begun.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(begun);
        let pass = Pass { port, columns, schema: Arc::clone(&schema), passes: Arc::clone(&self.passes) };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(pass)], None, [], false, limit)?))
    }
}

/// A pass over a table.
struct Pass {
    port: usize,
    /// Where its columns are in the port's batches.
    columns: Vec<usize>,
    schema: SchemaRef,
    passes: Arc<Passes>,
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass").field("port", &self.port).finish_non_exhaustive()
    }
}

impl PartitionStream for Pass {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Waits on the node's thread, which has nothing else to do: whatever else the query could go on with waits for it anyway.
    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (passes, port, columns) = (Arc::clone(&self.passes), self.port, self.columns.clone());
        let schema = Arc::clone(&self.schema);
        let batches = futures::stream::poll_fn(move |_| {
            let batch = passes.pull(port);
            // The table says of more columns than the queue that they may hold nulls.
            let narrowed = |batch: RecordBatch| Ok(batch.project(&columns)?.with_schema(Arc::clone(&schema))?);
            Poll::Ready(batch.map(|batch| batch.and_then(narrowed)))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}
