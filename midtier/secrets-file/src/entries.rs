//! What the file holds, in memory: values by their paths; and as the bytes that are sealed.

use std::collections::BTreeMap;

use leat_secrets::{SecretError, SecretPath, SecretValue};
use zeroize::Zeroizing;

/// Secrets that a file may have.
const ENTRIES_MAX: usize = 10_000;
/// Bytes that they may have together.
pub(crate) const BYTES_MAX: usize = 16 << 20;

/// The secrets of a file.
#[derive(Debug, Default)]
pub(crate) struct Entries(BTreeMap<SecretPath, SecretValue>);

impl Entries {
    pub(crate) fn get(&self, path: &SecretPath) -> Option<&SecretValue> {
        self.0.get(path)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &SecretPath> {
        self.0.keys()
    }

    pub(crate) fn set(&mut self, path: SecretPath, value: SecretValue) -> Result<(), SecretError> {
        self.0.insert(path, value);
        let full = |why: String| Err(SecretError::Invalid { what: "the file of secrets is full".to_owned(), why });
        if self.0.len() > ENTRIES_MAX {
            return full(format!("it may have {ENTRIES_MAX} of them; remove what is not used: `leat secret rm`"));
        }
        match self.length() {
            length if length > BYTES_MAX => {
                full(format!("it may have {BYTES_MAX} bytes; remove what is not used: `leat secret rm`"))
            }
            _ => Ok(()),
        }
    }

    /// Whether it was there.
    pub(crate) fn remove(&mut self, path: &SecretPath) -> bool {
        self.0.remove(path).is_some()
    }

    fn length(&self) -> usize {
        let one = |(path, value): (&SecretPath, &SecretValue)| 8 + path.as_str().len() + value.expose().len();
        self.0.iter().map(one).sum()
    }

    /// Each path and value behind its length, with room for `more` bytes, so that nothing is copied when they come.
    pub(crate) fn to_bytes(&self, more: usize) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.length() + more));
        for (path, value) in &self.0 {
            for piece in [path.as_str().as_bytes(), value.expose()] {
                let length = u32::try_from(piece.len()).expect("paths and values are bounded");
                bytes.extend_from_slice(&length.to_le_bytes());
                bytes.extend_from_slice(piece);
            }
        }
        bytes
    }

    /// Reads what [`Entries::to_bytes`] wrote; nothing where it is something else.
    pub(crate) fn from_bytes(mut bytes: &[u8]) -> Option<Entries> {
        let mut entries = BTreeMap::new();
        while !bytes.is_empty() {
            let path = str::from_utf8(piece(&mut bytes)?).ok()?.parse().ok()?;
            let value = SecretValue::new(piece(&mut bytes)?.to_vec()).ok()?;
            entries.insert(path, value);
        }
        Some(Entries(entries))
    }
}

/// The next piece behind its length.
fn piece<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (piece, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(piece)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(bytes: &[u8]) -> SecretValue {
        SecretValue::new(bytes.to_vec()).expect("it is short")
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(values in prop::collection::btree_map("[a-z]{1,5}/[a-z]{1,5}#[a-z]{1,5}", prop::collection::vec(any::<u8>(), 0..40), 0..10)) {
            let mut entries = Entries::default();
            for (path, bytes) in &values {
                entries.set(path.parse().unwrap(), value(bytes)).unwrap();
            }
            let bytes = entries.to_bytes(16);
            prop_assert!(bytes.capacity() >= bytes.len() + 16);
            prop_assert_eq!(Entries::from_bytes(&bytes).unwrap().0, entries.0);
        }

        #[test]
        fn any_other_bytes_are_nothing_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Entries::from_bytes(&bytes);
        }
    }

    #[test]
    fn a_file_has_bounds() {
        let mut entries = Entries::default();
        let large = [0; SecretValue::BYTES_MAX];
        let error = (0..300).find_map(|n| entries.set(format!("kv/a#f{n}").parse().unwrap(), value(&large)).err());
        assert!(error.unwrap().to_string().contains("is full"));
    }
}
