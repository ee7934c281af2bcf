//! What was started, in `target/services/services.json`. Tests and people read it; this crate alone writes it.

use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::process::Process;
use super::{Service, folder};

/// The services that were started.
#[derive(Default)]
pub(super) struct State {
    running: Vec<(&'static str, Running)>,
}

/// One service that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    /// Where it listens.
    pub(super) url: String,
    /// What it writes about itself.
    pub(super) log: PathBuf,
    /// Its data, thrown away when it is stopped.
    pub(super) data: PathBuf,
    /// Its processes; the first is the service.
    pub(super) processes: Vec<Process>,
    /// What tests read about it beside its URL: names of variables and their values.
    pub(super) more: Vec<(String, String)>,
}

impl State {
    /// What the file says; nothing runs where there is none.
    pub(super) fn read() -> Result<State> {
        let path = path()?;
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        parse(&text).with_context(|| {
            format!("{} is not what `services up` writes; stop the services by hand and remove it", path.display())
        })
    }

    /// Writes the file, whole or not at all.
    pub(super) fn write(&self) -> Result<()> {
        let path = path()?;
        let partial = path.with_extension("partial");
        let text = format!("{:#}\n", self.to_json());
        std::fs::write(&partial, text).with_context(|| format!("cannot write {}", partial.display()))?;
        std::fs::rename(&partial, &path).with_context(|| format!("cannot write {}", path.display()))
    }

    /// One service, where it was started.
    pub(super) fn get(&self, service: Service) -> Option<&Running> {
        self.running.iter().find(|(name, _)| *name == service.name()).map(|(_, running)| running)
    }

    /// Notes that a service was started.
    pub(super) fn put(&mut self, service: Service, running: Running) {
        self.take(service);
        self.running.push((service.name(), running));
    }

    /// Forgets a service and answers what was known of it.
    pub(super) fn take(&mut self, service: Service) -> Option<Running> {
        let at = self.running.iter().position(|(name, _)| *name == service.name())?;
        Some(self.running.remove(at).1)
    }

    fn to_json(&self) -> Value {
        let entry = |(name, running): &(&str, Running)| {
            let process = |process: &Process| json!({ "pid": process.pid, "mark": process.mark });
            let processes: Vec<Value> = running.processes.iter().map(process).collect();
            let (url, log, data) = (&running.url, &running.log, &running.data);
            let more: Value = running.more.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            ((*name).to_owned(), json!({ "url": url, "log": log, "data": data, "processes": processes, "more": more }))
        };
        Value::Object(self.running.iter().map(entry).collect())
    }
}

fn parse(text: &str) -> Result<State> {
    let value: Value = serde_json::from_str(text)?;
    let services = value.as_object().context("it is no object")?;
    let mut state = State::default();
    for service in super::SERVICES {
        if let Some(entry) = services.get(service.name()) {
            state.put(service, running(entry).with_context(|| format!("in {}", service.name()))?);
        }
    }
    ensure!(state.running.len() == services.len(), "it names a service that there is not");
    Ok(state)
}

fn running(entry: &Value) -> Result<Running> {
    let text = |name: &str| entry[name].as_str().with_context(|| format!("`{name}` is missing")).map(str::to_owned);
    let process = |process: &Value| -> Result<Process> {
        let pid = process["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok()).context("`pid` is missing")?;
        Ok(Process { pid, mark: process["mark"].as_str().context("`mark` is missing")?.to_owned() })
    };
    // A file of an earlier Leat says nothing of it.
    let more = entry["more"].as_object().into_iter().flatten();
    let more = more.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
    let processes = entry["processes"].as_array().context("`processes` is missing")?.iter().map(process);
    Ok(Running {
        url: text("url")?,
        log: text("log")?.into(),
        data: text("data")?.into(),
        processes: processes.collect::<Result<_>>()?,
        more: more.collect(),
    })
}

fn path() -> Result<PathBuf> {
    Ok(folder()?.join("services.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let running = Running {
            url: "amqp://127.0.0.1:1/%2f".to_owned(),
            log: "a/log".into(),
            data: "a".into(),
            processes: vec![Process { pid: 7, mark: "a".to_owned() }],
            more: vec![("LEAT_TEST_X".to_owned(), "y".to_owned())],
        };
        let mut state = State::default();
        state.put(Service::RabbitMq, running.clone());
        let read = parse(&state.to_json().to_string()).unwrap();
        assert_eq!(read.get(Service::RabbitMq), Some(&running));
        assert_eq!(read.get(Service::Consul), None);
    }

    #[test]
    fn a_file_that_is_something_else_is_no_state() {
        for text in ["[]", "{\"redis\":{}}", "{\"consul\":{\"url\":\"x\"}}", "nothing"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
