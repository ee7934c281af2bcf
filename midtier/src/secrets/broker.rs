//! The user of the broker of an attempt on a host, where runs are given their own: made when the host asks, for that run's queues alone, and
//! written down as a grant.

use std::sync::Arc;

use leat_secrets::SecretError;

use super::grants::{Attempt, Not, held, not_held, noted};
use super::{UNREACHABLE, made_in_time};
use crate::app::App;
use crate::broker::BrokerUser;
use crate::store::{GrantKind, StoreError};

/// What a person is told who waits for something that a midtier's log says more of.
const NOT_MADE: &str = "the secret store makes none; the midtier's log says why";

/// Has a user of the broker made for an attempt.
pub(crate) async fn broker_user(app: &App, attempt: &Attempt) -> Result<Result<BrokerUser, Not>, StoreError> {
    let (Some(store), Some(users)) = (&app.secrets.store, &app.secrets.broker_users) else {
        let why = "the midtier makes no users of the broker (any more); the next attempt is told where the broker is";
        return Ok(Err(Not::Here(why.to_owned())));
    };
    let Attempt { run, generation, host } = attempt;
    if held(app, attempt).await?.is_none_or(|assigned| assigned.division.is_none()) {
        return Ok(Err(not_held(attempt)));
    }
    let name = format!("{run}-{generation}-{}", app.names.next(app.now()).simple());
    // Until it is noted it holds no longer than a grant does, so that one that nobody knows is soon gone. Then it is renewed at once.
    let (users, of, life) = (Arc::clone(users), run.clone(), app.config.grant_life);
    let making = async move { users.make(&of, &name, life).await };
    let made = match made_in_time(app, store, making, |made| &made.grant).await {
        Ok(made) => made,
        Err(error) => return waits(app, attempt, &error).await.map(Err),
    };
    if let Err(not) = noted(app, store.as_ref(), attempt.record(&made.grant, GrantKind::BrokerUser, app.now())).await? {
        return Ok(Err(not));
    }
    tracing::info!(run.id = %run, run.generation = generation.0, host.id = %host, grant.id = %made.grant, "an attempt is given a user of the broker");
    Ok(Ok(made))
}

/// What a host is told of the store's words, and whoever looks at the run.
async fn waits(app: &App, attempt: &Attempt, error: &SecretError) -> Result<Not, StoreError> {
    tracing::warn!(run.id = %attempt.run, host.id = %attempt.host, %error, "an attempt waits for its user of the broker");
    let why = if error.is_retryable() { UNREACHABLE } else { NOT_MADE };
    let why = format!("waits for its user of the broker: {why}");
    app.store.begins_later(&attempt.run, attempt.generation, &why).await?;
    Ok(Not::Now(why))
}
