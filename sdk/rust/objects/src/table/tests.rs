//! What a control table promises.

use super::*;

const DATED: &str = "\
# description = 'Loss given default'
segment,valid_from,valid_to,lgd,floor,note
mortgage,2000-01-01,2008-12-31,0.2,1,old
mortgage,2009-01-01,,0.35,1,
card,,,0.8,2,
";

fn faults(text: &str) -> String {
    ControlTable::read(text).unwrap_err().to_string()
}

fn on(day: &str) -> Option<i32> {
    day_from_text(day)
}

#[test]
fn the_row_in_force_on_a_day_is_found() {
    let table = ControlTable::read(DATED).unwrap();
    assert_eq!(table.columns, ["lgd", "floor", "note"]);
    assert_eq!(table.types, [ValueType::Float64, ValueType::Int64, ValueType::Text]);
    let lgd = |key: &str, day: &str| table.row(&[key], on(day)).unwrap()[0].clone();
    assert_eq!(lgd("mortgage", "2008-12-31"), Some(Value::Float64(0.2)));
    assert_eq!(lgd("mortgage", "2009-01-01"), Some(Value::Float64(0.35)));
    assert_eq!(lgd("card", "1900-01-01"), Some(Value::Float64(0.8)));
    assert_eq!(table.row(&["card"], on("2000-01-01")).unwrap()[2], None);
    let problem = table.row(&["mortgage"], on("1999-12-31")).unwrap_err();
    assert_eq!(problem, TableProblem::NotInForce("no row `mortgage` is in force on 1999-12-31".to_owned()));
    assert!(matches!(table.row(&["auto"], on("2000-01-01")), Err(TableProblem::UnknownKey(_))));
    assert!(matches!(table.row(&["card"], None), Err(TableProblem::Misused(_))));
    assert!(matches!(table.row(&["card", "x"], on("2000-01-01")), Err(TableProblem::Misused(_))));
}

#[test]
fn a_table_with_first_days_alone_ends_each_row_where_the_next_begins() {
    let table = ControlTable::read("k,valid_from,x\na,2010-01-01,2\na,2005-01-01,1\n").unwrap();
    let x = |day: &str| table.row(&["a"], on(day)).map(|row| row[0].clone());
    assert_eq!(x("2009-12-31"), Ok(Some(Value::Int64(1))));
    assert_eq!(x("2030-01-01"), Ok(Some(Value::Int64(2))));
    assert!(x("2004-12-31").is_err());
}

#[test]
fn a_key_may_have_several_columns() {
    let table = ControlTable::read("# key = ['a', 'b']\na,b,x\n1,2,5\n1,3,6\n").unwrap();
    assert_eq!(table.row(&["1", "3"], None).unwrap(), [Some(Value::Int64(6))]);
    assert!(faults("# key = ['a', 'c']\na,b,x\n1,2,5\n").contains("key names `c`, which is no column here"));
}

#[test]
fn rows_that_overlap_or_stand_there_twice_are_named_with_both_lines() {
    let said = faults(&DATED.replace("2008-12-31", "2009-01-01"));
    assert!(said.contains("4: row `mortgage` is in force on 2009-01-01 twice, by line 3 too"), "{said}");
    let said = faults("k,x\na,1\na,2\n");
    assert!(said.contains("3: row `a` stands there twice, first in line 2"), "{said}");
    let said = faults("k,valid_from,x\na,2010-01-01,2\na,2010-01-01,1\n");
    assert!(said.contains("3: row `a` is in force on 2010-01-01 twice"), "{said}");
}

#[test]
fn bad_cells_are_named_with_their_places() {
    let said = faults(
        "# types = { x = 'float64' }\nk,valid_from,valid_to,x\na,yesterday,,1\nb,2010-01-02,2010-01-01,one\n,,,\"1\"\nc,,1\n",
    );
    for fault in [
        "3:3: \"yesterday\" is not a day",
        "4:25: column `x`: \"one\" is not a number",
        "4: valid_to 2010-01-01 is before valid_from 2010-01-02",
        "5:1: column `k`: a hole: expected a key",
        "6: 3 cells, where the header has 4",
    ] {
        assert!(said.contains(fault), "{fault}\nin\n{said}");
    }
    assert!(faults("# types = { y = 'int' }\nk,x\na,1\n").contains("\"int\" is not a type"));
    assert!(faults("k\na\n").contains("no column besides the key"));
}
