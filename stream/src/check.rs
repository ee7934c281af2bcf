//! From the syntax tree to the checked plan: every problem that can be known without running, in one pass.
//!
//! Called by the command line before anything runs. It decides and never acts: what it must know of the world comes
//! through [`Surroundings`].

mod against_file;
mod assemble;
mod binding;
mod columns;
mod component;
mod division;
mod draft;
mod expand;
mod facts;
mod graph;
mod header;
mod infer;
mod library;
mod limits;
mod merge;
mod objects;
mod parallel;
mod parts;
mod place;
mod prune;
mod query;
mod recorded;
mod sample;
mod scope;
mod secrets;
mod served;
mod signals;
mod surroundings;
mod tags;
mod targets;
mod typing;

use std::collections::BTreeSet;

use self::assemble::Decided;
use self::component::settle_components;
use self::division::divide;
use self::draft::Draft;
use self::expand::expand;
use self::facts::settle_facts;
use self::graph::Graph;
use self::header::{check_headers, process_name};
use self::library::Library;
use self::objects::settle_objects;
use self::parts::check_parts;
use self::prune::Kept;
use self::sample::check_samples;
use self::scope::Scope;
use self::secrets::settle_secrets;
use self::tags::{check_tags, switches};
use self::targets::{check_dates, check_targets};
use self::typing::Typing;
use crate::diagnostic::{Diagnostic, sort};
use crate::parser::Parsed;
use crate::plan::Plan;
use crate::source::SourceFile;
use crate::syntax::File;

pub use self::recorded::{BadWorld, Recorded, Recording, World};
pub use self::surroundings::{
    BoundQuery, ComponentFacts, ComponentProblem, InputPath, NamedTable, ObjectFacts, ObjectProblem, ProcessProblem,
    QueryProblem, Rules, SAMPLE_BYTES_MAX, SAMPLE_RECORDS_MAX, SampledCell, SampledFile, SampledRecord, SampledType,
    Surroundings,
};

/// What a run is given besides its stream file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// `--param name=value`, in the order they were given; the last of a name counts.
    pub params: Vec<(String, String)>,
    /// Values of `opt.a.b.c`, by `a.b.c`; the last of a name counts.
    pub options: Vec<(String, String)>,
    /// `--fact name=value`, in the order they were given; the last of a name counts.
    pub facts: Vec<(String, String)>,
    /// `--tag name`: statements with `exec_when=` run only where one of their tags is among these.
    pub tags: Vec<String>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The plan, where there is no error.
    pub plan: Option<Plan>,
    /// Every problem, those of the parser included, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The file with those that it refers to: what the places of the problems are in.
    pub source: SourceFile,
}

/// Checks a parsed file with what a run is given. The same arguments and the same answers of `surroundings` give the
/// same result. A file with syntax errors is checked as far as it was read.
pub fn check(source: &SourceFile, parsed: &Parsed, given: &Given, surroundings: &dyn Surroundings) -> Checked {
    let mut diagnostics = parsed.diagnostics.clone();
    let library = Library::of(&parsed.file, source, given, surroundings, &mut diagnostics);
    let plan = plan(&library, &parsed.file, given, surroundings, &mut diagnostics);
    sort(&mut diagnostics);
    // A group that is used twice has each of its problems twice.
    let mut seen = BTreeSet::new();
    diagnostics.retain(|problem| seen.insert((problem.primary.span, problem.code, problem.message.clone())));
    let plan = plan.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Checked { plan, diagnostics, source: library.source }
}

/// The plan as far as it can be made; it is good only where no error was found.
fn plan(
    library: &Library,
    file: &File,
    given: &Given,
    surroundings: &dyn Surroundings,
    problems: &mut Vec<Diagnostic>,
) -> Option<Plan> {
    let source = &library.source;
    check_headers(file, library.files(), problems);
    let files: Vec<&File> = std::iter::once(file).chain(library.files()).collect();
    check_tags(&files, given, problems);
    let mut scope = Scope::of(&files, given, problems);
    let expanded = expand(file, library, surroundings, &mut scope, problems);
    let mut draft = Draft::of(expanded, source, surroundings, &mut scope, problems);
    settle_components(&mut draft, surroundings, &mut scope, problems);
    let objects = settle_objects(&mut draft, surroundings, problems);
    let secrets = settle_secrets(&files, &mut draft, surroundings, problems);
    check_dates(&mut draft, surroundings, problems);
    let facts = settle_facts(&draft, given, problems);
    let graph = Graph::of(&draft, facts, problems);
    check_targets(&draft, problems);
    let parts = divide(&draft, &graph, problems);
    scope.report_unused(draft.complete && draft.off.is_empty() && draft.components_known(), problems);
    let order = graph.order.as_deref()?;
    let typing = Typing::of(&draft, &graph, order, surroundings, problems);
    let kept = Kept::of(&draft, &graph, &typing);
    check_samples(&draft, &typing, &kept, surroundings, problems);
    check_parts(&draft, &graph, &kept, problems);
    let decided = Decided { draft: &draft, graph: &graph, typing: &typing, kept: &kept, parts: &parts };
    let nodes = decided.nodes()?;
    Some(Plan {
        process: process_name(file, source),
        file: source.name().to_owned(),
        parameters: scope.parameters(),
        options: scope.options(),
        switches: switches(given, &draft.off),
        groups: draft.groups.clone(),
        facts: graph.facts.facts.clone(),
        objects,
        secrets,
        queues: decided.queues(&nodes),
        nodes,
        cut_from: None,
    })
}
