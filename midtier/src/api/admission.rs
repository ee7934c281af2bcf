//! Who asks, how often, and whether they may.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use tokio::time::Instant;

use crate::app::App;
use crate::identity::{Caller, Role, bearer};
use crate::permissions::{Endpoint, Permission};
use crate::problem::{Answer, Code, Problem};

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Whoever asks, and whether they may; nobody where there is no valid token. They may not where they ask too often, have no valid
/// token, or may not use the endpoint.
pub(crate) async fn admitted(
    app: &App,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    peer: Option<Peer>,
) -> (Option<Caller>, Answer<()>) {
    let caller = caller(app, headers).await;
    let allowed = require_rate(app, endpoint, caller.as_ref(), peer)
        .and_then(|()| require_permission(endpoint, caller.as_ref(), headers));
    (caller, allowed)
}

async fn caller(app: &App, headers: &HeaderMap) -> Option<Caller> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    app.identities.of_token(bearer(header)?).await
}

/// Requests without a valid token count for the address they come from. What watches the service is never turned away.
fn require_rate(app: &App, endpoint: &Endpoint, caller: Option<&Caller>, peer: Option<Peer>) -> Answer<()> {
    if endpoint.permission == Permission::Open {
        return Ok(());
    }
    let key = match (caller, peer) {
        (Some(Caller { role: Role::Host(host), .. }), _) => format!("host {host}"),
        (Some(caller), _) => format!("user {}", caller.user),
        (None, Some(Peer(address))) => format!("address {address}"),
        (None, None) => "nowhere".to_owned(),
    };
    app.rates.take(&key, Instant::now()).map_err(|wait| {
        Problem::new(Code::RateLimited, format!("there is room for the next request in {wait:.1?}")).retry_after(wait)
    })
}

fn require_permission(endpoint: &Endpoint, caller: Option<&Caller>, headers: &HeaderMap) -> Answer<()> {
    match caller {
        _ if endpoint.permission == Permission::Open => Ok(()),
        Some(caller) if endpoint.permission.is_given_to(&caller.role) => Ok(()),
        Some(_) => Err(Problem::new(Code::Forbidden, "this token's role may not use this endpoint")),
        None if headers.contains_key(header::AUTHORIZATION) => {
            Err(Problem::new(Code::Unauthenticated, "the token is not valid (any more)"))
        }
        None => Err(Problem::new(Code::Unauthenticated, "this needs a token: Authorization: Bearer TOKEN")),
    }
}

/// That a quick request was not answered in time.
pub(crate) fn late(app: &App) -> Problem {
    let detail = format!("there was no answer within {:?}", app.config.request_timeout);
    Problem::new(Code::TimedOut, detail).retry_after(Duration::from_secs(1))
}
