//! What `midtier.toml` may say of the audit log: `[audit]`.

use std::net::IpAddr;
use std::time::Duration;

use leat_midtier::audit::{AuditConfig, Mode};
use serde::Deserialize;

use crate::units::Span;

/// A log that is forgotten sooner is none.
const KEEP_MIN: Duration = Duration::from_secs(86_400);

/// How the audit log is kept. What is left out is as the midtier has it. That it is not kept cannot be said.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditSettings {
    /// Whether nothing is done that cannot be written down first.
    pub(crate) strict: bool,
    /// How long rows are kept.
    pub(crate) keep: Option<Span>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) proxies: Vec<IpAddr>,
}

impl AuditSettings {
    /// In the midtier's words.
    pub(crate) fn config(self) -> Result<AuditConfig, String> {
        let mode = if self.strict { Mode::Strict } else { Mode::On };
        let keep = self.keep.map_or(AuditConfig::default().keep, |span| span.0);
        if keep < KEEP_MIN {
            return Err("audit.keep: rows of the audit log are kept for 24h at least".to_owned());
        }
        Ok(AuditConfig { mode, keep, proxies: self.proxies })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_kept_whatever_is_said_and_for_a_day_at_least() {
        let read = |text: &str| toml::from_str::<AuditSettings>(text).map_err(|error| error.to_string())?.config();
        assert_eq!(read(""), Ok(AuditConfig::default()));
        let strict = read("strict = true\nkeep = \"43800h\"\nproxies = [\"10.0.0.1\"]").unwrap();
        assert_eq!((strict.mode, strict.keep.as_secs() / 3600, strict.proxies.len()), (Mode::Strict, 43_800, 1));
        assert!(read("keep = \"1h\"").unwrap_err().contains("24h"));
        assert!(read("on = false").unwrap_err().contains("unknown field"));
    }
}
