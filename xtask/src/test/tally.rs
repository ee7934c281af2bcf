//! How many tests passed and failed, read from the closing lines of test runners.

use std::fmt;

use anyhow::Result;

/// The sum over everything that ran.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Takes the numbers of a line like `test result: ok. 3 passed; 0 failed; …`; other lines say nothing.
    pub(super) fn read_line(&mut self, line: &str) {
        let Some(numbers) = line.trim().strip_prefix("test result: ") else {
            return;
        };
        let numbers = numbers.split_once(". ").map_or("", |(_, numbers)| numbers);
        for part in numbers.split(';') {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Counts one check that is no `cargo test`, and says how it ended.
    pub(super) fn add_check(&mut self, what: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                println!("      {what}: ok");
            }
            Err(error) => {
                self.failed += 1;
                println!("      {what}: FAILED: {error:#}");
            }
        }
    }

    /// Runs something that counts its own tests; if it cannot run to its end, that is one failure more.
    pub(super) fn add_command(&mut self, command: impl FnOnce(&mut Tally) -> Result<()>) {
        if let Err(error) = command(self) {
            self.failed += 1;
            println!("      FAILED: {error:#}");
        }
    }

    /// How many failed so far.
    pub(super) fn failed(&self) -> u64 {
        self.failed
    }

    /// Whether something ran and nothing failed.
    pub(super) fn is_good(&self) -> bool {
        self.passed > 0 && self.failed == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn closing_lines_add_up_and_other_lines_do_not() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test house::x ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.1s",
            "test result: FAILED. 24 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.11s",
            "9 passed",
        ] {
            tally.read_line(line);
        }
        assert_eq!(tally.to_string(), "27 passed, 4 failed");
    }

    #[test]
    fn nothing_that_ran_is_no_success() {
        assert!(!Tally::default().is_good());
    }

    #[test]
    fn what_cannot_run_is_a_failure() {
        let mut tally = Tally::default();
        tally.add_check("one", Ok(()));
        assert!(tally.is_good());
        tally.add_command(|_| bail!("does not compile"));
        assert_eq!(tally.to_string(), "1 passed, 1 failed");
        assert!(!tally.is_good());
    }
}
