//! JSON lines: what is read, what is refused, and that what is written reads back.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use arrow_array::RecordBatch;
use leat_flow::step::BATCH_ROWS;
use leat_io::sample;
use leat_stream::check::SampledCell;
use leat_stream::plan::{Compression, Format, JsonFormat};
use proptest::prelude::*;

use crate::support::{Outcome, Reading, written};
use crate::writing::any_batch;

fn plain() -> Format {
    Format::JsonLines(JsonFormat { dates: None, compression: Compression::None })
}

fn reading(declared: &str) -> Reading {
    Reading { other: Some(plain()), ..Reading::of(declared) }
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

#[test]
fn every_type_is_read_by_its_key() {
    let outcome = reading(
        "b boolean, i int32, j int64, f float64, d decimal(20,2), t date, s timestamp, x text, y binary, n text null",
    )
    .text(concat!(
        "\u{feff}{\"x\":\"é\\n\",\"b\":true,\"i\":-5,\"j\":9223372036854775807,\"f\":1.5,\"d\":123456789012345678.9,",
        "\"t\":\"1970-01-02\",\"s\":\"1970-01-01T00:00:01Z\",\"y\":\"00ff\",\"junk\":{\"x\":[1]}}\r\n",
        "\n",
        "{\"b\":false,\"i\":\"7\",\"j\":\"-8\",\"f\":\"NaN\",\"d\":\"0.5\",\"t\":\"1970-01-01\",",
        "\"s\":\"1970-01-01T01:00:00+01:00\",\"y\":\"\",\"x\":12.50,\"n\":\"\"}",
    ));
    assert_eq!(outcome.error, None);
    assert_eq!(
        outcome.rows(),
        [
            [
                "true",
                "-5",
                "9223372036854775807",
                "1.5",
                "12345678901234567890",
                "1",
                "1000000",
                "\"é\\n\"",
                "[0, 255]",
                "-"
            ],
            ["false", "7", "-8", "NaN", "50", "0", "0", "\"12.50\"", "[]", "\"\""],
        ]
        .map(|row| row.map(str::to_owned).to_vec())
    );
}

#[test]
fn every_kind_of_bad_record_is_named() {
    let reading = reading("i int64, x text null");
    for (line, expected) in [
        ("{\"i\":1.5}", "column \"i\": \"1.5\" is not an int64"),
        ("{\"i\":9223372036854775808}", "column \"i\": \"9223372036854775808\" is out of range for int64"),
        ("{\"i\":true}", "column \"i\": true is a boolean, not an int64"),
        ("{\"i\":null}", "column \"i\": it is null, but the column may hold no nulls (int64)"),
        ("{\"x\":\"a\"}", "column \"i\": the object has no such key, but the column may hold no nulls (int64)"),
        ("{\"i\":1,\"x\":{\"y\":1}}", "column \"x\": it is an object; a column holds plain values"),
        ("{\"i\":1,\"x\":[]}", "column \"x\": it is an array; a column holds plain values"),
        ("{\"i\":1,\"i\":1}", "column \"i\": the key stands twice in the object"),
        ("{\"i\":1,\"x\":\"\\u0000\"}", "column \"x\": \"\\0\" is not text (it holds a NUL byte)"),
        ("{\"i\":1", "byte 7 of the line: expected `,` or the `}` that ends the object; an object stands on one line"),
        ("[1]", "byte 1 of the line: expected an object, which begins with `{`: JSON lines have one on each line"),
    ] {
        let message = reading.error(format!("{{\"i\":1}}\n{line}\n"));
        assert!(first_line(&message).starts_with(&format!("in.csv:2: {expected}")), "{message}");
        assert!(message.contains("on_error=skip"), "{message}");
    }
    let message = reading.error(b"{\"i\":1,\"x\":\"\xff\"}");
    assert_eq!(first_line(&message), "in.csv:1: byte 13 of the line (0xff) is not valid UTF-8");
}

#[test]
fn a_key_that_nobody_reads_may_stand_twice() {
    let outcome = reading("i int64").text("{\"a\":1,\"i\":2,\"a\":[]}\n{\"i\":3}");
    assert_eq!(outcome.rows(), [["2"], ["3"]]);
}

#[test]
fn where_bad_records_are_let_go_every_other_row_is_read() {
    let lines: String = (0..3 * BATCH_ROWS)
        .map(|row| if row % 1000 == 7 { "{\"i\":\n".to_owned() } else { format!("{{\"i\":{row}}}\n") })
        .collect();
    let failing = reading("i int64").text(&lines);
    assert_eq!((failing.rows().len(), failing.rows_before), (7, vec![7]));
    let outcome = reading("i int64").skipping().text(&lines);
    let good: Vec<Vec<String>> =
        (0..3 * BATCH_ROWS).filter(|row| row % 1000 != 7).map(|row| vec![row.to_string()]).collect();
    assert_eq!(outcome.rows(), good);
    assert_eq!(outcome.rejected[1].0, 1008);
    assert!(outcome.batches.iter().all(|batch| batch.num_rows() <= BATCH_ROWS));
}

#[test]
fn a_line_beyond_all_measure_is_an_error_and_not_memory() {
    let text = format!("{{\"i\":1}}\n{{\"i\":2,\"x\":\"{}\"}}\n", "x".repeat(33 << 20));
    let outcome = reading("i int64").text(text);
    assert_eq!(outcome.rows(), [["1"]]);
    assert!(outcome.error.unwrap().starts_with("in.csv:2: this record is longer than 16777216 bytes"));
}

#[test]
fn whether_a_line_is_too_long_depends_on_the_line_alone() {
    // The one goes into the buffer whole, the others with what the file has before or behind them.
    for (before, length, good) in [(0, 17 << 20, false), (1 << 20, 17 << 20, false), (1 << 20, 16 << 20, true)] {
        let line = |i: usize, length: usize| format!("{{\"i\":{i},\"x\":\"{}\"}}", "x".repeat(length - 14));
        for end in ["", "\n"] {
            let outcome = reading("i int64").text(format!("{}\n{}{end}", line(1, before + 14), line(2, length)));
            assert_eq!(outcome.error.is_none(), good, "{before} {length}");
            assert_eq!(outcome.rows().len(), 1 + usize::from(good));
        }
    }
}

#[test]
fn packed_files_that_are_damaged_or_not_said_to_be_packed_are_named() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all("{\"i\":1}\n".repeat(1000).as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(reading("i int64").error(&packed), "in.csv: the file is gzip data; give its name the ending .jsonl.gz");
    let gzip = Format::JsonLines(JsonFormat { dates: None, compression: Compression::Gzip });
    let mut reading = reading("i int64");
    reading.other = Some(gzip);
    assert_eq!(reading.text(&packed).rows().len(), 1000);
    let error = reading.text(&packed[..packed.len() - 9]).error.unwrap();
    assert!(error.contains("the gzip data is damaged or cut short"), "{error}");
}

#[test]
fn a_sample_has_every_key_and_says_which_line_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.jsonl");
    fs::write(&path, "{\"b\":\"x\",\"a\":1}\n\nnonsense\n{\"c\":null,\"a\":[2],\"b\":\"\"}\n").unwrap();
    let file = sample(directory.path(), "in.jsonl", &plain()).unwrap();
    assert_eq!(file.header, ["b", "a", "c"]);
    assert_eq!(file.unreadable.unwrap().0, 3);
    let cell = |text: &str, quoted| SampledCell { text: text.to_owned(), quoted };
    let cells: Vec<_> = file.records.iter().map(|record| (record.line, record.cells.clone())).collect();
    assert_eq!(
        cells,
        [
            (1, vec![cell("x", true), cell("1", false), cell("", false)]),
            (4, vec![cell("", true), cell("[2]", false), cell("", false)]),
        ]
    );
    assert_eq!(sample(Path::new("no"), "such.jsonl", &plain()).unwrap_err().to_string(), "there is no such file");
}

#[test]
fn objects_have_every_column_in_order_and_what_json_cannot_spell_in_words() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, StringArray};
    let fields = crate::support::fields("x text null, f float64");
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![None, Some("a\"\\\n\u{1}é"), Some("")])),
        Arc::new(Float64Array::from(vec![f64::NAN, f64::NEG_INFINITY, 1e300])),
    ];
    let batch = RecordBatch::try_new(leat_flow::schema::arrow_schema(&fields), columns).unwrap();
    assert_eq!(
        String::from_utf8(written(&plain(), &fields, &[batch])).unwrap(),
        "{\"x\":null,\"f\":\"NaN\"}\n{\"x\":\"a\\\"\\\\\\n\\u0001é\",\"f\":\"-Infinity\"}\n{\"x\":\"\",\"f\":1e+300}\n"
    );
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same_values(
        (fields, batch) in any_batch(),
        dates in prop::sample::select(vec![None, Some("%m/%d/%Y".to_owned())]),
        compression in prop::sample::select(vec![Compression::None, Compression::Gzip, Compression::Zstd]),
    ) {
        let format = Format::JsonLines(JsonFormat { dates, compression });
        let bytes = written(&format, &fields, std::slice::from_ref(&batch));
        let outcome = Reading { fields, other: Some(format), ..Reading::of("x text") }.text(bytes);
        prop_assert_eq!(&outcome.rejected, &vec![]);
        prop_assert_eq!(&outcome.error, &None);
        // By text, for NaN is not equal to itself.
        let expected = Outcome { batches: vec![batch], ..Default::default() };
        prop_assert_eq!(outcome.rows(), expected.rows());
    }
}
