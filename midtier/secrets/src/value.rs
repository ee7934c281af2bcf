//! A secret itself: bytes that are overwritten when they are dropped, and that nothing prints.

use std::fmt;

use zeroize::Zeroizing;

/// Length of a secret.
const VALUE_BYTES_MAX: usize = 65_536;

/// A secret. It has no `Display` and no serialised form, its `Debug` hides it, and its bytes are overwritten when it is dropped; what a
/// caller copies out of [`SecretValue::expose`] is the caller's to guard.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(Zeroizing<Vec<u8>>);

/// More bytes than a secret may have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret may have {VALUE_BYTES_MAX} bytes, and this has {0}")]
pub struct TooLong(pub usize);

impl SecretValue {
    /// How long a secret may be, in bytes: for who reads one from somewhere and needs a bound.
    pub const BYTES_MAX: usize = VALUE_BYTES_MAX;

    /// Takes the bytes in, without leaving a copy of them. What is too long is overwritten and refused.
    pub fn new(bytes: Vec<u8>) -> Result<Self, TooLong> {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() > VALUE_BYTES_MAX { Err(TooLong(bytes.len())) } else { Ok(SecretValue(bytes)) }
    }

    /// The bytes themselves. Every call of it is a place where a secret could leak.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The secret as text, which is what the contract gives a node; nothing where it is no UTF-8.
    pub fn expose_text(&self) -> Option<&str> {
        str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_printed() {
        let value = SecretValue::new(b"canary".to_vec()).unwrap();
        let printed = format!("{value:?} {:#?}", Some(&value));
        assert!(!printed.contains("canary") && !printed.contains("99, 97"), "{printed}");
        assert!(!printed.contains('6'), "its length is hidden too: {printed}");
        assert_eq!(value.expose_text(), Some("canary"));
    }

    #[test]
    fn a_value_has_a_bound() {
        assert!(SecretValue::new(vec![b'a'; VALUE_BYTES_MAX]).is_ok());
        assert_eq!(SecretValue::new(vec![b'a'; VALUE_BYTES_MAX + 1]), Err(TooLong(VALUE_BYTES_MAX + 1)));
    }

    #[test]
    fn what_is_no_text_is_none() {
        assert_eq!(SecretValue::new(vec![0xff]).unwrap().expose_text(), None);
    }
}
