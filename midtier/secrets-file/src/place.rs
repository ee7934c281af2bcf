//! Where the key of a store is: beside it, in a file elsewhere, or in the kernel's keyring.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use leat_secrets::SecretError;

use crate::key::Key;
use crate::keyring;

/// What stands before the name of a key in the keyring.
const KEYRING: &str = "keyring:";
/// Names of keys are no longer, bytes; the kernel takes up to 4,095.
const NAME_BYTES_MAX: usize = 200;

/// Where the key of a store is. A key beside the store guards what is copied without it; one that is elsewhere also guards copies of the whole folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the file `key` in the store's folder, which is made at first use.
    #[default]
    Beside,
    /// In this file, which is made at first use and must be its owner's alone.
    File(PathBuf),
    /// In the kernel's keyring of this user (keyrings(7)), a key of the type `user` with this name and 32 bytes. It is never made: the kernel forgets it when the machine is
    /// switched off, and with the only copy every secret would be gone.
    Keyring(String),
}

/// Text that says no place of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no place of a key: write the path of a file, or keyring:NAME, whose name has letters, digits or any of - _ . : and at most {NAME_BYTES_MAX} of them"
)]
pub struct BadKeyPlace(String);

impl FromStr for KeyPlace {
    type Err = BadKeyPlace;

    /// `keyring:NAME`, or the path of a file.
    fn from_str(text: &str) -> Result<Self, BadKeyPlace> {
        let is_named = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        match text.strip_prefix(KEYRING) {
            Some(name) if (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_named) => {
                Ok(KeyPlace::Keyring(name.to_owned()))
            }
            None if !text.is_empty() && !text.contains('\0') => Ok(KeyPlace::File(text.into())),
            _ => Err(BadKeyPlace(text.escape_debug().to_string())),
        }
    }
}

impl KeyPlace {
    /// The key; nothing where there is none.
    pub(crate) fn read(&self, folder: &Path) -> Result<Option<Key>, SecretError> {
        match self {
            KeyPlace::Beside | KeyPlace::File(_) => Key::read(&self.file(folder)),
            KeyPlace::Keyring(name) => keyring::read(name),
        }
    }

    /// A key where there is none.
    pub(crate) fn make(&self, folder: &Path) -> Result<Key, SecretError> {
        match self {
            KeyPlace::Beside | KeyPlace::File(_) => Key::make(&self.file(folder)),
            KeyPlace::Keyring(name) => Err(keyring::missing(name)),
        }
    }

    /// How what was sealed with a key that is gone is read again.
    pub(crate) fn restored(&self) -> String {
        match self {
            KeyPlace::Beside | KeyPlace::File(_) => "restore the key".to_owned(),
            KeyPlace::Keyring(name) => format!("put the key back (`keyctl padd user {name} @u < FILE`)"),
        }
    }

    fn file(&self, folder: &Path) -> PathBuf {
        match self {
            KeyPlace::File(path) => path.clone(),
            KeyPlace::Beside | KeyPlace::Keyring(_) => folder.join("key"),
        }
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyPlace::Beside => f.write_str("beside the store"),
            KeyPlace::File(path) => write!(f, "{}", path.display()),
            KeyPlace::Keyring(name) => write!(f, "{KEYRING}{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_or_a_name_in_the_keyring() {
        assert_eq!("keyring:leat-m1".parse(), Ok(KeyPlace::Keyring("leat-m1".to_owned())));
        for file in ["/run/credentials/leat/key", "key", "./keyring:x", "keyrings:x"] {
            assert_eq!(file.parse(), Ok(KeyPlace::File(file.into())), "{file}");
            assert_eq!(file.parse::<KeyPlace>().unwrap().to_string(), file);
        }
        let long = format!("keyring:{}", "x".repeat(NAME_BYTES_MAX + 1));
        for bad in ["", "keyring:", "keyring:a b", "keyring:a\nb", "keyring:\u{e9}", "a\0b", long.as_str()] {
            let refused = bad.parse::<KeyPlace>().unwrap_err().to_string();
            assert!(refused.contains("keyring:NAME") && !refused.contains(char::is_control), "{refused}");
        }
    }
}
