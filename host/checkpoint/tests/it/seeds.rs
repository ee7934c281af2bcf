//! The protocol holds in every seeded world, and is found out in a few when it is broken.

use std::thread;

use crate::simulation::{Fault, run};

/// Worlds that CI runs.
const SEEDS: u64 = 10_000;
/// In so many worlds a broken protocol is found out.
const SEEDS_TO_FIND: u64 = 1000;

#[test]
fn no_world_loses_doubles_or_reorders_a_record_or_holds_up_a_run() {
    let halves = [0, 1].map(|half| {
        thread::spawn(move || {
            let (mut restored, mut joined) = (0, 0);
            for seed in (half..SEEDS).step_by(2) {
                match run(seed, None) {
                    Ok(figures) => {
                        restored += figures.restored;
                        joined += figures.joined;
                    }
                    Err(violation) => panic!("seed {seed}: {violation}"),
                }
            }
            (restored, joined)
        })
    });
    let halves = halves.map(|half| half.join().expect("its panic is above"));
    let (restored, joined) = halves.into_iter().fold((0, 0), |sum, half| (sum.0 + half.0, sum.1 + half.1));
    // A world in which nothing is restored proves nothing.
    assert!(restored > SEEDS / 10, "{restored} attempts began from a checkpoint");
    assert!(joined > SEEDS / 2, "{joined} checkpoints were joined of what shares kept");
}

#[test]
fn a_seed_gives_the_same_run_again() {
    for seed in 0..50 {
        assert_eq!(format!("{:?}", run(seed, None)), format!("{:?}", run(seed, None)));
    }
}

#[test]
fn every_way_to_break_the_protocol_is_found() {
    let unfound: Vec<Fault> =
        Fault::ALL.into_iter().filter(|fault| (0..SEEDS_TO_FIND).all(|seed| run(seed, Some(*fault)).is_ok())).collect();
    assert!(unfound.is_empty(), "not found within {SEEDS_TO_FIND} seeds: {unfound:?}");
}
