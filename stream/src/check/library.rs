//! The stream files of a process: the one that was given, and those that it refers to by name, read before anything
//! else is settled. All their texts stand in one [`SourceFile`], so that a place says which file it is in.

use std::collections::BTreeMap;

use super::Given;
use super::surroundings::{ProcessProblem, Surroundings};
use super::tags::switched_off;
use crate::diagnostic::Diagnostic;
use crate::parser::parse;
use crate::source::{SOURCE_BYTES_MAX, SourceFile};
use crate::syntax::{File, Group, Statement};

/// How many other files a process may be made of.
const FILES_MAX: usize = 256;

/// Every file of a process.
pub(super) struct Library {
    /// The texts of all files, one after the other.
    pub(super) source: SourceFile,
    /// The files that were read by name, in the order they were met.
    files: Vec<File>,
    by_name: BTreeMap<String, Result<usize, ProcessProblem>>,
}

impl Library {
    /// Reads what `main` refers to, what that refers to, and so on. What is wrong with a file itself is said here; what
    /// could not be read is said where it is referred to.
    pub(super) fn of(
        main: &File,
        source: &SourceFile,
        given: &Given,
        surroundings: &dyn Surroundings,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut library = Library { source: source.clone(), files: Vec::new(), by_name: BTreeMap::new() };
        let mut wanted = references(main, given);
        while let Some(name) = wanted.pop() {
            if library.by_name.contains_key(&name) {
                continue;
            }
            let found = library.read(&name, surroundings, problems);
            if let Ok(file) = &found {
                wanted.extend(references(&library.files[*file], given));
            }
            library.by_name.insert(name, found);
        }
        library
    }

    fn read(
        &mut self,
        name: &str,
        surroundings: &dyn Surroundings,
        problems: &mut Vec<Diagnostic>,
    ) -> Result<usize, ProcessProblem> {
        if self.files.len() == FILES_MAX {
            return Err(ProcessProblem::Unusable(format!("a process is made of {FILES_MAX} other files at most")));
        }
        let file = surroundings.process(name)?;
        if self.source.text().len() + file.text().len() > SOURCE_BYTES_MAX {
            let message = "the files of one process have 16 MiB together at most".to_owned();
            return Err(ProcessProblem::Unusable(message));
        }
        self.source.append(&file);
        let parsed = parse(&self.source);
        problems.extend(parsed.diagnostics);
        self.files.push(parsed.file);
        Ok(self.files.len() - 1)
    }

    /// The files that were read by name.
    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    /// The file of a name, by its place in [`Library::files`].
    pub(super) fn file(&self, name: &str) -> Result<usize, ProcessProblem> {
        self.by_name.get(name).cloned().unwrap_or(Err(ProcessProblem::Missing))
    }
}

/// The groups of a file that have braces, at whatever depth.
pub(super) fn definitions(file: &File) -> Vec<&Group> {
    let mut found = Vec::new();
    let mut left: Vec<&Statement> = file.statements().collect();
    left.reverse();
    while let Some(statement) = left.pop() {
        if let Statement::Group(group) = statement
            && let Some(body) = &group.body
        {
            found.push(group);
            left.extend(body.iter().rev());
        }
    }
    found
}

/// The names that a file refers to and has no group for, the last first. What is switched off refers to nothing.
fn references(file: &File, given: &Given) -> Vec<String> {
    let known = definitions(file);
    let mut names = Vec::new();
    let mut left: Vec<&Statement> = file.statements().collect();
    while let Some(statement) = left.pop() {
        let Statement::Group(group) = statement else { continue };
        if switched_off(statement, given).is_some() {
            continue;
        }
        match &group.body {
            Some(body) => left.extend(body),
            None if known.iter().any(|known| known.name.text == group.name.text) => {}
            None => names.push(group.name.text.clone()),
        }
    }
    names
}
