//! `[login]` of `leat midtier`'s configuration: how people log in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

use crate::units::Span;

/// How people log in. What is left out is as the midtier has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginSettings {
    /// The address that browsers know this installation by.
    pub(crate) url: String,
    /// How long a login holds.
    #[serde(default)]
    pub(crate) life: Option<Span>,
    /// The certificates that are trusted to sign those of providers. Default: those that the system trusts.
    #[serde(default)]
    pub(crate) ca_file: Option<PathBuf>,
    /// By their names, which stand in addresses.
    pub(crate) providers: BTreeMap<String, ProviderSettings>,
}

/// Somebody outside who knows people.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum ProviderSettings {
    /// A provider of OpenID Connect.
    Oidc {
        /// What people call it. Default: its name.
        title: Option<String>,
        issuer: String,
        client_id: String,
        /// The secret is in a file; none for a public client.
        client_secret_file: Option<PathBuf>,
        #[serde(default)]
        scopes: Vec<String>,
        #[serde(default)]
        algorithms: Vec<String>,
        #[serde(default)]
        claims: ClaimSettings,
    },
    /// GitHub.
    Github {
        /// What people call it. Default: its name.
        title: Option<String>,
        #[serde(default = "github_pages")]
        pages: String,
        #[serde(default = "github_api")]
        api: String,
        client_id: String,
        client_secret_file: PathBuf,
        #[serde(default)]
        teams: bool,
        #[serde(default)]
        claims: ClaimSettings,
    },
}

fn github_pages() -> String {
    "https://github.com".to_owned()
}

fn github_api() -> String {
    "https://api.github.com".to_owned()
}

/// How claims become an account and groups. What is left out is as `leat-oidc` has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClaimSettings {
    pub(crate) account: Option<String>,
    pub(crate) account_prefix: String,
    pub(crate) groups: Option<String>,
    pub(crate) group_prefix: String,
    pub(crate) renamed: BTreeMap<String, String>,
    pub(crate) only_renamed: bool,
    pub(crate) admit: BTreeSet<String>,
}
