//! The rules of contents on files of a directory, and those of the directory alone.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leat_bundle::Digest;
use leat_midtier::blobs::{BegunLimits, Blobs, DirectoryBlobs, Piece, Taken};
use leat_scheduler::model::Moment;
use tempfile::TempDir;

use crate::suite::blobbing::{Hands, Shelf};
use crate::suite::for_every_rule_of_blobs;

fn shelf(home: &TempDir) -> Shelf {
    // Files are as old as the machine says they are.
    #[expect(clippy::disallowed_methods, reason = "the times of files are compared with it")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let clock = Hands::at(Moment::default().after(now));
    let open = || {
        let blobs = DirectoryBlobs::open(home.path().join("blobs"), Arc::clone(&clock) as _).unwrap();
        Arc::new(blobs) as Arc<dyn Blobs>
    };
    Shelf { blobs: open(), other: open(), clock: Arc::clone(&clock) }
}

macro_rules! rules {
    ($($module:ident { $($rule:ident)* })*) => {$(
        mod $module {
            $(
                #[tokio::test]
                async fn $rule() {
                    let home = super::TempDir::new().unwrap();
                    crate::suite::$module::$rule(&super::shelf(&home)).await;
                }
            )*
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

#[tokio::test]
async fn what_a_machine_that_was_switched_off_left_half_written_is_not_gone_on_with() {
    let home = TempDir::new().unwrap();
    let shelf = shelf(&home);
    let digest = Digest::of(b"hello");
    let uploads = home.path().join("blobs").join("uploads");
    let send = async |offset: usize, bytes: &'static [u8]| {
        let piece = Piece { digest, offset: offset as u64, length: 5 };
        shelf.blobs.go_on(piece, &BegunLimits::default(), Box::pin(bytes)).await
    };
    let bytes = uploads.join(digest.to_string());
    let state = uploads.join(format!("{digest}.json"));
    // Bytes that do not count yet are written over.
    send(0, b"he").await.unwrap();
    std::fs::write(&bytes, b"heXXXX").unwrap();
    assert_eq!(shelf.blobs.begun(digest).await.unwrap().unwrap().bytes, 2);
    assert!(matches!(send(2, b"llo").await.unwrap(), Taken::Whole(_)));
    shelf.clock.turn(Duration::from_secs(7200));
    assert_eq!(shelf.blobs.retain(&[], Duration::from_secs(3600)).await.unwrap(), 5);
    // Fewer bytes than count, and a state that was cut short: it was not begun.
    for (name, left) in [(&bytes, &b"h"[..]), (&state, b"{\"length\":5,"), (&state, b"")] {
        send(0, b"he").await.unwrap();
        std::fs::write(name, left).unwrap();
        assert_eq!(shelf.blobs.begun(digest).await.unwrap(), None);
        send(2, b"llo").await.unwrap_err();
    }
    assert!(matches!(send(0, b"hello").await.unwrap(), Taken::Whole(_)));
    let left: Vec<_> = std::fs::read_dir(&uploads).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_str().unwrap().starts_with("lock")), "{left:?}");
}
