//! Every type of column, there and back.

use leat_sdk::contract::{Column, DataType, FieldType};
use leat_sdk::field::{Builder, Field};
use leat_sdk::{
    Batch, Block, Context, Date, Decimal, Input, Node, Output, Outputs, Ports, Record, Result, Timestamp, testing,
};

#[derive(Record, Debug, Clone, PartialEq)]
struct All {
    flag: bool,
    small: i32,
    large: i64,
    real: f64,
    amount: Decimal<18, 4>,
    day: Date,
    moment: Timestamp,
    text: String,
    bytes: Vec<u8>,
}

#[derive(Record, Debug, Clone, PartialEq)]
struct Maybe {
    flag: Option<bool>,
    small: Option<i32>,
    large: Option<i64>,
    real: Option<f64>,
    amount: Option<Decimal<18, 4>>,
    day: Option<Date>,
    moment: Option<Timestamp>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
}

fn all(n: i64) -> All {
    All {
        flag: n % 3 == 0,
        small: i32::MIN + n as i32,
        large: i64::MAX - n,
        real: n as f64 / 7.0,
        amount: Decimal::from_units(i128::from(n) * -12_345).unwrap(),
        day: Date::from_days(n as i32 - 5),
        moment: Timestamp::from_micros(n * 1_000_003),
        text: "é€x".repeat(n as usize % 4),
        bytes: vec![0xff; n as usize % 3],
    }
}

fn maybe(n: i64) -> Maybe {
    let All { flag, small, large, real, amount, day, moment, text, bytes } = all(n);
    let present = n % 2 == 0;
    Maybe {
        flag: present.then_some(flag),
        small: present.then_some(small),
        large: present.then_some(large),
        real: present.then_some(real),
        amount: present.then_some(amount),
        day: present.then_some(day),
        moment: present.then_some(moment),
        text: present.then_some(text),
        bytes: present.then_some(bytes),
    }
}

#[leat_sdk::node]
fn same(all: All) -> All {
    all
}

#[leat_sdk::node]
fn same_or_null(maybe: Maybe) -> Maybe {
    maybe
}

/// Passes everything on, by number and gathered.
struct Backwards;

impl leat_sdk::Named for Backwards {
    const NAME: &'static str = "backwards";
    const DESCRIPTION: &'static str = "";
}

impl Node for Backwards {
    type Params = ();

    fn ports() -> Ports {
        let input = Maybe::FIELDS.iter().fold(Input::new("input"), |input, f| input.carry(f.name));
        let output = Maybe::FIELDS.iter().fold(Output::new("output"), |output, f| output.pass("input", f.name));
        Ports::new().input(input).output(output)
    }

    fn open((): (), _: &Context) -> Result<Self> {
        Ok(Backwards)
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let backwards: Vec<u32> = (0..batch.rows() as u32).rev().collect();
        out.emit(0, Block::selected(batch, &backwards))
    }
}

#[test]
fn every_type_goes_through_a_node_unchanged() {
    let records: Vec<All> = (0..50).map(all).collect();
    for batch_rows in [1, 7, 4096] {
        let run = testing::of::<same>().batch_rows(batch_rows).input(0, records.clone()).run().unwrap();
        assert_eq!(run.output::<All>(0), records);
    }
}

#[test]
fn nulls_of_every_type_go_through_a_node_unchanged() {
    let records: Vec<Maybe> = (0..50).map(maybe).collect();
    for batch_rows in [1, 7, 4096] {
        let run = testing::of::<same_or_null>().batch_rows(batch_rows).input(0, records.clone()).run().unwrap();
        assert_eq!(run.output::<Maybe>(0), records);
    }
}

#[test]
fn selected_rows_of_every_type_are_gathered_in_their_order() {
    let records: Vec<Maybe> = (0..50).map(maybe).collect();
    let run = testing::of::<Backwards>().input(0, records.clone()).run().unwrap();
    let backwards: Vec<Maybe> = records.into_iter().rev().collect();
    assert_eq!(run.output::<Maybe>(0), backwards);
}

#[test]
fn records_without_nulls_fit_where_nulls_may_be() {
    let run = testing::of::<same_or_null>().input(0, (0..9).map(all)).run().unwrap();
    assert!(run.output::<Maybe>(0).iter().all(|m| m.text.is_some() && m.real.is_some()));
}

#[test]
fn the_layout_is_the_contracts() {
    let mut text = <Option<&str> as Field>::Builder::default();
    Some("ab").append_to(&mut text);
    None::<&str>.append_to(&mut text);
    Some("").append_to(&mut text);
    let offsets = [0_u32, 2, 2, 2].iter().flat_map(|o| o.to_le_bytes()).collect();
    assert_eq!(text.take(), Column { data: b"ab".to_vec(), offsets: Some(offsets), validity: Some(vec![0b101]) });
    assert_eq!(
        <Option<Decimal<9, 2>>>::TYPE,
        FieldType { data_type: DataType::Decimal { precision: 9, scale: 2 }, nullable: true }
    );
    let mut bits = <bool as Field>::Builder::default();
    (0..9).for_each(|n| (n % 8 == 0).append_to(&mut bits));
    assert_eq!(bits.take().data, [1, 1]);
}

#[test]
fn columns_that_are_too_short_are_an_error() {
    let short = |data: &[u8], offsets: Option<&[u8]>| Column {
        data: data.to_vec(),
        offsets: offsets.map(<[u8]>::to_vec),
        validity: None,
    };
    assert!(f64::reader(&short(&[0; 15], None), 2).is_err());
    assert!(bool::reader(&short(&[0], None), 9).is_err());
    assert!(<&str>::reader(&short(b"ab", None), 1).is_err());
    assert!(<&str>::reader(&short(b"ab", Some(&[0; 4])), 1).is_err());
    assert!(<&str>::reader(&short(b"\xff", Some(&[0, 0, 0, 0, 1, 0, 0, 0])), 1).is_err());
    let validity = Column { validity: Some(vec![0]), ..short(&[0; 72], None) };
    assert!(<Option<f64>>::reader(&validity, 9).is_err());
}
