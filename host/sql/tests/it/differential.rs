//! Generated queries over small tables, here and in SQLite: the same rows. Where the two dialects mean different things
//! (integer overflow, division by zero, letter case in LIKE), the queries keep away or SQLite is told.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};
use leat_stream::plan::Minimize;
use leat_stream::schema::DataType;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::support::{Case, Table, double};

const QUERIES: usize = 400;

/// SplitMix64 (Steele, Lea, Flood 2014): the same queries every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).expect("it is below a usize")
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.next(of.len())]
    }

    fn null(&mut self) -> bool {
        self.next(8) == 0
    }
}

fn facts(dice: &mut Dice) -> Table {
    let rows = 60;
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let numbers = |dice: &mut Dice| -> ArrayRef {
        let number = |dice: &mut Dice| (!dice.null()).then(|| dice.next(9) as i64 - 3);
        Arc::new((0..rows).map(|_| number(dice)).collect::<Int64Array>())
    };
    let (k, n) = (numbers(dice), numbers(dice));
    let value = |dice: &mut Dice| (!dice.null()).then(|| dice.next(1_000) as f64 / 8.0 - 40.0);
    let x: ArrayRef = Arc::new((0..rows).map(|_| value(dice)).collect::<Float64Array>());
    let word = |dice: &mut Dice| (!dice.null()).then(|| dice.one(&["eu", "us", "asia", "", "Eu", "it's"]));
    let s: ArrayRef = Arc::new((0..rows).map(|_| word(dice)).collect::<StringArray>());
    let columns = [
        ("id", DataType::Int64),
        ("k", DataType::Int64),
        ("n", DataType::Int64),
        ("x", DataType::Float64),
        ("s", DataType::Text),
    ];
    Table::new("t", &columns, vec![ids, k, n, x, s]).cut(13)
}

fn names() -> Table {
    let keys: ArrayRef = Arc::new(Int64Array::from(vec![Some(0), Some(1), Some(2), None, Some(2), Some(77)]));
    let names: ArrayRef =
        Arc::new(StringArray::from(vec![Some("zero"), Some("one"), Some("two"), Some("none"), None, Some("far")]));
    let rates: ArrayRef = Arc::new(Float64Array::from(vec![0.5, 1.0, -2.0, 4.0, 0.25, 8.0]));
    let columns = [("k", DataType::Int64), ("name", DataType::Text), ("rate", DataType::Float64)];
    Table::new("u", &columns, vec![keys, names, rates])
}

fn sqlite(tables: &[Table]) -> Connection {
    let connection = Connection::open_in_memory().expect("SQLite opens");
    connection.execute_batch("pragma case_sensitive_like = on").expect("SQLite knows it");
    for table in tables {
        let columns: Vec<String> =
            table.fields.iter().map(|field| format!("{} {}", field.name, sqlite_type(field.data_type))).collect();
        connection.execute_batch(&format!("create table {} ({})", table.name, columns.join(", "))).expect("a table");
        for batch in &table.batches {
            for row in 0..batch.num_rows() {
                let values: Vec<String> = batch.columns().iter().map(|column| literal(column, row)).collect();
                let insert = format!("insert into {} values ({})", table.name, values.join(", "));
                connection.execute_batch(&insert).expect("a row");
            }
        }
    }
    connection
}

fn sqlite_type(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Int64 => "integer",
        DataType::Float64 => "real",
        _ => "text",
    }
}

fn literal(column: &dyn Array, row: usize) -> String {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float64Type, Int64Type};
    if column.is_null(row) {
        return "null".to_owned();
    }
    if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        numbers.value(row).to_string()
    } else if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        format!("{:?}", numbers.value(row))
    } else {
        format!("'{}'", column.as_string::<i32>().value(row).replace('\'', "''"))
    }
}

fn rows_of_sqlite(connection: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("SQLite does not know {sql}: {error}"));
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("it runs");
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{sql}: {error}")) {
        let cell = |at: usize| match row.get_ref(at).expect("the column is there") {
            ValueRef::Null => "null".to_owned(),
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Real(value) => double(value),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(_) => panic!("no test asks for bytes"),
        };
        found.push((0..columns).map(cell).collect());
    }
    found
}

fn number(dice: &mut Dice, depth: usize) -> String {
    match dice.next(if depth == 0 { 4 } else { 9 }) {
        0 => "t.n".to_owned(),
        1 => "t.k".to_owned(),
        2 => "t.id".to_owned(),
        3 => dice.one(&["0", "1", "2", "-3"]).to_owned(),
        4 => format!("({} + {})", number(dice, depth - 1), number(dice, depth - 1)),
        5 => format!("({} - {})", number(dice, depth - 1), number(dice, depth - 1)),
        6 => format!("({} * {})", number(dice, depth - 1), number(dice, depth - 1)),
        7 => format!("coalesce({}, 7)", number(dice, depth - 1)),
        _ => {
            format!(
                "case when {} then {} else {} end",
                condition(dice, depth - 1),
                number(dice, depth - 1),
                number(dice, depth - 1)
            )
        }
    }
}

fn condition(dice: &mut Dice, depth: usize) -> String {
    let compare = dice.one(&["=", "<>", "<", "<=", ">", ">="]);
    match dice.next(if depth == 0 { 4 } else { 10 }) {
        0 => format!("t.n {compare} 1"),
        1 => format!("t.s {compare} 'eu'"),
        2 => format!("t.x {compare} 2.5"),
        3 => format!("t.k is {}null", dice.one(&["", "not "])),
        4 => format!("({} and {})", condition(dice, depth - 1), condition(dice, depth - 1)),
        5 => format!("({} or {})", condition(dice, depth - 1), condition(dice, depth - 1)),
        6 => format!("not ({})", condition(dice, depth - 1)),
        7 => format!("t.n {}in (1, 2, -1)", dice.one(&["", "not "])),
        8 => format!("{} between -1 and {}", number(dice, depth - 1), number(dice, depth - 1)),
        _ => dice
            .one(&[
                "t.s like '%u%'",
                "t.s like 'e_'",
                "exists (select 1 from u where u.k = t.k)",
                "t.k in (select k from u where k is not null)",
                "t.x > (select avg(x) from t)",
                "upper(t.s) = 'EU'",
            ])
            .to_owned(),
    }
}

fn aggregate(dice: &mut Dice) -> String {
    match dice.next(7) {
        0 => "count(*)".to_owned(),
        1 => format!("sum({})", number(dice, 2)),
        2 => format!("min({})", number(dice, 1)),
        3 => "max(t.s)".to_owned(),
        4 => "avg(t.x)".to_owned(),
        5 => format!("count(distinct {})", number(dice, 1)),
        _ => "sum(t.x)".to_owned(),
    }
}

/// A query, and whether it says the order of its rows.
fn query(dice: &mut Dice) -> (String, bool) {
    let filter = condition(dice, 2);
    match dice.next(9) {
        0 => (format!("select t.id, {} as a, {} as b from t where {filter}", number(dice, 3), number(dice, 2)), false),
        1 => {
            let (a, b) = (aggregate(dice), aggregate(dice));
            (format!("select t.k, {a} as a, {b} as b from t where {filter} group by t.k"), false)
        }
        2 => {
            let (a, b) = (aggregate(dice), number(dice, 1));
            (format!("select t.s, t.n, {a} as a from t group by t.s, t.n having sum({b}) > 0 or t.n > 0"), false)
        }
        3 => {
            let join = dice.one(&["join", "left join"]);
            (format!("select t.id, u.name, t.x * u.rate as y from t {join} u on t.k = u.k where {filter}"), false)
        }
        4 => {
            let (by, limit) = (number(dice, 2), 1 + dice.next(30));
            let way = dice.one(&["asc", "desc"]);
            let select = format!("select t.id, {by} as a from t where {filter}");
            (format!("{select} order by a {way} nulls last, t.id limit {limit}"), true)
        }
        5 => (format!("select distinct {} as a, t.s from t where {filter}", number(dice, 1)), false),
        6 => {
            let over = "over (partition by t.k order by t.id)";
            let function = dice.one(&["row_number()", "sum(t.n)", "count(t.x)", "lag(t.n)", "max(t.x)"]);
            (format!("select t.id, {function} {over} as w from t where {filter}"), false)
        }
        7 => {
            let with = format!("with g as (select t.k as k, {} as a from t group by t.k)", aggregate(dice));
            (format!("{with} select u.name, g.a from u left join g on g.k = u.k"), false)
        }
        _ => {
            let set = dice.one(&["union", "union all", "except", "intersect"]);
            (format!("select t.k as a from t where {filter} {set} select u.k from u"), false)
        }
    }
}

#[test]
fn generated_queries_give_the_rows_that_sqlite_gives() {
    let mut dice = Dice(20_261_122);
    let tables = [facts(&mut dice), names()];
    let sqlite = sqlite(&tables);
    let mut with_rows = 0;
    for number in 0..QUERIES {
        let (sql, ordered) = query(&mut dice);
        let minimize = if number % 3 == 0 { Minimize::Memory } else { Minimize::Time };
        let case = Case { minimize, ..Case::of(&sql) };
        let mut ours = case.rows(&tables).unwrap_or_else(|error| panic!("query {number}: {sql}\n{error}"));
        assert_eq!(case.rows(&tables).as_ref(), Ok(&ours), "query {number} gives other bytes the second time: {sql}");
        let mut theirs = rows_of_sqlite(&sqlite, &sql);
        if !ordered {
            ours.sort();
            theirs.sort();
        }
        with_rows += usize::from(!ours.is_empty());
        assert_eq!(ours, theirs, "query {number}: {sql}");
    }
    assert!(with_rows > QUERIES / 2, "only {with_rows} of {QUERIES} queries gave any rows");
}
