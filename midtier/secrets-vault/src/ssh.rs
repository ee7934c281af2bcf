//! SSH keys that the store signs, for minutes: what switches hosts on and off gets one for each action.

use std::time::Duration;

use leat_secrets::SecretError;
use serde_json::json;

use crate::answer::{span, text};
use crate::config::{BadConfig, IS_PATH, is_name, is_path};
use crate::server::Ask;
use crate::vault::Vault;

/// Length of a public key, as OpenSSH writes it.
const KEY_BYTES_MAX: usize = 16_384;

/// What signs a key, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshRole {
    /// Where the engine is: `ssh`.
    pub mount: String,
    /// Its role.
    pub role: String,
    /// Whom the key is for on the other side; the role's default user where nothing stands here.
    pub principals: Vec<String>,
    /// How long it is good for.
    pub life: Duration,
}

impl SshRole {
    /// Whether its names can be such.
    ///
    /// # Errors
    /// Says which cannot.
    pub fn check(&self) -> Result<(), BadConfig> {
        let principals = self.principals.iter().all(|principal| is_name(principal));
        for (key, fits) in [("mount", is_path(&self.mount)), ("role", is_name(&self.role)), ("principals", principals)]
        {
            if !fits {
                return Err(BadConfig { key, why: IS_PATH.to_owned() });
            }
        }
        Ok(())
    }
}

impl Vault {
    /// The certificate of a public key, as OpenSSH reads it (`id_ed25519-cert.pub`).
    ///
    /// # Errors
    /// Where the store cannot be reached, or does not sign it.
    pub async fn sign_ssh_key(&self, role: &SshRole, public_key: &str) -> Result<String, SecretError> {
        let path = format!("{}/sign/{}", role.mount, role.role);
        let public_key = public_key.trim();
        if public_key.len() > KEY_BYTES_MAX || public_key.contains('\n') {
            let why = "the public key is to be one line, as OpenSSH writes it".to_owned();
            return Err(SecretError::Invalid { what: path, why });
        }
        let mut body = json!({ "public_key": public_key, "cert_type": "user", "ttl": span(role.life) });
        if !role.principals.is_empty() {
            body["valid_principals"] = role.principals.join(",").into();
        }
        let mut answer = self.ask(&path, Ask::post(&path, &body)).await?;
        let signed = text(&mut answer, "/data/signed_key", "no signed key")
            .map_err(|failed| failed.doing(&path, self.server.name()))?;
        Ok(signed.to_string())
    }
}
