//! A stream file and the world around it: what `check`, `plan`, `parse` and `run` have in common. Reads the file,
//! answers the check's questions about components and inputs, and prints what was found.

mod asked;
mod objects;
mod playpen_files;
mod problems;
mod rules;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use leat_risk::Shelf;
use leat_runtime::{Engine, EngineConfig};
use leat_stream::check::{Given, Recording, Surroundings, World, check};
use leat_stream::diagnostic::nearest;
use leat_stream::node_info::NodeInfo;
use leat_stream::parser;
use leat_stream::plan::Plan;
use leat_stream::source::{SOURCE_BYTES_MAX, SourceFile};

pub(crate) use asked::{Asked, Stamps};
pub(crate) use problems::Problems;
pub(crate) use rules::LiveRules;

use crate::args::GivenArgs;
use crate::config::Environment;
use crate::playpen::Playpen;
use playpen_files::PlaypenFiles;

/// A checked stream file.
pub(crate) struct Checkup {
    playpen: Playpen,
    problems: Problems,
    plan: Option<Plan>,
    asked: Asked,
    /// What the check was given and answered, where that is to be kept.
    recorded: Option<(Given, World)>,
}

impl Checkup {
    /// Reads, parses and checks a stream file.
    pub(crate) fn of(file: &Path, given: &GivenArgs, environment: &Environment) -> anyhow::Result<Self> {
        Checkup::of_source(read_source(file)?, file, Playpen::around_file(file)?, given, environment)
    }

    /// The same for a process that is submitted: with risk objects from elsewhere for those that the playpen lacks (a shelf for
    /// the playpen around the file), and with all that the check was answered kept.
    pub(crate) fn for_submission<S: Shelf + 'static>(
        file: &Path,
        given: &GivenArgs,
        environment: &Environment,
        elsewhere: impl FnOnce(&Path) -> Arc<S>,
    ) -> anyhow::Result<Self> {
        let playpen = Playpen::around_file(file)?;
        let shelf: Arc<dyn Shelf> = elsewhere(&playpen.root);
        Checkup::made(read_source(file)?, file, (playpen, Some(shelf)), given, environment)
    }

    /// Parses and checks a text that stands for a stream file in a playpen.
    pub(crate) fn of_source(
        source: SourceFile,
        file: &Path,
        playpen: Playpen,
        given: &GivenArgs,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        Checkup::made(source, file, (playpen, None), given, environment)
    }

    fn made(
        source: SourceFile,
        file: &Path,
        (playpen, objects): (Playpen, Option<Arc<dyn Shelf>>),
        given: &GivenArgs,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        let parsed = parser::parse(&source);
        let GivenArgs { params, options, facts, tags } = given.clone();
        let given = Given { params, options, facts, tags };
        let is_submitted = objects.is_some();
        let files = PlaypenFiles::new(&playpen, file, environment).with_objects(objects);
        let recording = is_submitted.then(|| Recording::new(&source, &files));
        let surroundings = recording.as_ref().map_or(&files as &dyn Surroundings, |recording| recording);
        let checked = check(&source, &parsed, &given, surroundings);
        let world = recording.map(Recording::world);
        let asked = files.asked();
        Ok(Checkup {
            playpen,
            problems: Problems { source: checked.source, diagnostics: checked.diagnostics },
            plan: checked.plan,
            asked,
            recorded: world.map(|world| (given, world)),
        })
    }

    /// The playpen's root.
    pub(crate) fn root(&self) -> &Path {
        &self.playpen.root
    }

    /// What the check asked of the playpen.
    pub(crate) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// What was found.
    pub(crate) fn problems(&self) -> &Problems {
        &self.problems
    }

    /// What the check was given, and all that it was answered: enough to make it again. Nothing for a process that is not
    /// [submitted](Checkup::for_submission): samples of every input are not copied for nobody.
    pub(crate) fn recorded(&self) -> Option<&(Given, World)> {
        self.recorded.as_ref()
    }

    /// The plan, where there is no error.
    pub(crate) fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// `3 nodes, 2 queues, no problems`.
    pub(crate) fn verdict(&self) -> String {
        let (nodes, queues) = self.plan.as_ref().map_or((0, 0), |plan| (plan.nodes.len(), plan.queues.len()));
        let warnings = match self.problems.warnings() {
            0 => "no problems".to_owned(),
            1 => "1 warning".to_owned(),
            n => format!("{n} warnings"),
        };
        format!("{nodes} nodes, {queues} queues, {warnings}")
    }
}

/// What a component says of itself; the error says why it cannot be used.
pub(crate) fn component_info(root: &Path, path: &str, environment: &Environment) -> anyhow::Result<NodeInfo> {
    let playpen = Playpen::bare(root.to_owned());
    let files = PlaypenFiles::new(&playpen, Path::new(""), environment);
    match files.component(path) {
        Ok(facts) => Ok(facts.info),
        Err(problem) => {
            let known = files.components();
            let hint = nearest(path, known.iter().map(String::as_str));
            let hint = hint.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            anyhow::bail!("the component {path} cannot be used: {problem}{hint}")
        }
    }
}

/// The sandbox's engine with the user's cache of compiled components.
pub(crate) fn engine(environment: &Environment, interruptible: bool) -> anyhow::Result<Engine> {
    let config = EngineConfig { cache_dir: environment.cache_dir.clone(), interruptible, ..EngineConfig::default() };
    Engine::new(config).context("cannot start the sandbox")
}

/// Reads a stream file, or standard input where it is named `-`.
pub(crate) fn read_source(file: &Path) -> anyhow::Result<SourceFile> {
    let name = file.display().to_string();
    let bytes = if name == "-" { read_bounded(std::io::stdin().lock()) } else { read_file(file) };
    let bytes = bytes.with_context(|| format!("cannot read the stream file {name}"))?;
    Ok(SourceFile::from_bytes(name, bytes)?)
}

fn read_file(file: &Path) -> std::io::Result<Vec<u8>> {
    if file.is_dir() {
        return Err(std::io::Error::new(std::io::ErrorKind::IsADirectory, "it is a directory"));
    }
    read_bounded(std::fs::File::open(file)?)
}

/// One byte more than a stream file may have is enough to be refused.
fn read_bounded(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(SOURCE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
