//! The folder of the store: who may read it, what becomes of damage, and of two writers at once.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use leat_secrets::{SecretError, SecretPath, SecretValue};
use leat_secrets_file::{FileSecrets, KeyPlace};

fn path(text: &str) -> SecretPath {
    text.parse().expect("a good path")
}

fn value(text: &str) -> SecretValue {
    SecretValue::new(text.as_bytes().to_vec()).expect("a short text")
}

fn filled(folder: &Path) -> FileSecrets {
    let store = FileSecrets::new(folder, KeyPlace::Beside);
    store.set(&path("kv/a#b"), value("canary")).expect("it is written");
    store
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn a_store_that_was_never_written_is_empty_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileSecrets::new(folder.path().join("deep/secrets"), KeyPlace::Beside);
    assert!(store.list().unwrap().is_empty());
    assert!(!store.remove(&path("kv/a#b")).unwrap());
    assert!(matches!(store.values(&[path("kv/a#b")]), Err(SecretError::Missing { .. })));
    assert!(!folder.path().join("deep").exists());
}

#[test]
fn what_is_put_there_is_there_for_the_next_who_looks_and_can_be_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("deep/secrets");
    filled(&root).set(&path("kv/0#b"), value("x")).unwrap();
    let store = FileSecrets::new(&root, KeyPlace::Beside);
    assert_eq!(store.list().unwrap(), [path("kv/0#b"), path("kv/a#b")]);
    assert_eq!(store.values(&[path("kv/a#b")]).unwrap()[0].expose_text(), Some("canary"));
    assert!(store.remove(&path("kv/a#b")).unwrap());
    assert_eq!(FileSecrets::new(&root, KeyPlace::Beside).list().unwrap(), [path("kv/0#b")]);
}

#[test]
fn nobody_else_may_read_what_is_made_there() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("secrets");
    filled(&root);
    assert_eq!((mode(&root), mode(&root.join("key")), mode(&root.join("secrets"))), (0o700, 0o600, 0o600));
    for file in ["key", "secrets"] {
        let content = fs::read(root.join(file)).unwrap();
        assert!(!content.windows(6).any(|window| window == b"canary"), "{file}");
    }
}

#[test]
fn a_key_that_others_may_read_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    for bad in [0o640, 0o604, 0o622] {
        fs::set_permissions(folder.path().join("key"), fs::Permissions::from_mode(bad)).unwrap();
        let said = store.list().unwrap_err().to_string();
        assert!(said.contains(&format!("mode {bad:04o}")) && said.contains("chmod 600"), "{said}");
        assert_eq!(store.set(&path("kv/a#b"), value("y")).unwrap_err().to_string(), said);
    }
    fs::set_permissions(folder.path().join("key"), fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(store.list().unwrap().len(), 1);
}

#[test]
fn a_torn_or_changed_file_is_found_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let file = folder.path().join("secrets");
    let whole = fs::read(&file).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() - 20] ^= 1;
    for bad in [&whole[..whole.len() - 1], &changed, b""] {
        fs::write(&file, bad).unwrap();
        let said = store.list().unwrap_err().to_string();
        assert!(said.contains("it is torn, was changed") && said.contains("secrets"), "{said}");
        assert_eq!(store.set(&path("kv/c#d"), value("y")).unwrap_err().to_string(), said);
        assert_eq!(fs::read(&file).unwrap(), bad);
    }
    fs::write(&file, whole).unwrap();
    assert_eq!(store.list().unwrap().len(), 1);
}

#[test]
fn a_lost_key_is_named_and_no_new_one_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    fs::remove_file(folder.path().join("key")).unwrap();
    for error in [store.list().unwrap_err(), store.set(&path("kv/a#b"), value("y")).unwrap_err()] {
        assert!(error.to_string().contains("the key that it was sealed with is gone"), "{error}");
    }
    assert!(!folder.path().join("key").exists());
}

#[test]
fn two_who_change_it_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |writer: usize| {
        // As two processes would: each with a store of its own.
        let store = FileSecrets::new(folder.path(), KeyPlace::Beside);
        (0..10).for_each(|n| store.set(&path(&format!("kv/w{writer}#f{n}")), value("x")).unwrap());
    };
    std::thread::scope(|scope| {
        (0..4).for_each(|writer| drop(scope.spawn(move || write(writer))));
    });
    assert_eq!(FileSecrets::new(folder.path(), KeyPlace::Beside).list().unwrap().len(), 40);
}

#[test]
fn what_a_killed_writer_left_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    fs::write(folder.path().join(".secrets.partial"), "torn").unwrap();
    store.set(&path("kv/c#d"), value("y")).unwrap();
    assert_eq!(store.list().unwrap().len(), 2);
    assert_eq!(mode(&folder.path().join("secrets")), 0o600);
}
