//! The rules of contents on files of a directory, and those of the directory alone.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leat_bundle::Digest;
use leat_midtier::blobs::DirectoryBlobs;
use leat_scheduler::model::Moment;
use tempfile::TempDir;

use crate::suite::blobbing::{Hands, Shelf};
use crate::suite::for_every_rule_of_blobs;

fn shelf(home: &TempDir) -> Shelf {
    // Files are as old as the machine says they are.
    #[expect(clippy::disallowed_methods, reason = "the times of files are compared with it")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let clock = Hands::at(Moment::default().after(now));
    let blobs = DirectoryBlobs::open(home.path().join("blobs"), Arc::clone(&clock) as _).unwrap();
    Shelf { blobs: Arc::new(blobs), clock }
}

macro_rules! rules {
    ($($rule:ident)*) => {$(
        #[tokio::test]
        async fn $rule() {
            let home = TempDir::new().unwrap();
            crate::suite::blobbing::$rule(&shelf(&home)).await;
        }
    )*};
}

for_every_rule_of_blobs!(rules);

#[tokio::test]
async fn a_content_lies_where_its_digest_says_and_nothing_half_is_left() {
    let home = TempDir::new().unwrap();
    let shelf = shelf(&home);
    let digest = Digest::of(b"hello");
    shelf.blobs.write(digest, 100, Box::pin(&b"hello"[..])).await.unwrap();
    shelf.blobs.write(Digest::of(b"other"), 100, Box::pin(&b"hello"[..])).await.unwrap_err();
    let (folder, rest) = (&digest.to_string()[..2], &digest.to_string()[2..]);
    let root = home.path().join("blobs");
    assert_eq!(std::fs::read(root.join(folder).join(rest)).unwrap(), b"hello");
    assert_eq!(std::fs::read_dir(root.join("partial")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_a_killed_midtier_was_writing_goes_when_it_is_old_and_strange_files_stay() {
    let home = TempDir::new().unwrap();
    let shelf = shelf(&home);
    let root = home.path().join("blobs");
    let left = root.join("partial").join(format!("{}-0", Digest::of(b"hello")));
    std::fs::write(&left, b"hel").unwrap();
    std::fs::create_dir(root.join("lost+found")).unwrap();
    std::fs::write(root.join("lost+found").join("mine"), b"mine").unwrap();
    // It does not stand in the way of the next writer either.
    shelf.blobs.write(Digest::of(b"hello"), 100, Box::pin(&b"hello"[..])).await.unwrap();
    assert_eq!(shelf.blobs.retain(&[Digest::of(b"hello")], Duration::from_secs(60)).await.unwrap(), 0);
    let young = std::fs::File::open(&left).unwrap();
    young.set_modified(UNIX_EPOCH).unwrap();
    assert_eq!(shelf.blobs.retain(&[Digest::of(b"hello")], Duration::from_secs(60)).await.unwrap(), 3);
    assert!(!left.exists() && root.join("lost+found").join("mine").exists());
}
