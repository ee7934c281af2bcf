//! What is wrong with a query is said at its place.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use leat_stream::schema::DataType;

use crate::support::{Case, Table};

fn known() -> [Table; 2] {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    [
        Table::new("t", &[("id", DataType::Int64), ("book", DataType::Text)], vec![Arc::clone(&numbers), texts]),
        Table::new("u", &[("id", DataType::Int64), ("Rate", DataType::Int64)], vec![Arc::clone(&numbers), numbers]),
    ]
}

/// What is said first, and of which words.
fn said(sql: &str) -> (String, Option<String>) {
    let problem = Case::of(sql).problems(&known()).remove(0);
    (problem.message, problem.place.map(|place| sql[place].to_owned()))
}

#[test]
fn what_does_not_bind_is_named_with_its_word() {
    for (sql, message, word) in [
        ("select bok from t", "there is no column `bok` here", "bok"),
        ("select id,\n  t.bok from t", "there is no column `t.bok` here", "bok"),
        ("select rate from u", "there is no column `rate` here", "rate"),
        ("select id from t join u on t.id = u.id", "`id` could be a column of several queues", "id"),
        (
            "select uuid() as x from t",
            "`uuid()` answers differently each time, and a run gives the same result again",
            "uuid",
        ),
        ("select x.y.z.* from x.y.z", "`x.y.z` is no queue", "x.y.z"),
        (
            "select null as nothing from t",
            "column `nothing` of the result is always null and so has no type: write `cast(null as double)`",
            "nothing",
        ),
    ] {
        assert_eq!(said(sql), (message.to_owned(), Some(word.to_owned())), "{sql}");
    }
}

#[test]
fn what_is_no_sql_is_named_where_it_stops_making_sense() {
    let (message, word) = said("select sum(id as x from t");
    assert!(message.starts_with("expected"), "{message}");
    assert_eq!(word.as_deref(), Some("as"));
    assert!(said("select id from t where").0.contains("EOF"));
    assert_eq!(said("select 'é' as x from t wher id = 1").1.as_deref(), Some("id"));
}

#[test]
fn what_is_no_query_is_refused() {
    for sql in
        ["drop table t", "insert into t values (1)", "explain select 1", "copy t to 'x.csv'", "select 1; select 2", ""]
    {
        assert!(said(sql).0.contains("query"), "{sql}: {:?}", said(sql));
    }
    assert!(said("select id into other from t").0.contains("INTO"));
}

#[test]
fn types_that_do_not_fit_are_named() {
    assert!(said("select id + book as x from t").0.contains("Int64 + Utf8"));
    assert!(said("select array_agg(id) as l from t").0.contains("which a queue cannot carry"));
    assert_eq!(said("select id, id from t").0, "two columns of the result are called `id`");
    assert!(said("select nonsense(id) as x from t").0.contains("nonsense"));
}

#[test]
fn a_query_nested_beyond_reason_is_refused_and_does_not_end_the_process() {
    let deep = format!("select {}id{} as x from t", "(".repeat(5_000), ")".repeat(5_000));
    assert!(!said(&deep).0.is_empty());
    let long = format!("select {} as x from t", vec!["id"; 3_000].join(" + "));
    // Long is not deep: it runs, or is refused in words.
    let _ = Case::of(&long).rows(&known());
}

#[test]
fn a_file_is_only_ever_the_name_of_a_queue() {
    let named = leat_sql::tables("select * from '/etc/passwd'").unwrap();
    assert_eq!(named[0].name, "/etc/passwd");
}
