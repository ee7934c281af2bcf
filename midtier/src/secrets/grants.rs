//! The grant of an attempt on a host: exactly the secrets of what that host has of the run, made when the host asks, written down by its
//! name, and handed on.

use std::sync::Arc;
use std::time::Duration;

use leat_scheduler::model::{Generation, HostId, Moment, RunId};
use leat_secrets::{Grant, GrantId, SecretError, SecretPath, Secrets, Ticket};
use leat_tls::is_this_machine;

use super::{NO_STORE, REFUSES, UNREACHABLE, in_time, paths, refused};
use crate::app::App;
use crate::audit::deed::write;
use crate::audit::sessions::GRANT;
use crate::audit::{Entry, Who};
use crate::store::{Assigned, GrantKind, GrantRecord, StoreError, Taken};

/// An attempt on a host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    pub(crate) run: RunId,
    pub(crate) generation: Generation,
    pub(crate) host: HostId,
}

impl Attempt {
    /// What is written down of a grant for it.
    pub(super) fn record(&self, id: &GrantId, kind: GrantKind, renew_at: Moment) -> GrantRecord {
        let Attempt { run, generation, host } = self.clone();
        GrantRecord { id: id.clone(), kind, run, generation, host, renew_at }
    }
}

/// Where a host is, for what it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// It is on this machine.
    pub(crate) is_near: bool,
    /// It could not reach the store with the grant before.
    pub(crate) store_unreachable: bool,
}

/// A grant, and the paths that it is worth; or why there is none.
pub(crate) type Granted = Result<(Grant, Vec<SecretPath>), Not>;

/// Why an attempt is not granted its secrets, for a person.
pub(crate) enum Not {
    /// Later it may be.
    Now(String),
    /// Not on this host.
    Here(String),
    /// Nowhere.
    Ever(String),
}

/// Grants an attempt its secrets.
pub(crate) async fn grant(app: &App, attempt: &Attempt, reach: Reach) -> Result<Granted, StoreError> {
    let Some(store) = &app.secrets.store else { return Ok(Err(Not::Ever(NO_STORE.to_owned()))) };
    // There it would be another machine, and whoever listens on it would be sent what the secrets are read with.
    if !reach.is_near && store.address_for_hosts().is_some_and(is_this_machine) {
        return Ok(Err(Not::Here(format!(
            "the midtier's secret store is named 127.0.0.1 or localhost, and that is another machine for host {}; name address_for_hosts \
             in [secrets] of the midtier's configuration",
            attempt.host
        ))));
    }
    let (grant, paths) = match made(app, store.as_ref(), attempt).await? {
        Ok(made) => made,
        Err(not) => return Ok(Err(not)),
    };
    if matches!(grant.ticket, Ticket::Values(_)) && !reach.is_near {
        taken_back(store.as_ref(), &grant.id).await;
        return Ok(Err(Not::Here(format!(
            "the midtier's secrets lie in a file of its machine, and leave it for no other: host {} is elsewhere; keep them in Vault or \
             OpenBao, or run it on a host of the midtier's machine",
            attempt.host
        ))));
    }
    let renew_at = renew_at(app.now(), grant.life);
    if let Err(not) = noted(app, store.as_ref(), attempt.record(&grant.id, GrantKind::Secrets, renew_at)).await? {
        return Ok(Err(not));
    }
    let Attempt { run, generation, host } = attempt;
    if reach.store_unreachable {
        let why = format!("waits for its secrets: {UNREACHABLE} from host {host}");
        app.store.begins_later(run, *generation, &why).await?;
    }
    tracing::info!(run.id = %run, run.generation = generation.0, host.id = %host, grant.id = %grant.id, grant.secrets = paths.len(), "an attempt is granted its secrets");
    Ok(Ok((grant, paths)))
}

/// Makes another grant for an attempt whose grant cannot be renewed any more. What the host holds stays as it is: the new one says in the
/// store of secrets that it does, and is what is revoked at the end.
pub(super) async fn made_anew(
    app: &Arc<App>,
    store: &dyn Secrets,
    attempt: &Attempt,
) -> Result<Result<(), Not>, StoreError> {
    let (grant, paths) = match made(app, store, attempt).await? {
        Ok(made) => made,
        Err(not) => return Ok(Err(not)),
    };
    let renew_at = renew_at(app.now(), grant.life);
    if let Err(not) = noted(app, store, attempt.record(&grant.id, GrantKind::Secrets, renew_at)).await? {
        return Ok(Err(not));
    }
    let Attempt { run, generation, host } = attempt;
    tracing::info!(run.id = %run, run.generation = generation.0, host.id = %host, grant.id = %grant.id, "a grant of secrets is made anew");
    let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
    let (who, action) = (Who::system(), GRANT.to_owned());
    let on = format!("run {run} attempt {generation}");
    let note = format!("host {host}, grant {}, made anew: {}", grant.id, paths.join(", "));
    write(app, Entry { at: app.now(), who, action, on, note, ..Entry::default() }).await;
    Ok(Ok(()))
}

/// The grant and its paths, which nobody has noted yet; or why there is none.
async fn made(app: &App, store: &dyn Secrets, attempt: &Attempt) -> Result<Granted, StoreError> {
    let Attempt { run, generation, host } = attempt;
    let Some(assigned) = held(app, attempt).await? else { return Ok(Err(not_held(attempt))) };
    let bundle = app.store.bundle(assigned.bundle).await?;
    let known = app.store.run(run).await?;
    let (Some(bundle), Some(known)) = (bundle, known) else { return Ok(Err(not_held(attempt))) };
    let own = match &assigned.division {
        None => bundle.manifest.secrets,
        Some(division) => {
            let parts = division.shares.get(division.mine).map(|(_, parts)| parts.as_slice());
            bundle.manifest.secrets_of(parts.unwrap_or_default())
        }
    };
    let paths = match paths(&own) {
        Ok(paths) => paths,
        Err(why) => return Ok(Err(Not::Ever(why))),
    };
    if paths.is_empty() {
        let why =
            "the bundle names no secrets for what this host has of the run, and the plan does; submit the process anew";
        return Ok(Err(Not::Ever(why.to_owned())));
    }
    if let Some(why) = refused(app, &known.summary.record.group, &paths) {
        return Ok(Err(Not::Ever(why)));
    }
    let purpose = format!("run {run} on {host}, attempt {generation}");
    match in_time(store.grant(&purpose, &paths, app.config.grant_life)).await {
        Ok(grant) => Ok(Ok((grant, paths))),
        Err(error) => said(app, attempt, error).await.map(Err),
    }
}

/// What a host is told of the store's words. That it has to wait is told to whoever looks at the run, too.
async fn said(app: &App, attempt: &Attempt, error: SecretError) -> Result<Not, StoreError> {
    match error {
        SecretError::Denied { .. } | SecretError::Missing { .. } => Ok(Not::Ever(error.to_string())),
        SecretError::Unreachable { .. } | SecretError::GrantOver { .. } | SecretError::Invalid { .. } => {
            tracing::warn!(run.id = %attempt.run, host.id = %attempt.host, %error, "an attempt waits for its secrets");
            let why = if error.is_retryable() { UNREACHABLE } else { REFUSES };
            let why = format!("waits for its secrets: {why}");
            app.store.begins_later(&attempt.run, attempt.generation, &why).await?;
            Ok(Not::Now(why))
        }
    }
}

/// What the attempt's host has of its run; nothing where it does not hold it.
pub(super) async fn held(app: &App, attempt: &Attempt) -> Result<Option<Assigned>, StoreError> {
    let Attempt { run, generation, host } = attempt;
    let is_it = |assigned: &Assigned| assigned.run == *run && assigned.generation == *generation;
    Ok(app.store.assigned(host).await?.into_iter().find(is_it))
}

/// Writes down a grant that was made, or takes it back.
pub(super) async fn noted(app: &App, store: &dyn Secrets, grant: GrantRecord) -> Result<Result<(), Not>, StoreError> {
    let taken = app.store.keep_grant(&grant).await;
    if !matches!(taken, Ok(Taken::Yes)) {
        taken_back(store, &grant.id).await;
    }
    let GrantRecord { run, generation, host, .. } = grant;
    taken.map(|taken| match taken {
        Taken::Yes => Ok(()),
        Taken::Refused => Err(not_held(&Attempt { run, generation, host })),
    })
}

/// When a grant that holds for so long from now is to be renewed: at two thirds of its life.
pub(super) fn renew_at(now: Moment, life: Duration) -> Moment {
    now.after(life * 2 / 3)
}

/// Revokes a grant that nobody was given.
pub(super) async fn taken_back(store: &dyn Secrets, grant: &GrantId) {
    if let Err(error) = in_time(store.revoke(grant)).await {
        tracing::warn!(grant.id = %grant, %error, "a grant that nobody was given ends with its life");
    }
}

pub(super) fn not_held(Attempt { run, generation, host }: &Attempt) -> Not {
    Not::Here(format!("host {host} does not hold attempt {generation} of run {run} (any more)"))
}
