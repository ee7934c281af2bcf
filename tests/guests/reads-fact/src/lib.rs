//! Multiplies `x` by the fact `total`, which it asks for with every record. Written with the SDK's function form.

use leat_sdk::{Fact, Record};

const TOTAL: Fact<f64> = Fact::new("total");

#[derive(Record)]
struct Row {
    x: f64,
}

#[derive(Record)]
struct Scaled {
    y: f64,
}

/// `x` times the fact `total`.
#[leat_sdk::node(pass(id), reads(TOTAL))]
fn scaled(row: Row) -> leat_sdk::Result<Scaled> {
    Ok(Scaled { y: row.x * TOTAL.get()? })
}
