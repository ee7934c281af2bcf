//! What a provider says of itself, and its keys: fetched when they are first needed, and again when they are old.

use std::sync::Arc;

use leat_midtier::logins::ProviderError;
use openidconnect::IssuerUrl;
use openidconnect::core::CoreJsonWebKeySet;
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::config::{ConfigError, Limits, address};
use crate::web::Web;

/// The addresses of a provider, and its ways.
#[derive(Debug)]
pub(crate) struct Discovered {
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) keys: Url,
    pub(crate) userinfo: Option<Url>,
    pub(crate) end_session: Option<Url>,
    pub(crate) devices: Option<Url>,
    /// The client's secret is told in the form, since the provider knows no other way.
    pub(crate) secret_in_form: bool,
    /// Whatever a browser brings back must name the issuer.
    pub(crate) names_issuer: bool,
}

/// As the provider writes it.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    device_authorization_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// What was fetched, and when.
struct Held<T> {
    value: Arc<T>,
    since: Instant,
}

/// What is known of a provider by now. Its locks are held while a request is under way, so that many logins at once make one request;
/// a request ends in bounded time, and so does the wait for the lock.
pub(crate) struct Discovery {
    web: Web,
    pub(crate) issuer: IssuerUrl,
    well_known: Url,
    limits: Limits,
    document: Mutex<Option<Held<Discovered>>>,
    keys: Mutex<Option<Held<CoreJsonWebKeySet>>>,
}

impl Discovery {
    pub(crate) fn new(web: Web, issuer: &str, limits: Limits) -> Result<Self, ConfigError> {
        let bad = || ConfigError::Address { provider: web.provider.clone(), key: "issuer", value: issuer.to_owned() };
        let well_known = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        address(issuer).filter(|url| url.query().is_none() && url.fragment().is_none()).ok_or_else(bad)?;
        let well_known = address(&well_known).ok_or_else(bad)?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| bad())?;
        Ok(Discovery { issuer, well_known, limits, document: Mutex::new(None), keys: Mutex::new(None), web })
    }

    /// What the provider says of itself.
    pub(crate) async fn discovered(&self) -> Result<Arc<Discovered>, ProviderError> {
        let mut held = self.locked(&self.document).await?;
        if let Some(Held { value, since }) = &*held
            && since.elapsed() < self.limits.kept_for
        {
            return Ok(value.clone());
        }
        let answer = self.web.ask(self.web.get(self.well_known.clone())).await?;
        let value = Arc::new(self.read(answer.good_json()?)?);
        *held = Some(Held { value: value.clone(), since: Instant::now() });
        Ok(value)
    }

    /// The provider's keys.
    pub(crate) async fn keys(&self) -> Result<Arc<CoreJsonWebKeySet>, ProviderError> {
        let held = self.locked(&self.keys).await?;
        if let Some(Held { value, since }) = &*held
            && since.elapsed() < self.limits.kept_for
        {
            return Ok(value.clone());
        }
        self.fetch_keys(held).await
    }

    /// The provider's keys now, for one that these are without; nothing where they were asked for only just now.
    pub(crate) async fn newer_keys(
        &self,
        than: &Arc<CoreJsonWebKeySet>,
    ) -> Result<Option<Arc<CoreJsonWebKeySet>>, ProviderError> {
        let held = self.locked(&self.keys).await?;
        match &*held {
            // Another login has had them fetched meanwhile.
            Some(Held { value, .. }) if !Arc::ptr_eq(value, than) => Ok(Some(value.clone())),
            Some(Held { since, .. }) if since.elapsed() < self.limits.keys_again_after => Ok(None),
            _ => self.fetch_keys(held).await.map(Some),
        }
    }

    async fn fetch_keys(
        &self,
        mut held: tokio::sync::MutexGuard<'_, Option<Held<CoreJsonWebKeySet>>>,
    ) -> Result<Arc<CoreJsonWebKeySet>, ProviderError> {
        let url = self.discovered().await?.keys.clone();
        let value: Arc<CoreJsonWebKeySet> = Arc::new(self.web.ask(self.web.get(url)).await?.good_json()?);
        *held = Some(Held { value: value.clone(), since: Instant::now() });
        Ok(value)
    }

    async fn locked<'a, T>(&self, mutex: &'a Mutex<T>) -> Result<tokio::sync::MutexGuard<'a, T>, ProviderError> {
        tokio::time::timeout(self.limits.answer_within, mutex.lock()).await.map_err(|_| ProviderError::Unreachable {
            provider: self.web.provider.clone(),
            what: "others wait for its answer already".to_owned(),
        })
    }

    fn read(&self, document: Document) -> Result<Discovered, ProviderError> {
        let issuer = self.issuer.as_str();
        if document.issuer != issuer {
            let what = format!("its issuer is `{}`, and `{issuer}` was expected, exactly so", document.issuer);
            return Err(self.web.garbled(what));
        }
        if document.code_challenge_methods_supported.as_ref().is_some_and(|some| !some.iter().any(|one| one == "S256"))
        {
            return Err(self.web.garbled("it offers no PKCE with S256, and no login goes without"));
        }
        let url = |key: &str, text: &str| {
            address(text)
                .ok_or_else(|| self.web.garbled(format!("its {key} `{text}` is no address that can be trusted")))
        };
        let maybe = |key: &str, text: &Option<String>| text.as_deref().map(|text| url(key, text)).transpose();
        let methods = document.token_endpoint_auth_methods_supported.unwrap_or_default();
        let has = |name: &str| methods.iter().any(|method| method == name);
        Ok(Discovered {
            authorization: url("authorization_endpoint", &document.authorization_endpoint)?,
            token: url("token_endpoint", &document.token_endpoint)?,
            keys: url("jwks_uri", &document.jwks_uri)?,
            userinfo: maybe("userinfo_endpoint", &document.userinfo_endpoint)?,
            end_session: maybe("end_session_endpoint", &document.end_session_endpoint)?,
            devices: maybe("device_authorization_endpoint", &document.device_authorization_endpoint)?,
            secret_in_form: has("client_secret_post") && !has("client_secret_basic"),
            names_issuer: document.authorization_response_iss_parameter_supported,
        })
    }
}
