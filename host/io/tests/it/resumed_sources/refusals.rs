//! Positions that a source cannot go on from.

use std::fs;
use std::path::Path;

use leat_stream::plan::{Compression, Format};

use super::inputs::{Input, arrow, csv, csv_format, inputs, json, json_format, packed, parquet, rest};

#[test]
fn a_changed_input_is_refused_with_what_changed() {
    let text = csv(2, 100_000);
    for input in [
        Input::new("in.csv", csv_format(Compression::None), &text),
        Input::new("in.csv.zst", csv_format(Compression::Zstd), &packed(&text, Compression::Zstd)),
        Input::new("in.jsonl", json_format(Compression::None), &json(2, 100_000)),
        Input::new("in.arrow", Format::Arrow, &arrow(1)),
        Input::new("in.parquet", Format::Parquet, &parquet(1, 7000)),
    ] {
        let position = input.position_after(1);
        let mut bytes = fs::read(input.path()).unwrap();
        let size = bytes.len();
        let changed = format!("{}: this is not the file that the checkpoint was taken on", input.name);
        let end = "; start the run from the beginning";
        bytes[size - (size / 2).min(20_000)] ^= 1;
        fs::write(input.path(), &bytes).unwrap();
        let same_size = format!("{changed}: its size is still {size} bytes, but not all of them are the same{end}");
        assert_eq!(input.refusal(&position), same_size);
        if matches!(input.format, Format::Csv(_) | Format::JsonLines(_)) {
            bytes.push(b'\n');
            fs::write(input.path(), &bytes).unwrap();
            let expected = format!("{changed}: its size was {size} bytes and is {}{end}", size + 1);
            assert_eq!(input.refusal(&position), expected);
        }
    }
}

#[test]
fn positions_that_are_not_of_the_input_are_refused_and_never_a_panic() {
    let inputs = inputs();
    for (number, input) in inputs.iter().enumerate() {
        let position = input.position_after(3);
        for (other_number, other) in inputs.iter().enumerate() {
            let error = other.open().resume(&position).err().map(|error| error.to_string());
            assert_eq!(error.is_none(), number == other_number, "{}: {error:?}", other.name);
            assert!(error.is_none_or(|error| error.ends_with("; start the run from the beginning")));
        }
        for length in [0, 1, 7, 8, 9, position.len() - 1] {
            let expected = "its place in the checkpoint is damaged, or was written by another version of Leat";
            assert!(input.refusal(&position[..length]).contains(expected), "{}", input.name);
        }
        // Every number in it may be another one.
        let text = String::from_utf8_lossy(&position).into_owned();
        for (at, _) in text.match_indices(|c: char| c.is_ascii_digit()) {
            for digit in [b'0', b'9'] {
                let mut damaged = position.clone();
                damaged[at] = digit;
                let mut source = input.open();
                if source.resume(&damaged).is_ok() {
                    rest(&mut *source);
                }
            }
        }
    }
}

fn directory() -> Input {
    let input = Input::new("a.csv", csv_format(Compression::None), b"id,note\n1,a\n");
    fs::write(input.root.path().join("b.csv"), "id,note\n2,b\n").unwrap();
    Input { name: "*.csv".to_owned(), ..input }
}

fn refusal_after(change: impl Fn(&Path)) -> String {
    let input = directory();
    let position = input.position_after(1);
    change(input.root.path());
    input.refusal(&position)
}

#[test]
fn a_changed_list_of_files_is_refused_with_the_file() {
    let end = "; start the run from the beginning";
    let list = "*.csv: its files are not those that the checkpoint was taken on";
    assert_eq!(
        refusal_after(|root| fs::remove_file(root.join("b.csv")).unwrap()),
        format!("{list}: b.csv is gone{end}")
    );
    assert_eq!(
        refusal_after(|root| fs::write(root.join("aa.csv"), "id,note\n").unwrap()),
        format!("{list}: aa.csv is new{end}")
    );
    assert_eq!(
        refusal_after(|root| fs::write(root.join("b.csv"), "id,note\n2,c\n").unwrap()),
        format!(
            "b.csv: this is not the file that the checkpoint was taken on: its size is still 12 bytes, but not all of them \
             are the same{end}"
        )
    );
}
