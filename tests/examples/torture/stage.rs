//! What runs are submitted to: an installation with broker and database, and the processes that it has been given. Asked in a way that
//! bears anybody's death.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use leat_tests::http::{Answered, Request};
use leat_tests::installation::{ADMIN, Installation, Machine};
use leat_tests::processes::{is_there, signal};
use serde_json::{Value, json};

use crate::plan::{HOSTS, MIDTIERS};
use crate::playpens::Process;

/// A host has room for all runs of a round, so that none waits for another.
const HOST: Machine = Machine { cpus: 8, memory_gib: 32 };
/// How often a run may be begun: more than a round has faults.
const ATTEMPTS_MAX: u64 = 50;
/// How often submitted runs take a checkpoint, milliseconds: often enough that most faults find one.
const CHECKPOINT_EVERY_MS: u64 = 200;
/// How long one that is asked may say nothing.
const PATIENCE: Duration = Duration::from_millis(700);
/// What a midtier says that ends because it cannot begin.
const NO_DATABASE: &str = "the database cannot be reached";
/// How long it may take until everything answers that was started again.
const MENDED: Duration = Duration::from_secs(60);

/// The installation and what it was given.
pub(crate) struct Stage {
    pub(crate) installation: Installation,
    /// The bundle of each process.
    bundles: Vec<String>,
    chores: PathBuf,
}

impl Stage {
    /// A fresh installation that has the bundles.
    pub(crate) fn start(processes: &[Process], chores: &Path) -> Result<Stage> {
        let installation = Installation::hurried(MIDTIERS, &[HOST; HOSTS]);
        let mut stage = Stage { installation, bundles: Vec::new(), chores: chores.to_owned() };
        for process in processes {
            let submit = [&["submit", process.file, "--quiet"], process.arguments].concat();
            let run = stage.installation.leat(0, &process.playpen, &submit).stdout.trim().to_owned();
            let ended = stage.installation.until_run(0, &process.playpen, &run, &["succeeded", "failed"]);
            ensure!(ended["state"] == "succeeded", "{} fails undisturbed: {ended}", process.name);
            stage.bundles.push(ended["bundle"].as_str().context("a run has a bundle")?.to_owned());
        }
        Ok(stage)
    }

    /// Submits a process under a key; asked again with the same key, it is the same run. Nothing where no midtier answers.
    pub(crate) fn submit(&self, process: usize, spread: bool, key: &str) -> Result<Option<String>> {
        let wish = json!({
            "bundle": self.bundles[process],
            "spread": spread,
            "attempts_max": ATTEMPTS_MAX,
            "checkpoint_every_ms": CHECKPOINT_EVERY_MS,
        });
        let Some(answered) = self.ask("POST", "/runs", Some(key), Some(&wish)) else { return Ok(None) };
        let text = String::from_utf8_lossy(&answered.body).into_owned();
        if answered.status >= 500 {
            return Ok(None);
        }
        ensure!((200..300).contains(&answered.status), "a submission is refused: {text}");
        let run: Value = serde_json::from_str(&text)?;
        Ok(run["id"].as_str().map(str::to_owned))
    }

    /// What is said of something below `/api/v1`, by whichever midtier answers.
    pub(crate) fn get(&self, path: &str) -> Option<Answered> {
        self.ask("GET", path, None, None).filter(|answered| answered.status == 200)
    }

    /// The same as JSON.
    pub(crate) fn get_json(&self, path: &str) -> Option<Value> {
        serde_json::from_slice(&self.get(path)?.body).ok()
    }

    /// The first answer that is no fault of the server's.
    fn ask(&self, method: &str, path: &str, key: Option<&str>, body: Option<&Value>) -> Option<Answered> {
        let request = Request { method, url: "", token: ADMIN, key, body, patience: PATIENCE };
        (0..MIDTIERS).find_map(|midtier| self.ask_one(midtier, path, request))
    }

    fn ask_one(&self, midtier: usize, path: &str, request: Request<'_>) -> Option<Answered> {
        let url = format!("{}/api/v1{path}", self.installation.url(midtier));
        Request { url: &url, ..request }.send().ok().filter(|answered| answered.status < 500)
    }

    fn is_ready(&self, midtier: usize) -> bool {
        let request = Request { method: "GET", url: "", token: ADMIN, key: None, body: None, patience: PATIENCE };
        self.ask_one(midtier, "/health/ready", request).is_some_and(|answered| answered.status == 200)
    }

    /// What does something to a service: `services kill rabbitmq`.
    pub(crate) fn chore(&self, deed: &str, service: &str) -> Command {
        let mut chore = Command::new(&self.chores);
        chore.args(["services", deed, service]).stdin(Stdio::null()).stdout(Stdio::null());
        chore
    }

    /// Starts midtiers again that have ended by themselves, as whatever watches over them does. Where the database is away while one
    /// starts, it says so and ends; any other end is answered.
    pub(crate) fn start_fallen(&mut self) -> Vec<String> {
        let mut unexpected = Vec::new();
        for midtier in 0..MIDTIERS {
            if !self.installation.has_fallen(midtier) {
                continue;
            }
            let last = last_lines(&self.installation.said(midtier));
            if !last.contains(NO_DATABASE) {
                unexpected.push(format!("midtier m{midtier} has ended by itself: {last}"));
            }
            self.installation.kill(midtier);
            self.installation.start_again(midtier);
        }
        unexpected
    }

    /// Waits until everything runs and answers, whatever was done to it; answers which midtiers have ended by themselves.
    pub(crate) fn mend(&mut self) -> Result<Vec<String>> {
        let mut dead = Vec::new();
        let begun = Instant::now();
        for midtier in 0..MIDTIERS {
            while !self.is_ready(midtier) {
                dead.extend(self.start_fallen());
                ensure!(
                    begun.elapsed() < MENDED,
                    "midtier m{midtier} is not ready after {MENDED:?}: {}",
                    self.installation.said(midtier)
                );
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(dead)
    }

    /// Copies what everybody has said to where it stays.
    pub(crate) fn keep_logs(&self, to: &Path) -> Result<()> {
        std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
        for log in self.installation.logs() {
            std::fs::copy(&log, to.join(log.file_name().unwrap_or_default()))?;
        }
        println!("  the logs are in {}", to.display());
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Who is stopped could not end, and a service that nobody else starts again would be missed by the next one.
        for host in self.installation.hosts() {
            let pids: Vec<i32> =
                self.installation.agent(&host).into_iter().chain(self.installation.workers(&host)).collect();
            signal("CONT", &pids);
        }
        let midtiers: Vec<i32> = (0..MIDTIERS).filter_map(|midtier| self.installation.midtier(midtier)).collect();
        signal("CONT", &midtiers.into_iter().filter(|pid| is_there(*pid)).collect::<Vec<_>>());
        for service in ["rabbitmq", "postgres"] {
            let _ = self.chore("thaw", service).status();
        }
    }
}

/// The end of what somebody has said.
fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(5)..].join(" | ")
}
