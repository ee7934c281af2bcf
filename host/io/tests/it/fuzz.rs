//! Files of every format, broken by the thousand: rows, rejected records or an error in words, and nothing else.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use leat_fuzzing::{Fuzz, Shape};
use leat_stream::plan::{Compression, Format, JsonFormat};

use crate::support::{Reading, comma, fields, written};

const COLUMNS: &str = "id int64, x text null, b boolean, v float64";

fn batch() -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, -2, i64::MAX])),
        Arc::new(StringArray::from(vec![Some("a"), None, Some("é, \"q\"")])),
        Arc::new(BooleanArray::from(vec![true, false, true])),
        Arc::new(Float64Array::from(vec![0.5, -1e300, 3.0])),
    ];
    RecordBatch::try_new(leat_flow::schema::arrow_schema(&fields(COLUMNS)), columns).unwrap()
}

fn tried(name: &'static str, shape: Shape, format: Format) {
    let one = written(&format, &fields(COLUMNS), &[batch()]);
    let two = written(&format, &fields(COLUMNS), &[batch(), batch()]);
    let reading = Reading { other: Some(format), threads: 1, ..Reading::of(COLUMNS) }.skipping();
    Fuzz::new(name, shape, [one, two]).run(|bytes| {
        let outcome = reading.text(bytes);
        assert!(outcome.error.as_ref().is_none_or(|error| error.contains("in.csv")), "{:?}", outcome.error);
        outcome.error.is_none()
    });
}

#[test]
fn fuzzed_csv_files_are_rows_or_words() {
    tried("CSV files", Shape::Text, Format::Csv(comma()));
}

#[test]
fn fuzzed_packed_csv_files_are_rows_or_words() {
    for (name, compression) in
        [("CSV files packed with gzip", Compression::Gzip), ("CSV files packed with zstd", Compression::Zstd)]
    {
        let mut format = comma();
        format.compression = compression;
        tried(name, Shape::Bytes, Format::Csv(format));
    }
}

#[test]
fn fuzzed_json_lines_are_rows_or_words() {
    tried("JSON lines", Shape::Text, Format::JsonLines(JsonFormat { dates: None, compression: Compression::None }));
}

#[test]
fn fuzzed_arrow_files_are_rows_or_words() {
    tried("Arrow files", Shape::Bytes, Format::Arrow);
}

#[test]
fn fuzzed_parquet_files_are_rows_or_words() {
    tried("Parquet files", Shape::Bytes, Format::Parquet);
}
