//! Whole numbers that grow too large, divisions by zero, nulls where none are taken: the run fails, and says why.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array};
use leat_stream::node_info::Value;
use leat_stream::schema::DataType;

use crate::support::{Case, Table};

fn numbers() -> [Table; 1] {
    let large: ArrayRef = Arc::new(Int64Array::from(vec![i64::MAX, 1, -5]));
    let small: ArrayRef = Arc::new(Int32Array::from(vec![i32::MAX, 2, 0]));
    let doubles: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.5), None, Some(-2.0)]));
    let columns = [("large", DataType::Int64), ("small", DataType::Int32), ("x", DataType::Float64)];
    [Table::new("numbers", &columns, vec![large, small, doubles])]
}

fn failure(sql: &str) -> String {
    Case::of(sql).rows(&numbers()).expect_err("the query fails")
}

#[test]
fn whole_numbers_never_wrap_around() {
    for sql in [
        "select large + 1 as y from numbers",
        "select large * 2 as y from numbers",
        "select -large - 2 as y from numbers",
        "select small + small as y from numbers",
        "select count(*) as n from numbers where large + 1 > 0",
        "select large * 2 as y, sum(small) as n from numbers group by large * 2",
        "select a.large from numbers a join numbers b on a.large + 1 = b.large",
    ] {
        assert!(failure(sql).to_lowercase().contains("overflow"), "{sql}: {}", failure(sql));
    }
}

#[test]
fn a_sum_of_whole_numbers_never_wraps_around() {
    let said = failure("select sum(large) as total from numbers where large > 0");
    assert!(said.contains("9223372036854775808 is larger than an int64 holds"), "{said}");
    let grouped = failure("select small > 0 as g, sum(large) as total from numbers where large > 0 group by small > 0");
    assert!(grouped.contains("larger than an int64 holds"), "{grouped}");
    // Only the result counts, not how it was reached.
    let back = Case::of("select sum(large) as total from numbers").rows(&numbers()).unwrap();
    assert_eq!(back, [[(i64::MAX - 4).to_string()]]);
}

#[test]
fn a_sum_over_a_window_forgets_what_has_left_it() {
    let sql = "select large, sum(small) over (order by large rows between 1 preceding and current row) as s from numbers \
               where small < 100 order by large";
    assert_eq!(Case::of(sql).rows(&numbers()).unwrap(), [["-5", "0"], ["1", "2"]]);
}

#[test]
fn a_division_of_whole_numbers_by_zero_is_an_error_and_of_doubles_infinite() {
    assert!(
        failure("select 1 / small as y from numbers").contains("Divide by zero"),
        "{}",
        failure("select 1 / small as y from numbers")
    );
    let rows = Case::of("select x / 0 as y from numbers").rows(&numbers()).unwrap();
    assert_eq!(rows, [["inf"], ["null"], ["-inf"]]);
}

#[test]
fn a_null_that_a_reader_does_not_take_is_named_with_its_column() {
    let case = Case { not_null: &["x"], ..Case::of("select x from numbers") };
    let said = case.rows(&numbers()).unwrap_err();
    assert!(said.contains("column `x` of the result holds a null") && said.contains("coalesce(x"), "{said}");
}

#[test]
fn a_parameter_is_a_value_whatever_is_in_it() {
    let case =
        Case::of("select count(*) as n from numbers where 'a' <> $1").with("t", Value::Text("x' or 1=1 --".into()));
    assert_eq!(case.rows(&numbers()).unwrap(), [["3"]]);
    let case = Case::of("select x * $1 as y from numbers where large < $2 and $3")
        .with("f", Value::Float64(2.0))
        .with("i", Value::Int64(-4))
        .with("b", Value::Boolean(true));
    assert_eq!(case.rows(&numbers()).unwrap(), [["-4.00000000000e0"]]);
}

#[test]
fn the_clock_of_a_query_stands_at_the_start_of_its_run() {
    let sql =
        "select distinct cast(current_date as date) as d from numbers where now() = timestamp '2024-01-31T12:00:00Z'";
    assert_eq!(Case::of(sql).rows(&numbers()).unwrap(), [["day 19753"]]);
}

#[test]
fn a_cast_that_does_not_fit_is_an_error() {
    let said = failure("select cast(large as int) as y from numbers");
    assert!(said.contains("9223372036854775807"), "{said}");
}
