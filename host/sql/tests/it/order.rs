//! The order of rows is defined, whatever the memory and however the batches are cut.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};
use leat_stream::plan::Minimize;
use leat_stream::schema::DataType;

use crate::support::{Case, Table};

const ROWS: i64 = 20_000;

/// `facts`, many rows in no order; `names`, one for each key, backwards.
fn tables() -> [Table; 2] {
    let keys: Vec<i64> = (0..ROWS).map(|row| row * 7_919 % 5_003).collect();
    let values: ArrayRef = Arc::new(Float64Array::from_iter_values((0..ROWS).map(|row| (row % 101) as f64 / 7.0)));
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..ROWS));
    let facts = [("id", DataType::Int64), ("k", DataType::Int64), ("v", DataType::Float64)];
    let names: Vec<i64> = (0..5_003).rev().collect();
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values(names.iter().map(|key| format!("name {key}"))));
    [
        Table::new("facts", &facts, vec![ids, Arc::new(Int64Array::from(keys)), values]).cut(4096),
        Table::new(
            "names",
            &[("k", DataType::Int64), ("name", DataType::Text)],
            vec![Arc::new(Int64Array::from(names)), texts],
        )
        .cut(1000),
    ]
}

fn rows(sql: &str, minimize: Minimize, memory_bytes: u64) -> Vec<Vec<String>> {
    Case { minimize, memory_bytes, ..Case::of(sql) }.rows(&tables()).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[test]
fn a_join_keeps_the_order_of_the_first_queue() {
    for sql in [
        "select id, name from facts join names on facts.k = names.k",
        "select id, name from facts left join names on facts.k = names.k and names.k > 100",
        "select id from facts where k in (select k from names where k > 10)",
        "select id, a.name from facts, names a where facts.k = a.k and a.k < 50",
    ] {
        let rows = rows(sql, Minimize::Time, 1 << 30);
        let ids: Vec<i64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert!(!ids.is_empty() && ids.is_sorted(), "{sql}");
    }
}

#[test]
fn what_was_grouped_is_sorted_by_its_columns() {
    for sql in [
        "select k, sum(v) as total from facts group by k",
        "select distinct k, v from facts",
        "select k, v from facts where id < 100 union select k, 0 from names where k < 10",
    ] {
        let rows = rows(sql, Minimize::Time, 1 << 30);
        let keys: Vec<i64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert!(keys.len() > 1 && keys.is_sorted(), "{sql}");
    }
}

#[test]
fn an_order_by_is_kept_and_its_ties_are_told_apart_by_the_other_columns() {
    let rows = rows("select v, id from facts order by v desc limit 300", Minimize::Time, 1 << 30);
    let keys: Vec<(f64, i64)> =
        rows.iter().map(|row| (-row[0].parse::<f64>().unwrap(), row[1].parse().unwrap())).collect();
    assert_eq!(keys.len(), 300);
    assert!(keys.is_sorted());
}

#[test]
fn the_same_rows_come_with_little_memory_and_much() {
    for (sql, minimize) in [
        ("select k, sum(id) as s, count(*) as n from facts group by k", Minimize::Time),
        ("select id, name from facts join names on facts.k = names.k", Minimize::Memory),
        ("select * from facts order by v, k", Minimize::Time),
        ("select id, row_number() over (partition by k order by id) as n from facts", Minimize::Time),
    ] {
        assert_eq!(rows(sql, minimize, 1 << 30), rows(sql, minimize, 24 << 20), "{sql}");
    }
}

#[test]
fn a_large_result_goes_over_disk_and_comes_back_whole() {
    let wide = "select id, repeat('x', 4000) as filling from facts order by id desc";
    let rows = rows(wide, Minimize::Time, 64 << 20);
    assert_eq!(rows.len(), ROWS as usize);
    assert_eq!(rows[0][0], (ROWS - 1).to_string());
}

#[test]
fn what_neither_memory_nor_disk_holds_is_named_with_the_way_out() {
    let sql =
        "select f.id, n.filling from facts f join (select k, repeat('x', 20000) as filling from names) n on f.k = n.k";
    let case = Case { memory_bytes: 16 << 20, ..Case::of(sql) };
    let said = case.rows(&tables()).unwrap_err();
    assert!(said.contains("memory=\"…\"") && said.contains("minimize=memory"), "{said}");
}

#[test]
fn a_table_that_is_read_twice_is_two_ports() {
    let rows = rows("select count(*) as n from facts a join facts b on a.id = b.k", Minimize::Time, 1 << 30);
    assert_eq!(rows, [[ROWS.to_string()]]);
}
