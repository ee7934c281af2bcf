//! Files of many chunks, read by several threads.

use std::fmt::Write as _;
use std::fs;

use leat_flow::step::BATCH_ROWS;

use crate::support::Reading;

/// Some chunks of records, some of which span lines; bad ones as told.
fn large_file(rows: usize, bad: &[usize]) -> String {
    let mut text = "id,note,value\n".to_owned();
    for row in 0..rows {
        let note = if row % 7 == 0 { "\"two\nlines, it has\"" } else { "one line of some length to fill the chunks" };
        let value = if bad.contains(&row) { "bad".to_owned() } else { format!("{}.5", row % 1000) };
        writeln!(text, "{row},{note},{value}").unwrap();
    }
    text
}

/// Where a row of [`large_file`] begins.
fn line_of(row: usize) -> u64 {
    (2 + row + row.div_ceil(7)) as u64
}

fn reading(threads: usize) -> Reading {
    Reading { threads, ..Reading::of("id int64, note text, value float64") }
}

#[test]
fn batches_are_the_same_for_any_number_of_threads() {
    let bad = [3, 4095, 4096, 30_000, 59_999];
    let text = large_file(60_000, &bad);
    let one = reading(1).skipping().text(&text);
    assert_eq!(one.batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 60_000 - bad.len());
    assert!(one.batches.iter().all(|batch| (1..=BATCH_ROWS).contains(&batch.num_rows())));
    for threads in [2, 3, 8] {
        let many = reading(threads).skipping().text(&text);
        assert_eq!(one.batches, many.batches, "{threads} threads");
        assert_eq!(one.rejected, many.rejected, "{threads} threads");
    }
}

#[test]
fn rows_come_in_the_order_of_the_file() {
    let outcome = reading(4).text(large_file(60_000, &[]));
    let ids = outcome.rows().into_iter().map(|row| row[0].clone());
    assert!(ids.eq((0..60_000).map(|id| id.to_string())));
}

#[test]
fn lines_are_counted_over_chunks_and_quotes() {
    let bad = [5, 29_999, 30_001, 59_998];
    let outcome = reading(3).skipping().text(large_file(60_000, &bad));
    let lines: Vec<u64> = outcome.rejected.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, bad.map(line_of));
    assert_eq!(outcome.rows_before[0], 5);
    for ((line, _, reason), row) in outcome.rejected.iter().zip(bad) {
        assert!(reason.starts_with(&format!("in.csv:{line}: column 3 \"value\": \"bad\"")), "{reason}");
        assert_eq!(*line, line_of(row));
    }
}

#[test]
fn the_first_error_of_the_file_wins_over_those_that_other_threads_find_sooner() {
    let text = large_file(60_000, &[40_000, 50_000, 59_999]);
    let outcome = reading(4).text(&text);
    assert_eq!(outcome.rejected.len(), 1);
    assert_eq!(outcome.rejected[0].0, line_of(40_000));
    assert_eq!(outcome.rows().len(), 40_000);
}

#[test]
fn a_fault_late_in_the_file_leaves_all_rows_before_it() {
    let text = large_file(60_000, &[]) + "60000,\"never closed,1\n";
    let outcome = reading(4).text(&text);
    assert_eq!(outcome.rows().len(), 60_000);
    let expected = format!("in.csv:{}: a quote opens here and is never closed", line_of(60_000));
    let error = outcome.error.unwrap();
    assert!(error.starts_with(&expected), "{error}");
}

#[test]
fn a_source_that_is_dropped_half_way_ends_its_threads() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.csv");
    fs::write(&path, large_file(200_000, &[])).unwrap();
    // Dropped unread, and with its threads waiting for room at the desk: the drop returns when they have ended.
    drop(reading(4).open(&path).unwrap());
    let outcome = Reading { threads: 4, ..Reading::of("id boolean") }.file(&path);
    assert_eq!(outcome.rejected.len(), 1);
}
