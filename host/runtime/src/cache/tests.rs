//! When an entry is believed, and when not.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use super::*;

fn info() -> NodeInfo {
    NodeInfo {
        name: "price".into(),
        description: String::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        parameters: Vec::new(),
        facts: Vec::new(),
        objects: Vec::new(),
    }
}

fn kept() -> (tempfile::TempDir, Cache, Key, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::new(dir.path().join("compiled"));
    let key = Key([7; 32]);
    cache.put(key, &info(), b"native code");
    let path = cache.path(key);
    (dir, cache, key, path)
}

#[test]
fn an_entry_comes_back_as_it_was_kept() {
    let (_dir, cache, key, _) = kept();
    let entry = cache.get(key).unwrap();
    assert_eq!(entry.code(), b"native code");
    assert_eq!(entry.info, info());
    assert!(cache.get(Key([8; 32])).is_none());
}

#[test]
fn an_entry_with_any_byte_changed_or_missing_is_not_believed() {
    let (_dir, cache, key, path) = kept();
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert!(cache.get(key).is_none(), "byte {at} changed");
        fs::write(&path, &whole[..at]).unwrap();
        assert!(cache.get(key).is_none(), "cut at byte {at}");
    }
    fs::write(&path, &whole).unwrap();
    assert!(cache.get(key).is_some());
}

#[test]
fn an_entry_under_another_name_is_not_believed() {
    let (_dir, cache, _, path) = kept();
    let other = Key([9; 32]);
    fs::copy(path, cache.path(other)).unwrap();
    assert!(cache.get(other).is_none());
}

#[test]
fn an_entry_that_others_may_write_is_not_believed() {
    let (_dir, cache, key, path) = kept();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o622)).unwrap();
    assert!(cache.get(key).is_none());
}

#[test]
fn the_oldest_entries_go_when_the_cache_is_full() {
    let dir = tempfile::tempdir().unwrap();
    let path = |age: u64| dir.path().join(format!("{age}"));
    for age in 0..5 {
        let file = File::create(path(age)).unwrap();
        file.set_len(10).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000 - age)).unwrap();
    }
    sweep(dir.path(), 35, 4).unwrap();
    assert!((0..3).all(|age| path(age).exists()) && !path(3).exists() && !path(4).exists());
    sweep(dir.path(), 35, 2).unwrap();
    assert!(path(1).exists() && !path(2).exists());
}

#[test]
fn a_directory_in_the_place_of_an_entry_is_passed_over() {
    let (_dir, cache, key, path) = kept();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(cache.get(key).is_none());
    cache.put(key, &info(), b"x");
}
