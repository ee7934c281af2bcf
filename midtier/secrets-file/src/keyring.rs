//! A key in the kernel's keyring of this user (keyrings(7)): in memory alone, and gone when the machine is switched off.

use leat_secrets::SecretError;
use linux_keyutils::{KeyError, KeyRing, KeyRingIdentifier};
use zeroize::Zeroizing;

use crate::key::{KEY_BYTES, Key};

/// The key of this name; nothing where there is none.
pub(crate) fn read(name: &str) -> Result<Option<Key>, SecretError> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    match find(name, &mut bytes) {
        Ok(KEY_BYTES) => Ok(Some(Key::of(bytes))),
        Ok(length) => Err(refused(name, format!("it has {length} bytes and is no key, which has {KEY_BYTES}"))),
        Err(KeyError::KeyDoesNotExist) => Ok(None),
        Err(error) => {
            let why = format!(
                "the kernel does not give it ({error:?}); a service of systemd needs KeyringMode=shared, and a container a system \
                               call filter that allows keyctl"
            );
            Err(refused(name, why))
        }
    }
}

/// What is said where a key is needed and there is none.
pub(crate) fn missing(name: &str) -> SecretError {
    let why = format!(
        "there is none, and none is made, since the kernel forgets it when the machine is switched off; make one, keep it elsewhere, and put it \
                       there at each start: `head -c {KEY_BYTES} /dev/urandom > FILE`, `keyctl padd user {name} @u < FILE`"
    );
    refused(name, why)
}

/// Reads into `bytes`; how many the key has.
fn find(name: &str, bytes: &mut [u8; KEY_BYTES]) -> Result<usize, KeyError> {
    // A key may be read by who has it, not by who it belongs to: the user's keyring has to hang on one of the process's own, as a login has done it for a
    // session and nobody for a service.
    let own = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
    own.link_keyring_id(KeyRingIdentifier::User)?;
    own.search(name)?.read(bytes)
}

fn refused(name: &str, why: String) -> SecretError {
    SecretError::Invalid { what: format!("the key `{name}` in the keyring of this user"), why }
}
