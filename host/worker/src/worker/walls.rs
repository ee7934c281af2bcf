//! What the worker of a job may still do: the files that its plan names, and nothing else.
//!
//! Every path of the plan is granted by itself, also where the playpen holds it: a link in the playpen stands for what it
//! points at only where a statement names it.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use leat_io::input_files;
use leat_stream::plan::{Fact, FileInput, FileOutput, Node, NodeKind, PartPiece, PathPiece, Plan};
use leat_wall::{Network, Wall};

use crate::job::Job;

/// How many files a worker may have open: 512 parts of an output, 10,000 files of an input one at a time, files that queues
/// and queries put on disk, and room for as many again.
const OPEN_FILES_MAX: u64 = 4_096;

/// Raises the wall around this process, which has one thread still. Answers a sentence for each part that this system does
/// not have, or why the job must not be run.
pub(super) fn raise(job: &Job) -> Result<Vec<String>, String> {
    make_folders(job);
    let raised = leat_wall::raise(&wall(job)).map_err(|error| match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    })?;
    Ok(raised.missing().collect())
}

/// Makes the folders that are written to and could not be made behind the wall. One that cannot be made now is an error
/// of who writes there.
fn make_folders(job: &Job) {
    let _ = DirBuilder::new().recursive(true).mode(0o700).create(&job.cache);
    for folder in output_folders(job).filter(|folder| !folder.starts_with(&job.run_directory)) {
        let _ = fs::create_dir_all(folder);
    }
}

/// What a job needs.
fn wall(job: &Job) -> Wall {
    let mut read = BTreeSet::from([job.playpen.clone()]);
    for node in &job.plan.nodes {
        match &node.kind {
            NodeKind::Input(file) => read.extend(input_paths(job, node, file)),
            NodeKind::Component(component) => {
                read.insert(job.playpen.join(&component.path));
            }
            NodeKind::Output(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => {}
        }
    }
    for object in &job.plan.objects {
        let file = job.playpen.join(&object.file);
        // The settings of a simulation, beside its file.
        read.insert(file.with_file_name(format!("{}.toml", object.reference())));
        read.extend(file.parent().map(Path::to_owned));
        read.insert(file);
    }
    let mut write = BTreeSet::from([job.run_directory.clone(), job.cache.clone()]);
    write.extend(output_folders(job));
    Wall {
        read: read.into_iter().collect(),
        write: write.into_iter().collect(),
        network: job.between_hosts.as_ref().map_or(Network::None, |way| network(&way.broker)),
        open_files_max: Some(OPEN_FILES_MAX),
    }
}

/// The broker's port, and no other.
fn network(broker: &str) -> Network {
    leat_rabbitmq::port_of(broker).map_or(Network::None, |port| Network::To(vec![port]))
}

/// The files of an input that are there, with their folders where a pattern is looked for in them; where facts that are not
/// known yet are part of its path, the folder that it is in.
fn input_paths(job: &Job, node: &Node, file: &FileInput) -> Vec<PathBuf> {
    let path = match known_path(&job.plan, node, &file.path) {
        Known::Whole(path) => path,
        Known::Below(folder) => return vec![job.playpen.join(folder)],
    };
    let files = input_files(&job.playpen, &path);
    if let [one] = files.as_slice()
        && *one == job.playpen.join(&path)
    {
        return files;
    }
    let folders: BTreeSet<PathBuf> = files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
    let is_link = |file: &PathBuf| file.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    let base = path.find(['*', '?']).map(|at| job.playpen.join(folder_of(&path[..at])));
    let links: Vec<PathBuf> = files.into_iter().filter(is_link).collect();
    folders.into_iter().chain(base).chain(links).collect()
}

/// The folder of every output.
fn output_folders(job: &Job) -> impl Iterator<Item = PathBuf> {
    job.plan.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Output(file) => Some(job.run_directory.join(output_folder(&job.plan, node, file))),
        NodeKind::Input(_) | NodeKind::Component(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => {
            None
        }
    })
}

/// The folder of an output, as the statement has it: of all of its parts.
fn output_folder(plan: &Plan, node: &Node, file: &FileOutput) -> String {
    let first = match file.pieces.first() {
        Some(PartPiece::Text(text)) => return folder_of(text).to_owned(),
        Some(PartPiece::Column(_)) => return String::new(),
        None => known_path(plan, node, &file.path),
    };
    match first {
        Known::Whole(path) => folder_of(&path).to_owned(),
        Known::Below(folder) => folder,
    }
}

/// What is known of a path before the run.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    Whole(String),
    /// A fact that a node sets is part of it. It never leads out of this folder.
    Below(String),
}

fn known_path(plan: &Plan, node: &Node, written: &str) -> Known {
    if node.dynamic_path.is_empty() {
        return Known::Whole(written.to_owned());
    }
    let mut path = String::new();
    for piece in &node.dynamic_path {
        match piece {
            PathPiece::Text(text) => path.push_str(text),
            PathPiece::Fact(fact) => match plan.facts.get(*fact).and_then(Fact::given) {
                Some(value) => path.push_str(&value.to_path_text()),
                None => return Known::Below(folder_of(&path).to_owned()),
            },
        }
    }
    Known::Whole(path)
}

/// A path without its last name: nothing for a name alone, `/` for one at the top.
fn folder_of(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use leat_stream::node_info::{Value, ValueType};
    use leat_stream::plan::FactSource;

    use super::*;
    use crate::testing::plan;

    fn job(root: &Path, plan: Plan) -> Job {
        Job { plan, playpen: root.to_owned(), cache: root.join("cache"), ..crate::job::sample(&root.join("run")) }
    }

    fn input(path: &str) -> Plan {
        let mut plan = plan();
        if let NodeKind::Input(file) = &mut plan.nodes[0].kind {
            file.path = path.to_owned();
        }
        plan
    }

    fn output(path: &str) -> Plan {
        let mut plan = plan();
        if let NodeKind::Output(file) = &mut plan.nodes[1].kind {
            file.path = path.to_owned();
        }
        plan
    }

    /// A path of a fact between two texts.
    fn dynamic(plan: Plan, node: usize, [before, behind]: [&str; 2], given: Option<&str>) -> Plan {
        let mut plan = plan;
        let text = |text: &str| PathPiece::Text(text.to_owned());
        plan.nodes[node].dynamic_path = vec![text(before), PathPiece::Fact(0), text(behind)];
        plan.facts = vec![Fact {
            name: "day".to_owned(),
            value_type: ValueType::Text,
            source: given.map_or(FactSource::SetBy(0), |value| FactSource::Given(Value::Text(value.to_owned()))),
        }];
        plan
    }

    fn read(root: &Path, plan: Plan) -> Vec<String> {
        names(root, wall(&job(root, plan)).read)
    }

    fn write(root: &Path, plan: Plan) -> Vec<String> {
        names(root, wall(&job(root, plan)).write)
    }

    fn names(root: &Path, paths: Vec<PathBuf>) -> Vec<String> {
        paths.iter().map(|path| path.strip_prefix(root).unwrap_or(path).display().to_string()).collect()
    }

    #[test]
    fn a_job_may_read_its_playpen_and_write_into_its_directory_and_the_cache() {
        let root = Path::new("/playpen");
        assert_eq!(read(root, plan()), ["", "in.csv"]);
        assert_eq!(write(root, plan()), ["cache", "run"]);
        assert_eq!(wall(&job(root, plan())).network, Network::None);
    }

    #[test]
    fn a_share_of_a_run_may_reach_the_brokers_port_alone() {
        let broker = "amqp://u:p@10.0.0.7:5673/v".to_owned();
        let (broker_name, authorities) = (None, None);
        let between_hosts =
            Some(crate::BetweenHosts { broker, broker_name, authorities, generation: 1, shares_max: 2 });
        let job = Job { between_hosts, ..job(Path::new("/playpen"), plan()) };
        assert_eq!(wall(&job).network, Network::To(vec![5673]));
    }

    #[test]
    fn an_input_outside_of_the_playpen_is_granted_by_itself() {
        let root = Path::new("/playpen");
        assert_eq!(read(root, input("/data/a.csv")), ["/data/a.csv", ""]);
        assert_eq!(read(root, input("../b.csv")), ["", "../b.csv"]);
    }

    #[test]
    fn a_pattern_is_granted_with_its_folders_and_what_links_in_them_point_at() {
        let root = tempfile::tempdir().unwrap();
        for file in ["in/a/1.csv", "in/b/2.csv", "in/c/3.txt"] {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        std::os::unix::fs::symlink("/data/3.csv", root.path().join("in/b/3.csv")).unwrap();
        std::os::unix::fs::symlink(root.path().join("in/a/1.csv"), root.path().join("in/b/4.csv")).unwrap();
        // The link that leads nowhere is no file.
        assert_eq!(read(root.path(), input("in/*/*.csv")), ["", "in", "in/a", "in/b", "in/b/4.csv"]);
        assert_eq!(read(root.path(), input("gone/*.csv")), ["", "gone"]);
    }

    #[test]
    fn of_a_path_with_a_fact_as_much_is_granted_as_is_known() {
        let root = Path::new("/playpen");
        let with = |path, given| read(root, dynamic(plan(), 0, path, given));
        assert_eq!(with(["/data/rates/of_", ".csv"], None), ["/data/rates", ""]);
        assert_eq!(with(["/data/rates/of_", ".csv"], Some("may")), ["/data/rates/of_may.csv", ""]);
        // What a node sets never leads out of the playpen, and nothing more is granted for it.
        assert_eq!(with(["", ".csv"], None), [""]);
        assert_eq!(with(["", ".csv"], Some("/elsewhere/a")), ["/elsewhere/a.csv", ""]);
    }

    #[test]
    fn the_folder_of_an_output_outside_of_the_runs_directory_is_granted() {
        let root = Path::new("/playpen");
        assert_eq!(write(root, output("/data/out/values.csv")), ["/data/out", "cache", "run"]);
        assert_eq!(write(root, output("deep/values.csv")), ["cache", "run", "run/deep"]);
        let with = |path, given| write(root, dynamic(plan(), 1, path, given));
        assert_eq!(with(["/data/", "/values.csv"], None), ["/data", "cache", "run"]);
        assert_eq!(with(["/data/", "/values.csv"], Some("may")), ["/data/may", "cache", "run"]);
    }

    #[test]
    fn the_folder_of_parts_is_the_one_before_the_first_column() {
        let mut plan = output("/data/by_book/{n}/values.csv");
        if let NodeKind::Output(file) = &mut plan.nodes[1].kind {
            let text = |text: &str| PartPiece::Text(text.to_owned());
            file.pieces = vec![text("/data/by_book/"), PartPiece::Column(0), text("/values.csv")];
        }
        assert_eq!(write(Path::new("/playpen"), plan), ["/data/by_book", "cache", "run"]);
    }
}
