//! What every store must do alike: each adapter's tests call [`hold`] with a store of theirs.
//!
//! The functions panic where a rule is broken, as tests do.

use std::time::Duration;

use async_trait::async_trait;
use leat_secrets::{Redeem, SecretError, SecretPath, SecretValue, Secrets, Ticket};

/// A store that is being tried, and what the rules need of it beside the ports.
#[async_trait]
pub trait Tried: Send + Sync {
    /// The store.
    fn secrets(&self) -> &dyn Secrets;
    /// A host's side of it.
    fn redeem(&self) -> &dyn Redeem;
    /// Puts a value where a path says, over what was there.
    async fn put(&self, path: &SecretPath, value: &SecretValue);
    /// The mount that values are put in.
    fn mount(&self) -> &str;
}

const LIFE: Duration = Duration::from_secs(120);

fn value(text: &str) -> SecretValue {
    SecretValue::new(text.as_bytes().to_vec()).expect("a short text")
}

fn path(tried: &dyn Tried, below: &str) -> SecretPath {
    format!("{}/{below}", tried.mount()).parse().expect("the mount and a good path")
}

/// Every rule of the contract, one after the other.
pub async fn hold(tried: &dyn Tried) {
    a_value_is_read_by_its_path(tried).await;
    what_is_put_over_a_value_takes_its_place(tried).await;
    what_is_not_there_is_missing_by_its_name(tried).await;
    a_grant_is_worth_its_paths_in_their_order(tried).await;
    a_grant_of_a_missing_path_is_not_given(tried).await;
    a_wrapped_grant_is_redeemed_once(tried).await;
    a_revoked_grant_is_worth_nothing_and_is_revoked_again_without_harm(tried).await;
    a_grant_is_renewed_until_it_is_over(tried).await;
    tried.secrets().health().await.expect("a store that serves is in health");
}

async fn a_value_is_read_by_its_path(tried: &dyn Tried) {
    let (password, user) = (path(tried, "contract/read#password"), path(tried, "contract/read#user"));
    tried.put(&password, &value("hunter2 \u{e9}\n")).await;
    tried.put(&user, &value("risk")).await;
    let read = tried.secrets().read(&password).await.expect("it was put there");
    assert_eq!(read.expose_text(), Some("hunter2 \u{e9}\n"));
    assert_eq!(tried.secrets().read(&user).await.expect("a field beside it").expose_text(), Some("risk"));
}

async fn what_is_put_over_a_value_takes_its_place(tried: &dyn Tried) {
    let place = path(tried, "contract/over#password");
    for text in ["first", "second"] {
        tried.put(&place, &value(text)).await;
        assert_eq!(tried.secrets().read(&place).await.expect("it was put there").expose_text(), Some(text));
    }
}

async fn what_is_not_there_is_missing_by_its_name(tried: &dyn Tried) {
    tried.put(&path(tried, "contract/there#password"), &value("x")).await;
    for below in ["contract/nowhere#password", "contract/there#other", "contract/there/below#password"] {
        let absent = path(tried, below);
        let error = tried.secrets().read(&absent).await.expect_err("nothing was put there");
        assert_eq!(error, SecretError::Missing { path: absent });
    }
}

async fn a_grant_is_worth_its_paths_in_their_order(tried: &dyn Tried) {
    let (a, b) = (path(tried, "contract/grant/a#x"), path(tried, "contract/grant/b#y"));
    tried.put(&a, &value("of a")).await;
    tried.put(&b, &value("of b")).await;
    for paths in [[a.clone(), b.clone()], [b, a]] {
        let grant = tried.secrets().grant("run contract", &paths, LIFE).await.expect("both are there");
        assert!(grant.life > Duration::ZERO && grant.life <= LIFE, "a life of {:?}", grant.life);
        let id = grant.id.clone();
        let values = tried.redeem().redeem(grant, &paths).await.expect("a fresh grant is redeemed");
        let texts: Vec<_> = values.iter().map(|value| value.expose_text().expect("text")).collect();
        let expected: Vec<_> = paths.iter().map(|path| if path.field() == "x" { "of a" } else { "of b" }).collect();
        assert_eq!(texts, expected);
        tried.secrets().revoke(&id).await.expect("it is revoked");
    }
}

async fn a_grant_of_a_missing_path_is_not_given(tried: &dyn Tried) {
    let (there, absent) = (path(tried, "contract/half#x"), path(tried, "contract/half-absent#x"));
    tried.put(&there, &value("x")).await;
    let error = tried.secrets().grant("run contract", &[there, absent.clone()], LIFE).await;
    assert_eq!(error.expect_err("one of the two is missing"), SecretError::Missing { path: absent });
}

async fn a_wrapped_grant_is_redeemed_once(tried: &dyn Tried) {
    let place = path(tried, "contract/once#x");
    tried.put(&place, &value("x")).await;
    let paths = [place];
    let grant = tried.secrets().grant("run contract", &paths, LIFE).await.expect("it is there");
    let id = grant.id.clone();
    let wrapped = matches!(grant.ticket, Ticket::Wrapped { .. });
    let copy = grant.clone();
    tried.redeem().redeem(grant, &paths).await.expect("a fresh grant is redeemed");
    if wrapped {
        let error = tried.redeem().redeem(copy, &paths).await.expect_err("it has been redeemed");
        assert!(matches!(error, SecretError::GrantOver { .. }), "{error}");
    }
    tried.secrets().revoke(&id).await.expect("it is revoked");
}

async fn a_revoked_grant_is_worth_nothing_and_is_revoked_again_without_harm(tried: &dyn Tried) {
    let place = path(tried, "contract/revoked#x");
    tried.put(&place, &value("x")).await;
    let paths = [place];
    let grant = tried.secrets().grant("run contract", &paths, LIFE).await.expect("it is there");
    for _ in 0..2 {
        tried.secrets().revoke(&grant.id).await.expect("revoking is no error, however often");
    }
    if matches!(grant.ticket, Ticket::Wrapped { .. }) {
        let error = tried.redeem().redeem(grant, &paths).await.expect_err("it is revoked");
        assert!(matches!(error, SecretError::GrantOver { .. } | SecretError::Denied { .. }), "{error}");
    }
}

async fn a_grant_is_renewed_until_it_is_over(tried: &dyn Tried) {
    let place = path(tried, "contract/renewed#x");
    tried.put(&place, &value("x")).await;
    let grant = tried.secrets().grant("run contract", &[place], LIFE).await.expect("it is there");
    let life = tried.secrets().renew(&grant.id, LIFE).await.expect("a grant that holds is renewed");
    assert!(life > Duration::ZERO && life <= LIFE, "a life of {life:?}");
    tried.secrets().revoke(&grant.id).await.expect("it is revoked");
    let error = tried.secrets().renew(&grant.id, LIFE).await.expect_err("it is revoked");
    assert!(matches!(error, SecretError::GrantOver { .. }), "{error}");
}
