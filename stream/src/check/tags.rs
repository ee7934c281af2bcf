//! Tags: which statements `exec_when=` switches off in this run, and what then lacks a writer or a reader. A statement
//! that is switched off is parsed and not looked at any further.

use std::collections::BTreeSet;

use super::Given;
use super::draft::QueueUse;
use super::expand::Frame;
use super::place::{Place, Way};
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::{SwitchedOff, Switches};
use crate::source::{SourceFile, Span};
use crate::syntax::{
    BindingValue, File, InputPort, Name, OnErrorChoice, OptionName, OptionValue, Options, QueueRef, Statement,
};

/// A statement that does not run, for want of a tag.
pub(super) struct Off<'a> {
    /// `output values`, for the plan.
    pub(super) described: String,
    /// Its tags; none of them is on.
    pub(super) tags: &'a [Name],
    pub(super) line: usize,
    /// The file it is in; nothing where that is the one that was given.
    pub(super) file: Option<String>,
    /// The queues it would write.
    pub(super) writes: Vec<QueueUse>,
    /// The queues it would read.
    pub(super) reads: Vec<QueueUse>,
    /// The signals it would fire, by their names in the process as a whole.
    pub(super) fires: Vec<String>,
    /// The facts it would set, likewise.
    pub(super) sets: Vec<String>,
    /// What the signals and facts that it would wait for may be.
    pub(super) awaits: Vec<String>,
    /// Whether `reads` is all of it; the queues of a query are not known.
    pub(super) known: bool,
}

/// The tags of a statement that none of the run's tags switches on; nothing where it runs.
pub(super) fn switched_off<'a>(statement: &'a Statement, given: &Given) -> Option<&'a [Name]> {
    let tags = tags_of(statement.options()?)?;
    let on = tags.iter().any(|tag| given.tags.contains(&tag.text));
    (!on).then_some(tags)
}

impl<'a> Off<'a> {
    /// What a statement that does not run would have done.
    pub(super) fn of(
        statement: &'a Statement,
        tags: &'a [Name],
        frame: &Frame,
        source: &SourceFile,
        scope: &mut Scope<'_>,
    ) -> Self {
        use_values(statement, scope);
        let (mut writes, mut reads): (Vec<&Name>, Vec<&Name>) = (Vec::new(), Vec::new());
        let mut known = true;
        let mut fires: Vec<String> =
            listed(statement, &[OptionName::Setsig]).map(|name| frame.own(&name.text)).collect();
        let name = match statement {
            Statement::Input(input) => {
                writes.push(&input.queue);
                input.options.name(OptionName::Name).or(Some(&input.queue))
            }
            Statement::Output(output) => {
                reads.push(&output.queue);
                let name = output.options.name(OptionName::Name);
                let own = name.map_or_else(|| format!("out_{}", output.queue), |name| name.text.clone());
                fires.extend([frame.own(&own), format!("{}{own}", frame.prefix())]);
                output.options.name(OptionName::Name).or(Some(&output.queue))
            }
            Statement::Node(node) => {
                reads.extend(read_by(&node.inputs));
                writes.extend(names(&node.outputs));
                Some(&node.name)
            }
            Statement::Model(model) => {
                reads.extend(read_by(&model.inputs));
                writes.extend(names(&model.outputs));
                model.options.name(OptionName::Name)
            }
            Statement::Group(group) => {
                reads.extend(names(group.inputs.iter().flatten()));
                writes.extend(names(group.outputs.iter().flatten()));
                // Without parentheses its queues are those around it.
                known = group.inputs.is_some() || group.body.is_none();
                group.options.name(OptionName::Name).or(Some(&group.name))
            }
            Statement::Sql(sql) => {
                let into = sql.options.name(OptionName::Into);
                let name = sql.options.name(OptionName::Name);
                writes.extend(into.or(name));
                known = false;
                name
            }
            Statement::Sas(sas) => {
                known = false;
                sas.options.name(OptionName::Name)
            }
            Statement::Queue(queue) => Some(&queue.name),
        };
        if let Some(OptionValue::OnError(OnErrorChoice::Queue(queue))) =
            statement.options().and_then(|options| options.get(OptionName::OnError)).map(|option| &option.value)
        {
            writes.push(queue);
        }
        let kind = statement.kind();
        let described = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {}{name}", frame.prefix()));
        let start = statement.span().start;
        let used = |names: Vec<&Name>| {
            names.into_iter().map(|name| QueueUse { name: frame.queue(&name.text), span: name.span }).collect()
        };
        Off {
            described,
            tags,
            line: source.position(start).line,
            file: source.appended_name(start).map(str::to_owned),
            writes: used(writes),
            reads: used(reads),
            fires,
            sets: facts_of(statement, frame),
            awaits: awaited_by(statement, frame),
            known,
        }
    }

    /// Its tags as they are written.
    pub(super) fn written(&self) -> String {
        let tags: Vec<&str> = self.tags.iter().map(|tag| tag.text.as_str()).collect();
        format!("exec_when={}", tags.join(","))
    }
}

/// The facts that a statement would set.
fn facts_of(statement: &Statement, frame: &Frame) -> Vec<String> {
    listed(statement, &[OptionName::Setfact, OptionName::Setdyn]).map(|name| frame.own(&name.text)).collect()
}

/// What the signals and facts that a statement would wait for may be.
fn awaited_by(statement: &Statement, frame: &Frame) -> Vec<String> {
    let names = listed(statement, &[OptionName::Getsig, OptionName::Getfact, OptionName::Getdyn]);
    names.flat_map(|name| frame.around(&name.text)).collect()
}

/// The names that options of a statement list.
fn listed<'a>(statement: &'a Statement, options: &[OptionName]) -> impl Iterator<Item = &'a Name> {
    let options = options.iter().filter_map(|name| statement.options()?.get(*name));
    options.flat_map(|option| match &option.value {
        OptionValue::Names(names) => names.as_slice(),
        _ => &[],
    })
}

/// Says which tags of the run no statement knows.
pub(super) fn check_tags(files: &[&File], given: &Given, problems: &mut Vec<Diagnostic>) {
    if given.tags.is_empty() || files.iter().any(|file| file.incomplete) {
        return;
    }
    let mut known: Vec<&Name> = Vec::new();
    files.iter().for_each(|file| collect(file.statements(), &mut known));
    let mut said = BTreeSet::new();
    for tag in &given.tags {
        if known.iter().any(|name| name.text == *tag) || !said.insert(tag) {
            continue;
        }
        let message = format!("`--tag {tag}` names no tag of this process");
        let near = nearest(tag, known.iter().map(|name| name.text.as_str()));
        let near = near.and_then(|near| known.iter().find(|name| name.text == near));
        problems.push(match near {
            Some(near) => Diagnostic::error("unknown-tag", near.span, message)
                .label("this one is near")
                .help(format!("did you mean `--tag {near}`?")),
            None if known.is_empty() => Diagnostic::error("unknown-tag", Span::default(), message)
                .label("no statement of this file has `exec_when=`")
                .help("leave the tag out: every statement runs"),
            None => {
                let all: BTreeSet<&str> = known.iter().map(|name| name.text.as_str()).collect();
                let all: Vec<&str> = all.into_iter().collect();
                Diagnostic::error("unknown-tag", known[0].span, message)
                    .label("tags stand behind `exec_when=`")
                    .help(format!("its tags are {}", all.join(", ")))
            }
        });
    }
}

/// What the plan says of tags.
pub(super) fn switches(given: &Given, off: &[Off<'_>]) -> Switches {
    let on: BTreeSet<&String> = given.tags.iter().collect();
    let off = off.iter().map(|off| SwitchedOff {
        statement: off.described.clone(),
        file: off.file.clone(),
        line: off.line,
        tags: off.tags.iter().map(|tag| tag.text.clone()).collect(),
    });
    Switches { on: on.into_iter().cloned().collect(), off: off.collect() }
}

fn tags_of(options: &Options) -> Option<&[Name]> {
    match options.get(OptionName::ExecWhen).map(|option| &option.value) {
        Some(OptionValue::Names(tags)) => Some(tags),
        _ => None,
    }
}

/// The tags of statements and of what is in their groups.
fn collect<'a>(statements: impl Iterator<Item = &'a Statement>, known: &mut Vec<&'a Name>) {
    for statement in statements {
        known.extend(statement.options().and_then(tags_of).into_iter().flatten());
        if let Statement::Group(group) = statement {
            collect(group.body.iter().flatten(), known);
        }
    }
}

/// A value that only a switched-off statement uses is used all the same: `--param` must not be called unknown for it.
fn use_values(statement: &Statement, scope: &mut Scope<'_>) {
    let mut unsaid = Vec::new();
    match statement {
        Statement::Input(input) => {
            Place::of(&input.source, &input.options, Way::In(None), scope, &mut unsaid);
        }
        Statement::Output(output) => {
            Place::of(&output.target, &output.options, Way::Out, scope, &mut unsaid);
        }
        Statement::Node(node) => {
            let Some(OptionValue::Params(bindings)) = node.options.get(OptionName::Params).map(|option| &option.value)
            else {
                return;
            };
            for binding in bindings {
                if let BindingValue::Variable(variable) = &binding.value {
                    scope.text_of_variable(variable, &mut unsaid);
                }
            }
        }
        Statement::Group(group) => group.body.iter().flatten().for_each(|member| use_values(member, scope)),
        Statement::Sql(_) | Statement::Sas(_) | Statement::Model(_) | Statement::Queue(_) => {}
    }
}

fn read_by(ports: &[InputPort]) -> impl Iterator<Item = &Name> {
    names(ports.iter().flat_map(|port| &port.queues))
}

fn names<'a>(queues: impl IntoIterator<Item = &'a QueueRef>) -> impl Iterator<Item = &'a Name> {
    queues.into_iter().filter(|queue| !queue.is_null()).map(|queue| &queue.name)
}
