//! Certificates that the store's PKI issues: had at the start, had anew at two thirds of their life, and kept in memory alone, as their keys are. While
//! the store is away the last one stays in use, to its end: whoever is shown it refuses it from then on.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use leat_secrets::SecretError;
use leat_tls::{Certificates, Files, Own, Papers, Pem, TlsError};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::answer::{seconds, span, text};
use crate::board::Board;
use crate::config::{BadConfig, IS_PATH, is_name, is_path};
use crate::failed::Failed;
use crate::identity::Identity;
use crate::kept::{Keep, keep};
use crate::life::Granted;
use crate::server::{Ask, Server};
use crate::vault::Vault;

/// Length of a name in a certificate.
const NAME_BYTES_MAX: usize = 253;

/// What issues a certificate, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRole {
    /// Where the engine is: `pki`.
    pub mount: String,
    /// Its role.
    pub role: String,
    /// The subject's name; it counts for nothing else.
    pub common_name: String,
    /// Names for DNS.
    pub names: Vec<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
    /// URIs: `leat://host/c1`.
    pub uris: Vec<String>,
    /// How long it is good for; as the role says where nothing stands here.
    pub life: Option<Duration>,
}

impl CertificateRole {
    fn check(&self) -> Result<(), BadConfig> {
        for (key, fits) in [("mount", is_path(&self.mount)), ("role", is_name(&self.role))] {
            if !fits {
                return Err(BadConfig { key, why: IS_PATH.to_owned() });
            }
        }
        // A comma would be another name.
        let fits = |name: &String| {
            let is_plain = |c: u8| c.is_ascii_graphic() && c != b',';
            (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_plain)
        };
        if !self.names.iter().chain(&self.uris).chain([&self.common_name]).all(fits) {
            let why = format!("a name has 1 to {NAME_BYTES_MAX} printable ASCII characters without spaces and commas");
            return Err(BadConfig { key: "names", why });
        }
        Ok(())
    }

    /// What the store is asked for. The subject's name is none of those that the certificate is good for.
    fn request(&self) -> Value {
        let addresses: Vec<String> = self.addresses.iter().map(IpAddr::to_string).collect();
        let mut body = json!({
            "common_name": self.common_name,
            "alt_names": self.names.join(","),
            "ip_sans": addresses.join(","),
            "uri_sans": self.uris.join(","),
            "exclude_cn_from_sans": true,
            "format": "pem",
        });
        if let Some(life) = self.life {
            body["ttl"] = span(life).into();
        }
        body
    }
}

/// The certificate that is held: a source of [`Certificates`] once there is a first one.
#[derive(Clone, Debug)]
pub struct IssuedCertificate {
    latest: watch::Receiver<Result<Own, SecretError>>,
    authorities: Files,
}

impl IssuedCertificate {
    /// The same beside whom to trust, which stands in this file.
    pub fn trusting(self, authorities: Option<PathBuf>) -> Self {
        IssuedCertificate { authorities: Files { own: None, authorities }, ..self }
    }

    /// Waits until there is one.
    ///
    /// # Errors
    /// What was in the way last, where there is none within `patience`.
    pub async fn first(&mut self, patience: Duration) -> Result<(), SecretError> {
        // What comes of it is looked at afresh: the wait has ended with a certificate, or in vain.
        let _ = tokio::time::timeout(patience, self.latest.wait_for(Result::is_ok)).await;
        self.latest.borrow().clone().map(drop)
    }
}

impl Certificates for IssuedCertificate {
    fn read(&self) -> Result<Papers, TlsError> {
        let own = self.latest.borrow().clone().map_err(|error| TlsError::NotIssued { reason: error.to_string() })?;
        Ok(Papers { own: Some(own), authorities: self.authorities.read()?.authorities })
    }

    fn renewed_by(&self) -> Option<&str> {
        Some("the secret store")
    }
}

/// Keeps a certificate: to be run for as long as it is used.
pub struct CertificateKeeper {
    issue: Issue,
    board: Board,
}

impl CertificateKeeper {
    /// Has the certificate, and the next one ahead of its end, for ever.
    pub async fn run(self) {
        keep(self.issue, self.board).await;
    }
}

impl Vault {
    /// A certificate of the store's making, and what keeps it. `now` is the clock that its end is counted by.
    ///
    /// # Errors
    /// When mount, role or a name cannot be such.
    pub fn certificate(
        &self,
        role: CertificateRole,
        now: fn() -> SystemTime,
    ) -> Result<(IssuedCertificate, CertificateKeeper), BadConfig> {
        role.check()?;
        let path = format!("{}/issue/{}", role.mount, role.role);
        let none = Failed::Away("none was issued yet".to_owned()).doing(&path, self.server.name());
        let (sender, latest) = watch::channel(Err(none));
        let (server, identity) = (self.server.clone(), self.identity.clone());
        let issue = Issue { server, identity, path, role, now, sender };
        let certificate = IssuedCertificate { latest, authorities: Files::default() };
        Ok((certificate, CertificateKeeper { issue, board: self.board.clone() }))
    }
}

struct Issue {
    server: Server,
    identity: Identity,
    path: String,
    role: CertificateRole,
    now: fn() -> SystemTime,
    sender: watch::Sender<Result<Own, SecretError>>,
}

impl Issue {
    async fn issue(&self) -> Result<Granted, Failed> {
        let token = self.identity.token().await?;
        let body = self.role.request();
        let mut answer = match self.server.ask(&token.text, Ask::post(&self.path, &body)).await {
            Ok(answer) => answer,
            Err(failed) => return Err(self.identity.blame(&token, failed).await),
        };
        let ends = seconds(&answer["data"]["expiration"], "no end of a certificate")?;
        let since_1970 = (self.now)().duration_since(UNIX_EPOCH).unwrap_or_default();
        let life = ends.saturating_sub(since_1970);
        if life.is_zero() {
            let why = "issues a certificate that has ended by this machine's clock; do both have the right time?";
            return Err(Failed::Garbled(why.to_owned()));
        }
        let own = own(&mut answer, &self.path)?;
        drop(self.sender.send_replace(Ok(own)));
        tracing::info!(certificate = self.path, certificate.seconds_left = life.as_secs(), "a certificate was issued");
        Ok(Granted::Lease { life, renewable: false })
    }
}

/// The certificate with those behind it, and its key.
fn own(answer: &mut Value, path: &str) -> Result<Own, Failed> {
    let key = text(answer, "/data/private_key", "no key of a certificate")?;
    let mut chain = text(answer, "/data/certificate", "no certificate")?.to_string();
    for behind in answer["data"]["ca_chain"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        chain.push('\n');
        chain.push_str(behind);
    }
    let pem = |text: &str| Pem { place: path.to_owned(), text: text.as_bytes().to_vec().into() };
    Ok(Own { chain: pem(&chain), key: pem(&key) })
}

#[async_trait]
impl Keep for Issue {
    fn name(&self) -> String {
        self.path.clone()
    }

    async fn obtain(&mut self) -> Result<Granted, Failed> {
        let outcome = self.issue().await;
        if let Err(failed) = &outcome {
            let error = failed.clone().doing(&self.path, self.server.name());
            // What was issued stays.
            self.sender.send_if_modified(|there| {
                let is_none = there.is_err();
                if is_none {
                    *there = Err(error);
                }
                is_none
            });
        }
        outcome
    }

    /// There is no such thing: another is issued.
    async fn renew(&mut self) -> Result<Granted, Failed> {
        self.obtain().await
    }

    /// Whoever is shown it refuses it by themselves.
    fn ended(&mut self, _: &str) {}

    /// It outlives the login that it was asked for with.
    async fn disturbed(&mut self) {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role() -> CertificateRole {
        CertificateRole {
            mount: "pki".to_owned(),
            role: "leat-midtier".to_owned(),
            common_name: "m1.internal".to_owned(),
            names: vec!["m1.internal".to_owned(), "leat.internal".to_owned()],
            addresses: vec![IpAddr::from([10, 0, 0, 7])],
            uris: vec!["leat://host/c1".to_owned()],
            life: Some(Duration::from_secs(86_400)),
        }
    }

    #[test]
    fn a_certificate_is_asked_for_exactly_what_it_is_to_be_good_for() {
        role().check().unwrap();
        let body = role().request();
        assert_eq!((&body["alt_names"], &body["ip_sans"]), (&json!("m1.internal,leat.internal"), &json!("10.0.0.7")));
        assert_eq!((&body["uri_sans"], &body["ttl"]), (&json!("leat://host/c1"), &json!("86400s")));
        assert_eq!(body["exclude_cn_from_sans"], true);
        assert_eq!(CertificateRole { life: None, ..role() }.request()["ttl"], Value::Null);
    }

    #[test]
    fn no_name_is_two_and_no_mount_leads_elsewhere() {
        for names in ["", "a,b.example", "a b"] {
            let error = CertificateRole { names: vec![names.to_owned()], ..role() }.check().unwrap_err();
            assert_eq!(error.key, "names", "{names:?}");
        }
        assert_eq!(CertificateRole { mount: "../sys".to_owned(), ..role() }.check().unwrap_err().key, "mount");
        assert_eq!(CertificateRole { role: "a/b".to_owned(), ..role() }.check().unwrap_err().key, "role");
    }
}
