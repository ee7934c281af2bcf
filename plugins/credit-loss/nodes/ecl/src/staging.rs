//! In which of the three stages of IFRS 9 a loan is.

use leat_sdk::{Result, Study};

use crate::Loan;

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Stage 1: losses of twelve months are expected.
    Performing,
    /// Stage 2, since its credit risk has increased significantly: losses of its lifetime are.
    Deteriorated,
    /// Stage 3: it is in default.
    Defaulted,
}

impl Stage {
    /// As IFRS 9 numbers it.
    pub fn number(self) -> i32 {
        match self {
            Stage::Performing => 1,
            Stage::Deteriorated => 2,
            Stage::Defaulted => 3,
        }
    }
}

/// The criteria of the study.
#[derive(Clone, Debug)]
pub struct Staging {
    /// From the best to default.
    pub ratings: Vec<String>,
    pub stage2_days: i64,
    pub stage3_days: i64,
    pub stage2_notches: i64,
}

impl Staging {
    pub fn new(study: &Study, ratings: Vec<String>) -> Result<Self> {
        Ok(Staging {
            ratings,
            stage2_days: study.option("stage2_days")?,
            stage3_days: study.option("stage3_days")?,
            stage2_notches: study.option("stage2_notches")?,
        })
    }

    /// The stage of a loan, and the place of its rating.
    pub fn of(&self, loan: &Loan<'_>) -> Result<(Stage, usize), String> {
        let (rating, origin) = (self.place(loan.rating)?, self.place(loan.origination_rating)?);
        let days = i64::from(loan.days_past_due);
        if days < 0 {
            return Err(format!("days_past_due {days} is negative"));
        }
        let notches = rating as i64 - origin as i64;
        let stage = if days >= self.stage3_days || rating + 1 == self.ratings.len() {
            Stage::Defaulted
        } else if days >= self.stage2_days || notches >= self.stage2_notches {
            Stage::Deteriorated
        } else {
            Stage::Performing
        };
        Ok((stage, rating))
    }

    fn place(&self, rating: &str) -> Result<usize, String> {
        self.ratings.iter().position(|known| known == rating).ok_or_else(|| format!("`{rating}` is no rating"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::loan;

    fn staging() -> Staging {
        let ratings = ["A", "B", "C", "D"].map(str::to_owned).to_vec();
        Staging { ratings, stage2_days: 30, stage3_days: 90, stage2_notches: 2 }
    }

    #[test]
    fn days_past_due_and_downgrades_decide() {
        let stage = |origin, rating, days| {
            let loan = Loan { origination_rating: origin, rating, days_past_due: days, ..loan() };
            staging().of(&loan).map(|(stage, _)| stage.number())
        };
        assert_eq!(stage("A", "B", 29), Ok(1));
        assert_eq!(stage("A", "B", 30), Ok(2));
        assert_eq!(stage("A", "C", 0), Ok(2));
        assert_eq!(stage("C", "A", 0), Ok(1));
        assert_eq!(stage("A", "A", 90), Ok(3));
        assert_eq!(stage("A", "D", 0), Ok(3));
        assert_eq!(stage("A", "E", 0), Err("`E` is no rating".to_owned()));
        assert_eq!(stage("A", "A", -1), Err("days_past_due -1 is negative".to_owned()));
    }
}
