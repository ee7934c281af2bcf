//! The cookies of browsers: the token that a login ends with, and why a page of somebody else's cannot use it.
//!
//! The token's cookie is never sent along by pages of others where something changes (`SameSite=Lax`); beyond that, whatever changes
//! something must say that it comes from a page of this installation (`Origin`), and hold what only such a page can read.

use axum::http::{HeaderMap, HeaderValue, header};
use leat_bundle::Digest;

use crate::logins::Logins;
use crate::permissions::Endpoint;
use crate::problem::{Answer, Code, Problem};

/// The header that a page says what it has read of its second cookie in.
pub(crate) const CSRF_HEADER: &str = "x-leat-csrf";

/// The one endpoint that a form without scripts may use: nothing worse comes of it than that somebody is logged out.
pub(crate) const LOGOUT: &str = "/logout";

/// A cookie, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Holds the token. No script can read it.
    Token,
    /// Holds what whatever changes something says in [`CSRF_HEADER`].
    Csrf,
    /// Holds, while a login is under way, what binds it to the browser.
    Login,
}

impl Cookie {
    /// Its name. Over TLS the prefix has browsers refuse one that another host or plain text has set.
    fn name(self, logins: &Logins) -> String {
        let name = match self {
            Cookie::Token => "leat",
            Cookie::Csrf => "leat-csrf",
            Cookie::Login => "leat-login",
        };
        if logins.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// What a request brings.
    pub(crate) fn of(self, logins: &Logins, headers: &HeaderMap) -> Option<String> {
        let name = self.name(logins);
        let all = headers.get_all(header::COOKIE).into_iter().filter_map(|header| header.to_str().ok());
        let mut found = all.flat_map(|header| header.split(';')).filter_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name && !value.is_empty()).then(|| value.to_owned())
        });
        // Two of one name: somebody has slipped in another, and which came first is nobody's promise.
        found.next().filter(|_| found.next().is_none())
    }

    /// The header that sets it for so long; an empty one for no time takes it away.
    pub(crate) fn set(self, logins: &Logins, value: &str, seconds: u64) -> HeaderValue {
        let name = self.name(logins);
        let scripts = if self == Cookie::Csrf { "" } else { "; HttpOnly" };
        let secure = if logins.is_secure() { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{scripts}{secure}");
        HeaderValue::try_from(text).expect("values of cookies are letters and digits")
    }
}

/// What a page says in [`CSRF_HEADER`], for a token.
pub(crate) fn csrf_of(token: &str) -> String {
    Digest::of(format!("csrf {token}").as_bytes()).to_string()
}

/// Whether a request says that it comes from a page of this installation.
pub(crate) fn is_own_page(logins: &Logins, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    origin.is_some_and(|origin| origin.eq_ignore_ascii_case(logins.url()))
}

/// Refuses what changes something where it may not come from a page of this installation.
pub(crate) fn require_own_page(logins: &Logins, endpoint: &Endpoint, headers: &HeaderMap, token: &str) -> Answer<()> {
    if endpoint.method == "GET" {
        return Ok(());
    }
    let own = is_own_page(logins, headers);
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let said = text(CSRF_HEADER).is_some_and(|said| said == csrf_of(token));
    if own && (said || endpoint.path == LOGOUT) {
        return Ok(());
    }
    let detail = format!(
        "with a cookie, what changes something must come from a page of {} (Origin) and say in {CSRF_HEADER} what the second cookie holds",
        logins.url()
    );
    Err(Problem::new(Code::Forbidden, detail))
}
