//! Who asks, and API tokens.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{NewToken, Token, TokenPage, TokenWish, Whoami, time};
use super::extract::{Asks, InBody, InPath, InQuery, Tells, json};
use super::problem::Answer;
use crate::api::named::Page;
use crate::api::noted;
use crate::api::tokens::{self, Wish};
use crate::app::App;
use crate::audit::deed::Became;

/// Who asks, and what they may do
#[utoipa::path(get, path = "/api/v1/whoami", tag = "access",
    responses((status = 200, description = "As this token has it.", body = Whoami)))]
pub(super) async fn whoami(Asks(caller): Asks) -> Answer {
    Ok(json(StatusCode::OK, &Whoami::from(&caller)))
}

/// Which tokens.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Of this account.
    #[param(min_length = 1, max_length = 200)]
    account: Option<String>,
    /// At most so many, from 1 to 1000. Default 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(min_length = 1, max_length = 200)]
    cursor: Option<String>,
}

/// Tokens, in the order of their making
///
/// The caller's own; of others, for who has `accounts.read` or `tokens.manage`.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", params(Filter),
    responses(
        (status = 200, description = "A page of them.", body = TokenPage),
        (status = 422, description = "A limit or cursor that there is not."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, Asks(caller): Asks, InQuery(asked): InQuery<Filter>) -> Answer {
    let Filter { account, limit, cursor } = asked;
    let page = tokens::page(&app, &caller, account, Page { limit, cursor }).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| last.id.clone());
    let items = page.items.iter().map(Token::from).collect();
    Ok(json(StatusCode::OK, &TokenPage { items, next }))
}

/// Makes a token
///
/// Its text is told this once and kept nowhere. One that was made with another token is no wider and lives no longer than that.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = TokenWish,
    responses(
        (status = 201, description = "It is valid now.", body = NewToken),
        (status = 404, description = "There is no such account."),
        (status = 409, description = "The account has as many valid tokens as it may have (`too-many`)."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "It asks for what cannot be, or JSON of another shape."),
    ))]
pub(super) async fn make(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    Tells(telling): Tells,
    InBody(wish): InBody<TokenWish>,
) -> Answer {
    let wish = Wish::from(wish);
    telling.note(noted::token_wish(&wish));
    let told = tokens::make(&app, &caller, wish).await?;
    let on = Some(format!("token {} of {}", told.record.id, told.record.account));
    let note = noted::token(&told.record, &time(told.record.expires));
    let mut response = json(StatusCode::CREATED, &NewToken::from(told));
    response.extensions_mut().insert(Became { on, note });
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Revokes a token
///
/// For ever, and at every midtier within a second. One's own; those of others, for who has `tokens.manage`.
#[utoipa::path(post, path = "/api/v1/tokens/{id}/revoke", tag = "tokens",
    params(("id" = String, Path, description = "The token's name.")),
    responses(
        (status = 200, description = "The token as it is now.", body = Token),
        (status = 404, description = "There is no such token, or the caller may not see it."),
    ))]
pub(super) async fn revoke(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(id): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Token::from(&tokens::revoke(&app, &caller, &id).await?)))
}
