//! Grants: a token for each, of a policy that names exactly the entries that were asked for, wrapped on its way to the host.
//!
//! The policy is called by what it says, so that the same paths are the same policy, a call that was made twice has changed nothing, and
//! nothing is left to be tidied of a midtier that died between two calls. Tokens are made by a role of the store that may give such
//! policies alone, and have no parent: they outlive the login of the midtier that made them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use leat_secrets::{Grant, GrantId, SecretError, SecretPath, SecretValue, Ticket};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::{lasts, seconds, span, text, token};
use crate::failed::{Failed, harmless};
use crate::kv::Mount;
use crate::server::Ask;
use crate::vault::Vault;

/// What the policies of grants begin with: all that the role of their tokens may give.
const POLICY: &str = "leat-grant-";
/// How long a wrapped token waits for its host.
const WRAPPED_MAX: Duration = Duration::from_secs(300);
/// In a token's metadata: the kind of a mount, so that a host need not ask for it.
pub(crate) const META_MOUNT: &str = "kv:";
/// Between the accessor and the lease of a grant that has one.
const WITH_LEASE: char = '~';

/// A token that was made for a grant.
pub(crate) struct Made {
    pub(crate) accessor: String,
    /// The token itself, or what wraps it.
    pub(crate) token: SecretValue,
}

/// What a token is made for.
pub(crate) struct Purpose<'a> {
    pub(crate) words: &'a str,
    pub(crate) life: Duration,
    pub(crate) wrapped: bool,
    pub(crate) meta: BTreeMap<String, String>,
}

/// See [`leat_secrets::Secrets::grant`].
pub(crate) async fn grant(
    vault: &Vault,
    purpose: &str,
    paths: &[SecretPath],
    life: Duration,
) -> Result<Grant, SecretError> {
    let mut readable = BTreeMap::new();
    let mut meta = BTreeMap::new();
    for (entry, paths) in by_entry(paths) {
        let (mount, fields) = vault.entry(paths[0]).await?;
        paths.iter().try_for_each(|path| fields.field(path).map(drop))?;
        readable.insert(entry, mount.api_path(paths[0]));
        meta.insert(format!("{META_MOUNT}{}", mount.path), kind(&mount).to_owned());
    }
    let policy = write_policy(vault, readable.values()).await?;
    let made = make_token(vault, &policy, Purpose { words: purpose, life, wrapped: true, meta }).await?;
    let id = made.accessor.parse().map_err(|_| bad_accessor())?;
    let life = match life_of(vault, &made.accessor).await {
        Ok(life) => life,
        Err(error) => return Err(taken_back(vault, &id, error).await),
    };
    Ok(Grant { id, ticket: Ticket::Wrapped { address: vault.for_hosts.clone(), token: made.token }, life })
}

/// See [`leat_secrets::Secrets::renew`].
pub(crate) async fn renew(vault: &Vault, grant: &GrantId, life: Duration) -> Result<Duration, SecretError> {
    let (accessor, lease) = parts(grant);
    let over = || SecretError::GrantOver { grant: grant.to_string() };
    let what = format!("the grant {grant}");
    let token = vault.identity.to_do(&what).await?;
    let failed = async |failed: Failed| {
        // Vault says the same of Leat's own token and of a grant's that it does not know: which of them it is comes first.
        let failed = vault.identity.blame(&token, failed).await;
        if failed.is_unknown() { over() } else { failed.doing(&what, vault.server.name()) }
    };
    // The lease may have a shorter end than the token that it is of.
    let mut most = Duration::MAX;
    if let Some(lease) = lease {
        let body = json!({ "lease_id": lease, "increment": life.as_secs().max(1) });
        match vault.server.ask(&token.text, Ask::post("sys/leases/renew", &body)).await {
            Ok(answer) => {
                let left = seconds(&answer["lease_duration"], "no life of a lease");
                most = left.map_err(|failed| failed.doing(&what, vault.server.name()))?;
            }
            Err(error) => return Err(failed(error).await),
        }
    }
    let (client, increment) = (vault.server.client(&token.text), span(life));
    let renewing = vaultrs::token::renew_accessor(&client, accessor, Some(&increment));
    match vault.server.settled(renewing).await {
        Ok(auth) => match lasts(auth.lease_duration).min(most) {
            Duration::ZERO => Err(over()),
            left => Ok(left),
        },
        Err(error) => Err(failed(error).await),
    }
}

/// See [`leat_secrets::Secrets::revoke`].
pub(crate) async fn revoke(vault: &Vault, grant: &GrantId) -> Result<(), SecretError> {
    let what = format!("the grant {grant}");
    let token = vault.identity.to_do(&what).await?;
    let client = vault.server.client(&token.text);
    let revoking = vaultrs::token::revoke_accessor(&client, parts(grant).0);
    match vault.server.settled(revoking).await {
        Ok(()) => Ok(()),
        Err(failed) => {
            let failed = vault.identity.blame(&token, failed).await;
            if failed.is_unknown() { Ok(()) } else { Err(failed.doing(&what, vault.server.name())) }
        }
    }
}

/// The error of a grant whose token was made and is of no use: it is revoked, so that none is left behind by each try.
pub(crate) async fn taken_back(vault: &Vault, grant: &GrantId, error: SecretError) -> SecretError {
    if let Err(also) = revoke(vault, grant).await {
        tracing::warn!("the token {grant} is of no use and could not be revoked; it ends with its life: {also}");
    }
    error
}

/// The id of a grant that holds a lease.
pub(crate) fn id_with_lease(accessor: &str, lease: &str) -> Result<GrantId, SecretError> {
    format!("{accessor}{WITH_LEASE}{lease}").parse().map_err(|_| bad_accessor())
}

/// Writes the policy that lets these paths be read and nothing else; what it is called.
pub(crate) async fn write_policy(vault: &Vault, paths: impl Iterator<Item = &String>) -> Result<String, SecretError> {
    let policy = policy(paths);
    let name = format!("{POLICY}{}", &hex(&Sha256::digest(policy.as_bytes()))[..40]);
    let (path, body) = (format!("sys/policies/acl/{name}"), json!({ "policy": policy }));
    let ask = Ask { method: &Method::PUT, path: &path, body: Some(&body), wrap: None };
    vault.ask("the policy of a grant", ask).await?;
    Ok(name)
}

/// Makes a token of one policy.
pub(crate) async fn make_token(vault: &Vault, policy: &str, purpose: Purpose<'_>) -> Result<Made, SecretError> {
    const WHAT: &str = "the token of a grant";
    let Purpose { words, life, wrapped, mut meta } = purpose;
    meta.insert("purpose".to_owned(), harmless(words));
    let body = json!({
        "policies": [policy],
        "no_default_policy": true,
        "renewable": true,
        "ttl": span(life),
        "display_name": display_name(words),
        "meta": meta,
    });
    let path = format!("auth/token/create/{}", vault.grant_role);
    let wrap = wrapped.then(|| life.min(WRAPPED_MAX));
    let mut answer = vault.ask(WHAT, Ask { wrap, ..Ask::post(&path, &body) }).await?;
    let garbled = |failed: Failed| failed.doing(WHAT, vault.server.name());
    let (accessor, place) = match wrapped {
        true => ("/wrap_info/wrapped_accessor", "/wrap_info/token"),
        false => ("/auth/accessor", "/auth/client_token"),
    };
    let accessor = text(&mut answer, accessor, "no accessor of a token").map_err(garbled)?.to_string();
    let token = token(&mut answer, place).map_err(garbled)?;
    let token = SecretValue::new(token.as_bytes().to_vec())
        .map_err(|_| garbled(Failed::Garbled("answers a long token".to_owned())))?;
    Ok(Made { accessor, token })
}

/// How long a token holds still.
async fn life_of(vault: &Vault, accessor: &str) -> Result<Duration, SecretError> {
    let body = json!({ "accessor": accessor });
    let answer = vault.ask("the token of a grant", Ask::post("auth/token/lookup-accessor", &body)).await?;
    seconds(&answer["data"]["ttl"], "no life of a token")
        .map_err(|failed| failed.doing("the token of a grant", vault.server.name()))
}

/// The paths by what is read as one.
fn by_entry(paths: &[SecretPath]) -> BTreeMap<&str, Vec<&SecretPath>> {
    let mut entries: BTreeMap<&str, Vec<&SecretPath>> = BTreeMap::new();
    for path in paths {
        entries.entry(path.entry()).or_default().push(path);
    }
    entries
}

fn kind(mount: &Mount) -> &'static str {
    match mount.version {
        crate::config::KvVersion::One => "1",
        crate::config::KvVersion::Two => "2",
    }
}

/// A policy's text. Paths are of letters, digits and a few signs, so none of them can say more than itself.
fn policy<'a>(paths: impl Iterator<Item = &'a String>) -> String {
    let mut text = String::new();
    for path in paths {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "path {} {{ capabilities = [\"read\"] }}", Value::from(path.as_str()));
    }
    text
}

fn parts(grant: &GrantId) -> (&str, Option<&str>) {
    match grant.as_str().split_once(WITH_LEASE) {
        Some((accessor, lease)) => (accessor, Some(lease)),
        None => (grant.as_str(), None),
    }
}

/// What a token is called in the store's own records: a name of letters, digits and dashes.
fn display_name(words: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = words.chars().take(80).map(sign).collect();
    format!("leat-{}", name.trim_matches('-'))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bad_accessor() -> SecretError {
    SecretError::Invalid {
        what: "the token of a grant".to_owned(),
        why: "the store's name for it cannot be one".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_exactly_its_paths() {
        let paths = ["kv/data/a".to_owned(), "kv/data/b.c".to_owned()];
        assert_eq!(
            policy(paths.iter()),
            "path \"kv/data/a\" { capabilities = [\"read\"] }\npath \"kv/data/b.c\" { capabilities = [\"read\"] }\n"
        );
    }

    #[test]
    fn fields_of_one_entry_are_read_as_one() {
        let paths: Vec<SecretPath> = ["kv/a#x", "kv/b#x", "kv/a#y"].map(|path| path.parse().unwrap()).into();
        let entries = by_entry(&paths);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries["kv/a"].len(), 2);
    }

    #[test]
    fn a_grant_is_known_by_its_accessor_and_by_its_lease_if_it_has_one() {
        assert_eq!(parts(&"abc".parse().unwrap()), ("abc", None));
        let id = id_with_lease("abc", "rabbitmq/creds/r/x").unwrap();
        assert_eq!(parts(&id), ("abc", Some("rabbitmq/creds/r/x")));
        assert_eq!(display_name("run 01/98… on host-3,\nattempt 2"), "leat-run-01-98--on-host-3--attempt-2");
    }
}
