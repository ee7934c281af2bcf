//! Parquet files: what is written reads back, only what is needed is read, and no bytes of a file are believed.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, GzipLevel, ZstdLevel};
use ::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StringViewArray, TimestampMillisecondArray, TimestampNanosecondArray, UInt16Array,
    UInt32Array, UInt64Array,
};
use leat_flow::schema::arrow_schema;
use leat_flow::step::BATCH_ROWS;
use leat_io::{RowGroup, RowGroups, Scalar, SinkConfig, create_sink, sample};
use leat_stream::plan::Format;
use leat_stream::schema::{DataType, Field};
use proptest::prelude::*;

use crate::support::{self, Outcome, Reading, fields};
use crate::writing::any_batch;

fn reading(declared: &str) -> Reading {
    Reading { other: Some(Format::Parquet), ..Reading::of(declared) }
}

fn written(fields: &[Field], batches: &[RecordBatch]) -> Vec<u8> {
    support::written(&Format::Parquet, fields, batches)
}

/// A file as another program writes it.
fn foreign(columns: Vec<(&str, ArrayRef)>, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn ids(rows: usize) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(0..rows as i64))
}

/// A file of `count` row groups of 100 rows: ids, and a text that is null in every third row.
fn grouped(count: usize) -> Vec<u8> {
    let texts = (0..100 * count).map(|row| (row % 3 != 0).then(|| format!("text {row}")));
    let columns = vec![("id", ids(100 * count)), ("x", Arc::new(texts.collect::<StringArray>()) as ArrayRef)];
    foreign(columns, WriterProperties::builder().set_max_row_group_row_count(Some(100)))
}

/// A predicate of a test: keeps a row group by its bounds, and remembers what it was shown.
struct Keeping<F>(F, Mutex<Vec<RowGroup>>);

impl<F> std::fmt::Debug for Keeping<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeping")
    }
}

impl<F: Fn(&RowGroup) -> bool + Send + Sync> RowGroups for Keeping<F> {
    fn keep(&self, group: &RowGroup) -> bool {
        self.1.lock().unwrap().push(group.clone());
        self.0(group)
    }
}

#[test]
fn columns_are_found_by_name_and_narrower_types_widen() {
    let dictionary: DictionaryArray<Int8Type> = [Some("b"), None, Some("b")].into_iter().collect();
    let decimal = Decimal128Array::from(vec![1250, -5, 0]).with_precision_and_scale(20, 2).unwrap();
    let bytes = foreign(
        vec![
            ("skipped", Arc::new(UInt64Array::from(vec![1, 2, 3]))),
            ("large", Arc::new(LargeStringArray::from(vec![Some("a"), None, Some("é")]))),
            ("view", Arc::new(StringViewArray::from(vec!["", "y", "z"]))),
            ("dictionary", Arc::new(dictionary)),
            ("u16", Arc::new(UInt16Array::from(vec![1, 2, u16::MAX]))),
            ("u32", Arc::new(UInt32Array::from(vec![1, 2, u32::MAX]))),
            ("f32", Arc::new(Float32Array::from(vec![0.5, f32::NAN, -1.0]))),
            ("ms", Arc::new(TimestampMillisecondArray::from(vec![1, 2, 3]).with_timezone("+01:00"))),
            ("decimal", Arc::new(decimal)),
            ("i32", Arc::new(Int32Array::from(vec![7, 8, 9]))),
        ],
        WriterProperties::builder(),
    );
    let declared = "i32 float64, ms timestamp, large text null, view text, dictionary text null, u16 int32, \
                    u32 int64, f32 float64, decimal decimal(20,2)";
    let outcome = reading(declared).text(&bytes);
    assert_eq!(outcome.error, None);
    let expected = [
        ["7", "1000", "\"a\"", "\"\"", "\"b\"", "1", "1", "0.5", "1250"],
        ["8", "2000", "-", "\"y\"", "-", "2", "2", "NaN", "-5"],
        ["9", "3000", "\"é\"", "\"z\"", "\"b\"", "65535", "4294967295", "-1", "0"],
    ];
    assert_eq!(outcome.rows(), expected);
    let error = reading("skipped int64").error(&bytes);
    assert!(
        error.starts_with("in.csv: column \"skipped\" is UInt64 in the file, which is not read as int64"),
        "{error}"
    );
    assert_eq!(reading("y text").error(&bytes), "in.csv: the file has no column \"y\"");
}

#[test]
fn rows_come_in_order_in_batches_that_end_with_their_row_group() {
    let rows = 3 * BATCH_ROWS + 5;
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(BATCH_ROWS + 1));
    let doubled = Float64Array::from_iter_values((0..rows).map(|row| 2.0 * row as f64));
    let bytes = foreign(vec![("id", ids(rows)), ("x", Arc::new(doubled))], properties);
    for threads in [1, 2, 5] {
        let outcome = Reading { threads, ..reading("x float64, id int64") }.text(&bytes);
        let sizes: Vec<usize> = outcome.batches.iter().map(RecordBatch::num_rows).collect();
        assert_eq!(sizes, [BATCH_ROWS, 1, BATCH_ROWS, 1, BATCH_ROWS, 1, 2]);
        let expected = (0..rows).map(|row| vec![(2 * row).to_string(), row.to_string()]);
        assert!(outcome.rows().into_iter().eq(expected), "{threads} threads");
        assert_eq!(outcome.progress, Some((bytes.len() as u64, Some(bytes.len() as u64))));
    }
}

#[test]
fn rows_are_counted_where_no_column_is_read() {
    let outcome = Reading { fields: Vec::new(), ..reading("id int64") }.text(grouped(3));
    assert_eq!(outcome.batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 300);
}

#[test]
fn every_usual_packing_and_version_of_pages_is_read() {
    let packings = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    for packing in packings {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder().set_compression(packing).set_writer_version(version);
            let outcome = reading("id int64").text(foreign(vec![("id", ids(10_000))], properties));
            assert_eq!((outcome.error, outcome.batches.len()), (None, 3), "{packing} {version:?}");
        }
    }
}

#[test]
fn row_groups_that_hold_nothing_wanted_are_passed_over() {
    let above = |group: &RowGroup| matches!(group.columns[0].max, Some(Scalar::Int64(max)) if max >= 250);
    let keeping = Arc::new(Keeping(above, Mutex::default()));
    let reading = Reading { row_groups: Some(keeping.clone()), ..reading("id int64, x text") };
    let outcome = reading.skipping().text(grouped(4));
    let first = &outcome.rows()[0];
    assert_eq!(first, &["200", "\"text 200\""]);
    // Rows are named by their number in the file, those that were passed over counted.
    assert_eq!((outcome.rejected[0].0, outcome.rejected.len()), (202, 67));
    let seen = keeping.1.lock().unwrap();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[1].rows, 100);
    let column = &seen[1].columns[0];
    assert_eq!(
        (&column.min, &column.max, column.nulls),
        (&Some(Scalar::Int64(100)), &Some(Scalar::Int64(199)), Some(0))
    );
    let texts = &seen[0].columns[1];
    assert_eq!((&texts.min, texts.nulls), (&Some(Scalar::Text("text 1".to_owned())), Some(34)));
}

#[test]
fn bounds_are_in_the_type_that_the_column_is_read_as() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("i", Arc::new(Int32Array::from(vec![Some(3), None, Some(-1)]))),
        ("f", Arc::new(Float64Array::from(vec![f64::NAN, 1.0, 2.0]))),
        ("n", Arc::new(TimestampNanosecondArray::from(vec![1000, 2000, 3001]))),
        ("t", Arc::new(StringArray::from(vec!["a".repeat(500), "b".repeat(500), "c".to_owned()]))),
    ];
    let keeping = Arc::new(Keeping(|_: &RowGroup| false, Mutex::default()));
    let declared = "i float64, f float64, n timestamp, t text";
    let reading = Reading { row_groups: Some(keeping.clone()), ..reading(declared) };
    let outcome = reading.text(foreign(columns, WriterProperties::builder()));
    assert_eq!((outcome.rows().len(), outcome.error), (0, None));
    let seen = keeping.1.lock().unwrap();
    let [i, f, n, t] = &seen[0].columns[..] else { panic!("four columns") };
    assert_eq!((&i.min, &i.max, i.nulls), (&Some(Scalar::Float64(-1.0)), &Some(Scalar::Float64(3.0)), Some(1)));
    assert_eq!((&f.min, &f.max), (&Some(Scalar::Float64(1.0)), &Some(Scalar::Float64(2.0))));
    assert_eq!((&n.min, &n.max), (&Some(Scalar::Timestamp(1)), &None), "no microseconds are as many nanoseconds");
    assert!(matches!(&t.min, Some(Scalar::Text(min)) if *min <= "a".repeat(500)));
    assert!(matches!(&t.max, Some(Scalar::Text(max)) if max.as_str() >= "c"));
}

#[test]
fn rows_that_the_column_cannot_hold_are_rejected_by_their_number() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![Some(1), None, Some(3), Some(4)]))),
        ("t", Arc::new(TimestampNanosecondArray::from(vec![1000, 2000, 3001, 4000]))),
    ];
    let bytes = foreign(columns, WriterProperties::builder());
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
    let columns: Vec<(&str, ArrayRef)> =
        vec![("a", Arc::new(UInt16Array::from(vec![1]))), ("b", Arc::new(UInt64Array::from(vec![1])))];
    fs::write(directory.path().join("a.parquet"), foreign(columns, WriterProperties::builder())).unwrap();
    let file = sample(directory.path(), "a.parquet", &Format::Parquet).unwrap();
    assert_eq!(file.header, ["a", "b"]);
    let types: Vec<_> = file.types.into_iter().map(|column| column.data_type).collect();
    assert_eq!(types, [Ok(DataType::Int32), Err("UInt64".to_owned())]);
}

#[test]
fn a_type_that_changes_between_files_is_named_with_both() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, column: ArrayRef| {
        let bytes = foreign(vec![("id", column)], WriterProperties::builder());
        fs::write(directory.path().join(name), bytes).unwrap();
    };
    write("a.parquet", ids(3));
    write("b.parquet", Arc::new(Int32Array::from(vec![1])));
    let error = sample(directory.path(), "*.parquet", &Format::Parquet).unwrap_err().in_file("*.parquet");
    assert_eq!(error, "column \"id\" has one type in a.parquet and another in b.parquet");
    write("b.parquet", ids(2));
    assert!(sample(directory.path(), "*.parquet", &Format::Parquet).is_ok());
}

#[test]
fn what_is_no_parquet_file_is_named_as_what_it_is() {
    let error = |bytes: &[u8]| reading("a int64").error(bytes);
    assert!(error(b"id,x\n1,2\n").contains("this is no Parquet file"));
    assert!(error(b"").contains("this is no Parquet file"));
    assert!(error(b"PARE 1234 PARE").contains("encrypted"));
    assert!(sample(Path::new("no"), "x.parquet", &Format::Parquet).unwrap_err().to_string().contains("no such file"));
}

#[test]
fn a_file_cut_short_anywhere_is_an_error() {
    let bytes = grouped(2);
    for length in 0..bytes.len() {
        let outcome = reading("id int64, x text null").text(&bytes[..length]);
        assert!(outcome.error.is_some(), "{length} of {} bytes", bytes.len());
    }
}

#[test]
fn damage_in_the_middle_is_named_with_its_row_group() {
    let mut bytes = grouped(3);
    // The first page of the third row group follows the chunks of the second.
    let metadata = ::parquet::file::metadata::ParquetMetaDataReader::new();
    let metadata = metadata.parse_and_finish(&bytes::Bytes::from(bytes.clone())).unwrap();
    let start = metadata.row_group(2).column(0).byte_range().0 as usize;
    bytes[start..start + 8].fill(0xff);
    let outcome = reading("id int64, x text null").text(&bytes);
    assert_eq!(outcome.rows().len(), 200);
    let error = outcome.error.unwrap();
    assert!(error.starts_with("in.csv: row group 3 of the Parquet file is damaged: "), "{error}");
}

#[test]
fn a_flipped_byte_anywhere_is_an_error_or_other_values_and_never_a_panic() {
    let bytes = grouped(2);
    for at in 0..bytes.len() {
        for mask in [0xff, 0x01] {
            let mut damaged = bytes.clone();
            damaged[at] ^= mask;
            let outcome = Reading { threads: 1, ..reading("id int64, x text null") }.skipping().text(&damaged);
            let rows = outcome.rows().len() + outcome.rejected.len();
            assert!(outcome.error.is_some() || rows == 200, "byte {at}: {rows} rows");
            let texts = outcome.batches.iter().map(|batch| batch.column(1).to_data().validate_full());
            assert!(texts.into_iter().all(|valid| valid.is_ok()), "byte {at}");
        }
    }
}

#[test]
fn the_same_rows_make_the_same_bytes_in_bounded_row_groups() {
    let fields = fields("id int64");
    let rows = 300_000;
    let batch = RecordBatch::try_new(arrow_schema(&fields), vec![ids(rows)]).unwrap();
    let pieces: Vec<RecordBatch> =
        (0..rows).step_by(BATCH_ROWS).map(|at| batch.slice(at, BATCH_ROWS.min(rows - at))).collect();
    let bytes = written(&fields, &pieces);
    assert_eq!(bytes, written(&fields, &pieces));
    let metadata = ::parquet::file::metadata::ParquetMetaDataReader::new();
    let metadata = metadata.parse_and_finish(&bytes::Bytes::from(bytes)).unwrap();
    assert_eq!(metadata.file_metadata().created_by(), Some("leat"));
    let groups: Vec<i64> = metadata.row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [256 << 10, 300_000 - (256 << 10)]);
}

#[test]
fn a_decimal_that_parquet_cannot_hold_is_named_before_anything_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.parquet");
    let fields = fields("d decimal(9,-2)");
    let config = SinkConfig { path, name: "out.parquet".to_owned(), fields, parts: Vec::new(), append: false };
    let error = create_sink(&Format::Parquet, config).err().unwrap().to_string();
    assert!(error.starts_with("out.parquet: column \"d\" is decimal(9,-2), and Parquet has no"), "{error}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same_values((fields, batch) in any_batch()) {
        prop_assume!(!fields.iter().any(|field| matches!(field.data_type, DataType::Decimal { scale: ..0, .. })));
        let bytes = written(&fields, std::slice::from_ref(&batch));
        let outcome = Reading { fields, other: Some(Format::Parquet), ..Reading::of("x text") }.text(bytes);
        prop_assert_eq!(&outcome.rejected, &vec![]);
        prop_assert_eq!(&outcome.error, &None);
        let expected = Outcome { batches: vec![batch], ..Default::default() };
        prop_assert_eq!(outcome.rows(), expected.rows());
    }
}
