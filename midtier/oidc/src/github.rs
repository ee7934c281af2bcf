//! GitHub: OAuth 2.0 without an ID token. Who somebody is, its API tells whoever has their access token; organisations and teams
//! are groups.

use std::sync::Arc;

use async_trait::async_trait;
use leat_midtier::logins::{Answered, Begun, DeviceBegun, Kept, Person, Polled, Provider, ProviderError};
use leat_scheduler::model::Moment;
use leat_tls::Trust;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::claims::{ClaimRules, Claims};
use crate::config::{ConfigError, GithubConfig, address};
use crate::device::{self, Told};
use crate::tokens::{Client, Proof, Tokens, kept, of_kept};
use crate::web::Web;

/// What is asked for: which organisations and teams somebody is in.
const SCOPE: &str = "read:org";

/// Organisations and teams come in pages.
const PAGE: usize = 100;
const PAGES_MAX: usize = 5;

/// GitHub, or an installation of GitHub Enterprise.
pub struct Github {
    title: String,
    client: Client,
    teams: bool,
    claims: ClaimRules,
    pages: Url,
    api: Url,
    web: Web,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Organisation {
    login: String,
}

#[derive(Deserialize)]
struct Team {
    slug: String,
    organization: Organisation,
}

impl Github {
    /// GitHub as the configuration says, asked over connections that trust whom `trust` does at the moment that each is made.
    ///
    /// # Errors
    /// Where the configuration cannot be. Nothing is asked yet.
    pub fn new(config: GithubConfig, trust: Arc<Trust>) -> Result<Self, ConfigError> {
        let GithubConfig { name, title, pages, api, client_id, client_secret, teams, claims, limits } = config;
        if claims.admitted.is_empty() {
            let what = "everybody has an account at GitHub: name the organisations (or teams) that may log in, admit = [\"…\"]";
            return Err(ConfigError::value(&name, what));
        }
        let url = |key, text: &str| {
            let based = format!("{}/", text.trim_end_matches('/'));
            address(&based).ok_or_else(|| ConfigError::Address { provider: name.clone(), key, value: text.to_owned() })
        };
        let (pages, api) = (url("pages", &pages)?, url("api", &api)?);
        let client_of_github = Client { id: client_id, secret: Some(client_secret), secret_in_form: true };
        let web = Web::new(&name, trust, &limits)?;
        Ok(Github { title, client: client_of_github, teams, claims, pages, api, web })
    }

    fn page(&self, path: &str) -> Url {
        self.pages.join(path).expect("a path of ours can be joined to an address")
    }

    async fn person(&self, tokens: &Tokens) -> Result<Person, ProviderError> {
        let user: User = self.web.ask(self.asked("user", tokens)).await?.good_json()?;
        let organisations: Vec<Organisation> = self.listed("user/orgs", tokens).await?;
        let mut groups: Vec<String> = organisations.into_iter().map(|one| one.login).collect();
        if self.teams {
            let teams: Vec<Team> = self.listed("user/teams", tokens).await?;
            groups.extend(teams.into_iter().map(|team| format!("{}/{}", team.organization.login, team.slug)));
        }
        groups.retain(|group| self.is_ours(group));
        let mut claims: Claims = [("sub".to_owned(), Value::from(user.id.to_string()))].into_iter().collect();
        claims.insert(self.claims.account.clone(), Value::from(user.login));
        claims.insert(self.claims.groups.clone(), json!(groups));
        claims.extend(user.name.map(|name| ("name".to_owned(), Value::from(name))));
        self.claims.person(&claims).map_err(|what| self.web.not_accepted(what))
    }

    /// Whether a group counts here. Everybody can found an organisation at GitHub and call it as they like, so one that nobody has named
    /// in the configuration must be no group: it would have what a group of that name has been given.
    fn is_ours(&self, group: &str) -> bool {
        let ClaimRules { admitted, renamed, .. } = &self.claims;
        let organisation = group.split_once('/').map(|(organisation, _)| organisation);
        let is_of_admitted = organisation.is_some_and(|organisation| admitted.contains(organisation));
        is_of_admitted || admitted.contains(group) || renamed.contains_key(group)
    }

    fn asked(&self, path: &str, tokens: &Tokens) -> reqwest::RequestBuilder {
        let url = self.api.join(path).expect("a path of ours can be joined to an address");
        self.web.get(url).bearer_auth(&tokens.access_token).header("accept", "application/vnd.github+json")
    }

    async fn listed<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        tokens: &Tokens,
    ) -> Result<Vec<T>, ProviderError> {
        let mut all = Vec::new();
        for page in 1..=PAGES_MAX {
            let asked = self.asked(&format!("{path}?per_page={PAGE}&page={page}"), tokens);
            let some: Vec<T> = self.web.ask(asked).await?.good_json()?;
            let is_last = some.len() < PAGE;
            all.extend(some);
            if is_last {
                return Ok(all);
            }
        }
        Err(self.web.not_accepted(format!("{path} has more than {} entries", PAGE * PAGES_MAX)))
    }
}

#[async_trait]
impl Provider for Github {
    fn name(&self) -> &str {
        &self.web.provider
    }

    fn title(&self) -> &str {
        &self.title
    }

    async fn begin(&self, redirect: &str, state: &str) -> Result<Begun, ProviderError> {
        let (proof, challenge) = Proof::new();
        let mut url = self.page("login/oauth/authorize");
        url.query_pairs_mut().extend_pairs([
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", redirect),
            ("scope", SCOPE),
            ("state", state),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(Begun { url: url.into(), kept: kept(&proof) })
    }

    async fn finish(&self, answered: &Answered, _now: Moment) -> Result<Person, ProviderError> {
        let Proof { verifier, .. } = of_kept(&self.web, &answered.kept)?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", answered.code.as_str()),
            ("redirect_uri", answered.redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        match self.client.exchange(&self.web, &self.page("login/oauth/access_token"), &fields).await? {
            Ok(tokens) => self.person(&tokens).await,
            Err(refusal) => Err(self.web.refused(refusal.to_string())),
        }
    }

    async fn begin_device(&self) -> Result<DeviceBegun, ProviderError> {
        device::begin(&self.web, &self.client, &self.page("login/device/code"), SCOPE).await
    }

    async fn poll_device(&self, kept: &Kept, _now: Moment) -> Result<Polled, ProviderError> {
        match device::poll(&self.web, &self.client, &self.page("login/oauth/access_token"), kept).await? {
            Told::Waiting => Ok(Polled::Waiting),
            Told::TooOften => Ok(Polled::TooOften),
            Told::Tokens(tokens) => self.person(&tokens).await.map(Polled::Here),
        }
    }

    async fn logout_url(&self, _back_to: &str) -> Option<String> {
        None
    }
}
