//! What guests send: taken as it is where it is true, refused with the truth where it is not.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{
    Array, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use leat_flow::step::{Level, StepError, Stopped};
use leat_stream::schema::{DataType, Field};

use super::bench::{Input, guest};

fn labelled(rows: i64) -> Input {
    let fields = vec![Field::new("id", DataType::Int64, false), Field::new("label", DataType::Text, true)];
    let labels: StringArray = (0..rows).map(|i| (i % 3 != 0).then(|| format!("label {i}"))).collect();
    Input::new(fields, vec![Arc::new(Int64Array::from_iter_values(0..rows)), Arc::new(labels)])
}

#[test]
fn a_selection_gathers_passed_columns_in_its_order() {
    let record = guest("even-rows").succeeds(&labelled(9));
    let (port, batch) = &record.emitted[0];
    assert_eq!(*port, 0);
    assert_eq!(batch.column(1).as_primitive::<Int64Type>().values(), &[0, 2, 4, 6, 8]);
    let labels: Vec<Option<&str>> = batch.column(0).as_string::<i32>().iter().collect();
    assert_eq!(labels, [None, Some("label 2"), Some("label 4"), None, Some("label 8")]);
}

#[test]
fn logs_counters_progress_and_prints_reach_the_outlet() {
    let record = guest("even-rows").succeeds(&labelled(9));
    assert_eq!(record.counts, [("kept".to_owned(), 5)]);
    assert_eq!(record.progress, [9]);
    assert_eq!(record.log, [(Level::Info, "seen 9".to_owned()), (Level::Info, "done rows=9".to_owned())]);
}

#[test]
fn a_record_may_become_a_thousand() {
    let ids = vec![Field::new("id", DataType::Int64, false)];
    let record = guest("explodes").succeeds(&Input::new(ids, vec![Arc::new(Int64Array::from_iter_values(0..3))]));
    assert_eq!((record.emitted.len(), record.rows()), (3, 3_000));
}

#[test]
fn a_passed_column_is_shared_not_copied() {
    let input = Input::numbers(&[1.0, 2.0, 3.0]);
    let record = guest("doubling").succeeds(&input);
    let batch = &record.emitted[0].1;
    assert!(Arc::ptr_eq(batch.column(0), input.batches[0].column(0)));
    assert_eq!(batch.column(1).as_primitive::<Float64Type>().values(), &[2.0, 4.0, 6.0]);
}

#[test]
fn a_slice_of_a_batch_crosses_as_its_own_rows() {
    let mut input = Input::numbers(&[1.0, 2.0, 3.0, 4.0]);
    input.batches[0] = input.batches[0].slice(1, 2);
    let record = guest("doubling").succeeds(&input);
    assert_eq!(record.emitted[0].1.column(1).as_primitive::<Float64Type>().values(), &[4.0, 6.0]);
}

#[test]
fn an_empty_batch_is_taken_and_none_is_handed_on() {
    let mut input = Input::numbers(&[1.0]);
    input.batches[0] = input.batches[0].slice(0, 0);
    assert!(guest("doubling").succeeds(&input).emitted.is_empty());
}

fn every_type() -> Input {
    let decimal = DataType::Decimal { precision: 18, scale: 4 };
    let types = [
        DataType::Boolean,
        DataType::Int32,
        DataType::Int64,
        DataType::Float64,
        decimal,
        DataType::Date,
        DataType::Timestamp,
        DataType::Text,
        DataType::Binary,
    ];
    let fields = types.iter().enumerate().map(|(i, ty)| Field::new(format!("c{i}"), *ty, true)).collect();
    let decimals = Decimal128Array::from(vec![Some(-12_345), None, Some(i128::from(i64::MAX / 10))]);
    let columns: Vec<Arc<dyn Array>> = vec![
        Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
        Arc::new(Int32Array::from(vec![Some(i32::MIN), None, Some(7)])),
        Arc::new(Int64Array::from(vec![Some(i64::MAX), None, Some(-7)])),
        Arc::new(Float64Array::from(vec![Some(-0.0), None, Some(f64::INFINITY)])),
        Arc::new(decimals.with_precision_and_scale(18, 4).unwrap()),
        Arc::new(Date32Array::from(vec![Some(-1), None, Some(20_000)])),
        Arc::new(TimestampMicrosecondArray::from(vec![Some(-1), None, Some(1_700_000_000_000_000)])),
        Arc::new(StringArray::from(vec![Some("grün"), None, Some("")])),
        Arc::new(BinaryArray::from(vec![Some(b"\x00\xff".as_slice()), None, Some(b"")])),
    ];
    Input::new(fields, columns)
}

#[test]
fn every_type_comes_back_as_it_went_in_nulls_too() {
    let input = every_type();
    let record = guest("all-types").succeeds(&input);
    assert_eq!(record.emitted[0].1, input.batches[0]);
}

#[test]
fn every_type_survives_a_slice_that_begins_within_a_byte() {
    let mut input = every_type();
    input.batches[0] = input.batches[0].slice(1, 2);
    let record = guest("all-types").succeeds(&input);
    assert_eq!(record.emitted[0].1, input.batches[0]);
}

#[test]
fn a_large_emission_leaves_in_batches_of_the_usual_size() {
    let input = Input::numbers(&vec![1.5; 10_000]);
    let record = guest("doubling").succeeds(&input);
    let sizes: Vec<usize> = record.emitted.iter().map(|(_, batch)| batch.num_rows()).collect();
    assert_eq!(sizes, [4096, 4096, 1808]);
    assert_eq!(record.emitted[2].1.column(0).as_primitive::<Int64Type>().value(0), 8192);
}

#[test]
fn rejected_rows_are_named_with_their_reason_and_the_rest_goes_on() {
    let record = guest("rejects").succeeds(&Input::numbers(&[1.0, -2.0, 3.0, -4.0]));
    assert_eq!(record.rejected, [(vec![1, 3], "x is negative".to_owned())]);
    assert_eq!(record.emitted[0].1.column(0).as_primitive::<Int64Type>().values(), &[0, 2]);
}

/// What a guest claims, and what the host answers after `node \`node-1\`: in …: broke the contract: `.
const LIES: [(&str, &str); 24] = [
    ("port", "emit: output port 7, where the node has 1"),
    ("columns", "emit to output port 0: 2 columns, where the port has 3"),
    ("type", "column `y`: sent 3 bytes of data, where 3 rows of float64 take 24"),
    ("rows", "column `y`: sent 24 bytes of data, where 4 rows of float64 take 32"),
    ("many rows", "column `y`: sent 24 bytes of data, where 4294967295 rows of float64 take 34359738360"),
    ("data", "column `y`: sent 16 bytes of data, where 3 rows of float64 take 24"),
    ("offsets length", "column `t`: sent 12 bytes of offsets, where 3 rows take 16"),
    ("offsets first", "column `t`: the first offset is 1, where it must be 0"),
    ("offsets fall", "column `t`: offset 2 is 1, below the one before, 2"),
    ("offsets beyond", "column `t`: offset 3 is 4, beyond the 3 bytes of data"),
    ("offsets huge", "column `t`: offset 3 is 4294967295, beyond the 3 bytes of data"),
    ("offsets missing", "column `t`: sent no offsets, which text must have"),
    ("utf-8", "column `t`: row 1 is not UTF-8: \"\u{fffd}\""),
    ("validity length", "column `y`: sent 2 bytes of validity, where 3 rows take 1"),
    ("null", "column `y`: row 1 is null, and the column takes no nulls"),
    ("pass number", "column `label`: passed field 2, where the input port has 2 fields"),
    ("pass type", "column `t`: passed field 0 of type Float64, where the column is text"),
    ("selection length", "emit to output port 0: 8 bytes of selection, where 3 rows take 12"),
    ("selection bytes", "emit to output port 0: 11 bytes of selection, where 3 rows take 12"),
    ("selection row", "selection of row 3, where the batch in hand has 3 rows"),
    ("reject row", "reject: row 3, where the batch in hand has 3 rows"),
    ("reject twice", "reject: row 1 a second time in one batch"),
    ("draws count", "draws: 131073 numbers in one call; at most 131072 are given"),
    ("draws name", "draws: a stream's name of 257 bytes; at most 256 are taken"),
];

#[test]
fn every_lie_is_answered_with_the_truth() {
    let input = Input::three_labels();
    guest("lies").parameter("lie", "none").succeeds(&input);
    for (lie, truth) in LIES {
        let (message, backtrace) = guest("lies").parameter("lie", lie).breaks(&input);
        let begin = "node `node-1`: in process: broke the contract: ";
        assert!(message.starts_with(begin) && message.contains(truth), "{lie}: {message}");
        assert!(backtrace.iter().any(|frame| frame.contains("lies::tell")), "{lie}: {backtrace:#?}");
    }
}

#[test]
fn there_is_a_batch_in_hand_during_process_alone() {
    let at_the_end = |lie| guest("lies").parameter("lie", lie).breaks(&Input::three_labels()).0;
    let message = at_the_end("pass at the end");
    assert!(message.contains("in finish: ") && message.contains("passed field 1, where there is a batch"), "{message}");
    let message = at_the_end("reject at the end");
    assert!(message.contains("reject during finish: there is a batch in hand only during process"), "{message}");
}

#[test]
fn a_passed_null_stops_at_a_column_that_takes_none() {
    let bench = guest("even-rows");
    let mut input = labelled(9);
    let strict: Vec<Field> = input.fields.iter().map(|f| Field::new(&f.name, f.data_type, false)).collect();
    let with_nulls = RecordBatch::clone(&input.batches[0]);
    input = Input { fields: strict, batches: vec![with_nulls] };
    let (message, _) = bench.breaks(&input);
    assert!(message.contains("column `label`: passed field 1, which holds nulls here"), "{message}");
}

#[test]
fn a_guest_that_goes_on_after_the_end_of_the_run_is_ended() {
    let mut bench = guest("floods-output");
    bench.stop = Some((3, Stopped::Cancelled));
    let (outcome, record) = bench.run(&Input::numbers(&[1.0]));
    assert!(matches!(outcome, Err(StepError::Stopped(Stopped::Cancelled))), "{outcome:?}");
    assert_eq!(record.emitted.len(), 3);
}

#[test]
fn a_guest_that_ends_because_nobody_reads_is_no_failure_of_its_own() {
    let mut bench = guest("doubling");
    bench.stop = Some((1, Stopped::Unread));
    let (outcome, _) = bench.run(&Input::numbers(&[1.0]));
    assert!(matches!(outcome, Err(StepError::Stopped(Stopped::Unread))), "{outcome:?}");
}
