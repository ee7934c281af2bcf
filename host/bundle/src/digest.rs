//! SHA-256 of a content, which is its name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest as _, Sha256};

/// SHA-256 of some bytes: what a bundle, and every file in it, is called. Its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest([u8; 32]);

/// A text that is no digest.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no digest: expected 64 hexadecimal digits, in lower case")]
pub struct NotADigest(String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let mut bytes = [0; 32];
        match fill(&mut bytes, text) {
            Some(()) => Ok(Digest(bytes)),
            None => Err(NotADigest(text.chars().take(80).collect())),
        }
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Self, NotADigest> {
        text.parse()
    }
}

/// Makes a [`Digest`] of bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }

    /// All that it knows of the pieces so far, as hexadecimal digits, for another to go on from. It is equal for equal
    /// pieces. It must be kept from whoever sends the pieces: they could make it that of other ones.
    pub fn state(&self) -> String {
        self.0.serialize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Goes on from a [`state`](Hasher::state); nothing where the text is none that this version can read.
    pub fn of_state(text: &str) -> Option<Self> {
        let mut state = SerializedState::<Sha256>::default();
        fill(&mut state, text)?;
        Sha256::deserialize(&state).ok().map(Hasher)
    }
}

/// Reads bytes of exactly as many hexadecimal digits, in lower case.
fn fill(bytes: &mut [u8], text: &str) -> Option<()> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let digits = text.as_bytes();
    if digits.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(b"abc").to_string(), text);
        assert_eq!(text.parse::<Digest>().unwrap(), Digest::of(b"abc"));
    }

    #[test]
    fn another_hasher_goes_on_where_one_was_left() {
        let text: Vec<u8> = (0..1000_u32).map(|n| n as u8).collect();
        for left in [0, 1, 63, 64, 65, 999, 1000] {
            let mut first = Hasher::default();
            first.update(&text[..left]);
            let mut second = Hasher::of_state(&first.state()).unwrap();
            assert_eq!(second.state(), first.state());
            second.update(&text[left..]);
            assert_eq!(second.finish(), Digest::of(&text), "{left}");
        }
    }

    #[test]
    fn what_is_no_state_of_a_hasher_is_not_gone_on_from() {
        let state = Hasher::default().state();
        let odd = format!("{}g", &state[1..]);
        for text in ["", "00", odd.as_str(), &state[2..], &"f".repeat(state.len())] {
            assert!(Hasher::of_state(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        let (short, capital, sign, accent) = ("ba78", "BA".repeat(32), "g".repeat(64), "é".repeat(32));
        for text in ["", short, capital.as_str(), sign.as_str(), accent.as_str(), "../../../../etc/passwd"] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
