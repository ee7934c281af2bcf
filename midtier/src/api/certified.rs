//! Whether a host that asks has shown that it is that host, beyond its token: a certificate of its name.

use std::sync::Arc;

use axum::http::Extensions;
use leat_scheduler::model::HostId;
use leat_tls::ClientIdentity;

use crate::app::App;
use crate::identity::{By, Caller};
use crate::problem::{Answer, Code, Problem};

/// How many characters of the names in a certificate are told.
const SHOWN_CHARS_MAX: usize = 200;

/// The certificate that came with a connection.
#[derive(Clone, Debug)]
pub(crate) struct Shown(pub(crate) Arc<ClientIdentity>);

/// Has the token of a host count only with a certificate of that host, where certificates are wanted. People need none.
///
/// # Errors
/// Where there is no certificate, or it is another host's.
pub(crate) fn require_certificate(app: &App, caller: Option<&Caller>, extensions: &Extensions) -> Answer<()> {
    match caller {
        Some(Caller { by: By::Host(host), .. }) => require_host(app, host, extensions.get::<Shown>()),
        _ => Ok(()),
    }
}

/// Has whoever speaks for a host, by whatever token, show a certificate of that host, where certificates are wanted.
///
/// # Errors
/// Where there is no certificate, or it is another host's.
pub(crate) fn require_host(app: &App, host: &HostId, shown: Option<&Shown>) -> Answer<()> {
    if !app.config.hosts_need_certificates {
        return Ok(());
    }
    let Some(Shown(client)) = shown else {
        let detail = format!(
            "the host {host} has shown no certificate; give its agent one that names leat://host/{host} ([tls] certificate and key)"
        );
        return Err(Problem::new(Code::Unauthenticated, detail));
    };
    if client.is_host(host.as_str()) {
        return Ok(());
    }
    let names: String = client.hosts().join(", ").chars().take(SHOWN_CHARS_MAX).collect();
    let detail = format!("this is for the host {host}, and the certificate is made for {names:?}");
    Err(Problem::new(Code::Forbidden, detail))
}
