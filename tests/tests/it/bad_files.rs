//! Input files that are not what they should be: each ends in an error that names the place, and publishes nothing.

use leat_tests::playpen::{Ended, Playpen};

/// Reads a file into a queue of known columns and writes it out again.
const COPY: &str = "\
queue rows (id int64, price float64, note text null)
in \"in/rows.csv\" -> rows
out rows -> \"copy.csv\"
";

const GOOD: &str = "id,price,note\n1,2.5,a\n2,3.5,b\n";

/// A playpen whose process copies `in/rows.csv`.
fn copying(input: impl AsRef<[u8]>) -> Playpen {
    let playpen = Playpen::new();
    playpen.file("copy.strm", COPY);
    playpen.file("in/rows.csv", input);
    playpen
}

/// A file with this record after the header is refused by the check, which samples it; with the record further down it
/// is refused by the run. Both name the line.
#[track_caller]
fn refuses_record(record: impl AsRef<[u8]>, said: &[&str]) {
    for good in [1, 5_000] {
        let mut input = b"id,price,note\n".to_vec();
        input.extend(b"1,2.5,a\n".repeat(good));
        input.extend(record.as_ref());
        let ended = refuses(input, &[&["in/rows.csv"], said].concat());
        let line = good + 2;
        let named =
            ended.stderr.contains(&format!("rows.csv:{line}: ")) || ended.stderr.contains(&format!("line {line}: "));
        assert!(named, "line {line} is not named\n{ended}");
    }
}

#[track_caller]
fn refuses(input: impl AsRef<[u8]>, said: &[&str]) -> Ended {
    let playpen = copying(input);
    let ended = playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, said);
    nothing_is_left(&playpen);
    ended
}

/// No output under its final name, and no half of one beside it.
#[track_caller]
fn nothing_is_left(playpen: &Playpen) {
    let Ok(entries) = std::fs::read_dir(playpen.root().join("out")) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().into_string().unwrap();
        assert!(!name.contains("copy.csv"), "{name} was left behind");
    }
}

#[test]
fn a_good_file_is_copied_as_it_is() {
    let playpen = copying(GOOD);
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/copy.csv"), GOOD);
}

#[test]
fn a_header_alone_is_a_file_without_records() {
    let playpen = copying("id,price,note\n");
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/copy.csv"), "id,price,note\n");
}

#[test]
fn a_missing_file_is_named_before_anything_runs() {
    let playpen = Playpen::new();
    playpen.file("copy.strm", COPY);
    playpen.file("in/rwos.csv", GOOD);
    playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, &["in/rows.csv", "copy.strm:2", "rwos.csv"]);
    nothing_is_left(&playpen);
}

#[test]
fn a_directory_is_no_input() {
    let playpen = Playpen::new();
    playpen.file("copy.strm", COPY);
    playpen.file("in/rows.csv/part", "x");
    playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, &["in/rows.csv", "director"]);
}

#[test]
fn an_empty_file_has_no_header() {
    refuses("", &["in/rows.csv", "empty"]);
}

#[test]
fn a_header_without_a_wanted_column_names_what_it_has() {
    refuses("id,prize,note\n1,2,a\n", &["price", "prize"]);
}

#[test]
fn a_record_with_too_few_or_too_many_fields_is_named_by_its_line() {
    refuses_record("2,3.5\n", &["2 fields", "3"]);
    refuses_record("2,3.5,b,extra\n", &["4 fields", "3"]);
}

#[test]
fn a_value_of_the_wrong_type_is_named_by_line_column_text_and_type() {
    refuses_record("2,abc,b\n", &["price", "abc", "float64", "on_error"]);
}

#[test]
fn a_number_out_of_range_is_refused() {
    refuses_record("9223372036854775808,1,a\n", &["id", "9223372036854775808", "int64"]);
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    refuses_record(b"2,3.5,\xff\xfe\n", &["note", "UTF-8"]);
}

#[test]
fn a_nul_byte_is_refused() {
    refuses_record(b"2,3.5,b\0c\n", &["NUL"]);
}

#[test]
fn a_quote_that_is_never_closed_is_named_where_it_opened() {
    refuses_record("2,3.5,\"b\n3,4.5,c\n", &["quote"]);
}

#[test]
fn a_line_of_100_megabytes_is_refused_in_bounded_memory() {
    let mut long = b"2,3.5,".to_vec();
    long.resize(100 << 20, b'x');
    refuses_record(&long, &["16 MiB"]);

    let mut input = b"id,price,note\n".to_vec();
    input.extend(b"1,2.5,a\n".repeat(5_000));
    input.extend(&long);
    let playpen = copying(input);
    playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, &["rows.csv:5002", "16 MiB"]);
    let peak = playpen.report("out")["memory_bytes_peak"].as_u64().unwrap();
    assert!(peak < 80 << 20, "{peak} bytes");
}

#[test]
fn an_earlier_output_survives_a_run_that_fails() {
    let playpen = copying(GOOD);
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    playpen.file("in/rows.csv", "id,price,note\n1,x,a\n");
    playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, &["rows.csv:2"]);
    assert_eq!(playpen.read("out/copy.csv"), GOOD);
}

#[test]
fn bad_records_are_skipped_where_the_process_says_so() {
    let playpen = copying("id,price,note\n1,2.5,a\nx,3.5,b\n3,4.5,c\n4,5\n");
    playpen.file("copy.strm", COPY.replace("-> rows\n", "-> rows on_error=skip\n"));
    let ended = playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert!(ended.stdout.contains("2 rejected"), "{ended}");
    assert_eq!(playpen.read("out/copy.csv"), "id,price,note\n1,2.5,a\n3,4.5,c\n");
}

#[test]
fn bad_records_go_to_a_queue_with_their_place_and_reason() {
    let playpen = copying("id,price,note\n1,2.5,a\nx,3.5,b\n");
    let process = COPY.replace("-> rows\n", "-> rows on_error=queue(bad)\n") + "out bad -> \"bad.csv\"\n";
    playpen.file("copy.strm", process);
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/copy.csv"), "id,price,note\n1,2.5,a\n");
    let bad = playpen.read("out/bad.csv");
    assert!(bad.starts_with("file,line,record,reason\n"), "{bad}");
    assert!(bad.contains(",3,\"x,3.5,b\","), "{bad}");
    assert_eq!(bad.lines().count(), 2, "{bad}");
}
