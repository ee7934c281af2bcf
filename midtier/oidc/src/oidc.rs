//! A provider of OpenID Connect: authorization code with PKCE, and codes on another device.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use leat_midtier::logins::{Answered, Begun, DeviceBegun, Kept, Person, Polled, Provider, ProviderError};
use leat_scheduler::model::Moment;
use leat_tls::Trust;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde_json::Value;

use crate::claims::{ClaimRules, Claims};
use crate::config::{ConfigError, OidcConfig, algorithms};
use crate::device::{self, Told};
use crate::discovery::{Discovered, Discovery};
use crate::tokens::{Client, Proof, Tokens, kept, of_kept};
use crate::verify::{Expected, Unbelieved, verified};
use crate::web::Web;

/// A provider of OpenID Connect. It is asked for its addresses and keys when the first login needs them.
pub struct Oidc {
    title: String,
    client_id: String,
    client_secret: Option<String>,
    scope: String,
    algorithms: Vec<CoreJwsSigningAlgorithm>,
    claims: ClaimRules,
    web: Web,
    discovery: Discovery,
}

impl Oidc {
    /// A provider as the configuration says, asked over connections that trust whom `trust` does at the moment that each is made.
    ///
    /// # Errors
    /// Where the configuration cannot be. Nothing is asked yet.
    pub fn new(config: OidcConfig, trust: Arc<Trust>) -> Result<Self, ConfigError> {
        let OidcConfig { name, title, issuer, client_id, client_secret, scopes, claims, limits, .. } = config;
        if client_id.is_empty() {
            return Err(ConfigError::value(&name, "client_id is empty"));
        }
        let web = Web::new(&name, trust, &limits)?;
        let scopes: BTreeSet<&str> = scopes.iter().map(String::as_str).filter(|scope| *scope != "openid").collect();
        let scope = scopes.into_iter().fold("openid".to_owned(), |all, scope| format!("{all} {scope}"));
        Ok(Oidc {
            title,
            client_id,
            client_secret,
            scope,
            algorithms: algorithms(&name, &config.algorithms)?,
            claims,
            discovery: Discovery::new(web.clone(), &issuer, limits)?,
            web,
        })
    }

    fn client(&self, at: &Discovered) -> Client {
        let (id, secret) = (self.client_id.clone(), self.client_secret.clone());
        Client { id, secret, secret_in_form: at.secret_in_form }
    }

    /// Who tokens are of.
    async fn person(
        &self,
        at: &Discovered,
        tokens: &Tokens,
        nonce: Option<&str>,
        now: Moment,
    ) -> Result<Person, ProviderError> {
        let token = tokens.id_token.as_deref().ok_or_else(|| self.web.garbled("it gives no ID token"))?;
        let mut claims = self.believed(token, nonce, now).await?;
        if let Some(userinfo) = at.userinfo.as_ref().filter(|_| self.claims.lack(&claims)) {
            let asked = self.web.get(userinfo.clone()).bearer_auth(&tokens.access_token);
            let more: Claims = self.web.ask(asked).await?.good_json()?;
            if more.get("sub").and_then(Value::as_str) != claims.get("sub").and_then(Value::as_str) {
                return Err(self.web.not_accepted("its userinfo is of somebody else than its ID token"));
            }
            // What is signed counts more.
            for (claim, value) in more {
                claims.entry(claim).or_insert(value);
            }
        }
        self.claims.person(&claims).map_err(|what| self.web.not_accepted(what))
    }

    async fn believed(&self, token: &str, nonce: Option<&str>, now: Moment) -> Result<Claims, ProviderError> {
        let issuer = &self.discovery.issuer;
        let expected = Expected { issuer, client_id: &self.client_id, algorithms: &self.algorithms, nonce };
        let keys = self.discovery.keys().await?;
        let mut believed = verified(token, &keys, &expected, now);
        if believed == Err(Unbelieved::UnknownKey)
            && let Some(newer) = self.discovery.newer_keys(&keys).await?
        {
            believed = verified(token, &newer, &expected, now);
        }
        believed.map_err(|why| match why {
            Unbelieved::UnknownKey => {
                self.web.not_accepted("the ID token is signed with a key that is none of the provider's")
            }
            Unbelieved::Because(why) => self.web.not_accepted(why),
        })
    }

    async fn discovered(&self) -> Result<Arc<Discovered>, ProviderError> {
        self.discovery.discovered().await
    }
}

#[async_trait]
impl Provider for Oidc {
    fn name(&self) -> &str {
        &self.web.provider
    }

    fn title(&self) -> &str {
        &self.title
    }

    async fn begin(&self, redirect: &str, state: &str) -> Result<Begun, ProviderError> {
        let (proof, challenge) = Proof::new();
        let mut url = self.discovered().await?.authorization.clone();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", redirect),
            ("scope", &self.scope),
            ("state", state),
            ("nonce", &proof.nonce),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(Begun { url: url.into(), kept: kept(&proof) })
    }

    async fn finish(&self, answered: &Answered, now: Moment) -> Result<Person, ProviderError> {
        let Proof { verifier, nonce } = of_kept(&self.web, &answered.kept)?;
        let at = self.discovered().await?;
        let issuer = self.discovery.issuer.as_str();
        match answered.issuer.as_deref() {
            Some(named) if named != issuer => {
                return Err(self
                    .web
                    .not_accepted(format!("the browser brings an answer of `{named}`, not of `{issuer}`")));
            }
            None if at.names_issuer => {
                return Err(self.web.not_accepted("the browser's answer does not name its issuer"));
            }
            _ => {}
        }
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", answered.code.as_str()),
            ("redirect_uri", answered.redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        match self.client(&at).exchange(&self.web, &at.token, &fields).await? {
            Ok(tokens) => self.person(&at, &tokens, Some(&nonce), now).await,
            Err(refusal) => Err(self.web.refused(refusal.to_string())),
        }
    }

    async fn begin_device(&self) -> Result<DeviceBegun, ProviderError> {
        let at = self.discovered().await?;
        let none = || ProviderError::NoDevices { provider: self.web.provider.clone() };
        let endpoint = at.devices.as_ref().ok_or_else(none)?;
        device::begin(&self.web, &self.client(&at), endpoint, &self.scope).await
    }

    async fn poll_device(&self, kept: &Kept, now: Moment) -> Result<Polled, ProviderError> {
        let at = self.discovered().await?;
        match device::poll(&self.web, &self.client(&at), &at.token, kept).await? {
            Told::Waiting => Ok(Polled::Waiting),
            Told::TooOften => Ok(Polled::TooOften),
            Told::Tokens(tokens) => self.person(&at, &tokens, None, now).await.map(Polled::Here),
        }
    }

    async fn logout_url(&self, back_to: &str) -> Option<String> {
        let mut url = self.discovered().await.ok()?.end_session.clone()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("post_logout_redirect_uri", back_to);
        Some(url.into())
    }
}
