//! Settings: the keys below one key, with texts as values.

use std::collections::BTreeMap;

use leat_discovery::{DiscoveryError, Look, Seen};
use serde::Deserialize;

use crate::api::Api;
use crate::base64;

/// A key in an answer of `kv`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Pair {
    key: String,
    value: Option<String>,
    /// Which session holds it.
    #[serde(default)]
    pub(crate) session: Option<String>,
}

impl Pair {
    /// Its value as text; one that is none is shown as far as it is.
    pub(crate) fn text(&self) -> String {
        let bytes = self.value.as_deref().and_then(base64::decoded).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Looks at the settings below `root`, which ends with a slash.
pub(crate) async fn look(
    api: &Api,
    root: &str,
    seen: Option<Seen>,
) -> Result<Look<BTreeMap<String, String>>, DiscoveryError> {
    let path = format!("kv/{root}");
    let look = api.look(&path, ("recurse", "true"), seen).await?;
    let pairs: Vec<Pair> = api.read(&path, look.value.as_deref().unwrap_or(b"[]"))?;
    let below = pairs.iter().filter_map(|pair| Some((pair.key.strip_prefix(root)?, pair)));
    // The key of a folder, as Consul's web page makes it, ends with a slash and says nothing.
    let settings = below.filter(|(name, _)| !name.is_empty() && !name.ends_with('/'));
    Ok(Look { value: settings.map(|(name, pair)| (name.to_owned(), pair.text())).collect(), seen: look.seen })
}
