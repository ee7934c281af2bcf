//! Accounts, and the roles that they and groups are given.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{Account, AccountPage, AccountPatch, AccountWish, Role, RoleFor, RoleWish, Roles};
use super::extract::{Asks, InBody, InPath, InQuery, Tells, json};
use super::problem::Answer;
use crate::api::accounts::{self, Wish};
use crate::api::named::Page;
use crate::api::noted;
use crate::app::App;

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// At most so many, from 1 to 1000. Default 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(min_length = 1, max_length = 200)]
    cursor: Option<String>,
}

/// Accounts, in the order of their names
#[utoipa::path(get, path = "/api/v1/accounts", tag = "access", params(Which),
    responses(
        (status = 200, description = "A page of them.", body = AccountPage),
        (status = 422, description = "A limit or cursor that there is not."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, InQuery(asked): InQuery<Which>) -> Answer {
    let page = accounts::page(&app, Page { limit: asked.limit, cursor: asked.cursor }).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| last.name.clone());
    Ok(json(StatusCode::OK, &AccountPage { items: page.items.iter().map(Account::from).collect(), next }))
}

/// Makes an account
///
/// Whoever puts it into a group must have what the group was given.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "access", request_body = AccountWish,
    responses(
        (status = 201, description = "It is there now.", body = Account),
        (status = 409, description = "There is one of this name (`already-there`), or there are too many (`too-many`)."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "A name that cannot be, or JSON of another shape."),
    ))]
pub(super) async fn make(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    Tells(telling): Tells,
    InBody(wish): InBody<AccountWish>,
) -> Answer {
    let wish = Wish::from(wish);
    telling.on(format!("account {}", wish.name));
    telling.note(noted::account(&wish));
    let made = accounts::make(&app, &caller, wish).await?;
    Ok(json(StatusCode::CREATED, &Account::from(&made.account)))
}

/// An account
#[utoipa::path(get, path = "/api/v1/accounts/{name}", tag = "access",
    params(("name" = String, Path, description = "The account.")),
    responses(
        (status = 200, description = "As it is now.", body = Account),
        (status = 404, description = "There is no such account."),
    ))]
pub(super) async fn get(State(app): State<Arc<App>>, InPath(name): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Account::from(&accounts::one(&app, &name).await?.account)))
}

/// Changes an account
///
/// Tokens of one that is disabled are refused within a second, and valid again once it is not.
#[utoipa::path(patch, path = "/api/v1/accounts/{name}", tag = "access", request_body = AccountPatch,
    params(("name" = String, Path, description = "The account.")),
    responses(
        (status = 200, description = "As it is now.", body = Account),
        (status = 404, description = "There is no such account."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "A name that cannot be, or JSON of another shape."),
    ))]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    Tells(telling): Tells,
    InPath(name): InPath<String>,
    InBody(patch): InBody<AccountPatch>,
) -> Answer {
    let changed = accounts::change(&app, &caller, &name, patch.into(), &telling).await?;
    Ok(json(StatusCode::OK, &Account::from(&changed.account)))
}

/// The roles there are, and who has them
#[utoipa::path(get, path = "/api/v1/roles", tag = "access",
    responses((status = 200, description = "Built-in ones first.", body = Roles)))]
pub(super) async fn roles(State(app): State<Arc<App>>) -> Answer {
    let (own, held) = (accounts::roles(&app).await?, accounts::grants(&app).await?);
    Ok(json(StatusCode::OK, &Roles::of(&own, &held)))
}

/// Makes a role
#[utoipa::path(post, path = "/api/v1/roles", tag = "access", request_body = RoleWish,
    responses(
        (status = 201, description = "It is there now, and nobody has it.", body = Role),
        (status = 409, description = "There is one of this name (`already-there`), or there are too many (`too-many`)."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "A name or permission that cannot be, or JSON of another shape."),
    ))]
pub(super) async fn make_role(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    Tells(telling): Tells,
    InBody(wish): InBody<RoleWish>,
) -> Answer {
    telling.on(format!("role {}", wish.name));
    telling.note(noted::role(&wish.permissions));
    let role = accounts::make_role(&app, &caller, wish.name, &wish.permissions).await?;
    Ok(json(StatusCode::CREATED, &Role::from(&role)))
}

/// Removes a role of the installation's own, and takes it from everyone
#[utoipa::path(delete, path = "/api/v1/roles/{name}", tag = "access",
    params(("name" = String, Path, description = "The role.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is no such role, or it is a built-in one."),
    ))]
pub(super) async fn remove_role(State(app): State<Arc<App>>, InPath(name): InPath<String>) -> Answer {
    accounts::remove_role(&app, &name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives an account or a group a role
///
/// Nobody gives what they do not have there themselves.
#[utoipa::path(post, path = "/api/v1/roles/{name}/grant", tag = "access", request_body = RoleFor,
    params(("name" = String, Path, description = "The role.")),
    responses(
        (status = 201, description = "They have it now."),
        (status = 200, description = "They had it there already."),
        (status = 404, description = "There is no such role or account."),
        (status = 409, description = "As many are given as may be (`too-many`)."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "A name that cannot be, or JSON of another shape."),
    ))]
pub(super) async fn grant(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    Tells(telling): Tells,
    InPath(name): InPath<String>,
    InBody(to): InBody<RoleFor>,
) -> Answer {
    let given = to.read()?;
    telling.note(noted::given(&given));
    let is_new = accounts::grant(&app, &caller, &name, given).await?;
    Ok(if is_new { StatusCode::CREATED } else { StatusCode::OK }.into_response())
}

/// Takes a role from an account or a group
#[utoipa::path(post, path = "/api/v1/roles/{name}/revoke", tag = "access", request_body = RoleFor,
    params(("name" = String, Path, description = "The role.")),
    responses(
        (status = 204, description = "They do not have it there any more."),
        (status = 404, description = "They did not have it there."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "A name that cannot be, or JSON of another shape."),
    ))]
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    Tells(telling): Tells,
    InPath(name): InPath<String>,
    InBody(from): InBody<RoleFor>,
) -> Answer {
    let given = from.read()?;
    telling.note(noted::given(&given));
    accounts::ungrant(&app, &name, given).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
