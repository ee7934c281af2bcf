//! Logins: pages and redirects for browsers, JSON for programs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_bundle::Digest;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{
    DeviceBegun, DeviceSecret, DeviceWait, LoginCode, LoginProvider, LoginProviders, LoginToken, ProviderName,
};
use super::extract::{Asks, ComesFrom, InBody, InPath, InQuery, Tells, json};
use super::problem::{Answer, Code, Problem};
use crate::api::cookies::{Cookie, csrf_of, is_own_page};
use crate::api::logins::{self, BEGUN_FOR, Issued, Landed, Return};
use crate::app::App;
use crate::logins::{Goal, is_local_path};

/// What of a login a browser says when it begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// Where the browser goes on: a path of this installation. Default `/login`.
    #[param(max_length = 1000)]
    return_to: Option<String>,
    /// For a program on the browser's machine: the port of 127.0.0.1 where it listens.
    #[param(minimum = 1024)]
    port: Option<u16>,
    /// SHA-256 of what only that program knows.
    #[param(min_length = 64, max_length = 64)]
    challenge: Option<String>,
    /// What that program recognises its login by: letters and digits.
    #[param(max_length = 100)]
    state: Option<String>,
}

impl Begin {
    fn goal(self) -> Answer<Goal> {
        match self {
            Begin { return_to, port: None, challenge: None, state: None } => {
                let return_to = return_to.unwrap_or_else(|| "/login".to_owned());
                if !is_local_path(&return_to) {
                    return Err(Problem::invalid("return_to must be a path of this installation: /…"));
                }
                Ok(Goal::Browser { return_to })
            }
            Begin { return_to: None, port: Some(port), challenge: Some(challenge), state: Some(state) } => {
                let plain = (1..=100).contains(&state.len()) && state.bytes().all(|byte| byte.is_ascii_alphanumeric());
                if port < 1024 || challenge.parse::<Digest>().is_err() || !plain {
                    return Err(Problem::invalid("port, challenge or state is none of a program's login"));
                }
                Ok(Goal::Program { port, challenge, state })
            }
            _ => Err(Problem::invalid("a program's login has port, challenge and state, and no return_to")),
        }
    }
}

/// What a provider has a browser bring back. Providers add what they like; it is left alone.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Back {
    /// Which login this is.
    state: Option<String>,
    /// What is worth a login, once.
    code: Option<String>,
    /// What the provider says instead.
    error: Option<String>,
    /// Who the provider is.
    iss: Option<String>,
}

/// How somebody can log in
#[utoipa::path(get, path = "/api/v1/login", tag = "login",
    responses((status = 200, description = "The providers, and the address that browsers know this installation by.", body = LoginProviders)))]
pub(super) async fn providers(State(app): State<Arc<App>>) -> Answer {
    let provider = |provider: &Arc<dyn crate::logins::Provider>| LoginProvider {
        name: provider.name().to_owned(),
        title: provider.title().to_owned(),
    };
    let items = app.logins.providers().iter().map(provider).collect();
    Ok(json(StatusCode::OK, &LoginProviders { url: app.logins.url().to_owned(), items }))
}

/// The page where people log in and out
#[utoipa::path(get, path = "/login", tag = "login",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub(super) async fn page(State(app): State<Arc<App>>, ComesFrom(from): ComesFrom, headers: HeaderMap) -> Answer {
    let who = match Cookie::Token.of(&app.logins, &headers) {
        Some(token) => app.identities.of_token(&token, from).await?.map(|caller| caller.user),
        None => None,
    };
    let mut text = String::new();
    match who {
        Some(user) => {
            text.push_str(&format!("<p id=who>You are logged in as <b>{}</b>.</p>", escaped(&user)));
            text.push_str("<form method=post action=/logout><button id=logout>Log out</button></form>");
        }
        None if app.logins.providers().is_empty() => text.push_str("<p>Nobody logs in here with a browser.</p>"),
        None => {}
    }
    for provider in app.logins.providers() {
        let (name, title) = (provider.name(), escaped(provider.title()));
        text.push_str(&format!("<p><a id=login-{name} href=/login/{name}>Log in with {title}</a></p>"));
    }
    Ok(shown(text))
}

/// Sends a browser to a provider
#[utoipa::path(get, path = "/login/{provider}", tag = "login", params(("provider" = String, Path, description = "The provider."), Begin),
    responses(
        (status = 303, description = "To the provider."),
        (status = 404, description = "There is no such provider."),
        (status = 422, description = "It asks for what cannot be."),
        (status = 502, description = "The provider does not answer as it should (`provider-garbled`)."),
    ))]
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    ComesFrom(from): ComesFrom,
    InPath(provider): InPath<String>,
    InQuery(asked): InQuery<Begin>,
) -> Answer {
    let leave = logins::begin(&app, &provider, asked.goal()?, from).await?;
    let cookie = Cookie::Login.set(&app.logins, &leave.browser, BEGUN_FOR.as_secs());
    sent(&leave.url, [cookie])
}

/// Takes a browser back from a provider
#[utoipa::path(get, path = "/login/{provider}/callback", tag = "login", params(("provider" = String, Path, description = "The provider."), Back),
    responses(
        (status = 303, description = "Logged in: to where the login was begun for, with a cookie."),
        (status = 200, description = "A page that asks whether a program on the browser's machine may have a token.", body = String, content_type = "text/html"),
        (status = 403, description = "Whoever this is, they are not logged in (`login-refused`)."),
        (status = 404, description = "There is no such provider."),
        (status = 422, description = "It asks for what cannot be."),
        (status = 502, description = "The provider does not answer as it should (`provider-garbled`)."),
        (status = 507, description = "There are as many accounts as there may be."),
    ))]
pub(super) async fn callback(
    State(app): State<Arc<App>>,
    heard: (Tells, ComesFrom),
    InPath(provider): InPath<String>,
    headers: HeaderMap,
    InQuery(back): InQuery<Back>,
) -> Answer {
    let (Tells(telling), ComesFrom(from)) = heard;
    let Back { state, code, error, iss } = back;
    let state = state.ok_or_else(|| Problem::invalid("a login that comes back has a state"))?;
    let browser = Cookie::Login.of(&app.logins, &headers);
    let landed = logins::finish(&app, &provider, Return { state, code, error, issuer: iss, browser }, &telling).await?;
    let over = Cookie::Login.set(&app.logins, "", 0);
    match landed {
        // The cookie stays: it is what the answer is believed by.
        Landed::Asked { account, port, code } => Ok(shown(format!(
            "<p>A program on this machine (port {port}) asks to be logged in as <b>{}</b>.</p><p>Allow it only if you have just begun this \
             with <code>leat login</code>, and it shows the same code there: <b id=code>{}</b></p>\
             <form method=post action=/login/{provider}/allow><button id=allow>Allow</button></form>",
            escaped(&account),
            escaped(&code)
        ))),
        Landed::Browser { token, return_to } => {
            // Whoever was logged in with this browser before is not any more.
            if let Some(before) = Cookie::Token.of(&app.logins, &headers) {
                logins::end(&app, &before, from).await;
            }
            let seconds = token.expires.since(app.now()).as_secs();
            let kept = Cookie::Token.set(&app.logins, &token.text, seconds);
            let csrf = Cookie::Csrf.set(&app.logins, &csrf_of(&token.text), seconds);
            sent(&return_to, [over, kept, csrf])
        }
    }
}

/// Allows a program on the browser's machine the token that it asks for
///
/// From the page alone that the provider's way back shows, in the browser that went there.
#[utoipa::path(post, path = "/login/{provider}/allow", tag = "login", params(("provider" = String, Path, description = "The provider.")),
    responses(
        (status = 303, description = "To the program."),
        (status = 403, description = "Nobody was asked so in this browser, or a page of others sends it (`login-refused`)."),
        (status = 404, description = "There is no such provider."),
        (status = 422, description = "No login is under way in this browser."),
        (status = 429, description = "The address asks too often."),
    ))]
pub(super) async fn allow(State(app): State<Arc<App>>, InPath(provider): InPath<String>, headers: HeaderMap) -> Answer {
    let browser = Cookie::Login.of(&app.logins, &headers);
    let browser = browser.ok_or_else(|| Problem::invalid("no login is under way in this browser; begin again"))?;
    if !is_own_page(&app.logins, &headers) {
        let detail = format!("this is allowed from a page of {} alone (Origin)", app.logins.url());
        return Err(Problem::new(Code::LoginRefused, detail));
    }
    let url = logins::allow(&app, &provider, &browser).await?;
    sent(&url, [Cookie::Login.set(&app.logins, "", 0)])
}

/// Ends a login: the token that is shown, or the cookie's, is revoked
#[utoipa::path(post, path = "/logout", tag = "login",
    responses(
        (status = 303, description = "To the provider's own logout, or to `/login`."),
        (status = 422, description = "A token of the configuration is not logged out."),
    ))]
pub(super) async fn logout(State(app): State<Arc<App>>, Asks(caller): Asks) -> Answer {
    let onwards = logins::logout(&app, &caller).await?;
    let over = [Cookie::Token, Cookie::Csrf].map(|cookie| cookie.set(&app.logins, "", 0));
    sent(onwards.as_deref().unwrap_or("/login"), over)
}

/// Gives a program the token of a login that a browser went through for it
#[utoipa::path(post, path = "/api/v1/login/token", tag = "login", request_body = LoginCode,
    responses(
        (status = 201, description = "The token, this once.", body = LoginToken),
        (status = 403, description = "There is no such login any more (`login-refused`)."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "JSON of another shape."),
    ))]
pub(super) async fn token(
    State(app): State<Arc<App>>,
    Tells(telling): Tells,
    InBody(LoginCode { code, verifier }): InBody<LoginCode>,
) -> Answer {
    Ok(told(&app, logins::redeem(&app, &code, &verifier, &telling).await?))
}

/// Begins a login that somebody goes through on another device
#[utoipa::path(post, path = "/api/v1/login/device", tag = "login", request_body = ProviderName,
    responses(
        (status = 201, description = "What to show them, and what to ask with.", body = DeviceBegun),
        (status = 404, description = "There is no such provider."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "The provider has no such logins, or JSON of another shape."),
        (status = 502, description = "The provider does not answer as it should (`provider-garbled`)."),
    ))]
pub(super) async fn device(
    State(app): State<Arc<App>>,
    ComesFrom(from): ComesFrom,
    InBody(ProviderName { provider }): InBody<ProviderName>,
) -> Answer {
    let begun = DeviceBegun::from(logins::begin_device(&app, &provider, from).await?);
    Ok(unkept(json(StatusCode::CREATED, &begun)))
}

/// Asks whether somebody has gone through it by now
#[utoipa::path(post, path = "/api/v1/login/device/token", tag = "login", request_body = DeviceSecret,
    responses(
        (status = 201, description = "The token, this once.", body = LoginToken),
        (status = 202, description = "Nobody has yet.", body = DeviceWait),
        (status = 403, description = "Whoever this is, they are not logged in (`login-refused`)."),
        (status = 404, description = "There is no such provider any more."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "JSON of another shape."),
        (status = 502, description = "The provider does not answer as it should (`provider-garbled`)."),
        (status = 507, description = "There are as many accounts as there may be."),
    ))]
pub(super) async fn device_token(
    State(app): State<Arc<App>>,
    Tells(telling): Tells,
    InBody(DeviceSecret { device }): InBody<DeviceSecret>,
) -> Answer {
    Ok(match logins::poll_device(&app, &device, &telling).await? {
        Ok(issued) => told(&app, issued),
        Err(too_often) => json(StatusCode::ACCEPTED, &DeviceWait { too_often }),
    })
}

fn told(app: &App, issued: Issued) -> Response {
    let life_seconds = issued.expires.since(app.now()).as_secs();
    let Issued { text, account, .. } = issued;
    unkept(json(StatusCode::CREATED, &LoginToken { token: text, account, life_seconds }))
}

fn sent<const N: usize>(url: &str, cookies: [HeaderValue; N]) -> Answer {
    let location = HeaderValue::try_from(url).map_err(|_| Problem::invalid("nobody can be sent there"))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(unkept(response))
}

fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page with this on it, which is shown in no frame and runs nothing.
fn shown(text: String) -> Response {
    let page = format!("<!doctype html><meta charset=utf-8><title>Leat</title><h1>Leat</h1>{text}");
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    // What the address of the page holds is told to nobody else; the page's own forms must say where they come from.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    unkept(response)
}

/// A text in a page.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}
