//! Arrow files: what is written reads back, and no bytes of a file are believed.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Int8Array, Int64Array, LargeStringArray, RecordBatch, StringArray, TimestampNanosecondArray,
};
use arrow_buffer::NullBuffer;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{DataType as ArrowType, Field as ArrowField, Schema};
use leat_flow::step::BATCH_ROWS;
use leat_io::sample;
use leat_stream::plan::Format;
use leat_stream::schema::{DataType, Field};
use proptest::prelude::*;

use crate::support::{self, Outcome, Reading, fields};
use crate::writing::any_batch;

fn reading(declared: &str) -> Reading {
    Reading { other: Some(Format::Arrow), ..Reading::of(declared) }
}

fn written(fields: &[Field], batches: &[RecordBatch]) -> Vec<u8> {
    support::written(&Format::Arrow, fields, batches)
}

/// A file as another program writes it.
fn foreign(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = FileWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn small() -> Vec<u8> {
    let fields = fields("id int64, x text null, b boolean");
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, 2, 3])),
        Arc::new(StringArray::from(vec![Some("a"), None, Some("ccc")])),
        Arc::new(arrow_array::BooleanArray::from(vec![true, false, true])),
    ];
    let batch = RecordBatch::try_new(leat_flow::schema::arrow_schema(&fields), columns).unwrap();
    written(&fields, &[batch.clone(), batch])
}

#[test]
fn columns_are_found_by_name_and_others_are_not_decoded() {
    let bytes = foreign(vec![
        ("legs", Arc::new(arrow_array::NullArray::new(3))),
        ("x", Arc::new(LargeStringArray::from(vec![Some("a"), None, Some("é")]))),
        ("i", Arc::new(Int8Array::from(vec![1, -2, 3]))),
    ]);
    let outcome = reading("i float64, x text null").text(&bytes);
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.rows(), [["1", "\"a\""], ["-2", "-"], ["3", "\"é\""]]);
    assert_eq!(
        reading("legs text null").error(&bytes),
        "in.csv: column \"legs\" is Null in the file, which is not read as text; write it as text or do not read it"
    );
    assert_eq!(reading("y text").error(&bytes), "in.csv: the file has no column \"y\"");
}

#[test]
fn a_large_batch_of_the_file_comes_in_pieces() {
    let rows = 3 * BATCH_ROWS + 5;
    let bytes = foreign(vec![("id", Arc::new(Int64Array::from_iter_values(0..rows as i64)))]);
    let outcome = reading("id int64").text(bytes);
    assert!(outcome.batches.iter().all(|batch| batch.num_rows() <= BATCH_ROWS));
    assert!(outcome.rows().into_iter().flatten().eq((0..rows).map(|id| id.to_string())));
}

#[test]
fn rows_that_the_column_cannot_hold_are_rejected_by_their_number() {
    let bytes = foreign(vec![
        ("id", Arc::new(Int64Array::from(vec![Some(1), None, Some(3), Some(4)]))),
        ("t", Arc::new(TimestampNanosecondArray::from(vec![1000, 2000, 3001, 4000]))),
    ]);
    let failing = reading("id int64, t timestamp").text(&bytes);
    assert_eq!((failing.rows(), failing.rejected.len()), (vec![vec!["1".to_owned(), "1".to_owned()]], 1));
    let outcome = reading("id int64, t timestamp").skipping().text(&bytes);
    assert_eq!(outcome.rows(), [["1", "1"], ["4", "4"]]);
    let (row, text, reason) = &outcome.rejected[0];
    assert_eq!((*row, text.as_str()), (2, "{\"id\":null,\"t\":\"1970-01-01T00:00:00.000002Z\"}"));
    assert!(reason.starts_with("in.csv: row 2: column \"id\": it is null, but the column may hold no nulls (int64)"));
    assert!(outcome.rejected[1].2.contains("nanoseconds"));
}

#[test]
fn a_sample_says_the_types_and_which_leat_has_not() {
    let directory = tempfile::tempdir().unwrap();
    let bytes =
        foreign(vec![("a", Arc::new(Int8Array::from(vec![1]))), ("b", Arc::new(arrow_array::NullArray::new(1)))]);
    fs::write(directory.path().join("a.arrow"), bytes).unwrap();
    let file = sample(directory.path(), "a.arrow", &Format::Arrow).unwrap();
    assert_eq!(file.header, ["a", "b"]);
    let types: Vec<_> = file.types.into_iter().map(|column| column.data_type).collect();
    assert_eq!(types, [Ok(DataType::Int32), Err("Null".to_owned())]);
}

#[test]
fn what_is_no_arrow_file_is_named_as_what_it_is() {
    let schema = Schema::new(vec![ArrowField::new("a", ArrowType::Int64, true)]);
    let mut stream = Vec::new();
    StreamWriter::try_new(&mut stream, &schema).unwrap().finish().unwrap();
    let error = |bytes: &[u8]| reading("a int64").error(bytes);
    assert!(error(&stream).contains("this is an Arrow stream"));
    assert!(error(b"id,x\n1,2\n").contains("this is no Arrow file"));
    assert!(error(b"").contains("this is no Arrow file"));
    assert!(sample(Path::new("no"), "such.arrow", &Format::Arrow).unwrap_err().to_string().contains("no such file"));
}

#[test]
fn a_file_cut_short_anywhere_is_an_error() {
    let bytes = small();
    let whole = reading("id int64, x text null, b boolean").text(&bytes);
    assert_eq!((whole.rows().len(), whole.error), (6, None));
    for length in 0..bytes.len() {
        let outcome = reading("id int64, x text null, b boolean").text(&bytes[..length]);
        assert!(outcome.error.is_some(), "{length} of {} bytes", bytes.len());
    }
}

/// The same rows in packed bodies, with a text that packs well and one that is not worth packing.
fn packed(codec: CompressionType) -> Vec<u8> {
    let texts: StringArray = (0..500).map(|row| Some(if row < 499 { "same" } else { "other" })).collect();
    let columns: Vec<(&str, ArrayRef)> =
        vec![("id", Arc::new(Int64Array::from_iter_values(0..500))), ("x", Arc::new(texts))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let options = IpcWriteOptions::default().try_with_compression(Some(codec)).unwrap();
    let mut bytes = Vec::new();
    let mut writer = FileWriter::try_new_with_options(&mut bytes, &batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

#[test]
fn packed_bodies_are_read_and_their_sizes_are_not_believed() {
    for codec in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
        let bytes = packed(codec);
        assert!(bytes.len() < 5000, "{} bytes are not packed", bytes.len());
        let outcome = reading("id int64, x text").text(&bytes);
        assert_eq!((outcome.error, outcome.batches[0].num_rows()), (None, 500));
        assert_eq!(Outcome { batches: outcome.batches, ..Outcome::default() }.rows()[499], ["499", "\"other\""]);
        let mut errors = 0;
        for at in 0..bytes.len() {
            for mask in [0xff, 0x40] {
                let mut damaged = bytes.clone();
                damaged[at] ^= mask;
                errors += usize::from(reading("id int64, x text").skipping().text(&damaged).error.is_some());
            }
        }
        assert!(errors > 500, "{errors}");
    }
}

#[test]
fn a_flipped_byte_anywhere_is_an_error_or_other_values_and_never_a_panic() {
    let bytes = small();
    for at in 0..bytes.len() {
        for mask in [0xff, 0x80, 0x01] {
            let mut damaged = bytes.clone();
            damaged[at] ^= mask;
            let outcome = reading("id int64, x text null, b boolean").skipping().text(&damaged);
            let texts = outcome.batches.iter().map(|batch| batch.column(1).to_data().validate_full());
            assert!(texts.into_iter().all(|valid| valid.is_ok()), "byte {at}");
        }
    }
}

#[test]
fn a_column_without_nulls_is_the_same_bytes_whether_it_says_so_or_not() {
    let fields = fields("id int64 null, x text null");
    let batch = |nulls: Option<NullBuffer>| {
        let ids = Int64Array::new((0..1500).collect(), nulls.clone());
        let texts = StringArray::from_iter_values((0..1500).map(|row| row.to_string()));
        let texts = StringArray::new(texts.offsets().clone(), texts.values().clone(), nulls);
        let columns: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(texts)];
        RecordBatch::try_new(leat_flow::schema::arrow_schema(&fields), columns).unwrap()
    };
    let (silent, told) = (batch(None), batch(Some(NullBuffer::new_valid(1500))));
    let pieces = |batch: &RecordBatch| [batch.slice(3, 10), batch.slice(20, 9), batch.clone()];
    assert_eq!(written(&fields, &pieces(&silent)), written(&fields, &pieces(&told)));
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same_values((fields, batch) in any_batch()) {
        let bytes = written(&fields, std::slice::from_ref(&batch));
        let outcome = Reading { fields, other: Some(Format::Arrow), ..Reading::of("x text") }.text(bytes);
        prop_assert_eq!(&outcome.rejected, &vec![]);
        prop_assert_eq!(&outcome.error, &None);
        let expected = Outcome { batches: vec![batch], ..Default::default() };
        prop_assert_eq!(outcome.rows(), expected.rows());
    }
}
