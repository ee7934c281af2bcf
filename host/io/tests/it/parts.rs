//! Outputs in parts, and records behind those that a file has already.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Published, Sink};
use leat_io::{SinkConfig, create_sink, part_partial_paths};
use leat_stream::plan::{Compression, CsvFormat, Format, JsonFormat, PartPiece};
use leat_stream::schema::Field;

use crate::support::{Reading, comma, fields};

const NAME: &str = "out/{book}.csv";

fn csv(compression: Compression) -> Format {
    Format::Csv(CsvFormat { compression, ..comma() })
}

fn columns() -> Vec<Field> {
    fields("id int64, book text null")
}

fn batch(rows: &[(i64, Option<&str>)]) -> RecordBatch {
    let ids = Int64Array::from_iter_values(rows.iter().map(|(id, _)| *id));
    let books: StringArray = rows.iter().map(|(_, book)| *book).collect();
    let columns_of: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(books)];
    RecordBatch::try_new(arrow_schema(&columns()), columns_of).unwrap()
}

fn parts(root: &Path) -> Box<dyn Sink> {
    let parts = vec![PartPiece::Text("out/".to_owned()), PartPiece::Column(1), PartPiece::Text(".csv".to_owned())];
    let config = SinkConfig { path: root.join(NAME), name: NAME.to_owned(), fields: columns(), parts, append: false };
    create_sink(&csv(Compression::None), config).unwrap()
}

fn names(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn each_value_has_a_file_of_its_own_with_its_records_in_order() {
    let root = tempfile::tempdir().unwrap();
    let mut sink = parts(root.path());
    sink.write(&batch(&[(1, Some("EU")), (2, None), (3, Some("EU")), (4, Some("../x"))])).unwrap();
    sink.write(&batch(&[(5, Some("EU")), (6, Some(""))])).unwrap();
    sink.prepare().unwrap();
    let partial = names(&root.path().join("out"));
    assert!(partial.len() == 4 && partial.iter().all(|name| name.ends_with(".partial")), "{partial:?}");
    assert_eq!(part_partial_paths(root.path(), NAME).len(), 4);
    let published: Vec<(String, u64)> = sink
        .finish()
        .unwrap()
        .into_iter()
        .map(|Published { path, rows, .. }| (path.strip_prefix(root.path()).unwrap().display().to_string(), rows))
        .collect();
    let expected = [("out/%2E.%2Fx.csv", 1), ("out/EU.csv", 3), ("out/__empty__.csv", 1), ("out/__null__.csv", 1)];
    assert_eq!(published, expected.map(|(name, rows)| (name.to_owned(), rows)));
    let read = |name: &str| fs::read_to_string(root.path().join("out").join(name)).unwrap();
    assert_eq!(read("EU.csv"), "id,book\n1,EU\n3,EU\n5,EU\n");
    assert_eq!(read("__null__.csv"), "id,book\n2,\n");
    assert_eq!(names(root.path()), ["out"], "nothing outside of the folder");
}

#[test]
fn parts_that_are_given_up_leave_nothing() {
    let root = tempfile::tempdir().unwrap();
    let mut sink = parts(root.path());
    sink.write(&batch(&[(1, Some("EU")), (2, Some("US"))])).unwrap();
    sink.flush().unwrap();
    drop(sink);
    assert_eq!(names(&root.path().join("out")), Vec::<String>::new());
}

#[test]
fn names_that_differ_in_letter_case_alone_are_an_error() {
    let root = tempfile::tempdir().unwrap();
    let error = parts(root.path()).write(&batch(&[(1, Some("EU")), (2, Some("eu"))])).unwrap_err().to_string();
    assert!(error.contains("the parts out/EU.csv and out/eu.csv are of different values"), "{error}");
}

#[test]
fn more_parts_than_files_may_be_open_are_an_error() {
    let root = tempfile::tempdir().unwrap();
    let values: Vec<String> = (0..513).map(|value| value.to_string()).collect();
    let rows: Vec<(i64, Option<&str>)> = values.iter().map(|value| (1, Some(value.as_str()))).collect();
    let mut sink = parts(root.path());
    sink.write(&batch(&rows[..512])).unwrap();
    let error = sink.write(&batch(&rows[512..])).unwrap_err().to_string();
    assert!(error.starts_with("out/{book}.csv: its records would make more than 512 parts"), "{error}");
}

/// Writes rows to a file, behind what it has or instead of it: how long it is then, or what is wrong.
fn write(path: &Path, format: &Format, rows: &[(i64, Option<&str>)], append: bool) -> Result<u64, String> {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let config = SinkConfig { path: path.to_owned(), name, fields: columns(), parts: Vec::new(), append };
    let mut sink = create_sink(format, config).map_err(|error| error.to_string())?;
    sink.write(&batch(rows)).map_err(|error| error.to_string())?;
    let published = sink.finish().map_err(|error| error.to_string())?;
    Ok(published[0].rows)
}

#[test]
fn records_come_behind_those_of_every_format() {
    let json = |compression| Format::JsonLines(JsonFormat { dates: None, compression });
    let formats = [
        csv(Compression::None),
        csv(Compression::Gzip),
        csv(Compression::Zstd),
        json(Compression::None),
        json(Compression::Zstd),
        Format::Arrow,
        Format::Parquet,
    ];
    for format in formats {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("out");
        assert_eq!(write(&path, &format, &[(1, Some("a"))], true), Ok(1));
        assert_eq!(write(&path, &format, &[(2, None), (3, Some("c"))], true), Ok(2));
        let reading = Reading { other: Some(format.clone()), ..Reading::of("id int64, book text null") };
        let outcome = reading.file(&path);
        assert_eq!(outcome.rows(), [["1", "\"a\""], ["2", "-"], ["3", "\"c\""]], "{format:?}: {:?}", outcome.error);
        assert_eq!(write(&path, &format, &[(4, None)], false), Ok(1));
        assert_eq!(reading.file(&path).rows(), [["4", "-"]]);
    }
}

#[test]
fn a_file_of_other_columns_is_not_appended_to_and_stays_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("out.csv");
    for (old, good) in [
        ("id,book\n1,a\n", true),
        ("\u{feff}id,book\r\n1,a", true),
        ("id,book", true),
        ("", true),
        ("id,desk\n1,a\n", false),
        ("id,books\n", false),
        ("id\n", false),
    ] {
        fs::write(&path, old).unwrap();
        let outcome = write(&path, &csv(Compression::None), &[(2, None)], true);
        let now = fs::read_to_string(&path).unwrap();
        assert_eq!(outcome.is_ok(), good, "{old:?}: {outcome:?}");
        if good {
            assert!(now.starts_with(old) && now.ends_with("\n2,\n"), "{now:?}");
            assert!(now.trim_start_matches('\u{feff}').starts_with("id,book"), "{now:?}");
        } else {
            assert!(outcome.unwrap_err().contains("its first line is not the header that this output writes, id,book"));
            assert_eq!(now, old);
        }
    }
    assert_eq!(names(root.path()), ["out.csv"]);
}

#[test]
fn a_file_that_cannot_be_read_whole_is_not_appended_to() {
    for format in [csv(Compression::Gzip), Format::Parquet, Format::Arrow] {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("out");
        let rows: Vec<(i64, Option<&str>)> = (0..1000).map(|id| (id, Some("a book"))).collect();
        write(&path, &format, &rows, false).unwrap();
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let error = write(&path, &format, &[(2, None)], true).unwrap_err();
        assert!(error.contains("cannot be appended to") && error.contains("mode=replace"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), &whole[..whole.len() / 2]);
    }
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("out");
    let other = SinkConfig {
        path: path.clone(),
        name: "out".to_owned(),
        fields: fields("id int64, book int64"),
        parts: Vec::new(),
        append: false,
    };
    create_sink(&Format::Parquet, other).unwrap().finish().unwrap();
    let error = write(&path, &Format::Parquet, &[(2, None)], true).unwrap_err();
    assert!(error.contains("it has the columns id int64, book int64, and this output id int64, book text"), "{error}");
}
