//! Whether the promise held, once everything runs again: ends, bytes, what was published how often, and nobody left behind.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use leat_bundle::Digest;
use serde_json::Value;

use crate::playpens::Process;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::watch::Watched;

/// How long a worker may live on whose run has ended: the lease and its grace, and some.
const LEFT_BEHIND: Duration = Duration::from_secs(15);

/// Judges all runs of a round, and what is left of it.
pub(crate) fn all(stage: &Stage, processes: &[Process], runs: &[Watched], seed: u64, tally: &mut Tally) {
    for run in runs.iter().filter(|run| run.has_ended()) {
        let process = &processes[run.process];
        tally.ended(process.name, run.state());
        tally.attempts(run.attempts);
        let problems = match run.state() {
            "succeeded" => judge_success(stage, process, run),
            "failed" => judge_failure(run, process, seed, tally),
            state => vec![format!("it is {state}, and nobody has asked for that")],
        };
        for problem in problems {
            tally.violation(seed, format!("{}: {problem}", process.name));
        }
    }
    if let Some(left) = left_behind(stage) {
        tally.violation(seed, left);
    }
    // Who was stopped and went on, or came back, has said all that it has to say by now.
    for run in runs.iter().filter(|run| run.has_ended()) {
        let Some(id) = &run.id else { continue };
        let now = stage.get_json(&format!("/runs/{id}")).unwrap_or_default();
        let changed = ["state", "attempts", "outputs"].into_iter().find(|field| now[*field] != run.last[*field]);
        if let Some(field) = changed {
            tally.violation(seed, format!("{id} has ended, and its {field} changed afterwards: {now}"));
        }
    }
    for log in panics(stage) {
        tally.violation(seed, log);
    }
}

fn judge_failure(run: &Watched, process: &Process, seed: u64, tally: &mut Tally) -> Vec<String> {
    let why = run.last["why"].as_str().unwrap_or_default();
    let had_attempts = run.last["attempts_max"].as_u64() > Some(run.attempts);
    tally.failed(seed, process.name, why, had_attempts);
    let outputs = run.last["outputs"].as_array().map_or(0, Vec::len);
    let silent = why.is_empty().then(|| "it has failed without a reason".to_owned());
    let published = (outputs > 0).then(|| format!("it has failed, and published {outputs} outputs"));
    silent.into_iter().chain(published).collect()
}

fn judge_success(stage: &Stage, process: &Process, run: &Watched) -> Vec<String> {
    let mut problems = Vec::new();
    let id = run.id.as_deref().unwrap_or_default();
    let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let said = run.last["outputs"].as_array().into_iter().flatten();
    let listed: Vec<(String, String)> = said.map(|output| (text(output, "path"), text(output, "digest"))).collect();
    let expected: BTreeMap<&str, String> =
        process.outputs.iter().map(|(path, digest)| (path.as_str(), digest.to_string())).collect();
    let found: BTreeMap<&str, String> = listed.iter().map(|(path, digest)| (path.as_str(), digest.clone())).collect();
    if listed.len() != found.len() {
        problems.push(format!("an output is listed twice: {listed:?}"));
    }
    if found != expected {
        let other = |path: &&&str| found.get(**path) != expected.get(**path);
        let paths: BTreeSet<&&str> = found.keys().chain(expected.keys()).filter(other).collect();
        problems.push(format!("outputs that are not those of the undisturbed run: {paths:?}"));
    }
    for (path, digest) in &expected {
        let sent =
            stage.get(&format!("/runs/{id}/outputs/{path}")).map(|answered| Digest::of(&answered.body).to_string());
        if sent.as_ref() != Some(digest) {
            problems.push(format!("what is sent as {path} has not the bytes of the undisturbed run: {sent:?}"));
        }
    }
    problems.extend(judge_events(stage, id, run.attempts));
    problems
}

/// It has ended once, and begun as often as it says.
fn judge_events(stage: &Stage, id: &str, attempts: u64) -> Option<String> {
    let told = stage.get(&format!("/runs/{id}/events"))?;
    let told = String::from_utf8_lossy(&told.body).into_owned();
    let count = |state: &str| told.matches(&format!("\"state\":\"{state}\"")).count() as u64;
    let is_right = count("succeeded") == 1 && count("failed") == 0 && count("starting") == attempts;
    (!is_right).then(|| format!("its events are not those of a run that succeeds once in attempt {attempts}: {told}"))
}

/// Workers that live on though no run does.
fn left_behind(stage: &Stage) -> Option<String> {
    let begun = Instant::now();
    loop {
        let hosts = stage.installation.hosts();
        let left: Vec<String> = hosts.into_iter().filter(|host| !stage.installation.workers(host).is_empty()).collect();
        if left.is_empty() {
            return None;
        }
        if begun.elapsed() > LEFT_BEHIND {
            return Some(format!("workers on {left:?} live on {LEFT_BEHIND:?} after all runs have ended"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Lines that tell of a panic.
fn panics(stage: &Stage) -> Vec<String> {
    let mut found = Vec::new();
    for log in stage.installation.logs() {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        let name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
        found.extend(text.lines().filter(|line| line.contains("panicked at")).map(|line| format!("{name}: {line}")));
    }
    found
}
