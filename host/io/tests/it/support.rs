//! Files, schemas and an outlet for the tests.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use leat_flow::step::{Level, Outlet, Rejected, Sink, Source, StepError, Stopped};
use leat_io::{Fault, RowGroups, SinkConfig, SourceColumn, SourceConfig, create_sink, open_source};
use leat_stream::plan::{Compression, CsvFormat, Format};
use leat_stream::schema::{DataType, Field};

/// What a test reads a file as.
pub(crate) struct Reading {
    pub(crate) format: CsvFormat,
    /// Another format than CSV.
    pub(crate) other: Option<Format>,
    pub(crate) fields: Vec<Field>,
    pub(crate) threads: usize,
    /// Whether bad records are let go; else the first ends the reading.
    pub(crate) skip: bool,
    /// Which row groups are read.
    pub(crate) row_groups: Option<Arc<dyn RowGroups>>,
}

/// What came of reading.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) batches: Vec<RecordBatch>,
    /// Line, text and reason of each rejected record.
    pub(crate) rejected: Vec<(u64, String, String)>,
    /// How many rows had been delivered at each of them.
    pub(crate) rows_before: Vec<usize>,
    /// The last progress that was told.
    pub(crate) progress: Option<(u64, Option<u64>)>,
    /// What ended the reading before its time.
    pub(crate) error: Option<String>,
}

pub(crate) fn comma() -> CsvFormat {
    CsvFormat { delimiter: ',', null: None, dates: None, compression: Compression::None }
}

/// Fields as in a declaration: `id int64, name text null`.
pub(crate) fn fields(declared: &str) -> Vec<Field> {
    let field = |text: &str| {
        let (name, rest) = text.trim().split_once(' ').unwrap();
        let nullable = rest.ends_with(" null");
        let data_type: DataType = rest.trim_end_matches(" null").parse().unwrap();
        Field::new(name, data_type, nullable)
    };
    declared.split(", ").map(field).collect()
}

impl Reading {
    pub(crate) fn of(declared: &str) -> Self {
        Reading { format: comma(), other: None, fields: fields(declared), threads: 2, skip: false, row_groups: None }
    }

    pub(crate) fn skipping(self) -> Self {
        Reading { skip: true, ..self }
    }

    pub(crate) fn open(&self, path: &Path) -> Result<Box<dyn Source>, Fault> {
        let config = SourceConfig {
            path: path.to_owned(),
            name: "in.csv".to_owned(),
            columns: self
                .fields
                .iter()
                .map(|field| SourceColumn { header: field.name.clone(), field: field.clone() })
                .collect(),
            threads: NonZeroUsize::new(self.threads).unwrap(),
            row_groups: self.row_groups.clone(),
        };
        match &self.other {
            Some(format) => open_source(format, config),
            None => open_source(&Format::Csv(self.format.clone()), config),
        }
    }

    /// Reads a whole file.
    pub(crate) fn file(&self, path: &Path) -> Outcome {
        let mut outlet = Recorder { skip: self.skip, ..Recorder::default() };
        let mut outcome = Outcome::default();
        let mut source = match self.open(path) {
            Ok(source) => source,
            Err(fault) => {
                outcome.error = Some(fault.in_file("in.csv"));
                return outcome;
            }
        };
        loop {
            match source.next(&mut outlet) {
                Ok(Some(batch)) => {
                    outlet.rows += batch.num_rows();
                    outcome.batches.push(batch);
                }
                Ok(None) => break,
                Err(StepError::Failed(message)) => {
                    outcome.error = Some(message);
                    break;
                }
                Err(error) => {
                    assert!(matches!(error, StepError::Stopped(Stopped::Cancelled)), "{error}");
                    break;
                }
            }
        }
        outcome.progress = outlet.progress;
        outcome.rejected = outlet.rejected;
        outcome.rows_before = outlet.rows_before;
        outcome
    }

    /// Reads a text.
    pub(crate) fn text(&self, text: impl AsRef<[u8]>) -> Outcome {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("in.csv");
        std::fs::write(&path, text).unwrap();
        self.file(&path)
    }

    /// The message that reading a text ends with.
    pub(crate) fn error(&self, text: impl AsRef<[u8]>) -> String {
        let outcome = self.text(text);
        let rejected = outcome.rejected.into_iter().next().map(|(_, _, reason)| reason);
        rejected.or(outcome.error).expect("an error")
    }
}

impl Outcome {
    /// Every cell as its debug text, row by row; nulls as `-`.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| show(column.as_ref(), row)).collect());
            }
        }
        rows
    }
}

fn show(array: &dyn arrow_array::Array, row: usize) -> String {
    use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
    use arrow_schema::DataType as Arrow;
    if array.is_null(row) {
        return "-".to_owned();
    }
    match array.data_type() {
        Arrow::Boolean => array.as_boolean().value(row).to_string(),
        Arrow::Int32 => array.as_primitive::<Int32Type>().value(row).to_string(),
        Arrow::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        Arrow::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        Arrow::Decimal128(..) => array.as_primitive::<Decimal128Type>().value(row).to_string(),
        Arrow::Date32 => array.as_primitive::<Date32Type>().value(row).to_string(),
        Arrow::Timestamp(..) => array.as_primitive::<TimestampMicrosecondType>().value(row).to_string(),
        Arrow::Utf8 => format!("{:?}", array.as_string::<i32>().value(row)),
        Arrow::Binary => format!("{:?}", array.as_binary::<i32>().value(row)),
        other => panic!("no column has the type {other}"),
    }
}

/// Writes batches to a file in `directory`: its path.
pub(crate) fn write(directory: &Path, format: &CsvFormat, fields: &[Field], batches: &[RecordBatch]) -> PathBuf {
    let path = directory.join("out.csv");
    let mut sink = sink(&path, format, fields).unwrap_or_else(|error| panic!("{error}"));
    for batch in batches {
        sink.write(batch).unwrap();
    }
    sink.finish().unwrap()[0].path.clone()
}

/// The bytes of a file of these batches, in whatever format.
pub(crate) fn written(format: &Format, fields: &[Field], batches: &[RecordBatch]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let config = SinkConfig {
        path: directory.path().join("out"),
        name: "out".to_owned(),
        fields: fields.to_vec(),
        parts: Vec::new(),
        append: false,
    };
    let mut sink = create_sink(format, config).unwrap();
    for batch in batches {
        sink.write(batch).unwrap();
    }
    std::fs::read(&sink.finish().unwrap()[0].path).unwrap()
}

pub(crate) fn sink(path: &Path, format: &CsvFormat, fields: &[Field]) -> Result<Box<dyn Sink>, String> {
    let config = SinkConfig {
        path: path.to_owned(),
        name: "out.csv".to_owned(),
        fields: fields.to_vec(),
        parts: Vec::new(),
        append: false,
    };
    create_sink(&Format::Csv(format.clone()), config).map_err(|error| error.to_string())
}

#[derive(Default)]
pub(crate) struct Recorder {
    skip: bool,
    rows: usize,
    rejected: Vec<(u64, String, String)>,
    rows_before: Vec<usize>,
    progress: Option<(u64, Option<u64>)>,
}

impl Outlet for Recorder {
    fn emit(&mut self, _: usize, _: RecordBatch) -> Result<(), Stopped> {
        panic!("a source does not emit");
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        let Rejected::Record { file, line, text, reason } = rejected else {
            panic!("a source rejects records");
        };
        assert_eq!(file, "in.csv");
        self.rejected.push((line, text.to_owned(), reason.to_owned()));
        self.rows_before.push(self.rows);
        if self.skip { Ok(()) } else { Err(Stopped::Cancelled) }
    }

    fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

    fn count(&mut self, _: &str, _: u64) {}

    fn progress(&mut self, done: u64, total: Option<u64>) {
        self.progress = Some((done, total));
    }
}

/// A batch of each type's values drawn from a seed, nulls among them.
pub(crate) mod arbitrary {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
        StringArray, TimestampMicrosecondArray,
    };
    use leat_stream::schema::DataType;
    use proptest::collection::vec;
    use proptest::option::of;
    use proptest::prelude::*;

    /// Columns of `rows` values that may be null.
    pub(crate) fn column(data_type: DataType, rows: usize) -> BoxedStrategy<ArrayRef> {
        fn boxed<A: arrow_array::Array + 'static>(array: A) -> ArrayRef {
            Arc::new(array)
        }
        match data_type {
            DataType::Boolean => vec(of(any::<bool>()), rows).prop_map(|v| boxed(BooleanArray::from(v))).boxed(),
            DataType::Int32 => vec(of(any::<i32>()), rows).prop_map(|v| boxed(Int32Array::from(v))).boxed(),
            DataType::Int64 => vec(of(any::<i64>()), rows).prop_map(|v| boxed(Int64Array::from(v))).boxed(),
            DataType::Float64 => vec(of(any::<f64>()), rows).prop_map(|v| boxed(Float64Array::from(v))).boxed(),
            DataType::Decimal { precision, scale } => vec(of(-99_999i128..100_000), rows)
                .prop_map(move |v| boxed(Decimal128Array::from(v).with_precision_and_scale(precision, scale).unwrap()))
                .boxed(),
            DataType::Date => vec(of(-719_528i32..=2_932_896), rows).prop_map(|v| boxed(Date32Array::from(v))).boxed(),
            DataType::Timestamp => vec(of(-62_167_219_200_000_000i64..253_402_300_800_000_000), rows)
                .prop_map(|v| boxed(TimestampMicrosecondArray::from(v)))
                .boxed(),
            DataType::Text => {
                vec(of("([a-z,;|\"\r\n \t.é]|NA){0,6}"), rows).prop_map(|v| boxed(StringArray::from(v))).boxed()
            }
            DataType::Binary => vec(of(vec(any::<u8>(), 0..4)), rows)
                .prop_map(|v| boxed(v.iter().map(|b| b.as_deref()).collect::<BinaryArray>()))
                .boxed(),
        }
    }
}
