//! A check that can be made again elsewhere: what it asked of the world is written down, and answers from there.
//!
//! A bundle holds such a [`World`], so that a midtier can check the process with other parameters, without its files and
//! without running a component. What the world was never asked is not in it; then the check says so as of a file that is
//! not there.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leat_secrets::SecretPath;
use serde::{Deserialize, Serialize};

use super::surroundings::{
    BoundQuery, ComponentFacts, ComponentProblem, InputPath, NamedTable, ObjectFacts, ObjectProblem, ProcessProblem,
    QueryProblem, Rules, SampledCell, SampledFile, Surroundings,
};
use super::{Checked, Given, check};
use crate::node_info::ObjectKind;
use crate::parser::parse;
use crate::plan::{Format, Query, SqlNode};
use crate::schema::{DataType, Field};
use crate::source::{SourceError, SourceFile};

/// The version of the document that this crate writes, and the only one it reads.
const VERSION: u32 = 1;
/// What is said of anything that was not asked for when the world was recorded.
const NOT_ASKED: &str = "it was no part of the process when the bundle was made; submit it anew with `leat submit`";

/// Everything that a check depends on, but for what the run is given: the texts of its stream files, and the answers of
/// its surroundings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    version: u32,
    source: Text,
    #[serde(default)]
    processes: BTreeMap<String, Text>,
    #[serde(default)]
    components: BTreeMap<String, ComponentFacts>,
    #[serde(default)]
    files: Vec<FoundFile>,
    #[serde(default)]
    directories: Vec<FoundDirectory>,
    #[serde(default)]
    objects: Vec<FoundObject>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundFile {
    path: String,
    written: String,
    format: Format,
    sample: SampledFile,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundDirectory {
    path: String,
    written: String,
    ending: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundObject {
    kind: ObjectKind,
    name: String,
    facts: ObjectFacts,
}

/// A document that is no world.
#[derive(Debug, thiserror::Error)]
pub enum BadWorld {
    /// Not JSON, or of another shape.
    #[error("it cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// Written by another version.
    #[error("it is of version {0}, and this Leat reads version {VERSION}")]
    Version(u32),
    /// One of its texts is no stream file.
    #[error("{0}")]
    Text(#[from] SourceError),
    /// A file says the types of some of its columns.
    #[error("the file {0:?} has not a type for each column")]
    Types(String),
}

impl World {
    /// The document: the same for the same world.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a world has no map with keys that are no text")
    }

    /// Reads what [`World::to_json`] wrote. It may come from anywhere: nothing in it is believed that a check stands on.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(bytes: &[u8]) -> Result<Self, BadWorld> {
        let world: World = serde_json::from_slice(bytes)?;
        world.require_sound()?;
        Ok(world)
    }

    /// That a check may stand on it, for one that was read as part of another document.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn require_sound(&self) -> Result<(), BadWorld> {
        if self.version != VERSION {
            return Err(BadWorld::Version(self.version));
        }
        for Text { name, text } in std::iter::once(&self.source).chain(self.processes.values()) {
            SourceFile::from_bytes(name, text.clone().into_bytes())?;
        }
        let untyped = |sample: &SampledFile| !sample.types.is_empty() && sample.types.len() != sample.header.len();
        match self.files.iter().find(|file| untyped(&file.sample)) {
            Some(file) => Err(BadWorld::Types(file.path.clone())),
            None => Ok(()),
        }
    }

    /// Checks the process again. With what it was given when the world was recorded, the outcome is the same.
    pub fn check(&self, given: &Given, rules: &dyn Rules) -> Checked {
        let source = self.source.file();
        check(&source, &parse(&source), given, &Recorded { world: self, rules })
    }
}

impl Text {
    fn of(file: &SourceFile) -> Self {
        Text { name: file.name().to_owned(), text: file.text().to_owned() }
    }

    fn file(&self) -> SourceFile {
        SourceFile::new(&self.name, &self.text)
    }
}

/// Surroundings that write down what they answer.
pub struct Recording<'a> {
    live: &'a dyn Surroundings,
    world: RefCell<World>,
}

impl<'a> Recording<'a> {
    /// For a check of this file among these surroundings.
    pub fn new(source: &SourceFile, live: &'a dyn Surroundings) -> Self {
        let world = World {
            version: VERSION,
            source: Text::of(source),
            processes: BTreeMap::new(),
            components: BTreeMap::new(),
            files: Vec::new(),
            directories: Vec::new(),
            objects: Vec::new(),
        };
        Recording { live, world: RefCell::new(world) }
    }

    /// What was answered so far. Refusals are not in it: a process with one has no plan.
    pub fn world(self) -> World {
        self.world.into_inner()
    }
}

impl Surroundings for Recording<'_> {
    fn component(&self, path: &str) -> Result<ComponentFacts, ComponentProblem> {
        let facts = self.live.component(path)?;
        self.world.borrow_mut().components.insert(path.to_owned(), facts.clone());
        Ok(facts)
    }

    fn components(&self) -> Vec<String> {
        self.live.components()
    }

    fn process(&self, name: &str) -> Result<SourceFile, ProcessProblem> {
        let file = self.live.process(name)?;
        self.world.borrow_mut().processes.insert(name.to_owned(), Text::of(&file));
        Ok(file)
    }

    fn processes(&self) -> Vec<String> {
        self.live.processes()
    }

    fn risk_object(&self, kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem> {
        let facts = self.live.risk_object(kind, name)?;
        self.world.borrow_mut().objects.push(FoundObject { kind, name: name.to_owned(), facts: facts.clone() });
        Ok(facts)
    }

    fn risk_objects(&self, kind: ObjectKind) -> Vec<String> {
        self.live.risk_objects(kind)
    }

    fn secret_refused(&self, path: &SecretPath) -> Option<String> {
        self.live.secret_refused(path)
    }

    fn file(&self, input: InputPath<'_>, format: &Format) -> Result<SampledFile, String> {
        let sample = self.live.file(input, format)?;
        let (path, written) = (input.path.to_owned(), input.written.to_owned());
        let files = &mut self.world.borrow_mut().files;
        if !files.iter().any(|known| known.path == path && known.written == written && known.format == *format) {
            files.push(FoundFile { path, written, format: format.clone(), sample: sample.clone() });
        }
        Ok(sample)
    }

    fn directory(&self, input: InputPath<'_>) -> Result<String, String> {
        let ending = self.live.directory(input)?;
        let (path, written) = (input.path.to_owned(), input.written.to_owned());
        self.world.borrow_mut().directories.push(FoundDirectory { path, written, ending: ending.clone() });
        Ok(ending)
    }
}

/// Surroundings that answer from a world, and by the rules of this machine.
pub struct Recorded<'a> {
    world: &'a World,
    rules: &'a dyn Rules,
}

impl Surroundings for Recorded<'_> {
    fn component(&self, path: &str) -> Result<ComponentFacts, ComponentProblem> {
        let found = self.world.components.get(path).cloned();
        found.ok_or_else(|| ComponentProblem::Unusable(NOT_ASKED.to_owned()))
    }

    fn components(&self) -> Vec<String> {
        self.world.components.keys().cloned().collect()
    }

    fn process(&self, name: &str) -> Result<SourceFile, ProcessProblem> {
        let found = self.world.processes.get(name).map(Text::file);
        found.ok_or_else(|| ProcessProblem::Unusable(NOT_ASKED.to_owned()))
    }

    fn processes(&self) -> Vec<String> {
        self.world.processes.keys().cloned().collect()
    }

    fn risk_object(&self, kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem> {
        let found = self.world.objects.iter().find(|object| object.kind == kind && object.name == name);
        let missing = || ObjectProblem::Faulty(vec![format!("{name}.{}: {NOT_ASKED}", kind.word())], 0);
        found.map(|object| object.facts.clone()).ok_or_else(missing)
    }

    fn risk_objects(&self, kind: ObjectKind) -> Vec<String> {
        let objects = self.world.objects.iter().filter(|object| object.kind == kind);
        objects.map(|object| object.name.clone()).collect()
    }

    /// A file that was never looked at is taken to be like the one that the same statement read then: only its path
    /// depends on what the run is given. Where it is not, the run says so when it reads it.
    fn file(&self, input: InputPath<'_>, format: &Format) -> Result<SampledFile, String> {
        let of_format = || self.world.files.iter().filter(|file| file.format == *format);
        let same = of_format().find(|file| file.path == input.path);
        let like = || of_format().find(|file| file.written == input.written);
        same.or_else(like).map(|file| file.sample.clone()).ok_or_else(|| NOT_ASKED.to_owned())
    }

    fn directory(&self, input: InputPath<'_>) -> Result<String, String> {
        let directories = || self.world.directories.iter();
        let same = directories().find(|directory| directory.path == input.path);
        let like = || directories().find(|directory| directory.written == input.written);
        same.or_else(like).map(|directory| directory.ending.clone()).ok_or_else(|| NOT_ASKED.to_owned())
    }
}

/// Rules are asked of who has them.
macro_rules! rules_of {
    ($surroundings:ident, $rules:ident) => {
        impl Rules for $surroundings<'_> {
            fn dates(&self, form: &str) -> Result<(), String> {
                self.$rules.dates(form)
            }

            fn value(&self, cell: &SampledCell, data_type: DataType, format: &Format) -> Result<(), String> {
                self.$rules.value(cell, data_type, format)
            }

            fn tables(&self, query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
                self.$rules.tables(query)
            }

            fn query(&self, node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
                self.$rules.query(node)
            }

            fn condition(&self, expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem> {
                self.$rules.condition(expression, fields)
            }
        }
    };
}

rules_of!(Recording, live);
rules_of!(Recorded, rules);
