//! Sources that go on from a position: the rest is what it would have been.

mod inputs;
mod refusals;

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use leat_io::{RowGroup, RowGroups};
use leat_stream::plan::{Compression, Format};
use proptest::prelude::*;

use inputs::{Call, Input, arrow, call, csv, csv_format, inputs, json, json_format, packed, parquet, rest};

/// Keeps every second row group.
#[derive(Debug)]
struct EverySecond(std::sync::atomic::AtomicUsize);

impl RowGroups for EverySecond {
    fn keep(&self, _: &RowGroup) -> bool {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 2 == 1
    }
}

fn any_compression() -> impl Strategy<Value = Compression> {
    prop::sample::select(vec![Compression::None, Compression::Gzip, Compression::Zstd])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_csv_input_goes_on(seed: u64, compression in any_compression(), cuts: [prop::sample::Index; 2]) {
        let text = csv(seed, 3 << 20);
        Input::new("in.csv", csv_format(compression), &packed(&text, compression)).check(cuts);
    }

    #[test]
    fn an_input_of_json_lines_goes_on(seed: u64, compression in any_compression(), cuts: [prop::sample::Index; 2]) {
        let text = json(seed, 2 << 20);
        Input::new("in.jsonl", json_format(compression), &packed(&text, compression)).check(cuts);
    }

    #[test]
    fn an_arrow_input_goes_on(seed: u64, cuts: [prop::sample::Index; 2]) {
        Input::new("in.arrow", Format::Arrow, &arrow(seed)).check(cuts);
    }

    #[test]
    fn a_parquet_input_goes_on(seed: u64, group_rows in 100usize..20_000, cuts: [prop::sample::Index; 2]) {
        Input::new("in.parquet", Format::Parquet, &parquet(seed, group_rows)).check(cuts);
    }

    #[test]
    fn several_files_go_on(seed: u64, cuts: [prop::sample::Index; 2]) {
        let input = Input::new("a.csv", csv_format(Compression::None), &csv(seed, 1 << 20));
        for (number, name) in ["b.csv", "c.csv"].into_iter().enumerate() {
            fs::write(input.root.path().join(name), csv(seed ^ (number as u64 + 1), 1 << 19)).unwrap();
        }
        Input { name: "*.csv".to_owned(), ..input }.check(cuts);
    }
}

#[test]
fn a_csv_input_goes_on_from_every_batch_whatever_the_number_of_threads() {
    let input = Input::new("in.csv", csv_format(Compression::None), &csv(5, 4 << 20));
    let whole = rest(&mut *input.open());
    for calls in 0..whole.len() {
        let position = Input { threads: 1 + calls % 4, ..input.again() }.position_after(calls);
        assert_eq!(position, input.position_after(calls));
        let mut source = Input { threads: 4 - calls % 4, ..input.again() }.open();
        source.resume(&position).unwrap();
        assert!(rest(&mut *source) == whole[calls..], "cut at {calls} of {}", whole.len());
    }
}

#[test]
fn a_parquet_input_goes_on_with_the_row_groups_it_reads() {
    let every_second = || Some(Arc::new(EverySecond(0.into())) as Arc<dyn RowGroups>);
    let bytes = parquet(3, 5000);
    let open = || Input { row_groups: every_second(), ..Input::new("in.parquet", Format::Parquet, &bytes) }.open();
    let whole = rest(&mut *open());
    for calls in 0..whole.len() {
        let mut source = open();
        (0..calls).for_each(|_| drop(call(&mut *source)));
        let mut resumed = open();
        resumed.resume(&source.position().unwrap()).unwrap();
        assert!(rest(&mut *resumed) == whole[calls..], "cut at {calls}");
    }
}

#[test]
fn a_record_longer_than_a_chunk_does_not_change_the_batches_behind_it() {
    // With several threads the one that had the long record used to take larger chunks from then on.
    let mut text = format!("note,id\n\"{}\",0\n", "long".repeat(300_000));
    (0..200_000).for_each(|row| writeln!(text, "a note of some length,{row}").unwrap());
    let sizes = |threads| {
        let input = Input { threads, ..Input::new("in.csv", csv_format(Compression::None), text.as_bytes()) };
        let rows = |(_, batch): Call| batch.unwrap().map(|batch| batch.num_rows());
        rest(&mut *input.open()).into_iter().map(rows).collect::<Vec<_>>()
    };
    assert_eq!(sizes(1), sizes(2));
}

#[test]
fn a_copy_of_the_input_elsewhere_is_the_same_input() {
    for input in inputs() {
        let whole = rest(&mut *input.open());
        let mut source = input.again().open();
        source.resume(&input.position_after(1)).unwrap();
        assert!(rest(&mut *source) == whole[1..], "{}", input.name);
    }
}
