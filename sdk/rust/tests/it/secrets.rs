//! Secrets in native tests of nodes.

use leat_sdk::testing::of;
use leat_sdk::{Record, Result, secret};

#[derive(Record)]
struct Row {
    x: f64,
}

#[derive(Record, Debug, PartialEq)]
struct Length {
    length: i64,
}

/// Says how long the password is, which it is given.
#[leat_sdk::node]
fn measures(_row: Row) -> Result<Length> {
    let password = secret("pg_password")?;
    leat_sdk::log::info(&format!("it is {password:?}"), &[]);
    Ok(Length { length: password.expose().len() as i64 })
}

#[test]
fn a_secret_that_the_test_gives_is_there_and_is_not_printed() {
    let run = of::<measures>().secret("pg_password", "canary").input(0, [Row { x: 1.0 }]).run().unwrap();
    assert_eq!(run.output::<Length>(0), [Length { length: 6 }]);
    let logged = format!("{:?}", run.logs());
    assert!(logged.contains("Secret(hidden)") && !logged.contains("canary"), "{logged}");
}

#[test]
fn a_secret_that_the_test_does_not_give_is_denied_with_the_way_out() {
    let run = of::<measures>().secret("pg_user", "x").input(0, [Row { x: 1.0 }]).run().unwrap();
    let reason = &run.rejected()[0].reason;
    assert!(reason.contains("`secrets=pg_password`"), "{reason}");
}
