//! Keys that are not beside their store: in a file elsewhere, and in the kernel's own keyring.

use std::fs;
use std::path::Path;

use leat_secrets::{SecretError, SecretPath, SecretValue};
use leat_secrets_file::{FileSecrets, KeyPlace};
use linux_keyutils::{Key, KeyRing, KeyRingIdentifier};

fn path() -> SecretPath {
    "kv/a#b".parse().expect("a good path")
}

fn put(store: &FileSecrets) -> Result<(), SecretError> {
    store.set(&path(), SecretValue::new(b"canary".to_vec()).expect("a short text"))
}

fn is_read(store: &FileSecrets) -> bool {
    store.values(&[path()]).expect("it is there")[0].expose_text() == Some("canary")
}

/// A key in this user's keyring, as `keyctl padd user NAME @u` puts it there; gone when it is dropped.
struct InKeyring(Key);

impl InKeyring {
    fn put(name: &str, bytes: &[u8]) -> Self {
        let of_user = KeyRing::from_special_id(KeyRingIdentifier::User, true)
            .expect("the kernel has keyrings, and no filter forbids them");
        InKeyring(of_user.add_key(name, bytes).expect("a user may have keys"))
    }
}

impl Drop for InKeyring {
    fn drop(&mut self) {
        let of_user = KeyRing::from_special_id(KeyRingIdentifier::User, true).expect("it was there");
        of_user.unlink_key(self.0).expect("the key was put there");
    }
}

#[test]
fn a_key_in_another_folder_opens_the_store_and_none_lies_beside_it() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = KeyPlace::File(elsewhere.path().join("leat.key"));
    put(&FileSecrets::new(folder.path(), place.clone())).unwrap();
    assert!(is_read(&FileSecrets::new(folder.path(), place.clone())));
    assert!(!folder.path().join("key").exists());
    let refused = FileSecrets::new(folder.path(), KeyPlace::Beside).list().unwrap_err().to_string();
    assert!(refused.contains("is gone (beside the store)"), "{refused}");
    fs::remove_file(elsewhere.path().join("leat.key")).unwrap();
    let refused = put(&FileSecrets::new(folder.path(), place)).unwrap_err().to_string();
    assert!(refused.contains("leat.key") && refused.contains("restore the key"), "{refused}");
}

#[test]
fn a_key_in_the_keyring_opens_the_store_for_as_long_as_it_is_there_and_is_never_made() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("leat-tests-{}", std::process::id());
    let store = |folder: &Path| FileSecrets::new(folder, KeyPlace::Keyring(name.clone()));
    let refused = put(&store(folder.path())).unwrap_err().to_string();
    assert!(refused.contains("there is none") && refused.contains(&format!("keyctl padd user {name} @u")), "{refused}");
    let key = InKeyring::put(&name, &[7; 32]);
    put(&store(folder.path())).unwrap();
    assert!(is_read(&store(folder.path())));
    assert!(!folder.path().join("key").exists());
    drop(key);
    let refused = store(folder.path()).list().unwrap_err().to_string();
    assert!(refused.contains("put the key back"), "{refused}");
    let _other = InKeyring::put(&name, &[8; 32]);
    let refused = store(folder.path()).list().unwrap_err().to_string();
    assert!(refused.contains("sealed with another key"), "{refused}");
}

#[test]
fn what_is_no_key_in_the_keyring_is_refused_with_its_length() {
    let folder = tempfile::tempdir().unwrap();
    for length in [1, 31, 33, 4_096] {
        let name = format!("leat-tests-{}-{length}", std::process::id());
        let _key = InKeyring::put(&name, &vec![7; length]);
        let refused = put(&FileSecrets::new(folder.path(), KeyPlace::Keyring(name))).unwrap_err().to_string();
        assert!(refused.contains(&format!("it has {length} bytes")), "{refused}");
    }
}
