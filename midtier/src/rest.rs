//! The REST API: JSON over HTTP for people and their programs, described by its own `openapi.json`.
//!
//! Its wire types stand in [`dto`] and go no further. Every request goes through [`gate`]: who asks, may they, how often,
//! for how long; and every refusal leaves as a [`problem::Problem`].

mod accounts;
mod audit;
mod blobs;
mod bundles;
mod content;
mod dto;
mod events;
mod extract;
mod gate;
mod hosts;
mod logins;
mod logs;
mod openapi;
mod outputs;
mod problem;
mod processes;
mod risk;
mod runs;
mod submit;
mod tokens;
mod upkeep;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use openapi::{json as json_of, query_names};

/// Every route with its description.
pub(crate) fn routes() -> (Router<Arc<App>>, OpenApi) {
    let router = OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(upkeep::metrics))
        .routes(routes!(upkeep::version))
        .routes(routes!(upkeep::live))
        .routes(routes!(upkeep::ready))
        .routes(routes!(upkeep::description))
        .routes(routes!(blobs::missing))
        .routes(routes!(blobs::put, blobs::get, uploads::patch))
        .routes(routes!(bundles::put))
        .routes(routes!(bundles::get))
        .routes(routes!(processes::list))
        .routes(routes!(submit::submit, runs::list))
        .routes(routes!(runs::get))
        .routes(routes!(runs::cancel))
        .routes(routes!(runs::pause))
        .routes(routes!(runs::resume))
        .routes(routes!(submit::retry))
        .routes(routes!(events::of_run))
        .routes(routes!(logs::list))
        .routes(routes!(logs::get))
        .routes(routes!(outputs::report))
        .routes(routes!(outputs::list))
        .routes(routes!(outputs::get))
        .routes(routes!(events::of_all))
        .routes(routes!(hosts::list))
        .routes(routes!(hosts::get))
        .routes(routes!(hosts::drain))
        .routes(routes!(hosts::power))
        .routes(routes!(hosts::keep_on))
        .routes(routes!(accounts::list, accounts::make))
        .routes(routes!(accounts::get, accounts::change))
        .routes(routes!(accounts::roles, accounts::make_role))
        .routes(routes!(accounts::remove_role))
        .routes(routes!(accounts::grant))
        .routes(routes!(accounts::revoke))
        .routes(routes!(tokens::whoami))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(logins::page))
        .routes(routes!(logins::begin))
        .routes(routes!(logins::callback))
        .routes(routes!(logins::allow))
        .routes(routes!(logins::logout))
        .routes(routes!(logins::providers))
        .routes(routes!(logins::token))
        .routes(routes!(logins::device))
        .routes(routes!(logins::device_token))
        .routes(routes!(risk::list))
        .routes(routes!(risk::put, risk::versions))
        .routes(routes!(risk::content))
        .routes(routes!(audit::list))
        .routes(routes!(audit::export))
        .routes(routes!(audit::verify));
    let (router, description) = router.split_for_parts();
    (router, openapi::complete(description))
}

/// The description of the API as JSON: what `GET /api/v1/openapi.json` answers.
pub fn openapi_json() -> String {
    openapi::json(&routes().1)
}

/// The whole router: the API behind its gate, and beside it what is not REST.
pub(crate) fn router(app: &Arc<App>, routes: Router<Arc<App>>, beside: Router) -> Router {
    let gate = from_fn_with_state(app.clone(), gate::pass);
    routes.fallback(gate::unknown).layer(gate).with_state(app.clone()).merge(beside)
}
