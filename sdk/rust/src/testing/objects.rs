//! The risk objects of a test, and which of them a node is given.

use std::path::Path;
use std::rc::Rc;

use leat_objects::{Kind, Object, Reference, TEXT_BYTES_MAX};

use crate::contract::{NodeInfo, ObjectKind, ObjectName};
use crate::host::memory::risk::object_kind;
use crate::params::Parameters;

/// An object under its name.
type Named = (Reference, Rc<Object>);

/// What a test gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    objects: Vec<Named>,
    /// The first thing that could not be given.
    problem: Option<String>,
}

impl Given {
    pub(super) fn value(&mut self, name: &str, object: Object) {
        match name.parse::<Reference>() {
            Ok(reference) if reference.kind == object.kind() => self.put(reference, object),
            Ok(reference) => self.fail(format!("{reference} is given as a {}", object.kind().name())),
            Err(why) => self.fail(why),
        }
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        match name.parse() {
            Ok(reference) => self.read(reference, name, text),
            Err(why) => self.fail(why),
        }
    }

    pub(super) fn file(&mut self, path: &Path) {
        let shown = path.display().to_string();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        match (name.parse(), std::fs::read(path)) {
            (Err(why), _) => self.fail(format!("{shown}: {why}")),
            (_, Err(error)) => self.fail(format!("{shown}: {error}")),
            (Ok(_), Ok(bytes)) if bytes.len() > TEXT_BYTES_MAX => self.fail(format!("{shown} is too large for a test")),
            (Ok(reference), Ok(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => self.read(reference, &shown, &text),
                Err(_) => self.fail(format!("{shown} is no text; a test reads simulations as CSV")),
            },
        }
    }

    fn read(&mut self, reference: Reference, place: &str, text: &str) {
        match Object::read(reference.kind, text) {
            Ok(object) => self.put(reference, object),
            Err(faults) => {
                let sentences: Vec<String> = faults.kept().iter().map(|fault| fault.in_file(place)).collect();
                self.fail(sentences.join("\n"));
            }
        }
    }

    fn put(&mut self, reference: Reference, object: Object) {
        self.objects.retain(|(other, _)| *other != reference);
        self.objects.push((reference, Rc::new(object)));
    }

    fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    /// The objects that the node declares, with those that a study among them uses; all of them must have been given.
    pub(super) fn granted(&self, info: &NodeInfo, parameters: &Parameters) -> Result<Vec<Named>, String> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        let mut granted: Vec<Named> = Vec::new();
        for object in &info.objects {
            let name = match &object.name {
                ObjectName::Fixed(name) => name.clone(),
                ObjectName::Parameter(parameter) => {
                    parameters.get::<String>(parameter).map_err(|error| error.to_string())?
                }
            };
            if name.is_empty() {
                continue;
            }
            let given = self.find(&name, object.kind)?;
            if let Object::Study(study) = &*given.1 {
                for used in &study.uses {
                    granted.push(self.find(&used.object.name, object_kind(used.object.kind))?);
                }
            }
            granted.push(given);
        }
        Ok(granted)
    }

    fn find(&self, name: &str, kind: ObjectKind) -> Result<Named, String> {
        let wanted = Reference::new(name, Kind::of_word(kind.word()).expect("both sides have the same words"));
        let found = self.objects.iter().find(|(reference, _)| Some(reference) == wanted.as_ref());
        found.cloned().ok_or_else(|| {
            let (kind, word) = (kind.name(), kind.word());
            format!(
                "the node opens the {kind} `{name}`, and the test does not give it: `.object(\"{name}.{word}\", …)`"
            )
        })
    }
}
