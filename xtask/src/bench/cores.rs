//! How much more two cores of this machine do than one: what a second thread could bring at most. Cores that are shared with
//! others, or are two threads of one core, bring less than twice.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::measure::median;

/// Steps of a chain that cannot be shortened: a good tenth of a second.
const STEPS: u64 = 100_000_000;
/// How often each is measured, in turns.
const ROUNDS: usize = 7;

/// The work that two threads which share nothing do in the time in which one does one.
pub(super) fn two_beside_one() -> f64 {
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(wall(1));
        two.push(wall(2));
    }
    2.0 * median(one).as_secs_f64() / median(two).as_secs_f64()
}

fn wall(threads: usize) -> Duration {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut n = 1_u64;
                for _ in 0..STEPS {
                    n = black_box(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
                }
                black_box(n)
            });
        }
    });
    begun.elapsed()
}
