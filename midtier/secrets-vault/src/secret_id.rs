//! The secret id of the AppRole: from a file that its owner alone reads, or out of a wrapping token that such a file holds.

use std::path::Path;

use serde_json::json;
use zeroize::Zeroizing;

use crate::answer::text;
use crate::config::SecretId;
use crate::failed::Failed;
use crate::server::{Ask, Server};

/// Length of a secret id, or of a wrapping token.
const BYTES_MAX: usize = 4_096;

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
    let metadata = std::fs::metadata(path).map_err(|error| bad(error.to_string()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(bad(format!(
                "others may read it (mode {mode:03o}); chmod 600 it, and have the store make another secret id"
            )));
        }
    }
    if metadata.len() > BYTES_MAX as u64 {
        return Err(bad(format!("it has more than {BYTES_MAX} bytes")));
    }
    let content = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?);
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
    text(&mut answer["data"]["secret_id"], "no secret id")
}
