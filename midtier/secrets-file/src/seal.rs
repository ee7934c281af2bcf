//! How the file is sealed: a first line that says what it is, a nonce, and the entries under AES-256-GCM-SIV, the first line vouched for
//! with them.

use aes_gcm_siv::aead::Buffer;
use aes_gcm_siv::{AeadInOut, Aes256GcmSiv, KeyInit, Nonce};
use leat_secrets::SecretError;
use zeroize::Zeroizing;

use crate::entries::Entries;
use crate::key::Key;

const FIRST_LINE: &[u8] = b"leat secrets 1\n";
const NONCE_BYTES: usize = 12;
/// What sealing adds to the entries.
pub(crate) const SEAL_BYTES: usize = FIRST_LINE.len() + NONCE_BYTES + TAG_BYTES;
const TAG_BYTES: usize = 16;

/// Why a file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It does not begin as one does.
    Stranger,
    /// A later version of Leat has written it.
    Later,
    /// It is torn, was changed, or belongs to another key.
    Damaged,
}

/// The entries as they may lie on a disk.
pub(crate) fn seal(entries: &Entries, key: &Key) -> Result<Vec<u8>, SecretError> {
    let mut nonce = [0; NONCE_BYTES];
    random(&mut nonce)?;
    let mut content = entries.to_bytes(TAG_BYTES);
    let cipher = Aes256GcmSiv::new(key.bytes().into());
    let sealed = cipher.encrypt_in_place(&Nonce::from(nonce), FIRST_LINE, &mut *content as &mut dyn Buffer);
    sealed.expect("what is bounded to some MiB can be sealed");
    Ok([FIRST_LINE, &nonce, &content].concat())
}

/// The entries of a file.
pub(crate) fn open(file: &[u8], key: &Key) -> Result<Entries, Broken> {
    let Some(rest) = file.strip_prefix(FIRST_LINE) else {
        let is_later = file.starts_with(b"leat secrets ") && !FIRST_LINE.starts_with(file);
        return Err(match file {
            file if FIRST_LINE.starts_with(file) => Broken::Damaged,
            _ if is_later => Broken::Later,
            _ => Broken::Stranger,
        });
    };
    let (nonce, content) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(Broken::Damaged)?;
    let mut content = Zeroizing::new(content.to_vec());
    let cipher = Aes256GcmSiv::new(key.bytes().into());
    let opened = cipher.decrypt_in_place(&Nonce::from(*nonce), FIRST_LINE, &mut *content as &mut dyn Buffer);
    opened.map_err(|_| Broken::Damaged)?;
    Entries::from_bytes(&content).ok_or(Broken::Damaged)
}

/// Fills it with the system's randomness.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), SecretError> {
    getrandom::fill(bytes).map_err(|error| SecretError::Invalid {
        what: "the system's randomness cannot be read".to_owned(),
        why: error.to_string(),
    })
}

/// 16 random bytes in hexadecimal.
pub(crate) fn random_word() -> Result<String, SecretError> {
    let mut bytes = [0; 16];
    random(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use leat_secrets::SecretValue;
    use proptest::prelude::*;

    use super::*;

    fn sealed(key: &Key) -> Vec<u8> {
        let mut entries = Entries::default();
        let (path, value) = ("kv/a#b".parse().expect("a path"), SecretValue::new(b"canary".to_vec()).expect("short"));
        entries.set(path, value).expect("there is room");
        seal(&entries, key).expect("it is sealed")
    }

    #[test]
    fn the_file_gives_nothing_away() {
        let key = Key::random().unwrap();
        let file = sealed(&key);
        for word in [b"canary".as_slice(), b"kv/a#b"] {
            assert!(!file.windows(word.len()).any(|window| window == word));
        }
        assert_ne!(file, sealed(&key), "the same content is sealed another way each time");
        assert_eq!(open(&file, &key).unwrap().paths().count(), 1);
    }

    #[test]
    fn every_changed_byte_is_found() {
        let key = Key::random().unwrap();
        let file = sealed(&key);
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(open(&changed, &key).is_err(), "byte {at}");
            assert!(open(&file[..at], &key).is_err(), "cut at {at}");
        }
        assert_eq!(open(&file, &Key::random().unwrap()).err(), Some(Broken::Damaged));
    }

    #[test]
    fn a_stranger_and_a_later_version_are_told_apart() {
        let key = Key::random().unwrap();
        let of = |bytes: &[u8]| open(bytes, &key).err();
        assert_eq!(of(b"leat secrets 2\n..."), Some(Broken::Later));
        assert_eq!(of(b"age-encryption.org/v1\n"), Some(Broken::Stranger));
        assert_eq!(of(b""), Some(Broken::Damaged));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let key = Key::random().unwrap();
            prop_assert!(open(&bytes, &key).is_err());
            prop_assert!(open(&[FIRST_LINE, &bytes].concat(), &key).is_err());
        }
    }
}
