//! american: the value of American puts, by a binomial tree.
//!
//! A node that computes for a while at each record, about a microsecond: worth several threads.

mod tree;

use leat_sdk::{Params, Record};

/// The columns the node reads.
#[derive(Record)]
pub struct Put {
    /// Price of the underlying.
    pub spot: f64,
    /// Price at which the holder may sell it.
    pub strike: f64,
    /// Years in which the holder may.
    pub expiry: f64,
    /// Volatility, a year.
    pub vol: f64,
    /// How much of it is held, in units of 100.
    pub notional: f64,
}

/// The column it makes.
#[derive(Record, Debug, PartialEq)]
pub struct Value {
    /// Present value of the holding.
    pub pv: f64,
}

/// What the process or the run may set.
#[derive(Params)]
pub struct TreeParams {
    /// Riskless rate, a year, continuously compounded.
    #[param(default = 0.03)]
    pub rate: f64,
    /// Steps of the tree. The value's error falls with their number, the time grows with its square.
    #[param(default = 24)]
    pub steps: i64,
}

/// Values an American put option by Cox, Ross and Rubinstein's tree, for its notional.
#[leat_sdk::node(pass(id, cpty))]
pub fn american(put: Put, params: &TreeParams) -> Result<Value, String> {
    let Put { spot, strike, expiry, vol, notional } = put;
    let positive = |value: f64| value > 0.0 && value < f64::INFINITY;
    for (name, value) in [("spot", spot), ("strike", strike), ("expiry", expiry), ("vol", vol)] {
        if !positive(value) {
            return Err(format!("{name} is {value}; a tree needs more than 0"));
        }
    }
    let steps = usize::try_from(params.steps).ok().filter(|steps| (1..=tree::STEPS_MAX).contains(steps));
    let steps = steps.ok_or_else(|| format!("steps is {}, not from 1 to {}", params.steps, tree::STEPS_MAX))?;
    let price = tree::put(tree::Terms { spot, strike, expiry, vol, rate: params.rate }, steps);
    let price = price.ok_or("the steps of the tree are too long for its rate and volatility; take more of them")?;
    Ok(Value { pv: price * notional / 100.0 })
}

#[cfg(test)]
mod tests {
    use leat_sdk::testing;

    use super::*;

    #[derive(Record)]
    struct Row {
        id: i64,
        cpty: String,
        spot: f64,
        strike: f64,
        expiry: f64,
        vol: f64,
        notional: f64,
    }

    #[derive(Record, Debug, PartialEq)]
    struct Valued {
        id: i64,
        cpty: String,
        pv: f64,
    }

    fn row(id: i64, vol: f64) -> Row {
        Row { id, cpty: "A".to_owned(), spot: 50.0, strike: 50.0, expiry: 5.0 / 12.0, vol, notional: 100.0 }
    }

    #[test]
    fn hulls_put_is_worth_4_49_in_five_steps() {
        let run =
            testing::of::<american>().param("rate", 0.10).param("steps", 5).input(0, [row(1, 0.4)]).run().unwrap();
        let values = run.output::<Valued>(0);
        assert_eq!(format!("{:.2}", values[0].pv), "4.49");
        assert_eq!((values[0].id, values[0].cpty.as_str()), (1, "A"));
    }

    #[test]
    fn what_no_tree_is_made_of_is_refused_with_the_value() {
        let run = testing::of::<american>().input(0, [row(1, 0.0), row(2, f64::NAN), row(3, 1e-9)]).run().unwrap();
        let reasons: Vec<&str> = run.rejected().iter().map(|rejected| rejected.reason.as_str()).collect();
        assert_eq!(reasons[..2], ["vol is 0; a tree needs more than 0", "vol is NaN; a tree needs more than 0"]);
        assert!(reasons[2].contains("take more of them"), "{reasons:?}");
        let run = testing::of::<american>().param("steps", 0).input(0, [row(1, 0.4)]).run().unwrap();
        assert_eq!(run.rejected()[0].reason, "steps is 0, not from 1 to 512");
    }
}
