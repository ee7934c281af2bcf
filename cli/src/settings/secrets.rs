//! `[secrets]` of a midtier's configuration: the store of secrets, and who Leat is there; and what else comes from it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use leat_secrets_file::KeyPlace;
use leat_secrets_vault::{Config, CredentialSource, KvVersion, SecretId, SshRole};
use serde::{Deserialize, Deserializer};

use crate::own_secrets::SecretFolder;
use crate::units::Span;

/// How long a certificate is good for: longer than any program takes to reach a machine.
const SSH_LIFE: Duration = Duration::from_secs(300);

/// Where secrets are.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum SecretsSettings {
    /// A folder of this machine, as `leat secret set --folder` fills it; for hosts of this machine alone.
    File(FolderSettings),
    /// HashiCorp Vault or OpenBao.
    Vault(Box<VaultSettings>),
}

/// A folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderSettings {
    folder: PathBuf,
    /// Where its key is; beside it where nothing stands here.
    #[serde(default, deserialize_with = "key_place")]
    key: KeyPlace,
}

impl FolderSettings {
    pub(crate) fn place(&self) -> SecretFolder {
        SecretFolder { folder: self.folder.clone(), key: self.key.clone() }
    }
}

fn key_place<'de, D: Deserializer<'de>>(from: D) -> Result<KeyPlace, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

/// A Vault, and the AppRole that Leat is there. What is left out is as the adapter has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultSettings {
    address: String,
    address_for_hosts: Option<String>,
    /// Whom to trust; whom the system trusts where nothing stands here.
    pub(crate) ca_file: Option<PathBuf>,
    namespace: Option<String>,
    role_id: String,
    secret_id_file: Option<PathBuf>,
    wrapped_secret_id_file: Option<PathBuf>,
    login_mount: Option<String>,
    grant_role: Option<String>,
    /// The version of each mount of values, 1 or 2.
    #[serde(default)]
    kv: BTreeMap<String, u8>,
    timeout: Option<Span>,
}

/// A user that Vault makes (`role`), or whose password it changes (`static_role`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultUser {
    /// Where the engine is mounted.
    mount: String,
    role: Option<String>,
    static_role: Option<String>,
}

/// An engine of Vault that makes users of RabbitMQ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultBroker {
    /// Where it is mounted.
    pub(crate) mount: String,
    /// How long a user lives that nobody renews.
    pub(crate) life: Option<Span>,
}

/// A key of SSH that Vault signs for each call of a power program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SshSettings {
    mount: String,
    role: String,
    /// The key; its public half is beside it, with `.pub` behind the name.
    pub(crate) key_file: PathBuf,
    #[serde(default)]
    principals: Vec<String>,
    /// How long a certificate is good for. Default 5 min.
    life: Option<Span>,
}

impl SshSettings {
    /// What signs the key, in the adapter's words.
    pub(crate) fn role(&self) -> Result<SshRole, String> {
        let life = self.life.map_or(SSH_LIFE, |Span(life)| life);
        let (mount, role, principals) = (self.mount.clone(), self.role.clone(), self.principals.clone());
        let role = SshRole { mount, role, principals, life };
        role.check().map_err(|error| error.to_string())?;
        Ok(role)
    }
}

impl VaultSettings {
    /// The store, in the adapter's words.
    pub(crate) fn config(&self) -> Result<Config, String> {
        let secret_id = match (&self.secret_id_file, &self.wrapped_secret_id_file) {
            (Some(file), None) => SecretId::File(file.clone()),
            (None, Some(file)) => SecretId::WrappedFile(file.clone()),
            _ => return Err("secrets: give it either secret_id_file or wrapped_secret_id_file".to_owned()),
        };
        let version = |(mount, version): (&String, &u8)| match version {
            1 => Ok((mount.clone(), KvVersion::One)),
            2 => Ok((mount.clone(), KvVersion::Two)),
            other => Err(format!("secrets.kv.{mount}: there is no version {other}; it is 1 or 2")),
        };
        let mut config = Config::new(&self.address, &self.role_id, secret_id);
        config.address_for_hosts.clone_from(&self.address_for_hosts);
        config.namespace.clone_from(&self.namespace);
        config.kv = self.kv.iter().map(version).collect::<Result<_, _>>()?;
        if let Some(mount) = &self.login_mount {
            config.login_mount.clone_from(mount);
        }
        if let Some(role) = &self.grant_role {
            config.grant_role.clone_from(role);
        }
        if let Some(Span(timeout)) = self.timeout {
            config.timeout = timeout;
        }
        Ok(config)
    }
}

impl VaultSettings {
    /// Refuses what a host has no use for: it is only who it is there.
    pub(crate) fn require_of_host(&self) -> Result<(), String> {
        let of_midtier = [
            ("address_for_hosts", self.address_for_hosts.is_some()),
            ("grant_role", self.grant_role.is_some()),
            ("kv", !self.kv.is_empty()),
        ];
        match of_midtier.iter().find(|(_, is_said)| *is_said) {
            Some((key, _)) => Err(format!(
                "secrets.{key}: a host has a certificate from there and nothing else; it stands in the configuration of a midtier"
            )),
            None => Ok(()),
        }
    }
}

impl VaultUser {
    /// The user, in the adapter's words. `table` is where it stands.
    pub(crate) fn source(&self, table: &str) -> Result<CredentialSource, String> {
        let mount = self.mount.clone();
        match (&self.role, &self.static_role) {
            (Some(role), None) => Ok(CredentialSource::Dynamic { mount, role: role.clone() }),
            (None, Some(role)) => Ok(CredentialSource::Static { mount, role: role.clone() }),
            _ => Err(format!("{table}.vault: give it either role or static_role")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let settings: SecretsSettings = toml::from_str(text).map_err(|error| error.to_string())?;
        let SecretsSettings::Vault(vault) = settings else { return Err("no Vault".to_owned()) };
        vault.config()
    }

    #[test]
    fn a_vault_is_read_and_one_way_to_the_secret_id_is_wanted() {
        let common = "kind = \"vault\"\naddress = \"https://v:8200\"\nrole_id = \"r\"\n";
        let config =
            read(&format!("{common}secret_id_file = \"/s\"\nkv = {{ kv = 1, team = 2 }}\ntimeout = \"3s\"")).unwrap();
        assert_eq!(config.secret_id, SecretId::File("/s".into()));
        assert_eq!((config.kv["kv"], config.kv["team"]), (KvVersion::One, KvVersion::Two));
        assert!(read(common).unwrap_err().contains("wrapped_secret_id_file"));
        let both = format!("{common}secret_id_file = \"/s\"\nwrapped_secret_id_file = \"/s\"");
        assert!(read(&both).is_err());
        assert!(read(&format!("{common}secret_id_file = \"/s\"\nsecret_id = \"x\"")).is_err(), "an unknown key");
        assert!(read(&format!("{common}secret_id_file = \"/s\"\nkv = {{ kv = 3 }}")).unwrap_err().contains("kv.kv"));
    }
}
