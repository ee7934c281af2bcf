//! A key of SSH that is signed for each call of a program: what proves who calls lives for minutes, and the key alone is worth nothing.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use leat_scheduler::model::HostId;
use tempfile::NamedTempFile;
use tokio::process::Command;

/// Signs a key for somebody who switches hosts.
#[async_trait]
pub trait Signs: Send + Sync {
    /// The certificate of the key, as OpenSSH reads it, for one call about this host; or why there is none.
    async fn certificate(&self, host: &HostId) -> Result<String, String>;
}

/// A key, and what signs it.
#[derive(Clone)]
pub struct SignedKey {
    /// The file of the key, which programs are told in `LEAT_SSH_KEY`.
    pub key_file: PathBuf,
    /// What signs it. Programs are told in `LEAT_SSH_CERTIFICATE` where the certificate is, for as long as they run.
    pub signs: Arc<dyn Signs>,
}

impl fmt::Debug for SignedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedKey").field("key_file", &self.key_file).finish_non_exhaustive()
    }
}

impl SignedKey {
    /// Has the key signed and tells a program where both are. The certificate is gone with what is answered.
    pub(crate) async fn tell(&self, command: &mut Command, host: &HostId) -> Result<NamedTempFile, String> {
        let certificate = self.signs.certificate(host).await?;
        let written = NamedTempFile::with_suffix("-cert.pub").and_then(|mut file| {
            file.write_all(certificate.as_bytes())?;
            file.flush()?;
            Ok(file)
        });
        let file = written.map_err(|error| format!("the certificate of the key cannot be written: {error}"))?;
        command.env("LEAT_SSH_KEY", &self.key_file).env("LEAT_SSH_CERTIFICATE", file.path());
        Ok(file)
    }
}
