//! Inputs of all formats, and what is called on them.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use leat_flow::step::{Level, Outlet, Rejected, Source, StepError, Stopped};
use leat_io::{RowGroups, SourceColumn, SourceConfig, open_source};
use leat_stream::plan::{Compression, CsvFormat, Format, JsonFormat};
use proptest::prelude::prop;

use crate::support::{comma, fields};

/// What one call of a source came to: the records it refused, and the batch, the end or an error.
pub(super) type Call = (Vec<(String, u64, String, String)>, Result<Option<RecordBatch>, String>);

#[derive(Default)]
pub(super) struct Refusals(Vec<(String, u64, String, String)>);

impl Outlet for Refusals {
    fn emit(&mut self, _: usize, _: RecordBatch) -> Result<(), Stopped> {
        panic!("a source does not emit");
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        let Rejected::Record { file, line, text, reason } = rejected else { panic!("a source rejects records") };
        self.0.push((file.to_owned(), line, text.to_owned(), reason.to_owned()));
        Ok(())
    }

    fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

    fn count(&mut self, _: &str, _: u64) {}

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}

pub(super) fn call(source: &mut dyn Source) -> Call {
    let mut refusals = Refusals::default();
    let outcome = source.next(&mut refusals).map_err(|error| error.to_string());
    (refusals.0, outcome)
}

/// All calls up to the end, that one included.
pub(super) fn rest(source: &mut dyn Source) -> Vec<Call> {
    let mut calls = Vec::new();
    loop {
        calls.push(call(source));
        if !matches!(calls.last(), Some((_, Ok(Some(_))))) {
            return calls;
        }
    }
}

/// An input of a test.
pub(super) struct Input {
    pub(super) root: tempfile::TempDir,
    pub(super) name: String,
    pub(super) format: Format,
    pub(super) threads: usize,
    pub(super) row_groups: Option<Arc<dyn RowGroups>>,
}

impl Input {
    pub(super) fn new(name: &str, format: Format, bytes: &[u8]) -> Self {
        let input =
            Input { root: tempfile::tempdir().unwrap(), name: name.to_owned(), format, threads: 2, row_groups: None };
        fs::write(input.path(), bytes).unwrap();
        input
    }

    pub(super) fn path(&self) -> PathBuf {
        self.root.path().join(&self.name)
    }

    pub(super) fn open(&self) -> Box<dyn Source> {
        let column = |field: leat_stream::schema::Field| SourceColumn { header: field.name.clone(), field };
        let config = SourceConfig {
            path: self.path(),
            name: self.name.clone(),
            columns: fields("id int64, note text").into_iter().map(column).collect(),
            threads: NonZeroUsize::new(self.threads).unwrap(),
            row_groups: self.row_groups.clone(),
        };
        open_source(&self.format, config).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// The position after some calls.
    pub(super) fn position_after(&self, calls: usize) -> Vec<u8> {
        let mut source = self.open();
        (0..calls).for_each(|_| drop(call(&mut *source)));
        source.position().unwrap()
    }

    /// Why a position is refused.
    pub(super) fn refusal(&self, position: &[u8]) -> String {
        let error = self.open().resume(position).unwrap_err();
        assert!(matches!(error, StepError::Failed(_)));
        error.to_string()
    }

    /// Holds what comes after one cut, and after another one behind it, against the undisturbed run. A cut at the end of it is
    /// one of them.
    pub(super) fn check(&self, cuts: [prop::sample::Index; 2]) {
        let whole = rest(&mut *self.open());
        let first = cuts[0].index(whole.len());
        let second = first + cuts[1].index(whole.len() - first);
        // To be asked for a position changes nothing either.
        let mut asked = self.open();
        let mut positions = Vec::new();
        for expected in &whole[..whole.len() - 1] {
            positions.push(asked.position().unwrap());
            assert!(call(&mut *asked) == *expected, "a position was asked for");
        }
        positions.push(asked.position().unwrap());
        let mut source = self.open();
        source.resume(&positions[first]).unwrap();
        for expected in &whole[first..second] {
            assert!(call(&mut *source) == *expected, "cut at {first}");
        }
        let again = source.position().unwrap();
        let calls = rest(&mut *source);
        assert!(calls == whole[second..], "cut at {first} of {}", whole.len());
        let mut source = Input::open(self);
        source.resume(&again).unwrap();
        assert!(rest(&mut *source) == whole[second..], "cut at {first} and {second} of {}", whole.len());
    }
}

pub(super) fn packed(text: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => text.to_vec(),
        // Of two members and frames, for there may be several.
        Compression::Gzip => [&text[..text.len() / 3], &text[text.len() / 3..]]
            .into_iter()
            .flat_map(|part| {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(part).unwrap();
                encoder.finish().unwrap()
            })
            .collect(),
        Compression::Zstd => [&text[..text.len() / 3], &text[text.len() / 3..]]
            .into_iter()
            .flat_map(|part| zstd::encode_all(part, 1).unwrap())
            .collect(),
    }
}

/// Numbers that look like chance.
pub(super) fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    }
}

/// Some chunks of records: short ones and long ones, bad ones, blank lines, and now and then one longer than a chunk.
pub(super) fn csv(seed: u64, bytes: usize) -> Vec<u8> {
    let mut draw = numbers(seed);
    let (bad, long) = (draw(3000) + 2, draw(4) == 0);
    let mut text = "\u{feff}\nnote,id\n".to_owned();
    let mut row = 0;
    while text.len() < bytes {
        match draw(bad * 4) {
            0 => writeln!(text, "bad,x{row}").unwrap(),
            1 => writeln!(text, "fields,{row},{row}").unwrap(),
            2 => text.push_str("\r\n\n"),
            3 if long && draw(20) == 0 => {
                writeln!(text, "\"{}\",{row}", "long,\n".repeat((100_000 + draw(400_000)) as usize)).unwrap();
            }
            _ => writeln!(text, "{},{row}", "note ".repeat(draw(40) as usize)).unwrap(),
        }
        row += 1;
    }
    if draw(5) == 0 {
        text.push_str("\"never closed,7\n");
    }
    text.into_bytes()
}

pub(super) fn json(seed: u64, bytes: usize) -> Vec<u8> {
    let mut draw = numbers(seed);
    let bad = draw(3000) + 2;
    let mut text = String::new();
    let mut row = 0;
    while text.len() < bytes {
        match draw(bad * 4) {
            0 => writeln!(text, "{{\"id\": \"x{row}\", \"note\": \"bad\"}}").unwrap(),
            1 => writeln!(text, "{{\"id\": {row}, \"note\": ").unwrap(),
            2 => text.push_str("\r\n\n"),
            _ => writeln!(text, "{{\"note\": \"{}\", \"id\": {row}}}", "note ".repeat(draw(60) as usize)).unwrap(),
        }
        row += 1;
    }
    text.into_bytes()
}

/// Batches of other sizes than Leat's, with nulls where there may be none.
pub(super) fn batches(seed: u64, count: u64, rows_max: u64) -> Vec<RecordBatch> {
    let mut draw = numbers(seed);
    let bad = draw(6000) + 2;
    let batch = |number| {
        let rows = draw(rows_max) * u64::from(draw(9) > 0);
        let ids: Int64Array =
            (0..rows).map(|row| (draw(bad) > 0).then_some((number * rows_max + row) as i64)).collect();
        let notes: StringArray = (0..rows).map(|row| Some(format!("note {}", row % 100))).collect();
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            ("id", Arc::new(ids), true),
            ("other", Arc::new(notes.clone()), true),
            ("note", Arc::new(notes), true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    };
    (0..count).map(batch).collect()
}

pub(super) fn arrow(seed: u64) -> Vec<u8> {
    let batches = batches(seed, 7, 11_000);
    let mut writer = FileWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

pub(super) fn parquet(seed: u64, group_rows: usize) -> Vec<u8> {
    let batches = batches(seed, 5, 11_000);
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batches[0].schema(), Some(properties)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

pub(super) fn csv_format(compression: Compression) -> Format {
    Format::Csv(CsvFormat { compression, ..comma() })
}

pub(super) fn json_format(compression: Compression) -> Format {
    Format::JsonLines(JsonFormat { dates: None, compression })
}

impl Input {
    /// The same input in another directory.
    pub(super) fn again(&self) -> Input {
        Input {
            row_groups: self.row_groups.clone(),
            ..Input::new(&self.name, self.format.clone(), &fs::read(self.path()).unwrap())
        }
    }
}
pub(super) fn inputs() -> Vec<Input> {
    vec![
        Input::new("in.csv", csv_format(Compression::None), &csv(1, 600_000)),
        Input::new("in.csv.gz", csv_format(Compression::Gzip), &packed(&csv(1, 600_000), Compression::Gzip)),
        Input::new("in.jsonl", json_format(Compression::None), &json(1, 600_000)),
        Input::new("in.arrow", Format::Arrow, &arrow(1)),
        Input::new("in.parquet", Format::Parquet, &parquet(1, 7000)),
    ]
}
