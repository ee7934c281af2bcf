//! `leat serve` as a user starts it, with a data directory and settings of its own. Used by the end-to-end cases; knows
//! nothing of how leat is made.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::faults::Disk;
use crate::guests;
use crate::playpen::{Ended, Playpen, leat, until, until_right, wait};

/// A server on this machine; ended when it is dropped.
pub struct Server {
    /// What its data lie on, where that is not the machine's disk. Dropped before the directory that it is in.
    disk: Option<Disk>,
    directory: TempDir,
    options: Vec<String>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    url: String,
    said: Arc<Mutex<String>>,
    listening: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts one on a free port, with options of `leat serve` beside those for its place.
    pub fn start(options: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Server { disk: None, directory, options, running: None };
        server.start_again();
        server
    }

    /// Starts one whose data lie on a disk of so many MiB.
    pub fn on_disk(mebibytes: u32) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let disk = Some(Disk::at(&directory.path().join("data"), mebibytes));
        let mut server = Server { disk, directory, options: Vec::new(), running: None };
        server.start_again();
        server
    }

    /// Gives its disk more room.
    pub fn grow_disk(&self, mebibytes: u32) {
        self.disk.as_ref().expect("it has a disk of its own").grow(mebibytes);
    }

    /// Starts it where its data lie already.
    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "it runs");
        let mut child = Command::new(leat())
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.directory.path().join("data"))
            .args(&self.options)
            .envs(self.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("leat starts");
        let said = Arc::new(Mutex::new(String::new()));
        let listen = |pipe: Box<dyn std::io::Read + Send>| {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let mut said = said.lock().expect("nobody panics with it");
                    said.push_str(&line);
                    said.push('\n');
                }
            })
        };
        let listening = vec![
            listen(Box::new(child.stdout.take().expect("it was asked for"))),
            listen(Box::new(child.stderr.take().expect("it was asked for"))),
        ];
        let mut url = String::new();
        until("the server listens", || {
            let text = said.lock().expect("nobody panics with it").clone();
            let ended = child.try_wait().expect("a child can be waited for");
            assert!(ended.is_none(), "the server ended: {ended:?}\n{text}");
            let found = text.lines().find_map(|line| line.strip_prefix("leat serve listens on ")?.split(',').next());
            found.inspect(|found| url = (*found).to_owned()).is_some()
        });
        self.running = Some(Running { child, url, said, listening });
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.running.as_ref().expect("it runs").url
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.running.as_ref().expect("it runs").child.id()
    }

    /// What a user of this server has in their environment.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let directory = self.directory.path();
        vec![
            ("XDG_CONFIG_HOME", directory.join("config")),
            ("XDG_DATA_HOME", directory.join("share")),
            ("LEAT_CACHE_DIR", guests::target_directory().join("leat-test-cache")),
        ]
    }

    /// Its data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// The token of its one user.
    pub fn token(&self) -> String {
        let text = std::fs::read_to_string(self.data().join("token")).expect("a server has a token");
        text.trim().to_owned()
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        self.running.as_ref().expect("it runs").said.lock().expect("nobody panics with it").clone()
    }

    /// A command of leat in a playpen, as a user of this server, not started.
    pub fn command(&self, playpen: &Playpen, arguments: &[&str]) -> Command {
        let mut command = playpen.command(arguments);
        command.envs(self.environment()).env_remove("LEAT_SERVER").env_remove("LEAT_TOKEN");
        command
    }

    /// Runs leat to its end, as a user of this server.
    #[track_caller]
    pub fn leat(&self, playpen: &Playpen, arguments: &[&str]) -> Ended {
        wait(self.command(playpen, arguments).spawn().expect("leat starts"))
    }

    /// What leat prints for programs, as a user of this server.
    #[track_caller]
    pub fn json(&self, playpen: &Playpen, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--format", "json"]);
        let ended = self.leat(playpen, &arguments).succeeds();
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{ended}"))
    }

    /// Submits a process, and answers the run's name.
    #[track_caller]
    pub fn submit(&self, playpen: &Playpen, arguments: &[&str]) -> String {
        let mut all = vec!["submit", "--quiet"];
        all.extend(arguments);
        self.leat(playpen, &all).succeeds().stdout.trim().to_owned()
    }

    /// Waits until a run is in one of these states, and answers it.
    #[track_caller]
    pub fn until_run(&self, playpen: &Playpen, run: &str, states: &[&str]) -> Value {
        let is_in_state = |seen: &Value| states.contains(&seen["state"].as_str().unwrap_or_default());
        until_right(&format!("run {run} is {states:?}"), || self.json(playpen, &["status", run]), is_in_state)
    }

    /// The state of a host.
    #[track_caller]
    pub fn host_state(&self, playpen: &Playpen, host: &str) -> String {
        let hosts = self.json(playpen, &["hosts"]);
        let items = hosts["items"].as_array().expect("a list has items");
        let found = items.iter().find(|item| item["id"] == host).unwrap_or_else(|| panic!("no host {host}: {hosts}"));
        found["state"].as_str().expect("a host has a state").to_owned()
    }

    /// Ends it in good order, as Ctrl-C does.
    pub fn stop(&mut self) {
        let mut running = self.running.take().expect("it runs");
        let status = Command::new("kill").args(["-INT", &running.child.id().to_string()]).status();
        assert!(status.expect("kill starts").success());
        until("the server has ended", || running.child.try_wait().expect("a child can be waited for").is_some());
        let status = running.child.wait().expect("it has ended");
        let said = running.said.lock().expect("nobody panics with it").clone();
        assert!(status.success(), "the server ended with {status}\n{said}");
        running.listening.into_iter().for_each(|thread| thread.join().expect("reads to the end"));
    }

    /// Kills it, as a power cut does.
    pub fn kill(&mut self) {
        let mut running = self.running.take().expect("it runs");
        running.child.kill().expect("it can be killed");
        running.child.wait().expect("a killed child ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        #[expect(clippy::print_stderr, reason = "a case that fails shows what the server said")]
        if std::thread::panicking() {
            let said = running.said.lock().map(|said| said.clone()).unwrap_or_default();
            eprintln!("--- leat serve said\n{said}---");
        }
        // In good order, so that its hosts end with it; and without mercy where it does not.
        let _ = Command::new("kill").args(["-INT", &running.child.id().to_string()]).status();
        for _ in 0..1_000 {
            if matches!(running.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = running.child.kill();
        let _ = running.child.wait();
    }
}
