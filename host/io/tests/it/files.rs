//! Patterns: several files as one input.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use leat_io::{SourceColumn, SourceConfig, open_source, sample};
use leat_stream::plan::Format;
use leat_stream::schema::{DataType, Field};

use crate::support::comma;

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::create_dir_all(directory.path().join(name).parent().unwrap()).unwrap();
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn sample_error(root: &Path, name: &str) -> String {
    sample(root, name, &Format::Csv(comma())).unwrap_err().in_file(name)
}

#[test]
fn the_files_of_a_pattern_have_the_same_columns_in_any_order() {
    let files = directory(&[("in/b.csv", "y,x\n1,2\n"), ("in/a.csv", "x,y\n3,4\n")]);
    let sampled = sample(files.path(), "in/*.csv", &Format::Csv(comma())).unwrap();
    assert_eq!(sampled.header, ["x", "y"]);
    let files = directory(&[("in/a.csv", "x,y\n"), ("in/b.csv", "x,z,y\n")]);
    assert_eq!(
        sample_error(files.path(), "in/*.csv"),
        "in/a.csv has no column \"z\", which in/b.csv has: the files of one input have the same columns"
    );
    assert_eq!(
        sample_error(files.path(), "in/*.tsv"),
        "in/*.tsv: no file matches; `*` stands for any characters of a name, `?` for one, `**` for directories at \
         any depth"
    );
}

#[test]
fn a_file_of_a_pattern_that_cannot_be_read_is_named() {
    let files = directory(&[("in/a.csv", "x\n"), ("in/b.csv", "")]);
    assert!(sample_error(files.path(), "in/?.csv").starts_with("in/b.csv: the file is empty"));
}

#[test]
fn a_column_that_only_the_first_file_has_is_told_with_both() {
    let files = directory(&[("in/a.csv", "x\n"), ("in/b.csv", "y\n")]);
    let config = SourceConfig {
        path: files.path().join("in/*.csv"),
        name: "in/*.csv".to_owned(),
        columns: vec![SourceColumn { header: "x".to_owned(), field: Field::new("x", DataType::Int64, false) }],
        threads: NonZeroUsize::MIN,
        row_groups: None,
    };
    let mut source = open_source(&Format::Csv(comma()), config).unwrap_or_else(|fault| panic!("{fault}"));
    let error = source.next(&mut crate::support::Recorder::default()).unwrap_err().to_string();
    assert!(error.starts_with("in/b.csv:1: the header has no column \"x\""), "{error}");
    assert!(error.ends_with("; in/a.csv, the first file of this input, has it"), "{error}");
}
