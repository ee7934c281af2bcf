//! The check's view of a playpen on disk: components through the sandbox, inputs through their formats' readers.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leat_risk::{Folder, Shelf};
use leat_runtime::Engine;
use leat_secrets::SecretPath;
use leat_stream::check::{
    BoundQuery, ComponentFacts, ComponentProblem, InputPath, NamedTable, ObjectFacts, ObjectProblem, ProcessProblem,
    QueryProblem, Rules, SampledCell, SampledFile, Surroundings,
};
use leat_stream::diagnostic::nearest;
use leat_stream::node_info::ObjectKind;
use leat_stream::plan::{Format, Query, SqlNode};
use leat_stream::schema::{DataType, Field};
use leat_stream::source::SourceFile;

use super::asked::{Asked, newest};
use super::objects::{self, Shelves};
use super::rules::LiveRules;
use crate::config::Environment;
use crate::playpen::Playpen;

/// A playpen's files.
pub(super) struct PlaypenFiles<'a> {
    root: &'a Path,
    playpen: &'a Playpen,
    /// The folder of the stream file: processes that it refers to are looked for there first.
    beside: PathBuf,
    environment: &'a Environment,
    /// Made when the first component is asked for: a process without one needs no sandbox.
    engine: OnceCell<Result<Engine, String>>,
    asked: RefCell<Asked>,
    objects: Shelves,
}

impl<'a> PlaypenFiles<'a> {
    pub(super) fn new(playpen: &'a Playpen, stream_file: &Path, environment: &'a Environment) -> Self {
        let root = playpen.root.as_path();
        let beside = stream_file.parent().unwrap_or(Path::new("")).to_owned();
        let objects = Shelves { own: Folder::of_playpen(root), elsewhere: None };
        PlaypenFiles { root, playpen, beside, environment, engine: OnceCell::new(), asked: RefCell::default(), objects }
    }

    /// With risk objects from elsewhere, for those that the playpen lacks.
    pub(super) fn with_objects(mut self, elsewhere: Option<Arc<dyn Shelf>>) -> Self {
        self.objects.elsewhere = elsewhere;
        self
    }

    /// What was asked for so far.
    pub(super) fn asked(&self) -> Asked {
        self.asked.borrow().clone()
    }

    fn engine(&self) -> Result<&Engine, ComponentProblem> {
        let engine = self.engine.get_or_init(|| super::engine(self.environment, false).map_err(|e| format!("{e:#}")));
        engine.as_ref().map_err(|error| ComponentProblem::Unusable(error.clone()))
    }

    /// The node's package in this playpen that makes this component, if it is `build/NAME.wasm`.
    fn source_of(&self, path: &Path) -> Option<PathBuf> {
        let relative = path.strip_prefix(self.root.join("build")).ok()?;
        let name = relative.to_str()?.strip_suffix(".wasm")?;
        let named = [name.to_owned(), name.replace('_', "-")];
        named.iter().map(|name| self.root.join("nodes").join(name)).find(|dir| dir.join("Cargo.toml").is_file())
    }
}

impl Rules for PlaypenFiles<'_> {
    fn dates(&self, form: &str) -> Result<(), String> {
        LiveRules.dates(form)
    }

    fn value(&self, cell: &SampledCell, data_type: DataType, format: &Format) -> Result<(), String> {
        LiveRules.value(cell, data_type, format)
    }

    fn tables(&self, query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
        LiveRules.tables(query)
    }

    fn query(&self, node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
        LiveRules.query(node)
    }

    fn condition(&self, expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem> {
        LiveRules.condition(expression, fields)
    }
}

impl Surroundings for PlaypenFiles<'_> {
    fn component(&self, path: &str) -> Result<ComponentFacts, ComponentProblem> {
        let file = self.root.join(path);
        let source = self.source_of(&file);
        self.asked.borrow_mut().file(file.clone());
        if let Some(source) = &source {
            self.asked.borrow_mut().sources(source);
            require_fresh(self.root, &file, source).inspect_err(|_| self.asked.borrow_mut().stale(source))?;
        } else if !file.exists() {
            return Err(ComponentProblem::Missing);
        }
        let component = self.engine()?.load(&file).map_err(|e| ComponentProblem::Unusable(e.to_string()))?;
        Ok(ComponentFacts { info: component.info().clone(), unserved_imports: component.unserved_imports().to_vec() })
    }

    fn components(&self) -> Vec<String> {
        let built = entries(&self.root.join("build")).into_iter().filter(|name| name.ends_with(".wasm"));
        let sources =
            entries(&self.root.join("nodes")).into_iter().map(|name| format!("{}.wasm", name.replace('-', "_")));
        let mut paths: Vec<String> = built.chain(sources).map(|name| format!("build/{name}")).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    fn process(&self, name: &str) -> Result<SourceFile, ProcessProblem> {
        let file = format!("{name}.strm");
        let places = [self.beside.join(&file), self.root.join(&file)];
        places.iter().for_each(|path| self.asked.borrow_mut().file(path.clone()));
        let found = places.iter().find(|path| path.exists()).ok_or(ProcessProblem::Missing)?;
        super::read_source(found).map_err(|error| ProcessProblem::Unusable(format!("{error:#}")))
    }

    fn processes(&self) -> Vec<String> {
        let beside = if self.beside.as_os_str().is_empty() { Path::new(".") } else { &self.beside };
        let files = entries(beside).into_iter().chain(entries(self.root));
        files.filter_map(|name| Some(name.strip_suffix(".strm")?.to_owned())).collect()
    }

    fn risk_object(&self, kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem> {
        self.asked.borrow_mut().input(&format!("risk/{name}.{}.*", kind.word()));
        objects::facts(&self.objects, kind, name)
    }

    fn risk_objects(&self, kind: ObjectKind) -> Vec<String> {
        objects::names(&self.objects, kind)
    }

    fn secret_refused(&self, path: &SecretPath) -> Option<String> {
        self.playpen.refuses(path)
    }

    fn file(&self, input: InputPath<'_>, format: &Format) -> Result<SampledFile, String> {
        let path = input.path;
        let file = self.root.join(path);
        self.asked.borrow_mut().input(path);
        leat_io::sample(self.root, path, format).map_err(|error| format!("{error}{}", near_hint(&file)))
    }

    fn directory(&self, input: InputPath<'_>) -> Result<String, String> {
        let path = input.path;
        self.asked.borrow_mut().input(&format!("{path}**/*"));
        leat_io::directory_ending(self.root, path).map_err(|error| error.to_string())
    }
}

/// A component that was never built, or is older than its sources, would run something else than what the author sees.
fn require_fresh(root: &Path, component: &Path, source: &Path) -> Result<(), ComponentProblem> {
    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let Ok(built) = component.metadata().and_then(|metadata| metadata.modified()) else {
        let message = format!("it has not been built from {} yet: run `leat build`", shown(source));
        return Err(ComponentProblem::Unusable(message));
    };
    match newest(source) {
        Some((time, file)) if time > built => {
            let message = format!("it is older than {}: run `leat build`", shown(&file));
            Err(ComponentProblem::Unusable(message))
        }
        _ => Ok(()),
    }
}

/// ` (did you mean "options.csv"?)` for a file that is missing beside one of nearly the same name.
fn near_hint(file: &Path) -> String {
    let (Some(dir), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return String::new();
    };
    if file.exists() {
        return String::new();
    }
    let beside = entries(dir);
    let near = nearest(name, beside.iter().map(String::as_str));
    near.map_or(String::new(), |near| format!(" (did you mean `{near}`?)"))
}

fn entries(dir: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
