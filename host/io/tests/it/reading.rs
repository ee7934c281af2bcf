//! What is read from files that are as they should be.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use leat_io::value::{self, DateForm};
use leat_stream::plan::Compression;
use leat_stream::schema::DataType;
use proptest::prelude::*;

use crate::support::{Reading, comma};

fn rows<const N: usize>(rows: &[[&str; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[test]
fn columns_are_found_by_name_in_any_order_and_others_are_passed_over() {
    let outcome = Reading::of("spot float64, id int64").text("id,junk,spot\n1,\"x,\ny\",2.5\n2,\u{0},-1e3\n");
    assert_eq!(outcome.rows(), rows(&[["2.5", "1"], ["-1000", "2"]]));
    assert_eq!(outcome.batches[0].schema().field(0).name(), "spot");
}

#[test]
fn every_type_is_read() {
    let reading =
        Reading::of("b boolean, i int32, j int64, f float64, d decimal(10,2), t date, s timestamp, x text, y binary");
    let outcome = reading.text(concat!(
        "b,i,j,f,d,t,s,x,y\n",
        "true,-5,5000000000,1.5,12.3,1970-01-02,1970-01-01T00:00:01Z,é,00ff\n",
        "0, 7 ,+8,\"nan\",-.5,0000-01-01,1970-01-01 01:00:00+01:00,\" a \"\"b\"\"\",AB\n",
    ));
    assert_eq!(
        outcome.rows(),
        rows(&[
            ["true", "-5", "5000000000", "1.5", "1230", "1", "1000000", "\"é\"", "[0, 255]"],
            ["false", "7", "8", "NaN", "-50", "-719528", "0", "\" a \\\"b\\\"\"", "[171]"],
        ])
    );
}

#[test]
fn an_empty_field_is_null_and_quotes_make_it_the_empty_text() {
    let outcome = Reading::of("n int64 null, x text null, y text, z binary null").text(concat!(
        "n,x,y,z\n",
        ",,,\n",
        "\"\",\"\",\"\",\"\"\n",
    ));
    assert_eq!(outcome.rows(), rows(&[["-", "-", "\"\"", "-"], ["-", "\"\"", "\"\"", "[]"]]));
}

#[test]
fn the_null_text_is_null_unless_a_text_column_has_it_in_quotes() {
    let mut reading = Reading::of("n float64 null, x text null");
    reading.format.null = Some(".".to_owned());
    let outcome = reading.text("n,x\n.,.\n\".\",\".\"\n,\n");
    assert_eq!(outcome.rows(), rows(&[["-", "-"], ["-", "\".\""], ["-", "-"]]));
}

#[test]
fn dates_have_the_form_they_are_said_to_have() {
    let mut reading = Reading::of("Date date, Close float64");
    reading.format.dates = Some("%m/%d/%Y".to_owned());
    let outcome = reading.text("Date,Open,Close\n1/4/1999,1229.22998,1228.099976\n12/31/1999,1,2\n");
    assert_eq!(outcome.rows(), rows(&[["10595", "1228.099976"], ["10956", "2"]]));
}

#[test]
fn line_ends_blank_lines_and_the_byte_order_mark_do_not_matter() {
    let expected = rows(&[["1", "\"a\""], ["2", "\"b\""]]);
    for text in [
        "n,x\n1,a\n2,b\n",
        "n,x\n1,a\n2,b",
        "n,x\r\n1,a\r\n2,b\r\n",
        "n,x\r\n1,a\r\n2,\"b\"\r",
        "\u{feff}n,x\n1,a\n2,b\n",
        "\n\r\nn,x\n\n1,a\n\r\n\n2,b\n\n\n",
    ] {
        let outcome = Reading::of("n int64, x text").text(text);
        assert_eq!((outcome.rows(), outcome.error), (expected.clone(), None), "{text:?}");
    }
}

#[test]
fn a_blank_line_in_a_file_of_one_column_is_a_record() {
    let outcome = Reading::of("n int64 null").text("n\n1\n\n3\n");
    assert_eq!(outcome.rows(), rows(&[["1"], ["-"], ["3"]]));
}

#[test]
fn a_file_of_a_header_alone_has_no_rows() {
    for text in ["n,x", "n,x\n", "n,x\r\n\n"] {
        let outcome = Reading::of("n int64, x text").text(text);
        assert_eq!((outcome.rows(), outcome.error), (vec![], None), "{text:?}");
    }
}

#[test]
fn no_columns_are_as_many_rows() {
    let mut reading = Reading::of("n int64");
    reading.fields.clear();
    let outcome = reading.text("n,x\n1,a\n2,b\n");
    assert_eq!(outcome.batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 2);
}

#[test]
fn a_file_read_to_its_end_is_read_whole() {
    let text = "n\n".to_owned() + &"1\n".repeat(100_000);
    let outcome = Reading::of("n int64").text(&text);
    assert_eq!(outcome.progress, Some((text.len() as u64, Some(text.len() as u64))));
}

#[test]
fn packed_files_are_read_whatever_they_are_made_of() {
    let directory = tempfile::tempdir().unwrap();
    let expected = rows(&[["1"], ["2"]]);
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    let cases = [
        (Compression::Gzip, [gzip("n\n1"), gzip("\n2\n")].concat()),
        (Compression::Zstd, [zstd("n\n1"), zstd("\n2\n")].concat()),
    ];
    for (compression, bytes) in cases {
        let path = directory.path().join("packed");
        fs::write(&path, &bytes).unwrap();
        let mut reading = Reading::of("n int64");
        reading.format.compression = compression;
        let outcome = reading.file(&path);
        assert_eq!((outcome.rows(), outcome.error), (expected.clone(), None));

        fs::write(&path, &bytes[..bytes.len() - 6]).unwrap();
        let outcome = reading.file(&path);
        let error = outcome.error.unwrap();
        assert!(error.contains("data is damaged or cut short"), "{error}");
    }
}

/// One field: its text, and whether it is written in quotes.
fn field() -> impl Strategy<Value = (String, bool)> {
    prop_oneof![
        ("[a-z0-9 é]{0,5}", any::<bool>()).prop_map(|(text, quoted)| (text, quoted)),
        ("[a-z,\"\r\n]{0,6}").prop_map(|text| (text, true)),
        ("[a-z][a-z\"]{0,4}").prop_map(|text| (text, false)),
    ]
}

proptest! {
    #[test]
    fn fields_are_those_that_the_crate_csv_finds(
        records in prop::collection::vec((field(), field(), field()), 0..30),
        crlf: bool,
        last_line_end: bool,
    ) {
        let line_end = if crlf { "\r\n" } else { "\n" };
        let mut text = format!("a,b,c{line_end}");
        for (a, b, c) in &records {
            let written: Vec<String> = [a, b, c].iter().map(|(text, quoted)| match quoted {
                true => format!("\"{}\"", text.replace('"', "\"\"")),
                false => text.clone(),
            }).collect();
            write!(text, "{}{line_end}", written.join(",")).unwrap();
        }
        if !last_line_end {
            text.truncate(text.len() - line_end.len());
        }
        let expected: Vec<Vec<String>> = csv::Reader::from_reader(text.as_bytes())
            .records()
            .map(|record| record.unwrap().iter().map(|cell| format!("{cell:?}")).collect())
            .collect();
        let outcome = Reading::of("a text, b text, c text").text(&text);
        prop_assert_eq!(outcome.rows(), expected, "{:?}", outcome.error);
    }

    #[test]
    fn any_bytes_are_rows_or_errors_and_what_is_read_is_what_the_crate_csv_reads(text in "a,b\n([ab,\"\n]|\r\n|\",|,\"|\"\n){0,40}") {
        let outcome = Reading::of("a text, b text").text(&text);
        if outcome.error.is_none() && outcome.rejected.is_empty() {
            let expected: Vec<Vec<String>> = csv::Reader::from_reader(text.as_bytes())
                .records()
                .map(|record| record.unwrap().iter().map(|cell| format!("{cell:?}")).collect())
                .collect();
            prop_assert_eq!(outcome.rows(), expected);
        }
    }

    #[test]
    fn no_bytes_at_all_make_reading_break(
        bytes in prop::collection::vec(prop_oneof![
            prop::sample::select(b",,\"\"\n\r\r\n0123456789.-eT: a\0".to_vec()), any::<u8>(),
        ], 0..120),
        name in prop::sample::select(DataType::NAMES.to_vec()),
    ) {
        let name = if name == "decimal" { "decimal(6,2)" } else { name };
        let reading = Reading::of(&format!("x {name} null, y text")).skipping();
        let outcome = reading.text([&b"y,x\n"[..], &bytes].concat());
        let lines = 1 + bytes.split(|b| *b == b'\n').count() as u64;
        prop_assert!(outcome.rejected.iter().all(|(line, ..)| (2..=lines).contains(line)));
    }

    #[test]
    fn what_a_check_of_a_text_allows_the_file_may_hold_and_nothing_else(
        text in "[-+]?[0-9]{0,4}([.eE:T/ -][0-9]{0,3}){0,3}|[a-zA-Z]{1,5}|true|inf|2024-0[0-9]-[0-3][0-9](T1[0-9]:00Z?)?|[ -~]{0,6}",
        name in prop::sample::select(DataType::NAMES.to_vec()),
    ) {
        let name = if name == "decimal" { "decimal(6,2)" } else { name };
        let data_type: DataType = name.parse().unwrap();
        prop_assume!(!text.is_empty());
        let allowed = value::check(&text, data_type, &DateForm::new(None).unwrap());
        let outcome = Reading::of(&format!("x {name}, y text")).text(format!("x,y\n\"{}\",\n", text.replace('"', "\"\"")));
        prop_assert_eq!(allowed.is_ok(), outcome.rejected.is_empty(), "{:?}", outcome.rejected);
    }
}

#[test]
fn a_delimiter_may_be_any_that_no_value_holds() {
    for delimiter in [';', '|', '\t', ' '] {
        let mut reading = Reading::of("n int64, x text");
        reading.format.delimiter = delimiter;
        let outcome = reading.text(format!("x{delimiter}n\n\"a{delimiter}\"{delimiter}1\n"));
        assert_eq!(outcome.rows(), rows(&[["1", &format!("\"a{}\"", delimiter.escape_debug())]]));
    }
    for delimiter in ['"', '\n', '5', '.', 'é'] {
        let mut reading = Reading::of("n int64");
        reading.format = leat_stream::plan::CsvFormat { delimiter, ..comma() };
        assert!(reading.error("n\n1\n").contains("cannot stand between fields"));
    }
}
