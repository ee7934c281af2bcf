//! What a guest can claim of a column, and what is answered.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::*;

fn take(field: &Field, rows: usize, sent: Sent<'_>) -> Result<ArrayRef, String> {
    let span = Span { from: 0, count: rows };
    sent.check_lengths(field.data_type, rows)?;
    sent.bytes(field.data_type, span)?;
    sent.array(field, span)
}

fn offsets(offsets: &[u32]) -> Vec<u8> {
    offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect()
}

fn text(nullable: bool) -> Field {
    Field::new("t", DataType::Text, nullable)
}

#[test]
fn lengths_that_do_not_fit_the_rows_are_named() {
    let float = Field::new("x", DataType::Float64, false);
    let sent = |data| Sent { data, offsets: None, validity: None };
    assert_eq!(
        take(&float, 100, sent(&[0; 792])).unwrap_err(),
        "sent 792 bytes of data, where 100 rows of float64 take 800"
    );
    let flag = Field::new("b", DataType::Boolean, false);
    assert_eq!(take(&flag, 9, sent(&[0])).unwrap_err(), "sent 1 bytes of data, where 9 rows of boolean take 2");
    assert_eq!(take(&text(false), 1, sent(b"x")).unwrap_err(), "sent no offsets, which text must have");
}

#[test]
fn offsets_must_start_at_nought_never_fall_and_end_within_the_data() {
    let sent = |list: &[u32]| {
        let offsets = offsets(list);
        let sent = Sent { data: b"abcd", offsets: Some(&offsets), validity: None };
        take(&text(false), list.len() - 1, sent).map(|array| array.as_string::<i32>().value(0).to_owned())
    };
    assert_eq!(sent(&[0, 2, 4]).unwrap(), "ab");
    assert_eq!(sent(&[1, 2]).unwrap_err(), "the first offset is 1, where it must be 0");
    assert_eq!(sent(&[0, 3, 2]).unwrap_err(), "offset 2 is 2, below the one before, 3");
    assert_eq!(sent(&[0, 2, u32::MAX]).unwrap_err(), "offset 2 is 4294967295, beyond the 4 bytes of data");
}

#[test]
fn text_that_is_no_utf8_is_named_by_its_row() {
    let cut = offsets(&[0, 1, 2]);
    let sent = |data, offsets| Sent { data, offsets: Some(offsets), validity: None };
    let error = take(&text(false), 2, sent(b"a\xff", &cut)).unwrap_err();
    assert!(error.starts_with("row 1 is not UTF-8"), "{error}");
    // UTF-8 as a whole, cut within a character.
    let error = take(&text(false), 2, sent("ü".as_bytes(), &cut)).unwrap_err();
    assert!(error.starts_with("row 0 is not UTF-8"), "{error}");
}

#[test]
fn a_null_where_none_may_be_is_named_by_its_row() {
    let field = Field::new("i", DataType::Int32, false);
    let data = [0; 12];
    let sent = Sent { data: &data, offsets: None, validity: Some(&[0b1111_1011]) };
    assert_eq!(take(&field, 3, sent).unwrap_err(), "row 2 is null, and the column takes no nulls");
    let nullable = Field::new("i", DataType::Int32, true);
    assert_eq!(take(&nullable, 3, sent).unwrap().null_count(), 1);
}

#[test]
fn bits_beyond_the_last_row_count_for_nothing() {
    let nullable = Field::new("i", DataType::Int32, true);
    let sent = Sent { data: &[0; 12], offsets: None, validity: Some(&[0b0000_0111]) };
    assert_eq!(take(&nullable, 3, sent).unwrap().null_count(), 0);
}

#[test]
fn every_nan_leaves_as_the_same_nan() {
    let field = Field::new("x", DataType::Float64, false);
    let odd = f64::from_bits(0xfff8_dead_beef_0001);
    let data: Vec<u8> = [1.5, odd].iter().flat_map(|x: &f64| x.to_le_bytes()).collect();
    // One byte further on: nothing about the guest's memory says that a column is aligned.
    let unaligned: Vec<u8> = [0].into_iter().chain(data).collect();
    let sent = Sent { data: &unaligned[1..], offsets: None, validity: None };
    let array = take(&field, 2, sent).unwrap();
    let values = array.as_primitive::<Float64Type>();
    assert_eq!(values.value(0), 1.5);
    assert_eq!(values.value(1).to_bits(), f64::NAN.to_bits());
}

#[test]
fn a_decimal_of_too_many_digits_is_named_unless_it_is_null() {
    let field = Field::new("d", DataType::Decimal { precision: 4, scale: 2 }, true);
    let data: Vec<u8> = [9_999i128, -10_000].iter().flat_map(|d| d.to_le_bytes()).collect();
    let sent = |validity| Sent { data: &data, offsets: None, validity };
    assert_eq!(
        take(&field, 2, sent(None)).unwrap_err(),
        "row 1 holds -10000, which has more than the 4 digits of decimal(4,2)"
    );
    assert!(take(&field, 2, sent(Some(&[0b01]))).is_ok());
}

#[test]
fn a_later_span_keeps_its_own_rows() {
    let texts: Vec<String> = (0..20).map(|i| format!("t{i}")).collect();
    let data = texts.concat();
    let ends: Vec<u32> = [0]
        .into_iter()
        .chain(texts.iter().scan(0, |end, text| {
            *end += text.len() as u32;
            Some(*end)
        }))
        .collect();
    let offsets = offsets(&ends);
    let sent = Sent { data: data.as_bytes(), offsets: Some(&offsets), validity: None };
    let array = sent.array(&text(false), Span { from: 16, count: 4 }).unwrap();
    assert_eq!(array.as_string::<i32>().value(0), "t16");
    assert_eq!(array.as_string::<i32>().value(3), "t19");
}

proptest! {
    #[test]
    fn no_claim_about_a_column_makes_the_host_panic(
        data in vec(any::<u8>(), 0..80),
        noise in option::of(vec(any::<u8>(), 0..48)),
        near in option::of(vec(0u32..20, 0..12)),
        validity in option::of(vec(any::<u8>(), 0..4)),
        rows in 0usize..20,
        kind in 0usize..9,
        nullable: bool,
    ) {
        let near = near.map(|near| offsets(&near));
        let sent = Sent { data: &data, offsets: near.as_deref().or(noise.as_deref()), validity: validity.as_deref() };
        let decimal = DataType::Decimal { precision: 38, scale: -3 };
        let types = [
            DataType::Boolean, DataType::Int32, DataType::Int64, DataType::Float64, decimal, DataType::Date,
            DataType::Timestamp, DataType::Text, DataType::Binary,
        ];
        if let Ok(array) = take(&Field::new("c", types[kind], nullable), rows, sent) {
            prop_assert_eq!(array.len(), rows);
            prop_assert!(array.to_data().validate_full().is_ok());
        }
    }
}
