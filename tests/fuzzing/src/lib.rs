//! Broken input by the thousand for parsers, from a seed: the same cases every time, on the toolchain that builds the rest.
//!
//! A crate that reads what others send depends on this one for its tests. Such a test has `fuzz` in its name, and gives a few good inputs and the
//! call that must not panic; the inputs are broken in ways that fit what they are. In `cargo xtask test` each gets [`CASES_DEFAULT`] of them, or
//! [`CASES_SERVED`] where a case goes over a socket; `cargo xtask fuzz --cases 1000000` gives more. There is no feedback from which code was
//! reached, as libFuzzer has it: what takes the place of it are good inputs that reach everything, and changes that keep their form. It knows
//! nothing of Leat's own formats.

mod chance;
mod json;
mod protobuf;
mod served;
mod shape;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use served::Served;
pub use shape::Shape;

use chance::Chance;

/// Cases where the environment does not say how many.
pub const CASES_DEFAULT: u64 = 10_000;
/// Cases where the environment does not say how many, of what a client asks a server for: milliseconds each, not microseconds.
pub const CASES_SERVED: u64 = 2_000;
/// How many cases, by the environment.
pub const CASES_VARIABLE: &str = "LEAT_FUZZ_CASES";
/// The seed, by the environment; 1 where it is not set.
pub const SEED_VARIABLE: &str = "LEAT_FUZZ_SEED";
/// The one case to try, by the environment: what a failure names.
pub const ONLY_VARIABLE: &str = "LEAT_FUZZ_ONLY";

/// How long one case may take. Nothing that is read here takes a thousandth of it: what does hangs.
const CASE_TIME_MAX: Duration = Duration::from_secs(20);
/// Inputs get no longer than this, bytes, unless a good one is.
const INPUT_BYTES_MAX: usize = 16 << 10;

/// What a parser is tried with.
#[derive(Debug)]
pub struct Fuzz {
    name: &'static str,
    shape: Shape,
    good: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    cases: u64,
}

/// How it went.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// How many cases there were.
    pub cases: u64,
    /// How many of them the parser took.
    pub taken: u64,
}

impl Fuzz {
    /// For a parser of this name, with inputs of this shape that it takes.
    ///
    /// # Panics
    /// Without a good input: there would be nothing to break.
    pub fn new<I: Into<Vec<u8>>>(name: &'static str, shape: Shape, good: impl IntoIterator<Item = I>) -> Self {
        let good: Vec<Vec<u8>> = good.into_iter().map(Into::into).collect();
        assert!(!good.is_empty(), "{name}: there is no good input to break");
        Fuzz { name, shape, good, words: Vec::new(), cases: CASES_DEFAULT }
    }

    /// Words that mean something to the parser, to be put in where they do not belong.
    pub fn words<I: Into<Vec<u8>>>(mut self, words: impl IntoIterator<Item = I>) -> Self {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }

    /// Says that each case goes over a socket, as with [`Served`]: there are fewer of them where the environment does not say how many.
    pub fn served(mut self) -> Self {
        self.cases = CASES_SERVED;
        self
    }

    /// Gives the parser every good input and then the broken ones; `parse` says whether it took what it was given.
    ///
    /// # Panics
    /// Where the parser refuses a good input, panics, or hangs. The message names the seed and the case, and where the input lies.
    #[expect(clippy::print_stdout, reason = "a test says how it went")]
    pub fn run(&self, parse: impl Fn(&[u8]) -> bool) -> Tried {
        for (at, good) in self.good.iter().enumerate() {
            assert!(parse(good), "{}: good input {at} is refused", self.name);
        }
        let seed = number(SEED_VARIABLE).unwrap_or(1);
        let cases = number(CASES_VARIABLE).unwrap_or(self.cases);
        let range = number(ONLY_VARIABLE).map_or(0..cases, |only| only..only + 1);
        let (mut taken, mut slowest, began) = (0, (Duration::ZERO, 0), Instant::now());
        for case in range {
            let input = self.input(seed, case);
            let started = Instant::now();
            match catch_unwind(AssertUnwindSafe(|| parse(&input))) {
                Ok(took) => taken += u64::from(took),
                Err(_) => self.fail("panicked", &input, (seed, case)),
            }
            let time = started.elapsed();
            if time > CASE_TIME_MAX {
                self.fail("hung", &input, (seed, case));
            }
            slowest = slowest.max((time, case));
        }
        println!(
            "{}: {cases} cases with seed {seed}, {taken} taken, in {:.1?}; the slowest, {}, took {:.1?}",
            self.name,
            began.elapsed(),
            slowest.1,
            slowest.0
        );
        Tried { cases, taken }
    }

    /// The input of a case: a good one, broken one to sixteen times, seldom often.
    fn input(&self, seed: u64, case: u64) -> Vec<u8> {
        let mut chance = Chance::new(seed, self.name, case);
        let mut input = self.good[chance.below(self.good.len())].clone();
        let times = 1 << chance.below(4);
        for _ in 0..=chance.below(times) {
            input = match self.shape {
                // Where the form is broken, too, most of a parser is not reached: seldom, then.
                Shape::Json if !chance.one_in(4) => json::change(&input, &mut chance),
                Shape::Protobuf if !chance.one_in(4) => protobuf::change(&input, &mut chance),
                _ => text::change(input, self, &mut chance),
            };
            input.truncate(INPUT_BYTES_MAX.max(self.good.iter().map(Vec::len).max().unwrap_or(0)));
        }
        input
    }

    fn fail(&self, how: &str, input: &[u8], (seed, case): (u64, u64)) -> ! {
        let path = kept(self.name, seed, case, input);
        panic!(
            "{}: the parser {how} at case {case} of seed {seed}; again with {SEED_VARIABLE}={seed} {ONLY_VARIABLE}={case}; the input is {}",
            self.name,
            path.map_or_else(|| format!("{:?}", String::from_utf8_lossy(input)), |path| path.display().to_string())
        );
    }
}

/// Writes an input that broke something where it outlives the test.
fn kept(name: &str, seed: u64, case: u64, input: &[u8]) -> Option<PathBuf> {
    let folder = std::env::temp_dir().join("leat-fuzz");
    std::fs::create_dir_all(&folder).ok()?;
    let path = folder.join(format!("{}-{seed}-{case}", name.replace([' ', '/'], "-")));
    std::fs::write(&path, input).ok()?;
    Some(path)
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how much to do")]
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is {text:?}, and should be a whole number")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_the_same_every_time_and_cases_differ() {
        let fuzz = Fuzz::new("x", Shape::Text, ["some text, and more of it"]);
        let inputs: std::collections::BTreeSet<_> = (0..1_000).map(|case| fuzz.input(1, case)).collect();
        // Of so short a text, some changes come twice: cut off at the same place, a number where there is none.
        assert!(inputs.len() > 800, "{}", inputs.len());
        assert_eq!(fuzz.input(1, 17), fuzz.input(1, 17));
        assert_ne!(fuzz.input(1, 17), fuzz.input(2, 17));
    }

    #[test]
    fn a_parser_that_panics_is_found() {
        let fuzz = Fuzz::new("panics on a quote", Shape::Text, ["abc"]).words(["\""]);
        let found = catch_unwind(|| fuzz.run(|input| !input.contains(&b'"') || panic!("as it should")));
        let words = *found.unwrap_err().downcast::<String>().unwrap();
        assert!(words.contains("panicked at case") && words.contains(ONLY_VARIABLE), "{words}");
    }

    #[test]
    fn changed_json_is_mostly_json() {
        let fuzz = Fuzz::new("json", Shape::Json, [r#"{"a":[1,2,{"b":"c"}],"d":null}"#]);
        let parses =
            (0..1_000).filter(|case| serde_json::from_slice::<serde_json::Value>(&fuzz.input(1, *case)).is_ok());
        let count = parses.count();
        assert!((300..950).contains(&count), "{count}");
    }
}
