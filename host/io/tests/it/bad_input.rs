//! What is said of files that are not as they should be.

use std::fs;

use crate::support::Reading;

fn options() -> Reading {
    Reading::of("id int64, cpty text, strike float64")
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

#[test]
fn a_bad_value_is_told_with_its_place_its_record_and_the_ways_out() {
    assert_eq!(
        options().error("id,cpty,spot,strike\n1,A,1,2\n2,\"B\nC\",1,abc\n"),
        concat!(
            "in.csv:4: column 4 \"strike\": \"abc\" is not a float64\n",
            "  record: 2,\"B\\nC\",1,abc\n",
            "  way out: correct the file, declare another type, or say null=\"abc\" if that stands for no value; ",
            "on_error=skip or on_error=queue(NAME) goes on without such records",
        )
    );
}

#[test]
fn every_kind_of_bad_record_is_named() {
    let reading = Reading::of("i int32, d decimal(6,2), t date, s timestamp, x text, b boolean null, y binary null");
    let good = ["1", "1.25", "2024-01-31", "2024-01-31T12:00:00Z", "x", "true", "00"];
    let with = |position: usize, text: &str| {
        let mut record = good;
        record[position] = text;
        format!("i,d,t,s,x,b,y\n{}\n", record.join(","))
    };
    for (position, text, expected) in [
        (0, "one", "column 1 \"i\": \"one\" is not an int32"),
        (0, "3000000000", "column 1 \"i\": \"3000000000\" is out of range for int32 (-2147483648 to 2147483647)"),
        (0, "", "column 1 \"i\": the field is empty, but the column may hold no nulls (int32)"),
        (
            1,
            "1.255",
            "column 2 \"d\": \"1.255\" has more than the 2 digits after the point that decimal(6,2) keeps; nothing is rounded silently",
        ),
        (1, "12345.00", "column 2 \"d\": \"12345.00\" is out of range for decimal(6,2)"),
        (2, "2024-02-30", "column 3 \"t\": \"2024-02-30\" is not a date (as 2024-01-31)"),
        (
            3,
            "2024-01-31T25:00:00Z",
            "column 4 \"s\": \"2024-01-31T25:00:00Z\" is not a timestamp (ISO 8601, as 2024-01-31T12:00:00Z)",
        ),
        (4, "a\0b", "column 5 \"x\": byte 1 of the field is a NUL byte"),
        (4, "\"a\"b", "column 5 \"x\": text follows the closing quote"),
        (5, "yes", "column 6 \"b\": \"yes\" is not a boolean (true, false, 1 or 0)"),
        (6, "0", "column 7 \"y\": \"0\" is not binary (an even number of hexadecimal digits)"),
        (6, "00,", "the record has 8 fields, but the header names 7"),
    ] {
        let message = reading.error(with(position, text));
        assert_eq!(first_line(&message), format!("in.csv:2: {expected}"));
    }
    assert_eq!(
        first_line(&reading.error("i,d,t,s,x,b,y\n1\n")),
        "in.csv:2: the record has 1 field, but the header names 7"
    );
}

#[test]
fn text_that_is_not_utf_8_is_named_by_its_byte() {
    let message = options().error(b"id,cpty,strike\n1,M\xfcller,2\n");
    assert_eq!(first_line(&message), "in.csv:2: column 2 \"cpty\": byte 1 of the field (0xfc) is not valid UTF-8");
    let passed_over = Reading::of("id int64").text(b"id,cpty,strike\n1,M\xfcller,2\n");
    assert_eq!(passed_over.rows(), [["1"]]);
}

#[test]
fn what_is_wrong_with_the_file_is_told_before_anything_is_read() {
    for (text, expected) in [
        ("", "in.csv: the file is empty; a CSV file begins with a header line that names its columns"),
        ("\n\n", "in.csv: the file is empty; a CSV file begins with a header line that names its columns"),
        (
            "id,cpt,Strike\n",
            "in.csv:1: the header has no column \"cpty\" (did you mean \"cpt\"?); it has id, cpt, Strike",
        ),
        ("\u{1f}\u{8b}", "in.csv:1: the header has no column \"id\"; it has \u{1f}\u{8b}"),
        (
            "id,cpty,strike\r1,A,2\r",
            "in.csv:1: its lines end in a carriage return alone, as on old Macs; save it with LF or CRLF line ends",
        ),
    ] {
        assert_eq!(options().error(text), expected, "{text:?}");
    }
    assert_eq!(options().error(b"\x1f\x8b\x08"), "in.csv: the file is gzip data; give its name the ending .csv.gz");
    assert_eq!(
        options().error(b"id,c\xff\n"),
        "in.csv:1: the header is not valid UTF-8 at byte 4; save the file as UTF-8"
    );
    assert_eq!(
        options().error(b"\xff\xfei\0d\0\n\0"),
        "in.csv: the file is UTF-16 text or no text at all; save it as UTF-8"
    );
}

#[test]
fn paths_that_are_no_files_are_told_as_such() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(options().file(directory.path()).error.unwrap(), "in.csv: this is a directory, not a file");
    let missing = directory.path().join("missing.csv");
    assert_eq!(options().file(&missing).error.unwrap(), "in.csv: there is no such file");
}

#[test]
fn a_quote_never_closed_ends_the_reading_after_the_rows_before_it() {
    let outcome = options().skipping().text("id,cpty,strike\n1,\"A\n\",2\n2,\"B,3\n3,C,4\n");
    assert_eq!(outcome.rows(), [["1", "\"A\\n\"", "2"]]);
    assert_eq!(
        outcome.error.unwrap(),
        "in.csv:4: a quote opens here and is never closed; a quote inside a quoted field is written twice"
    );
}

#[test]
fn a_line_beyond_all_measure_is_an_error_and_not_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.csv");
    for (begin, expected) in [
        ("1,", "in.csv:3: this record is longer than 16777216 bytes (16 MiB), the longest there may be"),
        ("1,\"", "in.csv:3: a quote opens here and is not closed within 16777216 bytes (16 MiB)"),
    ] {
        fs::write(&path, ["id,cpty,strike\n0,A,1\n", begin, &"x".repeat(17 << 20), "\n"].concat()).unwrap();
        let outcome = options().file(&path);
        assert_eq!(outcome.rows(), [["0", "\"A\"", "1"]]);
        let error = outcome.error.unwrap();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn all_rows_before_the_first_bad_record_are_delivered_and_none_after_it() {
    let outcome = options().text("id,cpty,strike\n1,A,1\n2,B,2\nx,C,y\n4,D,4\n5\n");
    assert_eq!(outcome.rows().len(), 2);
    assert_eq!(outcome.rows_before, [2]);
    assert_eq!(outcome.rejected.len(), 1);
    // The first problem of the record, in the order of the file.
    assert!(outcome.rejected[0].2.contains("column 1 \"id\""));
}

#[test]
fn where_bad_records_are_let_go_every_other_row_is_read() {
    let outcome = options().skipping().text("id,cpty,strike\nx,A,1\n2,B,2\n3,C\n4,D,4\n\"5\"x,E,5\n6,F,\n7,G,7\n");
    let ids: Vec<String> = outcome.rows().into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(ids, ["2", "4", "7"]);
    let rejected: Vec<(u64, &str)> = outcome.rejected.iter().map(|(line, text, _)| (*line, text.as_str())).collect();
    assert_eq!(rejected, [(2, "x,A,1"), (4, "3,C"), (6, "\"5\"x,E,5"), (7, "6,F,")]);
}

#[test]
fn a_rejected_record_is_kept_up_to_a_bound() {
    let outcome = options().skipping().text(format!("id,cpty,strike\nx,{},1\n", "é".repeat(5000)));
    let (_, text, reason) = &outcome.rejected[0];
    assert_eq!(text.len(), 4096);
    assert!(reason.len() < 1000);
}
