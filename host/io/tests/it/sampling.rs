//! Samples for who finds out types.

use std::fs;
use std::path::Path;

use leat_io::csv::sample;
use leat_stream::check::{SAMPLE_RECORDS_MAX, SampledCell, SampledFile, SampledRecord};

use crate::support::comma;

fn sample_of(text: impl AsRef<[u8]>) -> Result<SampledFile, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.csv");
    fs::write(&path, text).unwrap();
    sample(&path, &comma()).map_err(|fault| fault.to_string())
}

fn record(line: u64, cells: &[(&str, bool)]) -> SampledRecord {
    let cell = |(text, quoted): &(&str, bool)| SampledCell { text: (*text).to_owned(), quoted: *quoted };
    SampledRecord { line, cells: cells.iter().map(cell).collect() }
}

#[test]
fn a_sample_has_the_texts_as_the_run_will_see_them() {
    let text = "\"a\",b\r\n1,\"x\n\"\"y\"\"\"\r\n\r\n,\"\"\r\n2\r\n3,\r";
    assert_eq!(
        sample_of(text).unwrap(),
        SampledFile {
            header: vec!["a".to_owned(), "b".to_owned()],
            records: vec![
                record(2, &[("1", false), ("x\n\"y\"", true)]),
                record(5, &[("", false), ("", true)]),
                record(6, &[("2", false)]),
                record(7, &[("3", false), ("", false)]),
            ],
            ..SampledFile::default()
        }
    );
}

#[test]
fn a_sample_is_bounded() {
    let many = sample_of(format!("a,b\n{}", "1,2\n".repeat(5000))).unwrap();
    assert_eq!(many.records.len(), SAMPLE_RECORDS_MAX);
    let long = sample_of(format!("a,b\n{}", format!("1,{}\n", "x".repeat(10_000)).repeat(500))).unwrap();
    assert!((100..110).contains(&long.records.len()));
}

#[test]
fn a_file_of_a_header_alone_has_an_empty_sample() {
    assert_eq!(sample_of("a,b\n").unwrap().records, []);
}

#[test]
fn faults_are_told_without_the_path() {
    assert_eq!(sample(Path::new("no/such.csv"), &comma()).unwrap_err().to_string(), "there is no such file");
    assert_eq!(
        sample_of("a,b\n1,2\n3,\"4\n").unwrap().records.len(),
        1,
        "what is whole before a quote that never closes"
    );
    assert!(sample_of("a,b\n3,\"4\n").unwrap_err().starts_with("line 2: a quote opens here"));
}
