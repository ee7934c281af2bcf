//! The providers of logins, made of the configuration.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use leat_midtier::logins::{Logins, Provider};
use leat_oidc::{ClaimRules, Github, GithubConfig, Limits, Oidc, OidcConfig};
use leat_tls::Trust;

use crate::guarded;
use crate::settings::{ClaimSettings, LoginSettings, ProviderSettings};
use crate::transport;

/// How people log in.
#[derive(Default)]
pub(crate) struct LoginPlan {
    /// Through whom.
    pub(crate) logins: Logins,
    /// Who vouches for those who speak TLS, to be kept fresh.
    pub(crate) trust: Option<Arc<Trust>>,
}

/// How people log in, as the configuration says; in words, what is wrong with it.
pub(crate) fn logins(settings: LoginSettings) -> Result<LoginPlan, String> {
    let LoginSettings { url, life, ca_file, providers } = settings;
    // Where the providers are on this machine and speak plain text, nobody has to be trusted, and the system may know no authorities.
    let https = providers.values().map(ProviderSettings::url).find(|url| url.starts_with("https://"));
    let trust = https.map(|url| transport::of_client(url, ca_file.as_deref())).transpose();
    let trust = trust.map_err(|error| format!("login.ca_file: {error:#}"))?.map(Arc::new);
    let mut claims: BTreeMap<String, ClaimRules> =
        providers.iter().map(|(name, one)| (name.clone(), rules(one.claims()))).collect();
    leat_oidc::tell_apart(&mut claims)?;
    // Both are in the order of the names.
    let made: Result<Vec<_>, String> = providers
        .into_iter()
        .zip(claims.into_values())
        .map(|((name, one), claims)| provider(name, one, claims, trust.as_ref()))
        .collect();
    Ok(LoginPlan { logins: Logins::new(&url, made?, life.map(|life| life.0))?, trust })
}

fn provider(
    name: String,
    settings: ProviderSettings,
    claims: ClaimRules,
    trust: Option<&Arc<Trust>>,
) -> Result<Arc<dyn Provider>, String> {
    let spoken = format!("login.providers.{name}");
    let trust = trust.map_or_else(|| Arc::new(Trust::nobody()), Arc::clone);
    Ok(match settings {
        ProviderSettings::Oidc { title, issuer, client_id, client_secret_file, scopes, algorithms, .. } => {
            let client_secret = client_secret_file.map(|file| secret(&spoken, &file)).transpose()?;
            let (title, limits) = (title.unwrap_or_else(|| name.clone()), Limits::default());
            let config =
                OidcConfig { name, title, issuer, client_id, client_secret, scopes, algorithms, claims, limits };
            Arc::new(Oidc::new(config, trust).map_err(|error| error.to_string())?)
        }
        ProviderSettings::Github { title, pages, api, client_id, client_secret_file, teams, .. } => {
            let client_secret = secret(&spoken, &client_secret_file)?;
            let (title, limits) = (title.unwrap_or_else(|| name.clone()), Limits::default());
            let config = GithubConfig { name, title, pages, api, client_id, client_secret, teams, claims, limits };
            Arc::new(Github::new(config, trust).map_err(|error| error.to_string())?)
        }
    })
}

fn secret(spoken: &str, file: &Path) -> Result<String, String> {
    let mut text = guarded::text(file).map_err(|error| format!("{spoken}.client_secret_file: {error}"))?;
    match text.is_empty() {
        true => Err(format!("{spoken}.client_secret_file: {} is empty", file.display())),
        false => Ok(std::mem::take(&mut *text)),
    }
}

fn rules(settings: &ClaimSettings) -> ClaimRules {
    let ClaimSettings { account, account_prefix, groups, group_prefix, renamed, only_renamed, admit } =
        settings.clone();
    let default = ClaimRules::default();
    ClaimRules {
        account: account.unwrap_or(default.account),
        account_prefix,
        groups: groups.unwrap_or(default.groups),
        group_prefix,
        renamed,
        only_renamed,
        admitted: admit,
        ..default
    }
}

impl ProviderSettings {
    /// Where it is asked.
    fn url(&self) -> &str {
        match self {
            ProviderSettings::Oidc { issuer, .. } => issuer,
            ProviderSettings::Github { api, .. } => api,
        }
    }

    fn claims(&self) -> &ClaimSettings {
        match self {
            ProviderSettings::Oidc { claims, .. } | ProviderSettings::Github { claims, .. } => claims,
        }
    }
}
