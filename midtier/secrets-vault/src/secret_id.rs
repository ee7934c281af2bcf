//! The secret id of the AppRole: from a file that its owner alone reads, or out of a wrapping token that such a file holds.

use std::path::Path;

use leat_tls::{GuardedError, read_guarded, with_sources};
use serde_json::json;
use zeroize::Zeroizing;

use crate::answer::text;
use crate::config::SecretId;
use crate::failed::Failed;
use crate::server::{Ask, Server};

/// Length of a secret id, or of a wrapping token.
const BYTES_MAX: u64 = 4_096;

/// Has the secret id, wherever it comes from.
#[derive(Debug)]
pub(crate) struct SecretIds {
    from: SecretId,
    login_mount: String,
    /// What was unwrapped: it can be unwrapped once.
    unwrapped: Option<Zeroizing<String>>,
}

impl SecretIds {
    pub(crate) fn new(from: SecretId, login_mount: &str) -> Self {
        SecretIds { from, login_mount: login_mount.to_owned(), unwrapped: None }
    }

    /// The secret id for a login now.
    pub(crate) async fn get(&mut self, server: &Server) -> Result<Zeroizing<String>, Failed> {
        match (&self.from, &self.unwrapped) {
            (SecretId::File(path), _) => guarded(path),
            (SecretId::WrappedFile(_), Some(secret_id)) => Ok(secret_id.clone()),
            (SecretId::WrappedFile(path), None) => {
                let secret_id = unwrap(server, path, &self.login_mount).await?;
                self.unwrapped = Some(secret_id.clone());
                Ok(secret_id)
            }
        }
    }
}

/// What a file holds that its owner alone may read.
fn guarded(path: &Path) -> Result<Zeroizing<String>, Failed> {
    let bad = |why: String| Failed::Unfit(format!("{}: {why}", path.display()));
    let bytes = read_guarded(path, BYTES_MAX).map_err(|error| match error {
        GuardedError::Exposed { .. } => Failed::Unfit(format!("{error}, and have the store make another secret id")),
        error => Failed::Unfit(with_sources(&error)),
    })?;
    let content = str::from_utf8(&bytes).map_err(|error| bad(error.to_string()))?;
    let word = content.trim();
    if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad("it is to hold one word on one line, and does not".to_owned()));
    }
    Ok(Zeroizing::new(word.to_owned()))
}

/// Exchanges the wrapping token. Where it was made elsewhere than by this mount's AppRoles, somebody has put another in its place.
async fn unwrap(server: &Server, path: &Path, login_mount: &str) -> Result<Zeroizing<String>, Failed> {
    let token = guarded(path)?;
    let used = |failed: Failed| match failed {
        Failed::Refused { status: 400 | 403 | 404, .. } => Failed::Unfit(format!(
            "the wrapping token in {} is used up or over its time. If Leat did not use it itself in an earlier start, somebody was there \
                 first and has the secret id: revoke it. Put a new wrapping token there",
            path.display()
        )),
        other => other,
    };
    let told = server.ask("", Ask::post("sys/wrapping/lookup", &json!({ "token": &**token }))).await.map_err(used)?;
    let made_by = told["data"]["creation_path"].as_str().unwrap_or_default();
    if !made_by.strip_prefix(&format!("auth/{login_mount}/role/")).is_some_and(|rest| rest.ends_with("/secret-id")) {
        let says = format!(
            "the token in {} wraps no secret id of an AppRole of `{login_mount}`; somebody may have put it there in place of the right one",
            path.display()
        );
        return Err(Failed::Unfit(says));
    }
    let mut answer = server.ask(&token, Ask::post("sys/wrapping/unwrap", &json!({}))).await.map_err(used)?;
    text(&mut answer, "/data/secret_id", "no secret id")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_id_that_others_may_read_is_none_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret-id");
        fs::write(&path, "geheim\n").unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(**guarded(&path).map_err(|_| ()).unwrap(), *"geheim");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        let Err(Failed::Unfit(why)) = guarded(&path) else { panic!("it is refused") };
        assert!(why.contains("mode 0640") && why.contains("another secret id") && !why.contains("geheim"), "{why}");
    }
}
