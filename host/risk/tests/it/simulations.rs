//! Simulations from CSV and Parquet: any range of draws, the same from both, and files that are not what they should be.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::{numbers, open, playpen, simulation};

/// More draws than fit one block of two variables (65,536).
const DRAWS: usize = 150_000;

fn value(draw: usize, variable: usize) -> f64 {
    draw as f64 / 8.0 + variable as f64 * 1000.0
}

fn csv(draws: usize) -> Vec<u8> {
    let mut text = String::from("# description = 'made up'\r\n\r\ndraw,x,y\r\n");
    for draw in 0..draws {
        write!(text, "{draw},{},{}\r\n", value(draw, 0), value(draw, 1)).unwrap();
    }
    text.into_bytes()
}

fn parquet_of(columns: Vec<(&str, ArrayRef)>, group_rows: usize) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn parquet(draws: usize) -> Vec<u8> {
    let numbers = |variable| -> ArrayRef {
        Arc::new((0..draws).map(|draw| Some(value(draw, variable))).collect::<Float64Array>())
    };
    let draw: ArrayRef = Arc::new((0..draws as i64).collect::<Int64Array>());
    parquet_of(vec![("x", numbers(0)), ("draw", draw), ("y", numbers(1))], 40_000)
}

#[test]
fn any_range_of_draws_is_the_same_from_csv_and_parquet() {
    let root = playpen(&[
        ("c.simulation.csv", &csv(DRAWS)),
        ("p.simulation.parquet", &parquet(DRAWS)),
        ("p.simulation.toml", b"description = 'made up'\n"),
    ]);
    for name in ["c.simulation", "p.simulation"] {
        let held = open(root.path(), name).unwrap();
        let simulation = simulation(&held);
        assert_eq!((simulation.draws(), simulation.variables().join(" ")), (DRAWS as u64, "x y".to_owned()));
        assert_eq!(held.description(), "made up");
        // Within a block, across one's end, across a row group's, the last draws, and none.
        for (first, count) in [(0, 3), (65_530, 12), (39_990, 20), (DRAWS - 5, 5), (7, 0), (1, DRAWS - 1)] {
            let rows = numbers(&simulation.rows(first as u64, count).unwrap());
            let expected: Vec<f64> = (first..first + count).flat_map(|draw| [value(draw, 0), value(draw, 1)]).collect();
            assert_eq!(rows, expected, "{name}: {count} draws from {first}");
        }
        assert!(simulation.rows(DRAWS as u64, 1).unwrap_err().contains("1 draws from 150000 on"));
        assert!(simulation.rows(u64::MAX, 2).is_err());
    }
}

#[test]
fn the_settings_beside_a_parquet_file_are_part_of_its_content() {
    let file = parquet(10);
    let root = playpen(&[("p.simulation.parquet", &file)]);
    let alone = open(root.path(), "p.simulation").unwrap().digest;
    std::fs::write(root.path().join("risk/p.simulation.toml"), "description = 'x'\n").unwrap();
    assert_ne!(open(root.path(), "p.simulation").unwrap().digest, alone);
    std::fs::write(root.path().join("risk/p.simulation.toml"), "descr = 'x'\n").unwrap();
    let said = open(root.path(), "p.simulation").unwrap_err().to_string();
    assert!(said.starts_with("risk/p.simulation.toml:1:1: unknown field `descr`"), "{said}");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_noticed() {
    for (name, bytes) in [("s.simulation.csv", csv(10)), ("s.simulation.parquet", parquet(10))] {
        let root = playpen(&[(name, &bytes)]);
        let held = open(root.path(), "s.simulation").unwrap();
        std::fs::write(root.path().join("risk").join(name), &bytes[..bytes.len() - 4]).unwrap();
        let said = simulation(&held).rows(0, 1).unwrap_err();
        assert_eq!(said, format!("risk/{name}: it has changed while the run was reading it"));
    }
}

#[test]
fn what_a_parquet_file_lacks_is_named() {
    let floats = |values: &[Option<f64>]| -> ArrayRef { Arc::new(Float64Array::from(values.to_vec())) };
    let draws = |values: &[i64]| -> ArrayRef { Arc::new(Int64Array::from(values.to_vec())) };
    let x = floats(&[Some(1.0), Some(2.0)]);
    for (columns, said) in [
        (vec![("x", x.clone())], "there is no column `draw`"),
        (vec![("draw", x.clone()), ("x", x.clone())], "the column `draw` holds Float64: expected integers"),
        (vec![("draw", draws(&[0, 1]))], "0 variables: expected 1 to 4096"),
        (vec![("draw", draws(&[0, 1])), ("x", draws(&[0, 1]))], "the variable `x` holds Int64: expected doubles"),
        (vec![("draw", draws(&[0, 2])), ("x", x.clone())], "`draw` is 2 in row 1: draws count from 0"),
        (
            vec![("draw", draws(&[0, 1])), ("x", floats(&[Some(1.0), None]))],
            "variable `x` of draw 1 is null or not finite",
        ),
        (vec![("draw", draws(&[0])), ("x", floats(&[Some(f64::INFINITY)]))], "variable `x` of draw 0 is null or not"),
    ] {
        let root = playpen(&[("p.simulation.parquet", &parquet_of(columns, 100))]);
        let error = open(root.path(), "p.simulation").unwrap_err().to_string();
        assert!(error.starts_with("risk/p.simulation.parquet: ") && error.contains(said), "{error}");
    }
}

#[test]
fn a_parquet_file_that_is_cut_or_damaged_anywhere_is_an_error_and_no_panic() {
    let whole = parquet(50);
    for length in (0..whole.len()).step_by(5) {
        let root = playpen(&[("p.simulation.parquet", &whole[..length])]);
        assert!(open(root.path(), "p.simulation").is_err(), "cut at {length}");
    }
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0xff;
        let root = playpen(&[("p.simulation.parquet", &bytes)]);
        // Values may be other numbers now; what must not happen is a panic or draws that are not there.
        if let Ok(held) = open(root.path(), "p.simulation") {
            let simulation = simulation(&held);
            let draws = simulation.draws() as usize;
            assert_eq!(numbers(&simulation.rows(0, draws).unwrap()).len(), draws * simulation.variables().len());
        }
    }
}

#[test]
fn a_csv_file_with_a_line_beyond_all_bounds_or_no_text_is_an_error_with_its_line() {
    let mut long = b"draw,x\n0,1\n".to_vec();
    long.extend(vec![b'7'; 2 << 20]);
    let root = playpen(&[("s.simulation.csv", &long)]);
    let said = open(root.path(), "s.simulation").unwrap_err().to_string();
    assert!(said.contains("a line of more than 1048576 bytes"), "{said}");
    let root = playpen(&[("s.simulation.csv", b"draw,x\n0,\xff\n")]);
    let said = open(root.path(), "s.simulation").unwrap_err().to_string();
    assert!(said.contains("bytes that are not UTF-8"), "{said}");
}
