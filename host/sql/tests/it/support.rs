//! Tables in memory, and a query over them from its text to its rows.

use std::sync::{Arc, Mutex};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::DataType as ArrowType;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Level, Outlet, Pull, Rejected, StepError, Stopped};
use leat_sql::{QuerySettings, bind, open, open_row_wise, tables};
use leat_stream::check::QueryProblem;
use leat_stream::node_info::Value;
use leat_stream::plan::{Minimize, Parameter, Query, Scan, SqlNode, SqlTable};
use leat_stream::schema::{DataType, Field};

/// A queue with everything that comes through it.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) fields: Vec<Field>,
    pub(crate) batches: Vec<RecordBatch>,
}

impl Table {
    pub(crate) fn new(name: &'static str, columns: &[(&str, DataType)], arrays: Vec<ArrayRef>) -> Self {
        let fields: Vec<Field> = columns.iter().map(|(name, data_type)| Field::new(*name, *data_type, true)).collect();
        let batch = RecordBatch::try_new(arrow_schema(&fields), arrays).expect("the columns fit");
        Table { name, fields, batches: vec![batch] }
    }

    /// The same rows in batches of so many.
    pub(crate) fn cut(mut self, rows: usize) -> Self {
        let whole = self.batches.remove(0);
        let cuts = (0..whole.num_rows()).step_by(rows);
        self.batches = cuts.map(|from| whole.slice(from, rows.min(whole.num_rows() - from))).collect();
        self
    }
}

/// How a query is to run.
pub(crate) struct Case<'a> {
    pub(crate) sql: &'a str,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) minimize: Minimize,
    pub(crate) memory_bytes: u64,
    /// The columns that a reader takes no nulls of.
    pub(crate) not_null: &'a [&'a str],
}

impl<'a> Case<'a> {
    pub(crate) fn of(sql: &'a str) -> Self {
        Case { sql, parameters: Vec::new(), minimize: Minimize::Time, memory_bytes: 1 << 30, not_null: &[] }
    }

    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.parameters.push(Parameter { name: name.to_owned(), value });
        self
    }

    fn node(&self, known: &[Table]) -> Result<SqlNode, Vec<QueryProblem>> {
        let named = tables(self.sql).map_err(|problem| vec![problem])?;
        let table = |name: &str| known.iter().find(|table| table.name == name).expect("the test has this table");
        let mut node = SqlNode {
            query: Query { text: self.sql.to_owned(), parameters: self.parameters.clone() },
            minimize: self.minimize,
            memory_bytes: self.memory_bytes,
            tables: named
                .iter()
                .map(|named| SqlTable { name: named.name.clone(), fields: table(&named.name).fields.clone() })
                .collect(),
            scans: Vec::new(),
            outputs: Vec::new(),
            row_wise: false,
        };
        let bound = bind(&node)?;
        node.row_wise = bound.row_wise;
        node.scans = bound.scans;
        node.outputs = bound.outputs;
        for field in &mut node.outputs {
            field.nullable &= !self.not_null.contains(&field.name.as_str());
        }
        Ok(node)
    }

    /// What is wrong with it.
    pub(crate) fn problems(&self, known: &[Table]) -> Vec<QueryProblem> {
        self.node(known).expect_err("the query is refused")
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, known: &[Table]) -> Result<Vec<RecordBatch>, String> {
        let node = self.node(known).map_err(|found| format!("{found:?}"))?;
        let directory = tempfile::tempdir().expect("a directory for what is spilled");
        let settings = QuerySettings {
            started_us: 1_706_702_400_000_000,
            spill_directory: directory.path().to_owned(),
            spill_bytes_max: 1 << 30,
        };
        let ports = Arc::new(Ports::new(&node, known));
        let mut query = open(&node, &node.outputs, ports, &settings).map_err(|error| error.to_string())?;
        let mut batches = Vec::new();
        let streamed = loop {
            match query.next(&mut Sent::default()) {
                Ok(Some(batch)) => batches.push(batch),
                Ok(None) => break Ok(batches),
                Err(error) => break Err(error.to_string()),
            }
        };
        if node.row_wise {
            self.runs_row_by_row_with_the_same_answer(&node, known, &streamed);
        }
        streamed
    }

    /// Runs it as the step that the worker makes of it, which is taken up from its state at every batch boundary.
    fn runs_row_by_row_with_the_same_answer(
        &self,
        node: &SqlNode,
        known: &[Table],
        streamed: &Result<Vec<RecordBatch>, String>,
    ) {
        let sent = Sent::default();
        let open = || {
            open_row_wise(node, &node.outputs, 1_706_702_400_000_000, Box::new(sent.clone())).expect("it is row-wise")
        };
        let ports = Ports::new(node, known);
        let run = || -> Result<(), StepError> {
            let mut step = open();
            step.open()?;
            while let Some(batch) = ports.pull(0)? {
                step.process(0, &batch)?;
                let state = step.snapshot()?;
                step = open();
                step.restore(&state)?;
            }
            step.end_of_input(0)?;
            step.finish()
        };
        let stepped = run().map_err(|error| error.to_string());
        let rows = |batches: &[RecordBatch]| -> Vec<Vec<String>> {
            let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)));
            rows.map(|(batch, row)| batch.columns().iter().map(|column| cell(column, row)).collect()).collect()
        };
        match (streamed, stepped) {
            (Ok(streamed), Ok(())) => assert_eq!(rows(&sent.batches()), rows(streamed), "{}", self.sql),
            (Err(streamed), Err(stepped)) => assert_eq!(&stepped, streamed, "{}", self.sql),
            (streamed, stepped) => panic!("{}: {streamed:?}, and row by row {stepped:?}", self.sql),
        }
    }

    /// Runs it to its end, cell by cell.
    pub(crate) fn rows(&self, known: &[Table]) -> Result<Vec<Vec<String>>, String> {
        let batches = self.run(known)?;
        let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)));
        Ok(rows.map(|(batch, row)| batch.columns().iter().map(|column| cell(column, row)).collect()).collect())
    }
}

/// The ports of a query, from memory.
struct Ports {
    left: Mutex<Vec<std::vec::IntoIter<RecordBatch>>>,
}

impl Ports {
    fn new(node: &SqlNode, known: &[Table]) -> Self {
        let port = |scan: &Scan| {
            let name = &node.tables[scan.table].name;
            let table = known.iter().find(|table| table.name == name).expect("the table was bound");
            let view = |batch: &RecordBatch| {
                let fields: Vec<Field> = scan.columns.iter().map(|at| table.fields[*at].clone()).collect();
                let columns = scan.columns.iter().map(|at| Arc::clone(batch.column(*at))).collect();
                let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                RecordBatch::try_new_with_options(arrow_schema(&fields), columns, &options).expect("columns of a table")
            };
            table.batches.iter().map(view).collect::<Vec<_>>().into_iter()
        };
        Ports { left: Mutex::new(node.scans.iter().map(port).collect()) }
    }
}

impl Pull for Ports {
    fn pull(&self, port: usize) -> Result<Option<RecordBatch>, StepError> {
        Ok(self.left.lock().expect("no test panics in here")[port].next())
    }
}

/// What was sent, in one place for all clones.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<RecordBatch>>>);

impl Sent {
    fn batches(&self) -> Vec<RecordBatch> {
        self.0.lock().expect("no test panics in here").clone()
    }
}

impl Outlet for Sent {
    fn emit(&mut self, _port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        self.0.lock().expect("no test panics in here").push(batch);
        Ok(())
    }

    fn reject(&mut self, _rejected: Rejected<'_>) -> Result<(), Stopped> {
        Ok(())
    }

    fn log(&mut self, _level: Level, _message: &str, _fields: &[(String, String)]) {}

    fn count(&mut self, _name: &str, _increment: u64) {}

    fn progress(&mut self, _done: u64, _total: Option<u64>) {}
}

/// A value as a test compares it: doubles to twelve digits, since sums are rounded in another order elsewhere.
pub(crate) fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "null".to_owned();
    }
    match column.data_type() {
        ArrowType::Boolean => column.as_boolean().value(row).to_string(),
        ArrowType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        ArrowType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        ArrowType::Float64 => double(column.as_primitive::<Float64Type>().value(row)),
        ArrowType::Date32 => format!("day {}", column.as_primitive::<Date32Type>().value(row)),
        ArrowType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value_as_string(row),
        ArrowType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        other => panic!("no test gives a column of {other}"),
    }
}

pub(crate) fn double(value: f64) -> String {
    // Minus zero is zero.
    format!("{:.11e}", if value == 0.0 { 0.0 } else { value })
}
