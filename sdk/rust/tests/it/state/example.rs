//! The node of docs/writing-nodes.md that remembers, as it stands there.

use std::collections::BTreeMap;

use leat_sdk::serde::{Deserialize, Serialize};
use leat_sdk::{Batch, Context, Input, Node, Output, Outputs, Params, Ports, Record, Result, State};

#[derive(Record)]
pub struct Quote<'a> {
    pub name: &'a str,
    pub price: f64,
}

#[derive(Record)]
pub struct Smoothed {
    pub name: String,
    pub level: f64,
    /// How many prices it is made of.
    pub quotes: i64,
}

#[derive(Params)]
pub struct SmoothParams {
    /// How much a new price counts, from 0 to 1.
    #[param(default = 0.5)]
    pub weight: f64,
}

/// What is remembered of a name.
#[derive(Serialize, Deserialize)]
#[serde(crate = "leat_sdk::serde")]
struct Level {
    level: f64,
    quotes: i64,
}

#[derive(State)]
pub struct Smooth {
    #[state(skip)]
    weight: f64,
    levels: BTreeMap<String, Level>,
}

/// Smooths the prices of each name exponentially.
#[leat_sdk::node]
impl Node for Smooth {
    type Params = SmoothParams;

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Quote>("quotes")).output(Output::of::<Smoothed>("smoothed"))
    }

    fn open(params: SmoothParams, _: &Context) -> Result<Self> {
        Ok(Smooth { weight: params.weight, levels: BTreeMap::new() })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        for Quote { name, price } in batch.records::<Quote<'_>>()? {
            let level = self.levels.entry(name.to_owned()).or_insert(Level { level: price, quotes: 0 });
            level.level += self.weight * (price - level.level);
            level.quotes += 1;
            out.push(0, Smoothed { name: name.to_owned(), level: level.level, quotes: level.quotes })?;
        }
        Ok(())
    }
}
