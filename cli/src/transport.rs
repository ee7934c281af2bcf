//! Transport security, as configurations and command lines say it: certificates of services, whom they trust, and what may go as plain
//! text beyond this machine. Called by the commands before anything is begun.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use leat_secrets_vault::CertificateRole;
use leat_tls::{Acceptor, Files, LOOK_EVERY, PlainText, Refresh, TlsError, Trust, keep_fresh, with_sources};

use crate::clock::now;
use crate::failure::Kind;
use crate::settings::{HostSettings, HostTls, MidtierSettings, MidtierTls, SecretsSettings};

/// What is written in the place of a URL without TLS.
const HTTPS: &str = "write https://";
/// What a service with TLS has.
const EITHER: &str = "give it either a certificate and its key, or an issuer";

/// What makes encrypted streams of a midtier's connections.
pub(crate) enum Encryption {
    /// Nothing does.
    None,
    /// A certificate that is there.
    Ready(Arc<Acceptor>),
    /// One that the secret store issues, once it is asked; hosts are believed as this file says.
    Issued(CertificateRole, Option<PathBuf>),
}

/// What makes encrypted streams of the connections of a midtier of this name, and whether hosts need certificates.
pub(crate) fn of_midtier(tls: Option<&MidtierTls>, name: &str) -> Result<(Encryption, bool), String> {
    let Some(tls) = tls else { return Ok((Encryption::None, false)) };
    let need = tls.hosts_need_certificates.unwrap_or(tls.client_ca.is_some());
    if need && tls.client_ca.is_none() {
        let wanted = "name who issues the certificates of hosts as client_ca";
        return Err(format!("tls: hosts_need_certificates = true, and no certificate would be believed: {wanted}"));
    }
    let own = match (&tls.certificate, &tls.key, &tls.issuer) {
        (Some(certificate), Some(key), None) => (certificate.clone(), key.clone()),
        (None, None, Some(issuer)) => {
            return Ok((Encryption::Issued(issuer.of_midtier(name)?, tls.client_ca.clone()), need));
        }
        _ => return Err(format!("tls: {EITHER}")),
    };
    let source = Files { own: Some(own), authorities: tls.client_ca.clone() };
    let acceptor = Acceptor::new(Box::new(source), system_time()).map_err(|error| with_sources(&error))?;
    Ok((Encryption::Ready(Arc::new(acceptor)), need))
}

/// Whom a host's agent trusts, and what it shows of what is there: a certificate that is issued has another way.
pub(crate) fn of_host(settings: &HostSettings) -> Result<Trust, String> {
    let HostTls { ca_file, certificate, key, .. } = &settings.tls;
    let own = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        (None, None) => None,
        _ => return Err("tls: a certificate goes with its key; name both, or none".to_owned()),
    };
    let speaks_tls = settings.midtiers.iter().any(|url| url.starts_with("https://"));
    // Midtiers that are found may have TLS where those that are known now have none, and so may the broker, which runs come with.
    let source = Files { own, authorities: ca_file.clone() };
    match Trust::new(Box::new(source), system_time()) {
        Err(TlsError::NoSystem { .. }) if !speaks_tls => Ok(Trust::nobody()),
        made => made.map_err(|error| with_sources(&error)),
    }
}

/// The certificate that a host has the secret store issue, if it has.
pub(crate) fn issued_to_host(settings: &HostSettings) -> Result<Option<CertificateRole>, String> {
    let HostTls { certificate, key, issuer, .. } = &settings.tls;
    match issuer {
        Some(_) if certificate.is_some() || key.is_some() => Err(format!("tls: {EITHER}")),
        Some(issuer) => issuer.of_host(&settings.name).map(Some),
        None => Ok(None),
    }
}

/// Whom a command trusts that asks a server.
pub(crate) fn of_client(url: &str, ca_file: Option<&Path>) -> anyhow::Result<Trust> {
    trusting(url, ca_file).map_err(|error| Kind::Configuration(with_sources(&error)).into())
}

/// Whom a midtier trusts as its secret store.
pub(crate) fn of_secret_store(address: &str, ca_file: Option<&Path>) -> Result<Trust, String> {
    trusting(address, ca_file).map_err(|error| format!("secrets.ca_file: {}", with_sources(&error)))
}

/// Whom somebody trusts who shows nothing; nobody where there is no TLS.
fn trusting(url: &str, ca_file: Option<&Path>) -> Result<Trust, TlsError> {
    if !url.starts_with("https://") {
        return Ok(Trust::nobody());
    }
    let source = Files { own: None, authorities: ca_file.map(Path::to_owned) };
    Trust::new(Box::new(source), system_time())
}

/// Whom a host trusts where it exchanges what its runs were granted: whom it trusts at the store that issues its certificate, and where it has none
/// of there, whom it trusts as a midtier. On a system without authorities that is nobody, and a store on the same machine can still be asked.
pub(crate) fn of_exchange(settings: &HostSettings) -> Result<Trust, String> {
    let of_store = match &settings.secrets {
        Some(SecretsSettings::Vault(vault)) => vault.ca_file.clone(),
        _ => None,
    };
    let source = Files { own: None, authorities: of_store.or_else(|| settings.tls.ca_file.clone()) };
    match Trust::new(Box::new(source), system_time()) {
        Err(TlsError::NoSystem { .. }) => Ok(Trust::nobody()),
        trust => trust.map_err(|error| with_sources(&error)),
    }
}

/// Whom a program trusts as its collector of spans. Who has a certificate of its own does not show it there.
pub(crate) fn of_collector(url: &str, ca_file: Option<&Path>) -> Result<Trust, String> {
    trusting(url, ca_file).map_err(|error| with_sources(&error))
}

/// Refuses a midtier that would speak plain text beyond this machine, unless that was said twice.
pub(crate) fn require_midtier(settings: &MidtierSettings, flag: bool) -> Result<(), String> {
    if settings.tls.is_some() {
        return Ok(());
    }
    let instead = "name a certificate and its key in [tls]";
    let said = PlainText { key: settings.plain_text_outside_this_machine, flag };
    leat_tls::require(said, "listen", &settings.listen.to_string(), instead).map_err(|error| error.to_string())
}

/// The same of a host's agent and its midtiers.
pub(crate) fn require_host(settings: &HostSettings, flag: bool) -> Result<(), String> {
    let said = PlainText { key: settings.plain_text_outside_this_machine, flag };
    let plain = settings.midtiers.iter().filter(|url| !url.starts_with("https://"));
    for url in plain {
        leat_tls::require(said, "the midtier", url, HTTPS).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The same of a command and its server.
pub(crate) fn require_server(url: &str, said: PlainText) -> anyhow::Result<()> {
    if url.starts_with("https://") {
        return Ok(());
    }
    let instead = "write https:// (the key stands with the server in servers.toml; of a URL it is LEAT_PLAIN_TEXT=1)";
    leat_tls::require(said, "the server", url, instead).map_err(|error| Kind::Configuration(error.to_string()).into())
}

/// The same of a midtier and its database, which must be who it says it is.
pub(crate) fn require_database(url: &str, said: PlainText) -> Result<(), String> {
    let (server, query) = url.split_once('?').unwrap_or((url, ""));
    // Of two with one name the later counts.
    let last = |names: &[&str]| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.rfind(|(name, _)| names.contains(name)).map(|(_, value)| value)
    };
    let host = last(&["host", "hostaddr"]).unwrap_or(server);
    let is_socket = host.starts_with('/') || host.starts_with("%2F") || host.starts_with("%2f");
    if is_socket || last(&["sslmode", "ssl-mode"]) == Some("verify-full") {
        return Ok(());
    }
    let instead =
        "write sslmode=verify-full, and sslrootcert=FILE where its authority is your own, into the URL's query";
    leat_tls::require(said, "the database", host, instead).map_err(|error| error.to_string())
}

/// The same of a midtier's broker, which hosts speak to.
pub(crate) fn require_broker(url: &str, said: PlainText) -> Result<(), String> {
    if url.starts_with("amqps://") {
        return Ok(());
    }
    let instead = "write amqps:// and the port where the broker speaks TLS, which is 5671 unless it was told another";
    leat_tls::require(said, "the broker", url, instead).map_err(|error| error.to_string())
}

/// The same of a midtier's secret store, as it and its hosts reach it.
pub(crate) fn require_secret_store(address: &str, said: PlainText) -> Result<(), String> {
    if address.starts_with("https://") {
        return Ok(());
    }
    leat_tls::require(said, "the secret store", address, HTTPS).map_err(|error| error.to_string())
}

/// The same of a program and its collector of spans. An address of any other kind is left to whoever would send there and refuses it: what
/// it lacks is not TLS.
pub(crate) fn require_collector(url: &str, said: PlainText) -> Result<(), String> {
    if !url.starts_with("http://") {
        return Ok(());
    }
    let instead = "write https://, or name a collector on this machine that passes them on (where no configuration is read, the key is \
                   LEAT_PLAIN_TEXT=1)";
    leat_tls::require(said, "the collector of spans", url, instead).map_err(|error| error.to_string())
}

/// Looks for new certificates for as long as it is polled.
pub(crate) async fn stay_fresh(it: Option<Arc<dyn Refresh>>) {
    match it {
        Some(it) => keep_fresh(it, LOOK_EVERY, system_time).await,
        None => std::future::pending().await,
    }
}

/// The clock that certificates are held against.
pub(crate) fn system_time() -> SystemTime {
    SystemTime::from(now())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: PlainText = PlainText { key: false, flag: false };

    #[test]
    fn a_database_elsewhere_must_show_who_it_is() {
        for url in [
            "postgres://leat:p@127.0.0.1/leat",
            "postgres://leat:p@db.internal/leat?sslmode=verify-full",
            "postgres://leat:p@db.internal/leat?sslmode=disable&sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "postgres:///leat?host=/var/run/postgresql",
            "postgres://leat:p@db.internal/leat?host=127.0.0.1",
        ] {
            require_database(url, NOTHING).unwrap();
        }
        for url in [
            "postgres://leat:geheim@db.internal/leat",
            "postgres://leat:geheim@db.internal/leat?sslmode=require",
            "postgres://leat:geheim@db.internal/leat?sslmode=verify-full&sslmode=prefer",
            "postgres://leat:geheim@127.0.0.1/leat?host=10.0.0.7",
            "postgres:///leat",
        ] {
            let said = require_database(url, NOTHING).unwrap_err();
            assert!(said.contains("sslmode=verify-full") && !said.contains("geheim"), "{said}");
            require_database(url, PlainText { key: true, flag: true }).unwrap();
        }
    }

    #[test]
    fn a_server_elsewhere_is_asked_as_plain_text_only_where_that_was_said_twice() {
        for url in ["https://leat.example", "http://127.0.0.1:7700", "http://localhost:7700"] {
            require_server(url, NOTHING).unwrap();
        }
        let refused = require_server("http://10.1.2.3:7700", PlainText { key: true, flag: false }).unwrap_err();
        assert!(refused.to_string().contains("--plain-text is missing"), "{refused}");
        require_server("http://10.1.2.3:7700", PlainText { key: true, flag: true }).unwrap();
    }

    #[test]
    fn a_broker_elsewhere_is_spoken_to_with_tls() {
        for url in ["amqps://leat:p@mq.internal/leat", "amqp://leat:p@127.0.0.1/leat", "amqp://localhost:5673"] {
            require_broker(url, NOTHING).unwrap();
        }
        let refused = require_broker("amqp://leat:geheim@mq.internal/leat", NOTHING).unwrap_err();
        assert!(refused.contains("write amqps://") && !refused.contains("geheim"), "{refused}");
        require_broker("amqp://leat:p@mq.internal/leat", PlainText { key: true, flag: true }).unwrap();
    }

    #[test]
    fn a_secret_store_elsewhere_is_asked_with_tls() {
        for address in ["https://vault.internal:8200", "http://127.0.0.1:8200", "http://[::1]:8200"] {
            require_secret_store(address, NOTHING).unwrap();
        }
        let refused = require_secret_store("http://vault.internal:8200", NOTHING).unwrap_err();
        assert!(refused.contains("write https://"), "{refused}");
        require_secret_store("http://vault.internal:8200", PlainText { key: true, flag: true }).unwrap();
    }

    #[test]
    fn a_collector_elsewhere_is_sent_spans_with_tls() {
        for url in ["https://collector.internal:4317", "http://127.0.0.1:4317", "http://localhost:4317"] {
            require_collector(url, NOTHING).unwrap();
        }
        let refused = require_collector("http://collector:4317", PlainText { key: true, flag: false }).unwrap_err();
        assert!(
            refused.contains("the collector of spans collector:4317") && refused.contains("--plain-text is missing"),
            "{refused}"
        );
        require_collector("http://collector:4317", PlainText { key: true, flag: true }).unwrap();
    }

    #[test]
    fn a_store_is_believed_by_the_authorities_that_stand_with_it() {
        let settings = |secrets: &str| {
            let text = format!(
                "name = \"c1\"\ntoken_file = \"token\"\ndirectory = \"host\"\n[tls]\nca_file = \"/nowhere/midtier.pem\"\n{secrets}"
            );
            toml::from_str::<HostSettings>(&text).unwrap()
        };
        let vault =
            "[secrets]\nkind = \"vault\"\naddress = \"https://vault:8200\"\nrole_id = \"r\"\nsecret_id_file = \"s\"\n";
        let with_own = format!("{vault}ca_file = \"/nowhere/vault.pem\"\n");
        for (secrets, read) in [("", "midtier.pem"), (vault, "midtier.pem"), (&with_own, "vault.pem")] {
            let refused = of_exchange(&settings(secrets)).unwrap_err();
            assert!(refused.contains(read), "{refused}");
        }
    }

    #[test]
    fn hosts_that_need_certificates_need_an_authority() {
        let tls = MidtierTls {
            certificate: Some("midtier.crt".into()),
            key: Some("midtier.key".into()),
            issuer: None,
            client_ca: None,
            hosts_need_certificates: Some(true),
        };
        assert!(refused(&tls).contains("client_ca"));
    }

    fn refused(tls: &MidtierTls) -> String {
        of_midtier(Some(tls), "m1").err().expect("it is refused")
    }

    #[test]
    fn a_certificate_comes_from_files_or_from_an_issuer_and_never_from_both() {
        let issuer = "issuer = { mount = \"pki\", role = \"leat\", names = [\"m1.internal\"] }";
        let read = |text: &str| toml::from_str::<MidtierTls>(text).unwrap();
        let (issued, _) = of_midtier(Some(&read(issuer)), "m1").unwrap();
        assert!(matches!(issued, Encryption::Issued(role, None) if role.names == ["m1.internal"]));
        for text in ["", "certificate = \"a\"", &format!("certificate = \"a\"\nkey = \"b\"\n{issuer}")] {
            assert!(refused(&read(text)).contains("either a certificate and its key, or an issuer"), "{text}");
        }
    }
}
