//! exceedances: the days whose loss was beyond the value at risk, and by how much.
//!
//! A node that is a function: a record goes in, and one comes out or none.

use leat_sdk::Record;

/// What was to be feared on a day, and what happened.
#[derive(Record)]
pub struct Risk {
    pub loss: f64,
    pub var: f64,
    pub exceeded: bool,
}

/// By how much it was worse.
#[derive(Record, Debug, PartialEq)]
pub struct Exceedance {
    /// The loss beyond the value at risk.
    pub excess: f64,
}

/// Leaves the days whose loss was beyond the value at risk. The columns in `pass` go on as they are, and the node never
/// sees the day.
#[leat_sdk::node(pass(day, loss, var))]
pub fn exceedances(risk: Risk) -> Option<Exceedance> {
    risk.exceeded.then_some(Exceedance { excess: risk.loss - risk.var })
}

#[cfg(test)]
mod tests {
    use leat_sdk::{Date, testing};

    use super::*;

    #[derive(Record)]
    struct Day {
        day: Date,
        loss: f64,
        var: f64,
        exceeded: bool,
    }

    #[derive(Record, Debug, PartialEq)]
    struct Beyond {
        day: Date,
        loss: f64,
        var: f64,
        excess: f64,
    }

    #[test]
    fn the_days_beyond_the_value_at_risk_are_left_with_their_excess() {
        let day = |day, loss, var| Day { day: Date::from_days(day), loss, var, exceeded: loss > var };
        let days = [day(1, 5.0, 6.0), day(2, 9.0, 6.0), day(3, 6.0, 6.0), day(4, 7.0, 6.5)];
        let run = testing::of::<exceedances>().batch_rows(3).input(0, days).run().unwrap();
        let beyond = |day, loss, var, excess| Beyond { day: Date::from_days(day), loss, var, excess };
        assert_eq!(run.output::<Beyond>(0), [beyond(2, 9.0, 6.0, 3.0), beyond(4, 7.0, 6.5, 0.5)]);
    }
}
