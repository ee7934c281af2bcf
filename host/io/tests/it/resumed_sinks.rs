//! Sinks that go on from a position: their files are what they would have been, byte for byte.

mod refusals;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use leat_bundle::Digest;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Published, Sink};
use leat_io::{SinkConfig, create_sink, partial_path, resume_sink};
use leat_stream::plan::{Compression, CsvFormat, Format, JsonFormat, PartPiece};
use leat_stream::schema::{DataType, Field};
use proptest::prelude::*;

use crate::support::{comma, fields};
use crate::writing::any_batch;

/// An output of a test.
#[derive(Clone)]
struct Output {
    name: &'static str,
    format: Format,
    fields: Vec<Field>,
    parts: Vec<PartPiece>,
    /// What the file holds that records come behind.
    old: Option<Vec<u8>>,
}

/// What became of an output: the files by name, and what was told of them.
type End = (BTreeMap<PathBuf, Vec<u8>>, Vec<(PathBuf, u64, u64)>);

/// What is in a directory, hidden files too.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn relative(published: Vec<Published>, root: &Path) -> Vec<(PathBuf, u64, u64)> {
    let told = |Published { path, rows, bytes, digest }| {
        assert_eq!(digest, Digest::of(&fs::read(&path).unwrap()), "{}", path.display());
        (PathBuf::from(Path::new(&path).strip_prefix(root).unwrap()), rows, bytes)
    };
    published.into_iter().map(told).collect()
}

impl Output {
    fn new(format: Format, fields: &[Field]) -> Self {
        Output { name: "sub/out", format, fields: fields.to_vec(), parts: Vec::new(), old: None }
    }

    fn in_parts(format: Format) -> Self {
        let parts = vec![PartPiece::Text("out/".to_owned()), PartPiece::Column(1), PartPiece::Text(".x".to_owned())];
        Output { name: "out/{book}.x", format, fields: books(), parts, old: None }
    }

    fn root(&self) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        if let Some(old) = &self.old {
            fs::create_dir_all(root.path().join(self.name).parent().unwrap()).unwrap();
            fs::write(root.path().join(self.name), old).unwrap();
        }
        root
    }

    fn config(&self, root: &Path) -> SinkConfig {
        SinkConfig {
            path: root.join(self.name),
            name: self.name.to_owned(),
            fields: self.fields.clone(),
            parts: self.parts.clone(),
            append: self.old.is_some(),
        }
    }

    fn create(&self, root: &Path) -> Box<dyn Sink> {
        create_sink(&self.format, self.config(root)).unwrap()
    }

    fn resume(&self, root: &Path, position: &[u8]) -> Box<dyn Sink> {
        resume_sink(&self.format, self.config(root), position).unwrap()
    }

    fn refusal(&self, root: &Path, position: &[u8]) -> String {
        resume_sink(&self.format, self.config(root), position).err().expect("a refusal").to_string()
    }

    fn undisturbed(&self, batches: &[RecordBatch]) -> End {
        let root = self.root();
        let mut sink = self.create(root.path());
        batches.iter().for_each(|batch| sink.write(batch).unwrap());
        let published = relative(sink.finish().unwrap(), root.path());
        (files(root.path()), published)
    }

    /// Writes batches, dies and goes on at each cut; some batches behind it are written in vain before its position is durable,
    /// and before it positions are asked for that nobody goes on from.
    fn disturbed(&self, batches: &[RecordBatch], cuts: &[(usize, usize)]) -> End {
        let root = self.root();
        let mut sink = self.create(root.path());
        let mut at = 0;
        for (cut, lost) in cuts {
            for (number, batch) in batches[at..*cut].iter().enumerate() {
                sink.write(batch).unwrap();
                if number % 3 == 1 {
                    sink.position().unwrap();
                    sink.flush().unwrap();
                }
            }
            let position = sink.position().unwrap();
            batches[*cut..*lost].iter().for_each(|batch| sink.write(batch).unwrap());
            if *lost == batches.len() {
                sink.prepare().unwrap();
            }
            let position = position.into_bytes().unwrap();
            drop(sink);
            sink = self.resume(root.path(), &position);
            at = *cut;
        }
        batches[at..].iter().for_each(|batch| sink.write(batch).unwrap());
        // Complete, it dies once more.
        sink.prepare().unwrap();
        let position = sink.position().unwrap().into_bytes().unwrap();
        drop(sink);
        let published = relative(self.resume(root.path(), &position).finish().unwrap(), root.path());
        // It had its names when it died, and goes on to the same end.
        let again = relative(self.resume(root.path(), &position).finish().unwrap(), root.path());
        assert_eq!(published, again);
        (files(root.path()), published)
    }

    fn check(&self, batches: &[RecordBatch], cuts: &[(usize, usize)]) {
        assert!(self.undisturbed(batches) == self.disturbed(batches, cuts), "{:?} cut at {cuts:?}", self.format);
    }
}

fn csv(compression: Compression) -> Format {
    Format::Csv(CsvFormat { compression, ..comma() })
}

fn json(compression: Compression) -> Format {
    Format::JsonLines(JsonFormat { dates: None, compression })
}

fn formats() -> Vec<Format> {
    let packings = [Compression::None, Compression::Gzip, Compression::Zstd];
    let texts = packings.into_iter().flat_map(|packing| [csv(packing), json(packing)]);
    texts.chain([Format::Arrow, Format::Parquet]).collect()
}

fn books() -> Vec<Field> {
    fields("id int64, book text null")
}

/// Rows whose books come up one after the other.
fn book_batch(from: usize, rows: usize, books_count: usize) -> RecordBatch {
    let ids = Int64Array::from_iter_values((from..from + rows).map(|id| id as i64));
    let book = |id: usize| (!id.is_multiple_of(5)).then(|| format!("book {}", (id / 7) % books_count.min(1 + id / 10)));
    let names: StringArray = (from..from + rows).map(book).collect();
    let columns: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(names)];
    RecordBatch::try_new(arrow_schema(&books()), columns).unwrap()
}

/// Two cuts, and how far a batch was written in vain behind each.
fn cuts_of(cuts: [prop::sample::Index; 4], batches: usize) -> [(usize, usize); 2] {
    let first = cuts[0].index(batches + 1);
    let second = first + cuts[1].index(batches + 1 - first);
    let lost = |cut: usize, index: prop::sample::Index| cut + index.index(batches + 1 - cut);
    [(first, lost(first, cuts[2])), (second, lost(second, cuts[3]))]
}

/// A batch as several, of slices of its memory and of copies.
fn pieces(batch: &RecordBatch, sizes: &[usize]) -> Vec<RecordBatch> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for size in sizes {
        let count = (*size).min(batch.num_rows() - from);
        pieces.push(batch.slice(from, count));
        from += count;
    }
    pieces.push(batch.slice(from, batch.num_rows() - from));
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_file_of_any_format_goes_on(
        (fields, batch) in any_batch(),
        sizes in prop::collection::vec(0usize..30, 0..8),
        cuts: [prop::sample::Index; 4],
    ) {
        let batches = pieces(&batch, &sizes);
        // Parquet has no such decimals.
        let negative = |field: &Field| matches!(field.data_type, DataType::Decimal { scale, .. } if scale < 0);
        let any_negative = fields.iter().any(negative);
        for format in formats().into_iter().filter(|format| !any_negative || *format != Format::Parquet) {
            Output::new(format, &fields).check(&batches, &cuts_of(cuts, batches.len()));
        }
    }

    #[test]
    fn batches_of_any_size_go_on(
        sizes in prop::collection::vec(prop_oneof![0usize..40, 900usize..1200, 4000usize..4097], 1..6),
        cuts: [prop::sample::Index; 4],
    ) {
        let batches: Vec<_> = sizes.iter().enumerate().map(|(number, rows)| book_batch(number * 5000, *rows, 9)).collect();
        for format in [Format::Arrow, Format::Parquet, csv(Compression::None)] {
            Output::new(format, &books()).check(&batches, &cuts_of(cuts, batches.len()));
        }
    }

    #[test]
    fn an_output_in_parts_goes_on(
        sizes in prop::collection::vec(0usize..60, 1..10),
        cuts: [prop::sample::Index; 4],
        format in prop::sample::select(formats()),
    ) {
        let batches: Vec<_> = sizes.iter().enumerate().map(|(number, rows)| book_batch(number * 60, *rows, 9)).collect();
        Output::in_parts(format).check(&batches, &cuts_of(cuts, batches.len()));
    }

    #[test]
    fn records_that_are_appended_go_on(
        old_rows in 0usize..40,
        cuts: [prop::sample::Index; 4],
        format in prop::sample::select(formats()),
    ) {
        let (old, _) = Output::new(format.clone(), &books()).undisturbed(&[book_batch(0, old_rows, 3)]);
        let old = old.into_values().next();
        let batches: Vec<_> = (1..5).map(|number| book_batch(number * 100, 10 * number, 9)).collect();
        Output { old, ..Output::new(format, &books()) }.check(&batches, &cuts_of(cuts, batches.len()));
    }
}

/// Text that does not pack well, some frames of it.
fn large_batches() -> Vec<RecordBatch> {
    let mut seed = 7_u64;
    let mut note = |row: usize| {
        let mut text = String::with_capacity(210);
        while text.len() < 200 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(row as u64);
            text.push_str(&format!("{:x}", seed >> 40));
        }
        text
    };
    let batch = |number: usize| {
        let ids = Int64Array::from_iter_values((0..2000).map(|row| (number * 2000 + row) as i64));
        let notes = StringArray::from_iter_values((0..2000).map(&mut note));
        let columns: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(notes)];
        RecordBatch::try_new(arrow_schema(&books()), columns).unwrap()
    };
    (0..25).map(batch).collect()
}

#[test]
fn packed_text_goes_on_from_before_and_behind_the_end_of_a_frame() {
    let batches = large_batches();
    for format in [csv(Compression::Gzip), json(Compression::Zstd)] {
        let output = Output::new(format.clone(), &books());
        output.check(&batches, &[(3, 12), (11, 25), (24, 24)]);
        let (undisturbed, _) = output.undisturbed(&batches);
        let packed = &undisturbed[Path::new("sub/out")];
        let magic: &[u8] = if matches!(format, Format::Csv(_)) { &[0x1f, 0x8b, 8] } else { &[0x28, 0xb5, 0x2f, 0xfd] };
        assert!(packed.windows(magic.len()).filter(|bytes| *bytes == magic).count() >= 3, "there are several frames");
        let reading =
            crate::support::Reading { other: Some(format), ..crate::support::Reading::of("id int64, book text") };
        let outcome = reading.text(packed);
        assert_eq!((outcome.error, outcome.batches.iter().map(RecordBatch::num_rows).sum()), (None, 50_000));
    }
}

#[test]
fn parts_that_were_published_when_the_run_died_are_published_with_the_others() {
    let output = Output::in_parts(Format::Arrow);
    let batches = [book_batch(0, 100, 9)];
    let root = output.root();
    let mut sink = output.create(root.path());
    sink.write(&batches[0]).unwrap();
    sink.prepare().unwrap();
    let position = sink.position().unwrap().into_bytes().unwrap();
    drop(sink);
    let first = root.path().join("out/book 1.x");
    fs::rename(partial_path(&first).unwrap(), &first).unwrap();
    let published = relative(output.resume(root.path(), &position).finish().unwrap(), root.path());
    assert!(output.undisturbed(&batches) == (files(root.path()), published));
}

#[test]
fn parts_that_were_begun_in_vain_are_removed_and_others_files_stay() {
    let output = Output::in_parts(csv(Compression::None));
    let root = output.root();
    let mut sink = output.create(root.path());
    sink.write(&book_batch(0, 9, 1)).unwrap();
    let position = sink.position().unwrap().into_bytes().unwrap();
    drop(sink);
    let left = root.path().join("out/.begun in vain.x.partial");
    fs::write(&left, "half").unwrap();
    // Another output of the same run, in the same folder, which goes on as well.
    let other = Output { name: "out/other.x", ..Output::new(csv(Compression::None), &books()) };
    let mut others = other.create(root.path());
    others.position().unwrap();
    output.resume(root.path(), &position).finish().unwrap();
    assert!(!left.exists());
    assert!(root.path().join("out/.other.x.partial").exists());
    others.finish().unwrap();
}
