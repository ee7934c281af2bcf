//! The text of an API token: `leat_`, 256 random bits, and a checksum of both, so that those who search for leaked secrets know
//! one when they see it (`leat_[0-9A-Za-z]{49}`), and a slip of the hand is found without asking the store.

use leat_bundle::Digest;

const PREFIX: &str = "leat_";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^43 is more than 2^256, and 62^6 more than 2^32.
const SECRET_DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;

/// A token that was just made. Its text is told once, and kept nowhere.
pub(crate) struct FreshToken {
    /// What its owner is told.
    pub(crate) text: String,
    /// What is kept of it.
    pub(crate) digest: Digest,
}

impl FreshToken {
    /// Makes one of the system's randomness.
    ///
    /// # Errors
    /// Where the system has none.
    pub(crate) fn random() -> Result<Self, String> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no random bytes: {error}"))?;
        let text = written(bytes);
        Ok(FreshToken { digest: Digest::of(text.as_bytes()), text })
    }
}

/// Whether a text could be an API token: anything else is none that the store has to be asked about.
pub(crate) fn is_whole(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(PREFIX) else { return false };
    if digits.len() != SECRET_DIGITS + CHECK_DIGITS || !digits.bytes().all(|digit| DIGITS.contains(&digit)) {
        return false;
    }
    let (body, check) = text.split_at(PREFIX.len() + SECRET_DIGITS);
    check == checksum(body)
}

fn written(secret: [u8; 32]) -> String {
    let body = format!("{PREFIX}{}", base62(secret.to_vec(), SECRET_DIGITS));
    let check = checksum(&body);
    body + &check
}

fn checksum(body: &str) -> String {
    base62(crc32(body.as_bytes()).to_be_bytes().to_vec(), CHECK_DIGITS)
}

/// A number, its greatest byte first, with so many digits.
fn base62(mut number: Vec<u8>, digits: usize) -> String {
    let mut text = vec![b'0'; digits];
    for digit in text.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            // A rest is below 62, so the quotient is below 256.
            *byte = (value / 62).to_be_bytes()[3];
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    text.into_iter().map(char::from).collect()
}

/// CRC-32 as zip and Ethernet have it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_everybody_knows() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn numbers_are_written_with_62_digits() {
        assert_eq!(base62(vec![0], 2), "00");
        assert_eq!(base62(vec![61], 2), "0z");
        assert_eq!(base62(vec![62], 2), "10");
        assert_eq!(base62(vec![0xff; 32], SECRET_DIGITS).len(), SECRET_DIGITS);
        // The greatest number of 256 bits, divided down by another way.
        assert_ne!(base62(vec![0xff; 32], SECRET_DIGITS), base62(vec![0xff; 31], SECRET_DIGITS));
    }

    #[test]
    fn a_token_is_known_by_its_shape_and_any_slip_is_found() {
        let FreshToken { text, digest } = FreshToken::random().unwrap();
        assert_eq!((text.len(), digest), (54, Digest::of(text.as_bytes())));
        assert!(is_whole(&text), "{text}");
        assert_ne!(text, FreshToken::random().unwrap().text);
        for place in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[place] = if other[place] == b'x' { b'y' } else { b'x' };
            assert!(!is_whole(&String::from_utf8(other).unwrap()), "{place}");
        }
        for other in ["", "leat_", &text[..53], &format!("{text}0"), &text.replace("leat_", "LEAT_"), "leat_é"] {
            assert!(!is_whole(other), "{other}");
        }
    }
}
