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
use crate::store::{GrantKind, GrantRecord, StoreError};

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
        let life = match grant.kind {
            GrantKind::Secrets => app.config.grant_life,
            GrantKind::BrokerUser => app.config.broker_user_life,
        };
        match in_time(store.renew(&grant.id, life)).await {
            Ok(life) => app.store.grant_renewed(&grant.id, renew_at(app.now(), life)).await?,
            Err(SecretError::GrantOver { .. }) => trouble = over(app, store, grant).await?.or(trouble),
            Err(error) if error.is_retryable() => return Ok(Some(error.to_string())),
            Err(error) => trouble = Some(error.to_string()),
        }
    }
    Ok(trouble)
}

/// What becomes of a grant that cannot be renewed any more, though its attempt goes on.
async fn over(app: &Arc<App>, store: &dyn Secrets, grant: GrantRecord) -> Result<Option<String>, StoreError> {
    if grant.kind == GrantKind::Secrets {
        let attempt = Attempt { run: grant.run, generation: grant.generation, host: grant.host };
        return made_anew(app, store, &attempt).await;
    }
    // What the host holds is worth nothing any more, and its attempt cannot take another.
    let GrantRecord { run, generation, host, .. } = &grant;
    tracing::error!(run.id = %run, run.generation = generation.0, host.id = %host, "a run's user of the broker has ended before the run: what it has to send cannot get through");
    forget(app, &grant).await?;
    Ok(None)
}

/// Strikes out a grant that is revoked.
async fn forget(app: &Arc<App>, grant: &GrantRecord) -> Result<(), StoreError> {
    let GrantRecord { id, kind, run, generation, host, .. } = grant;
    let (what, action) = match kind {
        GrantKind::Secrets => ("a grant of secrets", "secrets.revoke"),
        GrantKind::BrokerUser => ("a user of the broker", "broker.revoke"),
    };
    if app.store.forget_grant(id).await? {
        tracing::info!(run.id = %run, run.generation = generation.0, host.id = %host, grant.id = %id, "{what} is revoked");
        let (who, action) = (Who::system(), action.to_owned());
        let (on, note) = (format!("run {run} attempt {generation}"), format!("host {host}, grant {id}"));
        write(app, Entry { at: app.now(), who, action, on, note, ..Entry::default() }).await;
    }
    Ok(())
}
