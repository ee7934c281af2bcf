//! A node's state as bytes.

use leat_sdk::{Record, StateReader, StateWriter};

#[derive(Record, Clone, Debug, PartialEq)]
struct Mixed {
    key: Option<String>,
    amount: f64,
    flag: bool,
}

#[derive(Record, Debug, PartialEq)]
struct Single {
    total: i64,
}

fn mixed() -> Vec<Mixed> {
    (0..20).map(|n| Mixed { key: (n % 3 > 0).then(|| "x".repeat(n)), amount: n as f64, flag: n % 2 == 0 }).collect()
}

#[test]
fn sections_read_back_in_their_order() {
    let bytes = StateWriter::new().records(mixed()).records::<Single>([]).records([Single { total: 7 }]).into_bytes();
    let mut state = StateReader::new(&bytes);
    assert_eq!(state.records::<Mixed>().unwrap(), mixed());
    assert_eq!(state.records::<Single>().unwrap(), []);
    assert_eq!(state.records::<Single>().unwrap(), [Single { total: 7 }]);
    assert!(state.records::<Single>().is_err());
}

#[test]
fn a_state_that_is_cut_short_is_an_error_wherever_the_cut_is() {
    let bytes = StateWriter::new().records(mixed()).into_bytes();
    for len in 0..bytes.len() {
        assert!(StateReader::new(&bytes[..len]).records::<Mixed>().is_err(), "{len} bytes");
    }
}
