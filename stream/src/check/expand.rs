//! Groups taken apart: every `process` and `subprocess` becomes the statements it holds, as often as it is used, with
//! names of its own. What is left is a flat list, and of each group where it was and what it was called.

mod frame;
mod problem;

use std::collections::BTreeMap;

use self::problem::{ambiguous, missing, port_count, recursion, taken, too_many, unusable};
use super::library::{Library, definitions};
use super::scope::Scope;
use super::served::duplicate_options;
use super::surroundings::{ProcessProblem, Surroundings};
use super::tags::{Off, switched_off};
use crate::diagnostic::Diagnostic;
use crate::plan;
use crate::syntax::{File, Group, Item, Name, NameHeader, OptionName, QueueRef, Statement};

pub(super) use self::frame::Frame;

/// How many groups a process may have once all are taken apart, and how many statements are in them. Each use of a
/// group inside a group multiplies.
const FRAMES_MAX: usize = 4096;
const STATEMENTS_MAX: usize = 100_000;

/// How deep groups may stand in each other, those of other files counted.
const DEPTH_MAX: usize = 64;

/// A process without groups.
pub(super) struct Expanded<'a> {
    /// Every statement that runs and is no group, in the file's order, with the place of its frame.
    pub(super) statements: Vec<(&'a Statement, usize)>,
    /// The process itself, and one for each group.
    pub(super) frames: Vec<Frame>,
    /// Groups for the plan; a frame says which is its own.
    pub(super) groups: Vec<plan::Group>,
    /// Statements that are switched off.
    pub(super) off: Vec<Off<'a>>,
    /// Whether everything could be taken apart.
    pub(super) complete: bool,
}

/// What the files of a process offer, and how far it has been taken apart.
struct Expansion<'a, 's, 'p> {
    main: &'a File,
    library: &'a Library,
    surroundings: &'p dyn Surroundings,
    scope: &'p mut Scope<'s>,
    problems: &'p mut Vec<Diagnostic>,
    /// The groups that are being taken apart, from the outermost.
    open: Vec<(&'a Name, Definition<'a>)>,
    expanded: Expanded<'a>,
}

/// What a name of a group stands for.
#[derive(Clone, Copy)]
enum Definition<'a> {
    /// A group with braces, in a file.
    Group(&'a Group, FileId),
    /// A file.
    File(usize),
}

/// The file that statements stand in: the one that was given, or one of the library's.
type FileId = Option<usize>;

impl Definition<'_> {
    fn is(&self, other: &Definition<'_>) -> bool {
        match (self, other) {
            (Definition::Group(a, _), Definition::Group(b, _)) => a.keyword == b.keyword,
            (Definition::File(a), Definition::File(b)) => a == b,
            _ => false,
        }
    }
}

/// Takes the groups of a process apart.
pub(super) fn expand<'a>(
    main: &'a File,
    library: &'a Library,
    surroundings: &dyn Surroundings,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Expanded<'a> {
    let complete = !main.incomplete && library.files().iter().all(|file| !file.incomplete);
    let expanded =
        Expanded { statements: Vec::new(), frames: vec![Frame::root()], groups: Vec::new(), off: Vec::new(), complete };
    let mut expansion = Expansion { main, library, surroundings, scope, problems, open: Vec::new(), expanded };
    expansion.take(main.statements(), None, 0);
    expansion.expanded
}

impl<'a> Expansion<'a, '_, '_> {
    fn file(&self, file: FileId) -> &'a File {
        file.map_or(self.main, |file| &self.library.files()[file])
    }

    /// Takes statements of a file into a frame.
    fn take(&mut self, statements: impl Iterator<Item = &'a Statement>, file: FileId, frame: usize) {
        let mut names: BTreeMap<String, Option<&'a Name>> = BTreeMap::new();
        for statement in statements {
            if self.expanded.statements.len() + self.expanded.off.len() >= STATEMENTS_MAX {
                self.refuse(too_many(statement.span(), &format!("{STATEMENTS_MAX} statements")));
                return;
            }
            if let Some(options) = statement.options() {
                duplicate_options(options, self.problems);
            }
            let name = match statement {
                Statement::Group(group) => self.name_of(group, &mut names),
                _ => String::new(),
            };
            if let Some(tags) = switched_off(statement, self.scope.given()) {
                let off = Off::of(statement, tags, &self.expanded.frames[frame], &self.library.source, self.scope);
                self.expanded.off.push(off);
            } else if let Statement::Group(group) = statement {
                self.take_group(group, name, file, frame);
            } else {
                self.expanded.statements.push((statement, frame));
            }
        }
    }

    /// `name=`, else the group's own name, numbered from its second use on.
    fn name_of(&mut self, group: &'a Group, names: &mut BTreeMap<String, Option<&'a Name>>) -> String {
        if let Some(name) = group.options.name(OptionName::Name) {
            if let Some(Some(first)) = names.insert(name.text.clone(), Some(name)) {
                self.problems.push(taken(name, first));
            }
            return name.text.clone();
        }
        let stem = &group.name.text;
        let mut name = stem.clone();
        let mut number = 2;
        while names.contains_key(&name) {
            name = format!("{stem}_{number}");
            number += 1;
        }
        names.insert(name.clone(), Some(&group.name));
        name
    }

    fn take_group(&mut self, group: &'a Group, name: String, file: FileId, outer: usize) {
        let Some(definition) = self.definition(group, file) else {
            self.expanded.complete = false;
            return;
        };
        if let Some(start) = self.open.iter().position(|(_, open)| open.is(&definition)) {
            let path: Vec<&Name> = self.open[start..].iter().map(|(name, _)| *name).collect();
            self.refuse(recursion(&group.name, &path));
            return;
        }
        if self.expanded.frames.len() == FRAMES_MAX {
            self.refuse(too_many(group.name.span, &format!("{FRAMES_MAX} groups")));
            return;
        }
        if self.open.len() == DEPTH_MAX {
            self.refuse(too_many(group.name.span, &format!("{DEPTH_MAX} groups inside each other")));
            return;
        }
        let Some(frame) = self.frame(group, name, definition, outer) else {
            self.expanded.complete = false;
            return;
        };
        let number = self.expanded.frames.len();
        self.expanded.frames.push(frame);
        self.open.push((&group.name, definition));
        match definition {
            Definition::Group(inner, file) => self.take(inner.body.iter().flatten(), file, number),
            Definition::File(file) => self.take(self.library.files()[file].statements(), Some(file), number),
        }
        self.open.pop();
    }

    /// What a group's statements are: its own, those of the group of its name in its file, those of the file of its name.
    fn definition(&mut self, group: &'a Group, file: FileId) -> Option<Definition<'a>> {
        if group.body.is_some() {
            return Some(Definition::Group(group, file));
        }
        let in_file = definitions(self.file(file));
        let named: Vec<&'a Group> =
            in_file.iter().copied().filter(|known| known.name.text == group.name.text).collect();
        match named.as_slice() {
            [only] => return Some(Definition::Group(only, file)),
            [first, second, ..] => {
                self.problems.push(ambiguous(&group.name, &first.name, &second.name));
                return None;
            }
            [] => {}
        }
        match self.library.file(&group.name.text) {
            Ok(found) => Some(Definition::File(found)),
            Err(ProcessProblem::Missing) => {
                let mut known: Vec<String> = in_file.iter().map(|known| known.name.text.clone()).collect();
                known.extend(self.surroundings.processes());
                self.problems.push(missing(&group.name, &known));
                None
            }
            Err(ProcessProblem::Unusable(why)) => {
                self.problems.push(unusable(&group.name, &why));
                None
            }
        }
    }

    /// The names inside a group: its ports are queues of the outer frame, by position.
    fn frame(&mut self, group: &'a Group, name: String, definition: Definition<'a>, outer: usize) -> Option<Frame> {
        let (inputs, outputs) = match definition {
            Definition::Group(inner, _) => (inner.inputs.as_deref(), inner.outputs.as_deref()),
            Definition::File(file) => match ports(&self.library.files()[file]) {
                Some(header) => (header.inputs.as_deref(), header.outputs.as_deref()),
                // A file that names no ports has them under the names that they are given.
                None => (group.inputs.as_deref(), group.outputs.as_deref()),
            },
        };
        let in_place = group.body.is_some() && group.inputs.is_none();
        let shared = matches!(definition, Definition::Group(inner, _) if inner.inputs.is_none());
        let outer_frame = &self.expanded.frames[outer];
        let mut frame = Frame::inside(outer_frame, &name, in_place || shared);
        for (way, inner, given) in [("in", inputs, &group.inputs), ("out", outputs, &group.outputs)] {
            let inner = queues(inner.unwrap_or_default());
            let given = queues(given.as_deref().unwrap_or_default());
            if inner.len() != given.len() {
                self.problems.push(port_count(&group.name, way, &inner, given.len()));
                return None;
            }
            for (inner, given) in inner.iter().zip(&given) {
                frame.bind(&inner.text, outer_frame.queue(&given.text));
            }
        }
        let source = &self.library.source;
        let text = |option| group.options.text(option).map(|text| text.value.clone());
        self.expanded.groups.push(plan::Group {
            name: frame.full_name(),
            label: text(OptionName::Label),
            description: text(OptionName::Descr),
            file: source.appended_name(group.span.start).map(str::to_owned),
            line: source.position(group.span.start).line,
            parent: outer_frame.group,
        });
        frame.group = Some(self.expanded.groups.len() - 1);
        Some(frame)
    }

    fn refuse(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
        self.expanded.complete = false;
    }
}

/// The NAME statement of a file, where it names ports.
fn ports(file: &File) -> Option<&NameHeader> {
    let header = file.items.iter().find_map(|item| match item {
        Item::Name(header) => Some(header),
        _ => None,
    })?;
    header.inputs.is_some().then_some(header)
}

fn queues(list: &[QueueRef]) -> Vec<&Name> {
    list.iter().filter(|queue| !queue.is_null()).map(|queue| &queue.name).collect()
}
