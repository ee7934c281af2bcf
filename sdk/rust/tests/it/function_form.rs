//! Nodes that are functions of one record.

use leat_sdk::contract::{Content, ValueType};
use leat_sdk::{Params, Record, Value, testing};

#[derive(Record)]
struct Trade<'a> {
    book: &'a str,
    amount: f64,
    note: Option<String>,
}

#[derive(Params)]
struct Limits {
    /// The largest amount
    /// that is taken.
    ///
    /// More of it.
    #[param(default = 100)]
    most: f64,
    #[param(default = "all", rename = "book")]
    only_book: String,
}

#[derive(Record, Debug, PartialEq)]
struct Scaled {
    value: f64,
}

/// Doubles an amount.
#[leat_sdk::node]
fn double(trade: Trade<'_>) -> Scaled {
    Scaled { value: 2.0 * trade.amount }
}

/// Leaves out what is of another book.
#[leat_sdk::node(pass(id, "Trade Note", amount))]
fn choose(trade: Trade<'_>, limits: &Limits) -> Option<Scaled> {
    let wanted = limits.only_book == "all" || limits.only_book == trade.book;
    wanted.then_some(Scaled { value: trade.amount })
}

#[leat_sdk::node(pass(id))]
fn refuse(trade: Trade<'_>, limits: &Limits) -> Result<Scaled, String> {
    if trade.amount > limits.most {
        return Err(format!("{} is more than {}", trade.amount, limits.most));
    }
    Ok(Scaled { value: trade.amount })
}

#[leat_sdk::node(pass(id))]
fn repeat(trade: Trade<'_>) -> Vec<Scaled> {
    (0..trade.amount as usize).map(|n| Scaled { value: n as f64 }).collect()
}

#[derive(Record)]
struct Words<'a> {
    book: &'a str,
    note: Option<&'a str>,
}

/// Answers may borrow from the record.
#[leat_sdk::node]
fn words<'a>(trade: Words<'a>) -> Result<[Words<'a>; 2], &'static str> {
    if trade.book.is_empty() {
        return Err("no book");
    }
    let (first, rest) = trade.book.split_at(1);
    Ok([Words { book: first, note: None }, Words { book: rest, note: trade.note }])
}

#[derive(Record, Debug, PartialEq)]
struct Input {
    id: i64,
    amount: f64,
    #[record(rename = "Trade Note")]
    trade_note: Option<String>,
    book: String,
    note: Option<String>,
}

fn input(id: i64, book: &str, amount: f64) -> Input {
    let note = Some(format!("note {id}"));
    Input { id, amount, trade_note: note, book: book.to_owned(), note: None }
}

#[derive(Record, Debug, PartialEq)]
struct Numbered {
    id: i64,
    value: f64,
}

fn numbered(pairs: &[(i64, f64)]) -> Vec<Numbered> {
    pairs.iter().map(|&(id, value)| Numbered { id, value }).collect()
}

#[test]
fn the_description_says_what_the_code_says() {
    let info = testing::describe::<choose>();
    assert_eq!((info.name.as_str(), info.description.as_str()), ("choose", "Leaves out what is of another book."));
    let fields: Vec<_> = info.inputs[0].fields.iter().map(|f| (f.name.as_str(), f.read.is_some())).collect();
    assert_eq!(fields, [("book", true), ("amount", true), ("note", true), ("id", false), ("Trade Note", false)]);
    let passed: Vec<_> =
        info.outputs[0].fields.iter().map(|f| (f.name.as_str(), matches!(f.content, Content::Passed { .. }))).collect();
    assert_eq!(passed, [("id", true), ("Trade Note", true), ("amount", true), ("value", false)]);
    let [most, book] = &info.parameters[..] else { panic!("two parameters") };
    assert_eq!((most.name.as_str(), most.value_type), ("most", ValueType::Float64));
    assert_eq!(
        (most.default.clone(), most.description.as_str()),
        (Some(Value::Float64(100.0)), "The largest amount that is taken.")
    );
    assert_eq!((book.name.as_str(), book.default.clone()), ("book", Some(Value::Text("all".to_owned()))));
}

#[test]
fn every_record_is_answered_whatever_the_batches() {
    for batch_rows in [1, 2, 3, 4096] {
        let inputs = (1..=7).map(|id| input(id, "a", id as f64));
        let run = testing::of::<double>().batch_rows(batch_rows).input(0, inputs).run().unwrap();
        let values: Vec<f64> = run.output::<Scaled>(0).iter().map(|s| s.value).collect();
        assert_eq!(values, [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0], "{batch_rows} rows a batch");
    }
}

#[test]
fn passed_columns_follow_the_records_that_are_kept() {
    #[derive(Record, Debug, PartialEq)]
    struct Kept {
        id: i64,
        #[record(rename = "Trade Note")]
        note: Option<String>,
        amount: f64,
        value: f64,
    }
    let inputs = [input(1, "a", 1.5), input(2, "b", 2.5), input(3, "a", 3.5)];
    let run = testing::of::<choose>().param("book", "a").batch_rows(2).input(0, inputs).run().unwrap();
    let kept = |id, amount| Kept { id, note: Some(format!("note {id}")), amount, value: amount };
    assert_eq!(run.output::<Kept>(0), [kept(1, 1.5), kept(3, 3.5)]);
}

#[test]
fn a_refused_record_is_left_out_with_its_reason() {
    let inputs = [input(1, "a", 100.0), input(2, "a", 101.0), input(3, "a", 7.0), input(4, "a", 101.0)];
    let run = testing::of::<refuse>().batch_rows(3).input(0, inputs).run().unwrap();
    assert_eq!(run.output::<Numbered>(0), numbered(&[(1, 100.0), (3, 7.0)]));
    let refused: Vec<(usize, String)> = run.rejected().iter().map(|r| (r.row, r.reason.clone())).collect();
    let reason = || "101 is more than 100".to_owned();
    assert_eq!(refused, [(1, reason()), (3, reason())]);
}

#[test]
fn one_record_may_become_many_or_none() {
    let inputs = [input(1, "a", 2.0), input(2, "a", 0.0), input(3, "a", 1.0)];
    let run = testing::of::<repeat>().input(0, inputs).run().unwrap();
    assert_eq!(run.output::<Numbered>(0), numbered(&[(1, 0.0), (1, 1.0), (3, 0.0)]));
}

#[test]
fn many_records_of_one_leave_in_batches() {
    let run = testing::of::<repeat>().input(0, [input(1, "a", 10_000.0), input(2, "a", 1.0)]).run().unwrap();
    assert_eq!(run.batches(0), [4096, 4096, 1809]);
    assert_eq!(run.output::<Numbered>(0).last(), Some(&Numbered { id: 2, value: 0.0 }));
}

#[test]
fn answers_may_borrow_from_the_record() {
    #[derive(Record)]
    struct Text {
        book: String,
        note: Option<String>,
    }
    let text = |book: &str, note: Option<&str>| Text { book: book.to_owned(), note: note.map(str::to_owned) };
    let inputs = [text("ab", Some("x")), text("", None), text("é".repeat(0).as_str(), None), text("c", None)];
    let run = testing::of::<words>().input(0, inputs).run().unwrap();
    let out: Vec<_> = run.output::<Words<'_>>(0).iter().map(|w| (w.book, w.note)).collect();
    assert_eq!(out, [("a", None), ("b", Some("x")), ("c", None), ("", None)]);
    assert_eq!(run.rejected().len(), 2);
}

#[test]
fn input_that_does_not_fit_is_an_error_that_names_the_column() {
    let failed = testing::of::<double>().input(0, [Scaled { value: 1.0 }]).run().unwrap_err();
    assert_eq!(failed.to_string(), "open: input `input` asks for column `book`; the test's records have value");

    let failed = testing::of::<double>().param("rate", 0.5).run().unwrap_err();
    assert_eq!(failed.to_string(), "open: the node declares no parameter `rate`");

    let failed = testing::of::<refuse>().param("most", "high").run().unwrap_err();
    assert_eq!(failed.to_string(), "open: parameter `most` should be of type Float64, got Text(\"high\")");
}
