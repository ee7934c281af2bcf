//! Runs many simulated worlds: `cargo run --release -p leat-checkpoint --example simulate -- --seeds 100000 --from 0`.
//! `--fault SkipAlignment` breaks the protocol; the first seeds that find it are printed.

// It talks to the person at the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

// The tests' own worlds, of which a seed is the same here and there.
#[path = "../tests/it"]
#[allow(dead_code, reason = "the tests use all of it")]
mod it {
    pub(crate) mod simulation;
}

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use it::simulation::{self, Fault, Figures, run};

/// Failing seeds that are printed before the rest is only counted.
const PRINTED_MAX: usize = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match parse(&arguments) {
        Ok((seeds, from, fault)) => simulate(seeds, from, fault),
        Err(reason) => {
            eprintln!("{reason}; usage: simulate [--seeds N] [--from N] [--fault NAME]");
            ExitCode::from(2)
        }
    }
}

fn simulate(seeds: u64, from: u64, fault: Option<Fault>) -> ExitCode {
    let next = AtomicU64::new(from);
    let total = Mutex::new((Figures::default(), Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from.saturating_add(seeds) {
                        return;
                    }
                    let outcome = run(seed, fault);
                    let mut total = total.lock().expect("no thread panics with it");
                    match outcome {
                        Ok(figures) => add(&mut total.0, figures),
                        Err(violation) => {
                            if total.1.len() < PRINTED_MAX {
                                println!("seed {seed}: {violation}");
                            }
                            total.1.push(seed);
                        }
                    }
                }
            });
        }
    });
    let (figures, failed) = total.into_inner().expect("no thread panics with it");
    println!("{seeds} worlds from seed {from}: {} violated; the others together: {figures:?}", failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn add(total: &mut Figures, one: Figures) {
    total.steps += one.steps;
    total.attempts += one.attempts;
    total.checkpoints += one.checkpoints;
    total.joined += one.joined;
    total.refused += one.refused;
    total.restored += one.restored;
    total.on_disk_max = total.on_disk_max.max(one.on_disk_max);
}

fn parse(arguments: &[String]) -> Result<(u64, u64, Option<Fault>), String> {
    let (mut seeds, mut from, mut fault) = (10_000, 0, None);
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(format!("{} needs a value", pair[0])) };
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: expected a whole number"));
        match name.as_str() {
            "--seeds" => seeds = number()?,
            "--from" => from = number()?,
            "--fault" => {
                let known = Fault::ALL.into_iter().find(|fault| format!("{fault:?}") == *value);
                fault = Some(known.ok_or_else(|| format!("--fault {value}: expected one of {:?}", Fault::ALL))?);
            }
            _ => return Err(format!("{name} is no option")),
        }
    }
    Ok((seeds, from, fault))
}
