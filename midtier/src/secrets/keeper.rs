//! The keeper of grants: revokes those whose attempt is over, and renews the others. Every midtier has one, and each does what it finds,
//! since revoking twice is no harm; so it does not matter which of them made a grant, or whether that one still lives.

use std::sync::Arc;
use std::time::Duration;

use leat_secrets::{SecretError, Secrets};
use tokio::time::sleep;

use super::grants::{Attempt, made_anew, renew_at};
use super::in_time;
use crate::app::App;
use crate::audit::deed::write;
use crate::audit::{Entry, Who};
use crate::store::{GrantRecord, StoreError};

/// How often it is looked for grants that are over: a grant is revoked so soon after its attempt has ended.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many grants are looked at at once.
const AT_ONCE: u32 = 256;

/// Keeps the grants of the installation, for ever. Does nothing where there is no store of secrets.
pub(crate) async fn keep(app: Arc<App>) {
    let Some(store) = app.secrets.store.clone() else { return std::future::pending().await };
    let mut troubled = false;
    loop {
        sleep(LOOK_EVERY).await;
        match round(&app, store.as_ref()).await {
            Ok(None) => troubled = false,
            // Told once, and not in each round until it is over.
            Ok(Some(why)) if !troubled => {
                troubled = true;
                tracing::warn!("grants of secrets cannot be kept, and are tried again: {why}");
            }
            Ok(Some(_)) => {}
            Err(error) => tracing::debug!(%error, "cannot look for grants of secrets"),
        }
    }
}

/// Does what is to be done now. Answers what the store of secrets would not do.
async fn round(app: &Arc<App>, store: &dyn Secrets) -> Result<Option<String>, StoreError> {
    let mut trouble = None;
    for grant in app.store.grants_over(AT_ONCE).await? {
        match in_time(store.revoke(&grant.id)).await {
            Ok(()) | Err(SecretError::GrantOver { .. }) => forget(app, &grant).await?,
            // The others would wait for it, too.
            Err(error) if error.is_retryable() => return Ok(Some(error.to_string())),
            Err(error) => trouble = Some(error.to_string()),
        }
    }
    for grant in app.store.grants_due(app.now(), AT_ONCE).await? {
        match in_time(store.renew(&grant.id, app.config.grant_life)).await {
            Ok(life) => app.store.grant_renewed(&grant.id, renew_at(app.now(), life)).await?,
            Err(SecretError::GrantOver { .. }) => {
                let attempt = Attempt { run: grant.run, generation: grant.generation, host: grant.host };
                trouble = made_anew(app, store, &attempt).await?.or(trouble);
            }
            Err(error) if error.is_retryable() => return Ok(Some(error.to_string())),
            Err(error) => trouble = Some(error.to_string()),
        }
    }
    Ok(trouble)
}

/// Strikes out a grant that is revoked.
async fn forget(app: &Arc<App>, grant: &GrantRecord) -> Result<(), StoreError> {
    let GrantRecord { id, run, generation, host, .. } = grant;
    if app.store.forget_grant(id).await? {
        tracing::info!(run.id = %run, run.generation = generation.0, host.id = %host, grant.id = %id, "a grant of secrets is revoked");
        let (who, action) = (Who::system(), "secrets.revoke".to_owned());
        let (on, note) = (format!("run {run} attempt {generation}"), format!("host {host}, grant {id}"));
        write(app, Entry { at: app.now(), who, action, on, note, ..Entry::default() }).await;
    }
    Ok(())
}
