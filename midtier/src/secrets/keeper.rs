//! The keeper of grants: revokes those whose attempt is over, and renews the others. Every midtier has one, and each does what it finds,
//! since revoking twice is no harm; so it does not matter which of them made a grant, or whether that one still lives.

use std::sync::Arc;
use std::time::Duration;

use leat_secrets::{GrantId, SecretError, Secrets};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::grants::{Attempt, Not, made_anew, renew_at};
use super::in_time;
use crate::app::App;
use crate::audit::deed::write;
use crate::audit::{Entry, Who};
use crate::store::{GrantKind, GrantRecord, StoreError};

/// How often it is looked for grants that are over: a grant is revoked so soon after its attempt has ended.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many grants are looked at at once.
const AT_ONCE: u32 = 256;
/// How many that cannot be revoked are looked at beside those, so that they keep no later one from it.
const STUCK_MAX: u32 = 4_096;
/// For how many of them something is done at the same time.
const BEGUN_MAX: usize = 16;
/// After how long, at most, it is tried again to have a grant hold on which the store would not, though it is there.
const AGAIN_MAX: Duration = Duration::from_secs(60);

/// Keeps the grants of the installation, for ever. Does nothing where there is no store of secrets.
pub(crate) async fn keep(app: Arc<App>) {
    let Some(store) = app.secrets.store.clone() else { return std::future::pending().await };
    let (mut troubled, mut stuck) = (false, 0);
    loop {
        sleep(LOOK_EVERY).await;
        match round(&app, &store, &mut stuck).await {
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

/// Does what is to be done now. Answers what the store of secrets would not do; `stuck` is how many it would not revoke, the last time and now.
async fn round(app: &Arc<App>, store: &Arc<dyn Secrets>, stuck: &mut u32) -> Result<Option<String>, StoreError> {
    // The oldest come first, and those that are never revoked stay the oldest.
    let over = app.store.grants_over(AT_ONCE + (*stuck).min(STUCK_MAX)).await?;
    let revoked = each(app, store, over, |app, store, grant| async move {
        match in_time(store.revoke(&grant.id)).await {
            Ok(()) | Err(SecretError::GrantOver { .. }) => forget(&app, &grant).await.map(|()| None),
            Err(error) => {
                Ok(Some(Trouble { is_the_stores: error.is_retryable(), why: error.to_string(), grant: grant.id }))
            }
        }
    });
    let revoked = revoked.await?;
    if revoked.is_away {
        return Ok(revoked.first());
    }
    *stuck = u32::try_from(revoked.troubles.len()).unwrap_or(STUCK_MAX);
    let due = app.store.grants_due(app.now(), AT_ONCE).await?;
    let renewed = each(app, store, due, renew).await?;
    if !renewed.is_away {
        // They stay the most urgent ones otherwise, and enough of them would keep all others from being looked at.
        for Trouble { grant, .. } in &renewed.troubles {
            let again = AGAIN_MAX.min(app.config.grant_life / 10);
            app.store.grant_renewed(grant, app.now().after(again)).await?;
        }
    }
    Ok(revoked.first().or(renewed.first()))
}

/// Why something could not be done for a grant.
struct Trouble {
    grant: GrantId,
    why: String,
    /// It may be that the store is away, for all grants.
    is_the_stores: bool,
}

/// What could not be done.
#[derive(Default)]
struct Tended {
    troubles: Vec<Trouble>,
    /// The store is away, and those that are left would wait for it, too.
    is_away: bool,
}

impl Tended {
    fn first(&self) -> Option<String> {
        self.troubles.first().map(|trouble| trouble.why.clone())
    }
}

/// Does something for each grant, some at the same time: one that its store is slow or broken for keeps no other waiting. It ends early only
/// where the store is away. What is begun is always brought to its end, since a grant that is struck out has a row of the audit log to come.
async fn each<F: Future<Output = Result<Option<Trouble>, StoreError>> + Send + 'static>(
    app: &Arc<App>,
    store: &Arc<dyn Secrets>,
    grants: Vec<GrantRecord>,
    tend: impl Fn(Arc<App>, Arc<dyn Secrets>, GrantRecord) -> F,
) -> Result<Tended, StoreError> {
    let (mut tended, mut failed, mut looked) = (Tended::default(), None, false);
    let (mut left, mut begun) = (grants.into_iter(), JoinSet::new());
    loop {
        while begun.len() < BEGUN_MAX && !tended.is_away && failed.is_none() {
            let Some(grant) = left.next() else { break };
            begun.spawn(tend(Arc::clone(app), Arc::clone(store), grant));
        }
        let trouble = match begun.join_next().await {
            None => break,
            Some(Ok(Ok(Some(trouble)))) => trouble,
            Some(Ok(Ok(None))) => continue,
            Some(Ok(Err(error))) => {
                failed = Some(error);
                continue;
            }
            Some(Err(error)) => {
                tracing::error!(%error, "what was done for a grant of secrets has failed");
                continue;
            }
        };
        if trouble.is_the_stores && !looked {
            looked = true;
            tended.is_away = in_time(store.health()).await.is_err();
        }
        tended.troubles.push(trouble);
    }
    failed.map_or(Ok(tended), Err)
}

/// Has a grant hold on.
async fn renew(app: Arc<App>, store: Arc<dyn Secrets>, grant: GrantRecord) -> Result<Option<Trouble>, StoreError> {
    let life = match grant.kind {
        GrantKind::Secrets => app.config.grant_life,
        GrantKind::BrokerUser => app.config.broker_user_life,
    };
    match in_time(store.renew(&grant.id, life)).await {
        Ok(life) => app.store.grant_renewed(&grant.id, renew_at(app.now(), life)).await.map(|()| None),
        Err(SecretError::GrantOver { .. }) => over(&app, store.as_ref(), grant).await,
        Err(error) => {
            Ok(Some(Trouble { is_the_stores: error.is_retryable(), why: error.to_string(), grant: grant.id }))
        }
    }
}

/// What becomes of a grant that cannot be renewed any more, though its attempt goes on.
async fn over(app: &Arc<App>, store: &dyn Secrets, grant: GrantRecord) -> Result<Option<Trouble>, StoreError> {
    let GrantRecord { id, kind, run, generation, host, .. } = &grant;
    if *kind == GrantKind::BrokerUser {
        // What the host holds is worth nothing any more, and its attempt cannot take another.
        tracing::error!(run.id = %run, run.generation = generation.0, host.id = %host, "a run's user of the broker has ended before the run: what it has to send cannot get through");
        forget(app, &grant).await?;
        return Ok(None);
    }
    let attempt = Attempt { run: run.clone(), generation: *generation, host: host.clone() };
    match made_anew(app, store, &attempt).await? {
        Ok(()) => Ok(None),
        Err(Not::Now(why)) => Ok(Some(Trouble { grant: id.clone(), why, is_the_stores: true })),
        // Where the attempt is over, so is the grant, and that is found by itself.
        Err(Not::Here(why)) => Ok(Some(Trouble { grant: id.clone(), why, is_the_stores: false })),
        Err(Not::Ever(why)) => {
            tracing::warn!(run.id = %run, run.generation = generation.0, host.id = %host, "a grant of secrets has ended before its run, and there is no other: {why}");
            forget(app, &grant).await?;
            Ok(None)
        }
    }
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
