//! price: the Black–Scholes value of European calls.
//!
//! Reads each option's market data and terms, and passes on who holds it. `leat build` compiles this to
//! `build/price.wasm`; `cargo test` tests it natively.

mod black_scholes;
mod normal;

use leat_sdk::{Params, Record};

/// The columns the node reads.
#[derive(Record)]
pub struct Call {
    /// Price of the underlying.
    pub spot: f64,
    /// Price at which the holder may buy it.
    pub strike: f64,
    /// Years until then.
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
pub struct PriceParams {
    /// Riskless rate, a year, continuously compounded.
    #[param(default = 0.03)]
    pub rate: f64,
}

/// Values a call option by Black and Scholes, for its notional.
#[leat_sdk::node(pass(id, cpty))]
pub fn price(call: Call, params: &PriceParams) -> Result<Value, String> {
    call.check()?;
    let price = black_scholes::call(call.spot, call.strike, call.expiry, call.vol, params.rate);
    Ok(Value { pv: price * call.notional / 100.0 })
}

impl Call {
    /// What no option has is refused with the value, so that the process can say what shall happen with it.
    fn check(&self) -> Result<(), String> {
        let positive = |value: f64| value > 0.0 && value < f64::INFINITY;
        if !positive(self.spot) {
            return Err(format!("spot {} is not a price", self.spot));
        }
        if !positive(self.strike) {
            return Err(format!("strike {} is not a price", self.strike));
        }
        if !(self.expiry == 0.0 || positive(self.expiry)) {
            return Err(format!("expiry {} is not a time to come", self.expiry));
        }
        if !(self.vol == 0.0 || positive(self.vol)) {
            return Err(format!("vol {} is not a volatility", self.vol));
        }
        Ok(())
    }
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

    /// Hull, "Options, Futures, and Other Derivatives", the example of the chapter on the Black–Scholes–Merton model.
    fn hull(id: i64) -> Row {
        Row { id, cpty: format!("CPT{id:04}"), spot: 42.0, strike: 40.0, expiry: 0.5, vol: 0.2, notional: 100.0 }
    }

    #[test]
    fn hulls_textbook_call_is_worth_4_76() {
        let run = testing::of::<price>().param("rate", 0.10).input(0, [hull(1)]).run().unwrap();
        let values = run.output::<Valued>(0);
        assert_eq!(format!("{:.2}", values[0].pv), "4.76");
        assert_eq!((values[0].id, values[0].cpty.as_str()), (1, "CPT0001"));
    }

    #[test]
    fn values_are_the_same_whatever_the_batches_are() {
        let values = |batch_rows| {
            let rows = (1..=10).map(|id| Row { strike: 30.0 + 2.0 * id as f64, ..hull(id) });
            let run = testing::of::<price>().batch_rows(batch_rows).input(0, rows).run().unwrap();
            run.output::<Valued>(0)
        };
        assert_eq!(values(1), values(4096));
        assert_eq!(values(3), values(4096));
        assert_eq!(values(3).len(), 10);
    }

    #[test]
    fn the_value_grows_with_the_notional() {
        let value = |notional| {
            let call = Call { spot: 42.0, strike: 40.0, expiry: 0.5, vol: 0.2, notional };
            price(call, &PriceParams { rate: 0.10 }).unwrap().pv
        };
        assert!((value(2_000.0) - 20.0 * value(100.0)).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_option_is_refused_with_the_value() {
        let rows = [
            hull(1),
            Row { spot: 0.0, ..hull(2) },
            Row { strike: -40.0, ..hull(3) },
            Row { expiry: f64::NAN, ..hull(4) },
            Row { vol: f64::INFINITY, ..hull(5) },
            hull(6),
        ];
        let run = testing::of::<price>().input(0, rows).run().unwrap();
        let kept: Vec<i64> = run.output::<Valued>(0).iter().map(|v| v.id).collect();
        assert_eq!(kept, [1, 6]);
        let reasons: Vec<&str> = run.rejected().iter().map(|r| r.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "spot 0 is not a price",
                "strike -40 is not a price",
                "expiry NaN is not a time to come",
                "vol inf is not a volatility",
            ]
        );
    }
}
