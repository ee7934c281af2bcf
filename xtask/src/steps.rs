//! Steps of a chore: each says what it does before it does it, and how long it took after.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

/// The steps of one chore, numbered as they are taken.
pub(crate) struct Steps {
    started: Instant,
    taken: usize,
    planned: usize,
}

impl Steps {
    /// A chore of `planned` steps that begins now.
    pub(crate) fn new(planned: usize) -> Self {
        Steps { started: Instant::now(), taken: 0, planned }
    }

    /// Takes one step: says what it is, does it, says how long it took.
    pub(crate) fn step<T>(&mut self, what: &str, action: impl FnOnce() -> Result<T>) -> Result<T> {
        self.taken += 1;
        println!("[{}/{}] {what}", self.taken, self.planned);
        let begun = Instant::now();
        let outcome = action();
        let how = if outcome.is_ok() { "done" } else { "failed" };
        println!("      {how} in {}", elapsed(begun.elapsed()));
        outcome
    }

    /// How long the chore has taken, in words.
    pub(crate) fn elapsed(&self) -> String {
        elapsed(self.started.elapsed())
    }
}

/// A duration as a person says it: `0.4 s`, `12 s`, `3 min 12 s`.
pub(crate) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = if seconds < 9.95 {
        write!(text, "{seconds:.1} s")
    } else if seconds < 59.5 {
        write!(text, "{seconds:.0} s")
    } else {
        let whole = seconds.round() as u64;
        write!(text, "{} min {} s", whole / 60, whole % 60)
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_says_them() {
        let say = |seconds: f64| elapsed(Duration::from_secs_f64(seconds));
        assert_eq!(say(0.04), "0.0 s");
        assert_eq!(say(9.94), "9.9 s");
        assert_eq!(say(9.96), "10 s");
        assert_eq!(say(59.6), "1 min 0 s");
        assert_eq!(say(192.2), "3 min 12 s");
    }

    #[test]
    fn a_failed_step_hands_its_error_on() {
        let mut steps = Steps::new(1);
        let outcome: Result<()> = steps.step("fails", || anyhow::bail!("no such thing"));
        assert_eq!(outcome.unwrap_err().to_string(), "no such thing");
    }
}
