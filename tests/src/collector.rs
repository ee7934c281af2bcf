//! A collector of spans, for the end-to-end cases: the example of `leat-otlp` that prints each span as a line of JSON.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;

use crate::guests;
use crate::playpen::until;

/// A collector on this machine; ended when it is dropped.
pub struct Collector {
    child: Child,
    url: String,
    said: Arc<Mutex<Vec<Value>>>,
    listening: Option<JoinHandle<()>>,
}

impl Collector {
    /// Starts one on a free port.
    pub fn start() -> Self {
        // Of the whole workspace, as everything is built: another selection would have dependencies compiled anew.
        let status = guests::cargo()
            .current_dir(guests::repository())
            .args(["build", "--release", "--quiet", "--workspace", "--example", "collector"])
            .status()
            .expect("cargo starts");
        assert!(status.success(), "the collector does not build; see the messages above");
        let mut child = Command::new(guests::target_directory().join("release/examples/collector"))
            .arg("127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the collector starts");
        let said = Arc::<Mutex<Vec<Value>>>::default();
        let (pipe, heard) = (child.stdout.take().expect("it was asked for"), Arc::clone(&said));
        let listening = std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let value = serde_json::from_str(&line).expect("a line is JSON");
                heard.lock().expect("nobody panics with it").push(value);
            }
        });
        let mut url = String::new();
        until("the collector listens", || {
            let said = said.lock().expect("nobody panics with it");
            let found = said.first().and_then(|first| first["listens"].as_str());
            found.inspect(|found| url = (*found).to_owned()).is_some()
        });
        Collector { child, url, said, listening: Some(listening) }
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The spans that have come so far: objects with `service`, `trace`, `span`, `parent`, `name`, `start_ns`, `end_ns`, `error`
    /// and `attributes`.
    pub fn spans(&self) -> Vec<Value> {
        self.said.lock().expect("nobody panics with it").iter().skip(1).cloned().collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}
