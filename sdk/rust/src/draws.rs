//! Random numbers by position: a [`Draws`] is a named stream of the run, and each of its numbers has an index.
//!
//! Made by [`crate::Context::draws`]. The numbers come from the host (natively from the harness, which has the same
//! generator); this module turns 64 random bits into numbers of a distribution, one for one, so that an index stays an
//! index.

mod normal;

use std::cell::RefCell;

use crate::host;

/// Numbers that are fetched at once where they are asked for one by one.
const WINDOW: u64 = 256;
/// Numbers that are fetched at once for a slice; well within what the contract allows.
const PIECE: usize = 16_384;

/// A named stream of random numbers: number `index` is the same in every node, instance, batch and rerun of a run with
/// the same seed, and has nothing to do with other streams.
///
/// Say what an index means before you draw, and let it come from the data, not from where a batch ends: `path × steps +
/// step`, say, or a trade's number times the draws for each.
///
/// ```
/// # use leat_sdk::{Context, Draws};
/// # fn open(context: &Context) {
/// let paths: Draws = context.draws("paths");
/// let shock = paths.normal(17);
/// let mut path = [0.0; 250];
/// paths.fill_normal(17 * 250, &mut path);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Draws {
    stream: String,
    window: RefCell<Window>,
}

/// The numbers from `start` on that were fetched last.
#[derive(Clone, Debug, Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

impl Draws {
    pub(crate) fn new(stream: &str) -> Self {
        Draws { stream: stream.to_owned(), window: RefCell::default() }
    }

    /// 64 random bits.
    pub fn bits(&self, index: u64) -> u64 {
        let mut window = self.window.borrow_mut();
        let start = index - index % WINDOW;
        if window.bytes.is_empty() || window.start != start {
            *window = Window { start, bytes: host::draw(&self.stream, start, WINDOW as u32) };
        }
        window.bytes.as_chunks::<8>().0.get((index - start) as usize).map_or(0, |number| u64::from_le_bytes(*number))
    }

    /// A number evenly spread between 0 and 1, and never either: one of the 2⁵² midpoints (n + ½) · 2⁻⁵².
    pub fn uniform(&self, index: u64) -> f64 {
        uniform(self.bits(index))
    }

    /// A standard normal number: Φ⁻¹ of [`Draws::uniform`] at the same index, so that antithetic and stratified numbers
    /// can be made from the uniform one.
    ///
    /// Wichura's algorithm AS 241 (PPND16, 1988), with a relative error of about 10⁻¹⁶; the smallest and the largest are
    /// ±8.21. It uses no function of the system's mathematics library: a native test gives the same bits as a component.
    pub fn normal(&self, index: u64) -> f64 {
        normal::quantile(self.uniform(index))
    }

    /// [`Draws::uniform`] of `first` and the indices after it.
    pub fn fill_uniform(&self, first: u64, numbers: &mut [f64]) {
        self.fill(first, numbers, |uniform| uniform);
    }

    /// [`Draws::normal`] of `first` and the indices after it.
    pub fn fill_normal(&self, first: u64, numbers: &mut [f64]) {
        self.fill(first, numbers, normal::quantile);
    }

    fn fill(&self, first: u64, numbers: &mut [f64], of: impl Fn(f64) -> f64) {
        let mut index = first;
        for piece in numbers.chunks_mut(PIECE) {
            let bytes = host::draw(&self.stream, index, piece.len() as u32);
            for (number, bits) in piece.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *number = of(uniform(u64::from_le_bytes(*bits)));
            }
            index = index.wrapping_add(piece.len() as u64);
        }
    }
}

fn uniform(bits: u64) -> f64 {
    /// 2⁻⁵².
    const STEP: f64 = f64::EPSILON;
    // 52 bits and a half are 53 bits: exact.
    ((bits >> 12) as f64 + 0.5) * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_number_is_never_0_nor_1() {
        assert_eq!(uniform(0), f64::EPSILON / 2.0);
        assert_eq!(uniform(u64::MAX), 1.0 - f64::EPSILON / 2.0);
        assert!(normal::quantile(uniform(0)) < -8.2 && normal::quantile(uniform(u64::MAX)) > 8.2);
    }
}
