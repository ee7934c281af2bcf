//! `where=` by itself.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use leat_flow::step::Condition;
use leat_sql::{Bounds, Filter, bind_condition};
use leat_stream::node_info::Value;
use leat_stream::plan::{Parameter, Query};
use leat_stream::schema::DataType;

use crate::support::{Table, cell};

fn trades() -> Table {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3), Some(4)]));
    let books: ArrayRef = Arc::new(StringArray::from(vec!["A", "B", "A", "C"]));
    Table::new("trades", &[("id", DataType::Int64), ("book", DataType::Text)], vec![ids, books])
}

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        parameters: vec![Parameter { name: "b".to_owned(), value: Value::Text("A".into()) }],
    }
}

fn kept(text: &str) -> Result<Vec<String>, String> {
    let table = trades();
    bind_condition(&query(text), &table.fields).map_err(|problem| problem.message)?;
    let filter = Filter::new(&query(text), &table.fields, 0).map_err(|error| error.to_string())?;
    let batch = filter.keep(&table.batches[0]).map_err(|error| error.to_string())?;
    Ok((0..batch.num_rows()).map(|row| cell(batch.column(1), row) + &cell(batch.column(0), row)).collect())
}

#[test]
fn records_for_which_it_is_true_stay_in_their_order() {
    assert_eq!(kept("book = $1").unwrap(), ["A1", "A3"]);
    assert_eq!(kept("id > 1").unwrap(), ["A3", "C4"]);
    assert_eq!(kept("id is null or book in ('C', 'D')").unwrap(), ["Bnull", "C4"]);
    assert_eq!(kept("1 = 1").unwrap().len(), 4);
    assert_eq!(kept("false").unwrap().len(), 0);
}

#[test]
fn it_reads_the_columns_it_names() {
    assert_eq!(bind_condition(&query("book = $1 and id < 5"), &trades().fields).unwrap(), [0, 1]);
    assert_eq!(bind_condition(&query("book = $1"), &trades().fields).unwrap(), [1]);
}

#[test]
fn what_is_not_true_or_false_or_names_another_column_is_refused() {
    assert!(kept("id + 1").unwrap_err().contains("must be true or false"));
    let problem = bind_condition(&query("idd = 1"), &trades().fields).unwrap_err();
    assert_eq!((problem.message.as_str(), problem.place), ("there is no column `idd` here", Some(0..3)));
    assert_eq!(problem.help.as_deref(), Some("did you mean `id`? Columns are told apart by letter case"));
    assert!(kept("id in (select id from record)").unwrap_err().contains("no query"));
    assert!(kept("random() > 0.5").unwrap_err().contains("differently each time"));
    assert!(kept("id = 1; drop").is_err());
    assert!(kept("").is_err());
}

#[test]
fn what_cannot_be_said_of_a_record_fails_and_names_the_condition() {
    let said = kept("10 / (id - 3) > 1").unwrap_err();
    assert!(said.contains("where=") && said.contains("Divide by zero"), "{said}");
}

#[test]
fn a_part_of_a_file_that_cannot_hold_a_record_is_ruled_out_and_no_other() {
    let bounds = |from: i64, to: i64, nulls: u64| {
        let one = |value: i64| -> Option<ArrayRef> { Some(Arc::new(Int64Array::from(vec![value]))) };
        let book = Bounds { min: None, max: None, nulls: Some(0) };
        [Bounds { min: one(from), max: one(to), nulls: Some(nulls) }, book]
    };
    let may =
        |text: &str, bounds: &[Bounds]| Filter::new(&query(text), &trades().fields, 0).unwrap().may_keep(10, bounds);
    assert!(!may("id > 9", &bounds(1, 9, 0)) && may("id > 9", &bounds(1, 10, 0)));
    assert!(!may("id = 3 and book = 'A'", &bounds(4, 9, 2)) && may("id = 3 or book = 'A'", &bounds(4, 9, 0)));
    assert!(!may("id is null", &bounds(1, 9, 0)) && may("id is null", &bounds(1, 9, 1)));
    assert!(!may("id in (1, 2)", &bounds(3, 9, 0)) && may("id in (1, 3)", &bounds(3, 9, 0)));
    assert!(may("10 / id > 3", &bounds(4, 9, 0)), "what is not understood rules nothing out");
    assert!(may("id > 9", &[Bounds::default(), Bounds::default()]), "a file that says nothing is read");
}
