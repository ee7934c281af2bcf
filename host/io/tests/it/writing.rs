//! What is written, and that it reads back as what it was.

use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use leat_flow::schema::arrow_schema;
use leat_flow::step::StepError;
use leat_io::{SinkConfig, create_sink};
use leat_stream::plan::{Compression, CsvFormat, Format, JsonFormat};
use leat_stream::schema::{DataType, Field};
use proptest::prelude::*;

use crate::support::{Reading, arbitrary, comma, fields, sink, write, written};

fn batch(fields: &[Field], columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(arrow_schema(fields), columns).unwrap()
}

fn values() -> (Vec<Field>, RecordBatch) {
    let fields = fields("id int64, cpty text null, pv float64");
    let texts = StringArray::from(vec![Some("a,b"), Some(""), None, Some("say \"hi\"\n"), Some(" é ")]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, -2, 3, 4, 5])),
        Arc::new(texts),
        Arc::new(Float64Array::from(vec![0.1, 1e300, f64::NEG_INFINITY, f64::NAN, -0.0])),
    ];
    let batch = batch(&fields, columns);
    (fields, batch)
}

#[test]
fn quotes_stand_only_where_a_reader_needs_them() {
    let directory = tempfile::tempdir().unwrap();
    let (fields, batch) = values();
    let path = write(directory.path(), &comma(), &fields, &[batch]);
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "id,cpty,pv\n1,\"a,b\",0.1\n-2,\"\",1e+300\n3,,-inf\n4,\"say \"\"hi\"\"\n\",NaN\n5, é ,-0.0\n"
    );
}

#[test]
fn nothing_has_the_final_name_before_the_sink_is_finished() {
    let directory = tempfile::tempdir().unwrap();
    let (fields, batch) = values();
    let path = directory.path().join("out.csv");
    let partial = directory.path().join(".out.csv.partial");
    let mut given_up = sink(&path, &comma(), &fields).ok().unwrap();
    given_up.write(&batch).unwrap();
    given_up.flush().unwrap();
    assert!(fs::read_to_string(&partial).unwrap().ends_with("-0.0\n"));
    assert_eq!(
        sink(&path, &comma(), &fields).err().unwrap(),
        "out.csv: another run is writing it; wait for that run, or give this one another output directory"
    );
    drop(given_up);
    assert!(!path.exists() && !partial.exists());

    let mut sink = sink(&path, &comma(), &fields).ok().unwrap();
    sink.write(&batch).unwrap();
    let published = sink.finish().unwrap();
    assert_eq!((published[0].rows, published[0].bytes), (5, fs::metadata(&path).unwrap().len()));
    assert!(!partial.exists());
}

#[test]
fn a_prepared_sink_has_everything_on_disk_but_not_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let (fields, batch) = values();
    let path = directory.path().join("out.csv.zst");
    let partial = leat_io::partial_path(&path).unwrap();
    let format = CsvFormat { compression: Compression::Zstd, ..comma() };
    let mut sink = sink(&path, &format, &fields).ok().unwrap();
    sink.write(&batch).unwrap();
    sink.prepare().unwrap();
    let prepared = fs::read(&partial).unwrap();
    assert!(zstd::decode_all(&prepared[..]).unwrap().ends_with(b"-0.0\n"));
    assert!(!path.exists());
    sink.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), prepared);
}

#[test]
fn when_a_sink_is_flushed_leaves_no_trace_in_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let (fields, batch) = values();
    let json = |compression| Format::JsonLines(JsonFormat { dates: None, compression });
    let csv = |compression| Format::Csv(CsvFormat { compression, ..comma() });
    let formats =
        [csv(Compression::None), csv(Compression::Gzip), json(Compression::Zstd), Format::Arrow, Format::Parquet];
    for format in formats {
        let path = directory.path().join("out");
        let config =
            SinkConfig { path, name: "out".to_owned(), fields: fields.clone(), parts: Vec::new(), append: false };
        let mut sink = create_sink(&format, config).unwrap();
        for _ in 0..3 {
            sink.write(&batch).unwrap();
            sink.flush().unwrap();
        }
        let flushed = fs::read(&sink.finish().unwrap()[0].path).unwrap();
        assert!(flushed == written(&format, &fields, &[batch.clone(), batch.clone(), batch.clone()]), "{format:?}");
    }
}

#[test]
fn what_a_sink_flushes_of_a_plain_file_can_be_read_already() {
    let directory = tempfile::tempdir().unwrap();
    let (fields, batch) = values();
    let mut sink = sink(&directory.path().join("out.csv"), &comma(), &fields).ok().unwrap();
    sink.write(&batch).unwrap();
    sink.flush().unwrap();
    let text = fs::read(directory.path().join(".out.csv.partial")).unwrap();
    assert!(text.ends_with(b"-0.0\n"));
}

#[test]
fn settings_that_no_reader_could_undo_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.csv");
    let (fields, _) = values();
    for (null, expected) in [
        (
            "a,b",
            "out.csv: null=\"a,b\" holds a delimiter, quote or line end: no reader would take it for null; choose another",
        ),
        ("-9", "out.csv: null=\"-9\" cannot be told from a value of column \"id\" (int64); choose another"),
        ("NaN", "out.csv: null=\"NaN\" cannot be told from a value of column \"pv\" (float64); choose another"),
    ] {
        let format = CsvFormat { null: Some(null.to_owned()), ..comma() };
        assert_eq!(sink(&path, &format, &fields).err().unwrap(), expected);
    }
    assert!(sink(directory.path(), &comma(), &fields).err().unwrap().contains("there is a directory of that name"));
}

#[test]
fn a_date_that_no_file_can_name_is_an_error_with_its_row() {
    let directory = tempfile::tempdir().unwrap();
    let fields = fields("d date");
    let dates: ArrayRef = Arc::new(arrow_array::Date32Array::from(vec![0, i32::MAX]));
    let mut sink = sink(&directory.path().join("out.csv"), &comma(), &fields).ok().unwrap();
    let Err(StepError::Failed(message)) = sink.write(&batch(&fields, vec![dates])) else {
        panic!("an error");
    };
    assert_eq!(
        message,
        "out.csv: row 2, column \"d\": a date of 2147483647 is beyond the years 0000 to 9999 that a file can name"
    );
}

pub(crate) fn any_type() -> impl Strategy<Value = DataType> {
    prop::sample::select(vec![
        DataType::Boolean,
        DataType::Int32,
        DataType::Int64,
        DataType::Float64,
        DataType::Decimal { precision: 7, scale: 3 },
        DataType::Decimal { precision: 9, scale: -2 },
        DataType::Date,
        DataType::Timestamp,
        DataType::Text,
        DataType::Binary,
    ])
}

fn any_format() -> impl Strategy<Value = CsvFormat> {
    let delimiters = prop::sample::select(vec![',', ';', '|', '\t', ' ']);
    let nulls = prop::sample::select(vec![None, Some("NA".to_owned()), Some(".".to_owned())]);
    let dates = prop::sample::select(vec![None, Some("%m/%d/%Y".to_owned()), Some("%d %b, %Y".to_owned())]);
    let packing = prop::sample::select(vec![Compression::None, Compression::Gzip, Compression::Zstd]);
    (delimiters, nulls, dates, packing).prop_map(|(delimiter, null, dates, compression)| CsvFormat {
        delimiter,
        null,
        dates,
        compression,
    })
}

pub(crate) fn any_batch() -> impl Strategy<Value = (Vec<Field>, RecordBatch)> {
    (prop::collection::vec(any_type(), 1..4), 1usize..9).prop_flat_map(|(types, rows)| {
        let fields: Vec<Field> =
            types.iter().enumerate().map(|(index, t)| Field::new(format!("c {index}"), *t, true)).collect();
        let columns: Vec<_> = types.iter().map(|t| arbitrary::column(*t, rows)).collect();
        columns.prop_map(move |columns| (fields.clone(), batch(&fields, columns)))
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same_values((fields, batch) in any_batch(), format in any_format()) {
        let directory = tempfile::tempdir().unwrap();
        let path = write(directory.path(), &format, &fields, std::slice::from_ref(&batch));
        let reading = Reading { format, other: None, fields, threads: 1, skip: false, row_groups: None };
        let outcome = reading.file(&path);
        prop_assert_eq!(&outcome.rejected, &vec![]);
        prop_assert_eq!(&outcome.error, &None);
        // By text, for NaN is not equal to itself.
        let expected = crate::support::Outcome { batches: vec![batch], ..Default::default() };
        prop_assert_eq!(outcome.rows(), expected.rows());
    }
}
