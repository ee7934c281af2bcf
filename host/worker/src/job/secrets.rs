//! The secrets of a run, on their way from who has them to the worker: never part of the job as it is written down.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leat_secrets::{SecretName, SecretValue};
use leat_stream::plan::Plan;
use zeroize::Zeroizing;

/// How long the line with them may be.
pub(crate) const SECRETS_LINE_BYTES_MAX: u64 = 64 << 20;
/// How many bytes one byte of a text may take in a JSON text.
const ESCAPED_BYTES_MAX: usize = 6;

type Values = BTreeMap<SecretName, Arc<SecretValue>>;

/// The secrets that the nodes of a run are given, by their names in the plan. Clones share them: once they have gone to the worker
/// none has them any more, so a job that runs again is given them again.
///
/// They have no serialised form: [`Job`](crate::Job) leaves them out wherever it is written.
#[derive(Clone, Default)]
pub struct RunSecrets(Arc<Mutex<Values>>);

impl RunSecrets {
    /// These.
    pub fn new(values: impl IntoIterator<Item = (SecretName, SecretValue)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name, Arc::new(value))).collect();
        RunSecrets(Arc::new(Mutex::new(values)))
    }

    /// One of them.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<SecretValue>> {
        let name = name.parse().ok()?;
        self.values().get(&name).cloned()
    }

    /// The first secret of a plan that is not among them, or that no node can be given.
    pub(crate) fn require(&self, plan: &Plan) -> Result<(), String> {
        for secret in plan.given_secrets() {
            let (name, path) = (&secret.name, &secret.path);
            match self.get(name) {
                None => return Err(format!("the run needs the secret `{name}` ({path}), and was given none")),
                Some(value) if value.expose_text().is_none() => {
                    return Err(format!(
                        "the secret `{name}` ({path}) is no UTF-8 text, which is all that a node can be given"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The line that a worker is told them by, after which they are not here any more; nothing where the plan needs none.
    pub(crate) fn take_line(&self, plan: &Plan) -> Option<Zeroizing<Vec<u8>>> {
        let values = std::mem::take(&mut *self.values());
        let mut needed = plan.given_secrets().peekable();
        needed.peek()?;
        let texts: BTreeMap<&str, &str> = needed
            .filter_map(|secret| {
                let value = values.get(&secret.name.parse::<SecretName>().ok()?)?;
                Some((secret.name.as_str(), value.expose_text()?))
            })
            .collect();
        // With room for the longest that it can get: a line that is moved as it grows leaves copies behind.
        let bytes: usize = texts.iter().map(|(name, value)| (name.len() + value.len()) * ESCAPED_BYTES_MAX + 8).sum();
        let mut line = Zeroizing::new(Vec::with_capacity(bytes + 3));
        serde_json::to_writer(&mut *line, &texts).expect("texts by texts can be written into memory");
        line.push(b'\n');
        Some(line)
    }

    /// Reads what [`RunSecrets::take_line`] wrote. What is wrong is told without any word of the line.
    pub(crate) fn read(line: &[u8]) -> Result<Self, &'static str> {
        const ODD: &str = "the line with its secrets is not what it should be";
        let texts: BTreeMap<String, String> = serde_json::from_slice(line).map_err(|_| ODD)?;
        let value = |(name, text): (String, String)| {
            let value = SecretValue::new(text.into_bytes()).map_err(|_| ODD)?;
            Ok((name.parse::<SecretName>().map_err(|_| ODD)?, value))
        };
        Ok(RunSecrets::new(texts.into_iter().map(value).collect::<Result<Vec<_>, &'static str>>()?))
    }

    fn values(&self) -> MutexGuard<'_, Values> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RunSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values().keys().map(SecretName::as_str)).finish()
    }
}

/// Two are the same when they give the same.
impl PartialEq for RunSecrets {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        let mine = self.values().clone();
        mine == *other.values()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::job::sample;

    fn of(values: &[(&str, &[u8])]) -> RunSecrets {
        RunSecrets::new(values.iter().map(|(name, value)| {
            let value = SecretValue::new(value.to_vec()).expect("it is short");
            (name.parse().expect("a name"), value)
        }))
    }

    /// A plan whose one component is given `x`, and not `y`.
    fn plan() -> Plan {
        let secret = |name: &str| serde_json::json!({ "name": name, "path": format!("kv/a#{name}") });
        let mut json = serde_json::to_value(sample(Path::new("/")).plan).expect("a plan is a document");
        json["secrets"] = serde_json::json!([secret("x"), secret("y")]);
        json["nodes"][0]["kind"] = serde_json::json!({ "component": {
            "path": "build/n.wasm", "parameters": [], "secrets": [0], "inputs": [], "outputs": [],
            "limits": leat_stream::plan::Limits::default(), "parallel": leat_stream::plan::Parallel::default(),
        }});
        serde_json::from_value(json).expect("the shape of a plan")
    }

    #[test]
    fn a_line_tells_what_the_nodes_are_given_once_and_nothing_else() {
        let secrets = of(&[("x", "a \"b\"\n\u{1}é".as_bytes()), ("y", b"never")]);
        let line = secrets.take_line(&plan()).unwrap();
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!(!line.windows(5).any(|window| window == b"never"));
        let read = RunSecrets::read(&line).unwrap();
        assert_eq!(read.get("x").unwrap().expose_text(), Some("a \"b\"\n\u{1}é"));
        assert!(secrets.get("x").is_none() && secrets.clone().get("y").is_none(), "nobody has them any more");
        assert!(secrets.take_line(&sample(Path::new("/")).plan).is_none());
    }

    #[test]
    fn a_run_does_not_begin_without_its_secrets() {
        let plan = plan();
        assert_eq!(of(&[("x", b"a")]).require(&plan), Ok(()));
        assert!(of(&[("y", b"a")]).require(&plan).unwrap_err().contains("needs the secret `x` (kv/a#x)"));
        assert!(of(&[("x", &[0xff])]).require(&plan).unwrap_err().contains("no UTF-8"));
    }

    #[test]
    fn what_is_no_such_line_is_told_without_a_word_of_it() {
        for line in ["", "{", "[\"canary\"]", "{\"x\": {\"canary\": 1}}", "{\"../x\": \"canary\"}"] {
            let said = RunSecrets::read(line.as_bytes()).unwrap_err();
            assert!(!said.contains("canary"), "{said}");
        }
    }

    #[test]
    fn secrets_are_in_no_form_of_a_job() {
        let mut job = sample(Path::new("/"));
        job.secrets = of(&[("x", b"canary")]);
        assert!(!format!("{job:?}").contains("canary"));
        let written = serde_json::to_string(&job).unwrap();
        assert!(!written.contains("canary") && !written.contains("secrets"), "{written}");
        assert_eq!(serde_json::from_str::<crate::Job>(&written).unwrap().secrets, RunSecrets::default());
    }
}
