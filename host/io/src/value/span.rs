//! A stretch of a larger buffer, and the arithmetic that reads up to 16 digits of it at once.
//!
//! Called by every number's parser. The larger buffer matters: it lets 16 bytes be loaded whatever the stretch's length,
//! without a branch on that length, which for columns of numbers of mixed lengths would be mispredicted row by row.

/// The bytes from `start` to `end` of `whole`.
#[derive(Clone, Copy)]
pub(crate) struct Span<'a> {
    whole: &'a [u8],
    start: usize,
    end: usize,
}

/// Digits without their point: the value is `mantissa / 10^decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digits {
    /// All the digits as one number, at most 16 of them.
    pub(crate) mantissa: u64,
    /// How many of them stand after the point.
    pub(crate) decimals: u32,
}

/// The longest stretch that [`Span::digits`] reads.
const WINDOW: usize = 16;
const ONES: u128 = u128::MAX / 0xff;
const ZERO_DIGITS: u128 = ONES * b'0' as u128;
const HIGH_BITS: u128 = ONES * 0x80;
const LOW_BITS: u128 = ONES * 0x7f;
/// A point among bytes of which `0` was taken away.
const POINTS: u128 = ONES * (b'.' ^ b'0') as u128;

impl<'a> Span<'a> {
    /// All of `bytes`.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Span { whole: bytes, start: 0, end: bytes.len() }
    }

    /// `whole[start..end]`, where `start <= end <= whole.len()`.
    #[inline]
    pub(crate) fn new(whole: &'a [u8], start: usize, end: usize) -> Self {
        debug_assert!(start <= end && end <= whole.len());
        Span { whole, start, end }
    }

    #[inline]
    pub(crate) fn len(self) -> usize {
        self.end - self.start
    }

    #[inline]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.whole[self.start..self.end]
    }

    /// Without its first byte; `self` must not be empty.
    #[inline]
    pub(crate) fn rest(self) -> Self {
        Span { start: self.start + 1, ..self }
    }

    /// Without blanks and tabs around it.
    pub(crate) fn trimmed(self) -> Self {
        let blank = |b: &u8| matches!(b, b' ' | b'\t');
        let bytes = self.bytes();
        let leading = bytes.iter().take_while(|b| blank(b)).count();
        let trailing = bytes[leading..].iter().rev().take_while(|b| blank(b)).count();
        Span { start: self.start + leading, end: self.end - trailing, ..self }
    }

    /// Splits a sign off: whether it is a minus, and the rest.
    #[inline]
    pub(crate) fn sign(self) -> (bool, Self) {
        match self.bytes().first() {
            Some(b'-') => (true, self.rest()),
            Some(b'+') => (false, self.rest()),
            _ => (false, self),
        }
    }

    /// Reads one to 16 bytes that are digits with at most one point among them. Nothing for any other text: the caller
    /// then goes the long way.
    // Its constants then stay in registers over a whole column: a quarter less time for the whole of reading.
    #[inline(always)]
    pub(crate) fn digits(self) -> Option<Digits> {
        let len = self.len();
        if len == 0 || len > WINDOW {
            return None;
        }
        // The last character comes to stand in the highest byte; what is left below counts as leading zeros.
        let loaded = (self.window() ^ ZERO_DIGITS) << (8 * (WINDOW - len));
        let point = bytes_equal_to_zero(loaded ^ POINTS);
        let (packed, decimals) = if point == 0 {
            (loaded, 0)
        } else {
            let at = point.trailing_zeros() / 8;
            let below = (1u128 << (8 * at)) - 1;
            let closed_up = ((loaded & below) << 8) | (loaded & !(below << 8 | 0xff));
            (closed_up, WINDOW as u32 - 1 - at)
        };
        let beyond_nine = (packed.wrapping_add(ONES * 0x76) | packed) & HIGH_BITS;
        if beyond_nine != 0 || (point != 0 && len == 1) {
            return None;
        }
        let mantissa = eight_digits(packed as u64) * 100_000_000 + eight_digits((packed >> 64) as u64);
        Some(Digits { mantissa, decimals })
    }

    /// The 16 bytes from `start` on, padded with zeros at the end of the buffer.
    #[inline]
    fn window(self) -> u128 {
        match self.whole[self.start..].first_chunk::<WINDOW>() {
            Some(bytes) => u128::from_le_bytes(*bytes),
            None => {
                let mut padded = [0; WINDOW];
                let rest = &self.whole[self.start..];
                padded[..rest.len()].copy_from_slice(rest);
                u128::from_le_bytes(padded)
            }
        }
    }
}

/// The high bit of every byte that is zero. (Exact: no borrow runs from one byte into the next.)
#[inline]
fn bytes_equal_to_zero(word: u128) -> u128 {
    !(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS)
}

/// Eight bytes 0 to 9, the most significant digit in the lowest byte, as a number: pairs, then fours, then all eight.
#[inline]
fn eight_digits(word: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    const HUNDREDS: u64 = 100 + (1_000_000 << 32);
    const UNITS: u64 = 1 + (10_000 << 32);
    let word = word.wrapping_mul(10).wrapping_add(word >> 8);
    let upper = (word & PAIRS).wrapping_mul(HUNDREDS);
    let lower = ((word >> 16) & PAIRS).wrapping_mul(UNITS);
    upper.wrapping_add(lower) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plainly(text: &str) -> Option<Digits> {
        let digits: String = text.chars().filter(|c| *c != '.').collect();
        let sound = !digits.is_empty()
            && text.len() <= WINDOW
            && text.matches('.').count() <= 1
            && digits.bytes().all(|b| b.is_ascii_digit());
        sound.then(|| Digits {
            mantissa: digits.parse().unwrap(),
            decimals: text.find('.').map_or(0, |at| (text.len() - 1 - at) as u32),
        })
    }

    proptest! {
        #[test]
        fn sixteen_digits_at_once_are_what_one_at_a_time_is(text in "[0-9]{0,9}\\.?[0-9]{0,9}", around in "[ -~]{0,20}") {
            let whole = format!("{around}{text}{around}");
            let span = Span::new(whole.as_bytes(), around.len(), around.len() + text.len());
            prop_assert_eq!(span.digits(), plainly(&text));
        }

        #[test]
        fn any_other_text_is_left_to_the_long_way(text in "[0-9./:\\-+e\u{80}-\u{ff}]{0,16}") {
            prop_assert_eq!(Span::of(text.as_bytes()).digits(), plainly(&text));
        }
    }
}
