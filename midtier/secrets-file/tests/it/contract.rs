//! The contract of all stores, held against this one.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use leat_contracts::secrets::{Tried, hold};
use leat_secrets::{Redeem, SecretPath, SecretValue, Secrets};
use leat_secrets_file::{FileRedeem, FileSecrets, KeyPlace};

struct InAFolder(FileSecrets);

#[async_trait]
impl Tried for InAFolder {
    fn secrets(&self) -> &dyn Secrets {
        &self.0
    }

    fn redeem(&self) -> &dyn Redeem {
        &FileRedeem
    }

    async fn put(&self, path: &SecretPath, value: &SecretValue) {
        self.0.set(path, value.clone()).expect("it is written");
    }

    fn mount(&self) -> &str {
        "kv"
    }
}

/// Runs what never waits: everything here is done when it is asked for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a store in a file never waits"),
    }
}

#[test]
fn the_store_in_a_file_keeps_the_contract_of_all_stores() {
    let folder = tempfile::tempdir().unwrap();
    at_once(hold(&InAFolder(FileSecrets::new(folder.path().join("secrets"), KeyPlace::Beside))));
}

#[test]
fn a_grant_is_worth_nothing_beyond_its_paths() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileSecrets::new(folder.path(), KeyPlace::Beside);
    let [a, b]: [SecretPath; 2] = ["kv/a#x", "kv/b#x"].map(|path| path.parse().unwrap());
    for path in [&a, &b] {
        store.set(path, SecretValue::new(b"v".to_vec()).unwrap()).unwrap();
    }
    let grant = at_once(store.grant("run r", &[a], std::time::Duration::from_secs(1))).unwrap();
    let error = at_once(FileRedeem.redeem(grant, &[b])).unwrap_err();
    assert!(error.to_string().contains("does not allow kv/b#x"), "{error}");
}
