//! The outputs of a run get their final names: all of them, once every node has come to its end, or none.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use leat_flow::step::{Published, Sink, StepError};
use leat_flow::stop::{Failure, StopSignal};
use leat_io::{part_partial_paths, partial_path};
use leat_stream::plan::{Node, NodeKind};

use super::paths::path_of;
use crate::job::Job;
use crate::report::{FactReport, OutputReport};

/// The sinks of a run with the nodes they belong to.
type Sinks = Vec<(usize, Box<dyn Sink>)>;

/// Completes every sink, then publishes them, on a thread of its own: a slow disk must not keep the worker from saying
/// that it lives. The receiver gets the outputs, or nothing where a failure was recorded or the run was stopped before
/// the first of them had its name.
pub(super) fn start(job: &Arc<Job>, sinks: Sinks, stop: &StopSignal) -> Receiver<Vec<OutputReport>> {
    let (send, receive) = mpsc::channel();
    let (job, ending) = (Arc::clone(job), stop.clone());
    let publish = move || match publish(&job, sinks, &ending) {
        Ok(Some(outputs)) => {
            // The receiver waits for as long as the run does.
            let _ = send.send(outputs);
        }
        Ok(None) => {}
        Err((node, error)) => ending.fail(failure(Some(node), error.to_string())),
    };
    if let Err(error) = thread::Builder::new().name("publish".to_owned()).spawn(publish) {
        stop.fail(failure(None, format!("there is no thread to publish the outputs: {error}")));
    }
    receive
}

fn publish(job: &Job, mut sinks: Sinks, stop: &StopSignal) -> Result<Option<Vec<OutputReport>>, (usize, StepError)> {
    for (node, sink) in &mut sinks {
        sink.prepare().map_err(|error| (*node, error))?;
    }
    if stop.is_set() {
        return Ok(None);
    }
    let mut outputs = Vec::new();
    for (node, sink) in sinks {
        let published = sink.finish().map_err(|error| (node, error))?;
        let node = &job.plan.nodes[node].name;
        outputs.extend(published.into_iter().map(|Published { path, rows, bytes, digest }| OutputReport {
            node: node.clone(),
            path,
            rows,
            bytes,
            digest: Some(digest),
        }));
    }
    Ok(Some(outputs))
}

fn failure(node: Option<usize>, reason: String) -> Failure {
    Failure { node, reason, backtrace: Vec::new(), hint: None }
}

/// The files that the outputs of a worker are in before they have their names, each with its node, by the facts that are known.
pub(crate) fn partial_paths<'a>(job: &'a Job, facts: &'a [FactReport]) -> impl Iterator<Item = (usize, PathBuf)> + 'a {
    let nodes = job.plan.nodes.iter().enumerate();
    nodes.flat_map(|(place, node)| partial_paths_of(job, node, facts).into_iter().map(move |path| (place, path)))
}

fn partial_paths_of(job: &Job, node: &Node, facts: &[FactReport]) -> Vec<PathBuf> {
    match &node.kind {
        NodeKind::Output(file) if file.is_in_parts() => part_partial_paths(&job.run_directory, &file.path),
        NodeKind::Output(_) => {
            let path = path_of(&job.plan, node, |fact| facts.get(fact)?.value.clone());
            let path = path.and_then(Result::ok).and_then(|path| partial_path(&job.run_directory.join(path)));
            path.into_iter().collect()
        }
        NodeKind::Input(_) | NodeKind::Component(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => {
            Vec::new()
        }
    }
}
