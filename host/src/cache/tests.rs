//! Contents over real files.

use std::os::unix::fs::MetadataExt;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use super::*;

struct Host {
    _root: tempfile::TempDir,
    directory: Directory,
    cache: Cache,
    fetched: AtomicUsize,
}

impl Host {
    fn new(bytes_max: u64) -> Self {
        let root = tempfile::tempdir().unwrap();
        let directory = Directory::open(root.path()).unwrap();
        let cache = Cache::open(&directory, bytes_max).unwrap();
        Host { _root: root, directory, cache, fetched: AtomicUsize::new(0) }
    }

    async fn obtain(&self, text: &str) -> Result<Pin, TransferError> {
        let fetch = |_, path: PathBuf| {
            let text = text.to_owned();
            async move {
                self.fetched.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                fs::write(path, text).map_err(|_| TransferError::Missing(String::new()))
            }
        };
        self.cache.obtain(content(text), fetch).await
    }

    fn fetched(&self) -> usize {
        self.fetched.load(Ordering::SeqCst)
    }

    fn kept(&self) -> usize {
        fs::read_dir(self.directory.contents()).unwrap().count()
    }
}

fn content(text: &str) -> Content {
    Content { digest: Digest::of(text.as_bytes()), bytes: text.len() as u64 }
}

#[tokio::test]
async fn runs_that_want_the_same_content_fetch_it_once() {
    let host = Host::new(1000);
    let (a, b, c) = tokio::join!(host.obtain("x"), host.obtain("x"), host.obtain("y"));
    assert_eq!(a.unwrap().path(), b.unwrap().path());
    assert_eq!(fs::read(c.unwrap().path()).unwrap(), b"y");
    host.obtain("x").await.unwrap();
    assert_eq!(host.fetched(), 2);
}

#[tokio::test]
async fn who_stops_waiting_leaves_it_to_the_next() {
    let host = Host::new(1000);
    let gone = tokio::time::timeout(Duration::from_millis(1), host.obtain("x")).await;
    assert!(gone.is_err());
    assert!(host.obtain("x").await.is_ok());
    assert_eq!(fs::read_dir(host.directory.fetching()).unwrap().count(), 0, "nothing half is left");
}

#[tokio::test]
async fn the_limit_is_kept_and_what_is_in_use_stays() {
    let host = Host::new(10);
    let used = host.obtain("aaaaaa").await.unwrap();
    drop(host.obtain("bbb").await.unwrap());
    drop(host.obtain("ccc").await.unwrap());
    assert_eq!(host.kept(), 2, "b went for c");
    assert!(used.path().exists());
    let large = host.obtain("dddddddddddddddd").await.unwrap();
    assert!(large.path().exists(), "a run that needs more than the limit gets it");
    drop((used, large));
    host.cache.trim(0);
    assert!(host.cache.bytes() <= 10, "{}", host.cache.bytes());
    assert_eq!(fs::read_dir(host.directory.fetching()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_content_of_another_size_is_fetched_again() {
    let host = Host::new(1000);
    let path = host.obtain("whole").await.unwrap().path();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, READ_ONLY);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "who").unwrap();
    let pin = host.obtain("whole").await.unwrap();
    assert_eq!((fs::read(pin.path()).unwrap().as_slice(), host.fetched()), (b"whole".as_slice(), 2));
    fs::remove_file(&path).unwrap();
    host.obtain("whole").await.unwrap();
    assert_eq!(host.fetched(), 3);
}

#[tokio::test]
async fn damage_is_found_by_hashing_again() {
    let host = Host::new(1000);
    let pins = [host.obtain("whole").await.unwrap(), host.obtain("other").await.unwrap()];
    assert!(!host.cache.recheck(&pins));
    fs::remove_file(pins[0].path()).unwrap();
    fs::write(pins[0].path(), "whale").unwrap();
    assert!(host.cache.recheck(&pins));
    drop(pins);
    let pin = host.obtain("whole").await.unwrap();
    assert_eq!(fs::read(pin.path()).unwrap(), b"whole");
    assert_eq!(host.fetched(), 3);
}

#[tokio::test]
async fn the_next_agent_takes_over_what_is_kept() {
    let host = Host::new(1000);
    host.obtain("aaa").await.unwrap();
    fs::write(host.directory.contents().join("README"), "mine").unwrap();
    let next = Cache::open(&host.directory, 1000).unwrap();
    let refused = next.obtain(content("aaa"), |_, _| async { Err(TransferError::Missing(String::new())) }).await;
    assert!(refused.is_ok(), "{refused:?}");
    let small = Cache::open(&host.directory, 2).unwrap();
    assert_eq!((small.bytes(), host.kept()), (0, 1), "to a smaller limit, too");
}
