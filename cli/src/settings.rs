//! The configuration files of services: read whole, checked whole, before anything is begun.

mod accounts;
mod audit;
mod discovery;
mod host;
mod login;
mod midtier;
mod secrets;
mod telemetry;
mod tls;

use std::path::Path;

use serde::de::DeserializeOwned;

pub(crate) use accounts::AccountSettings;
pub(crate) use audit::AuditSettings;
pub(crate) use discovery::DiscoverySettings;
pub(crate) use host::{HostSettings, LocalHost};
pub(crate) use login::{ClaimSettings, LoginSettings, ProviderSettings};
pub(crate) use midtier::{
    BrokerSettings, ContentsSettings, HostEntry, MidtierSettings, PlaypenSettings, PowerSettings, RoleName,
    SchedulingSettings, StoreSettings, TokenEntry,
};
pub(crate) use secrets::{SecretsSettings, SshSettings, VaultBroker, VaultSettings, VaultUser};
pub(crate) use telemetry::TelemetrySettings;
pub(crate) use tls::{HostTls, MidtierTls};

use crate::failure::Kind;

/// Reads a configuration file. Unknown keys are refused: a misspelt one would silently mean its default.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let refused = |error: &dyn std::fmt::Display| Kind::Configuration(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    Ok(toml::from_str(&text).map_err(|error| refused(&error))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commented_files_are_what_they_say_they_are() {
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
        let midtier: MidtierSettings = read(&deploy.join("midtier.toml")).unwrap();
        assert_eq!((midtier.hosts.len(), midtier.tokens.len(), midtier.power.len()), (1, 3, 1));
        let host: HostSettings = read(&deploy.join("host.toml")).unwrap();
        assert_eq!(host.name, midtier.hosts[0].name);
    }

    #[test]
    fn what_the_commented_file_says_of_secrets_can_be_said() {
        let text = include_str!("../../deploy/midtier.toml");
        let (_, commented) = text.split_once("# [secrets]\n").unwrap();
        let said = commented.lines().map_while(|line| line.strip_prefix("# "));
        // One of two ways to the secret id.
        let said: Vec<&str> = said.filter(|line| !line.starts_with("wrapped")).collect();
        let SecretsSettings::Vault(vault) = toml::from_str(&said.join("\n")).unwrap() else { panic!("a Vault") };
        assert_eq!(vault.config().unwrap().grant_role, "leat-grants");
        let (store, broker) = text.split_once("[broker]").unwrap();
        let vaults = |text: &str| -> Vec<toml::Value> {
            let said = text.lines().filter_map(|line| line.strip_prefix("# vault = "));
            said.map(|said| toml::from_str::<toml::Table>(&format!("it = {said}")).unwrap()["it"].clone()).collect()
        };
        let users: Vec<VaultUser> = vaults(store).into_iter().map(|user| user.try_into().unwrap()).collect();
        assert!(users.len() == 2 && users.iter().all(|user| user.source("store").is_ok()));
        let brokers: Vec<VaultBroker> = vaults(broker).into_iter().map(|broker| broker.try_into().unwrap()).collect();
        assert_eq!(brokers[0].mount, "rabbitmq");
    }

    #[test]
    fn what_the_commented_files_say_of_certificates_can_be_said() {
        let table = |name: &str| {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name);
            let text = std::fs::read_to_string(&file).unwrap();
            let (_, commented) = text.split_once("# [tls]\n").unwrap();
            let said: Vec<&str> = commented.lines().map_while(|line| line.strip_prefix("# ")).collect();
            said.join("\n")
        };
        let midtier: MidtierTls = toml::from_str(&table("midtier.toml")).unwrap();
        assert_eq!((midtier.client_ca.is_some(), midtier.hosts_need_certificates), (true, Some(true)));
        let host: HostTls = toml::from_str(&table("host.toml")).unwrap();
        assert!(host.ca_file.is_some() && host.certificate.is_some() && host.key.is_some());
        assert_eq!(midtier.issuer.unwrap().of_midtier("m1").unwrap().names, ["m1.internal", "leat.internal"]);
        assert_eq!(host.issuer.unwrap().of_host("c1").unwrap().uris, ["leat://host/c1"]);
    }

    #[test]
    fn what_a_hosts_commented_file_says_of_the_store_can_be_said() {
        let (_, commented) = include_str!("../../deploy/host.toml").split_once("# [secrets]\n").unwrap();
        let said: Vec<&str> = commented.lines().map_while(|line| line.strip_prefix("# ")).collect();
        let SecretsSettings::Vault(vault) = toml::from_str(&said.join("\n")).unwrap() else { panic!("a Vault") };
        vault.require_of_host().unwrap();
        vault.config().unwrap();
        let more = format!("{}\ngrant_role = \"x\"", said.join("\n"));
        let SecretsSettings::Vault(vault) = toml::from_str(&more).unwrap() else { panic!("a Vault") };
        assert!(vault.require_of_host().unwrap_err().contains("secrets.grant_role"));
    }

    #[test]
    fn what_the_commented_file_says_of_logins_can_be_said() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/midtier.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let (_, commented) = text.split_once("# [login]\n").unwrap();
        let said: Vec<&str> = commented.lines().map_while(|line| line.strip_prefix("# ")).collect();
        // What stands below [login] stands at the top here.
        let said = said.join("\n").replace("[login.", "[");
        let login: LoginSettings = toml::from_str(&said).unwrap();
        assert_eq!((login.url.as_str(), login.providers.len()), ("https://leat.example.com", 2));
    }

    #[test]
    fn what_the_commented_files_say_of_spans_can_be_said() {
        for name in ["midtier.toml", "host.toml"] {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name);
            let text = std::fs::read_to_string(&file).unwrap();
            let (_, commented) = text.split_once("# [telemetry]\n").unwrap();
            let said: Vec<&str> = commented.lines().map_while(|line| line.strip_prefix("# ")).collect();
            let telemetry: TelemetrySettings = toml::from_str(&said.join("\n")).unwrap();
            assert_eq!(telemetry.otlp.as_deref(), Some("https://collector:4317"), "{name}");
            assert!(telemetry.ca_file.is_some(), "{name}");
            assert!(telemetry.service_name.is_some(), "{name}");
        }
    }
}
