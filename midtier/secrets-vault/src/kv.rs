//! Reading values: which mount a path is in, of which kind it is, and a field of what is kept there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use leat_secrets::{SecretError, SecretPath, SecretValue};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::config::KvVersion;
use crate::failed::Failed;
use crate::server::{Ask, Server};

/// Mounts that are remembered: what is beyond is asked for again.
const MOUNTS_MAX: usize = 1_000;

/// A mount: its path without a slash at either end, and its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) path: String,
    pub(crate) version: KvVersion,
}

/// The mounts that are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mounts(Arc<Mutex<BTreeMap<String, KvVersion>>>);

impl Mounts {
    pub(crate) fn new(configured: BTreeMap<String, KvVersion>) -> Self {
        Mounts(Arc::new(Mutex::new(configured)))
    }

    /// The one that a path is in; the store is asked where it is not known.
    pub(crate) async fn of(&self, path: &SecretPath, server: &Server, token: &str) -> Result<Mount, Failed> {
        if let Some(known) = self.known(path.entry()) {
            return Ok(known);
        }
        let asked = format!("sys/internal/ui/mounts/{}", path.entry());
        let answer = server.ask(token, Ask::get(&asked)).await?;
        let data = &answer["data"];
        if !matches!(data["type"].as_str(), Some("kv" | "generic")) {
            let kind = data["type"].as_str().unwrap_or("nothing");
            return Err(Failed::Refused {
                status: 400,
                says: format!("{kind} is mounted there, and no store of values (kv)"),
            });
        }
        let Some(mount) =
            data["path"].as_str().map(|mount| mount.trim_matches('/')).filter(|mount| holds(mount, path.entry()))
        else {
            return Err(Failed::Garbled("answers no path of the mount".to_owned()));
        };
        let version = if data["options"]["version"] == "2" { KvVersion::Two } else { KvVersion::One };
        let mut mounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if mounts.len() < MOUNTS_MAX {
            mounts.insert(mount.to_owned(), version);
        }
        Ok(Mount { path: mount.to_owned(), version })
    }

    /// The longest one that holds an entry.
    fn known(&self, entry: &str) -> Option<Mount> {
        let mounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holding = mounts.iter().filter(|(mount, _)| holds(mount, entry)).max_by_key(|(mount, _)| mount.len());
        holding.map(|(path, version)| Mount { path: path.clone(), version: *version })
    }
}

impl Mount {
    /// What of an entry is below the mount.
    fn below<'a>(&self, path: &'a SecretPath) -> &'a str {
        &path.entry()[self.path.len() + 1..]
    }

    /// Where an entry is read, as a policy names it.
    pub(crate) fn api_path(&self, path: &SecretPath) -> String {
        match self.version {
            KvVersion::One => path.entry().to_owned(),
            KvVersion::Two => format!("{}/data/{}", self.path, self.below(path)),
        }
    }
}

fn holds(mount: &str, entry: &str) -> bool {
    entry.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'))
}

/// All fields of an entry.
pub(crate) struct Entry(Map<String, Value>);

impl Entry {
    /// Reads the entry that a path names.
    pub(crate) async fn read(server: &Server, token: &str, mount: &Mount, path: &SecretPath) -> Result<Entry, Failed> {
        let client = server.client(token);
        let below = mount.below(path);
        let fields = match mount.version {
            KvVersion::One => server.settled(vaultrs::kv1::get(&client, &mount.path, below)).await?,
            KvVersion::Two => server.settled(vaultrs::kv2::read(&client, &mount.path, below)).await?,
        };
        Ok(Entry(fields))
    }

    /// The value of a field.
    pub(crate) fn field(&self, path: &SecretPath) -> Result<SecretValue, SecretError> {
        let invalid = |why: String| SecretError::Invalid { what: path.to_string(), why };
        let text = match self.0.get(path.field()) {
            None | Some(Value::Null) => return Err(SecretError::Missing { path: path.clone() }),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => yes.to_string(),
            Some(Value::Array(_) | Value::Object(_)) => {
                return Err(invalid(
                    "it is a list or a table, and a secret is a text; keep its parts as fields of their own".to_owned(),
                ));
            }
        };
        SecretValue::new(text.into_bytes()).map_err(|error| invalid(error.to_string()))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SecretPath {
        text.parse().unwrap()
    }

    #[test]
    fn a_path_is_in_the_longest_mount_that_holds_it() {
        let kinds = [("kv", KvVersion::Two), ("kv/team", KvVersion::One), ("k", KvVersion::One)];
        let mounts = Mounts::new(kinds.map(|(mount, kind)| (mount.to_owned(), kind)).into());
        let of = |text: &str| mounts.known(path(text).entry()).map(|mount| mount.api_path(&path(text)));
        assert_eq!(of("kv/risk/db#x").as_deref(), Some("kv/data/risk/db"));
        assert_eq!(of("kv/team/db#x").as_deref(), Some("kv/team/db"));
        assert_eq!(of("kvx/db#x"), None);
    }

    #[test]
    fn a_field_is_a_text_and_its_table_is_never_told() {
        let fields = serde_json::json!({"a": "x", "n": 5432, "b": true, "nothing": null, "table": {"canary": 1}});
        let Value::Object(fields) = fields else { panic!("a table") };
        let entry = Entry(fields);
        let read = |field: &str| entry.field(&path(&format!("kv/a#{field}")));
        assert_eq!(read("a").unwrap().expose_text(), Some("x"));
        assert_eq!(read("n").unwrap().expose_text(), Some("5432"));
        assert_eq!(read("b").unwrap().expose_text(), Some("true"));
        assert!(matches!(read("nothing").unwrap_err(), SecretError::Missing { .. }));
        assert!(!read("table").unwrap_err().to_string().contains("canary"));
    }
}
