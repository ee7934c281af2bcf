//! The values a process is given: its parameters and the options of the run. Decides what `${x}`, `var.x` and
//! `opt.a.b.c` stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::Given;
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::{Value, ValueType};
use crate::plan::Parameter;
use crate::source::Span;
use crate::syntax::{File, Name, ParamDeclaration, Template, TemplatePart, Variable, VariableKind};

/// Problems after which a parameter that seems unused may just be misspelt elsewhere.
const PARAMETER_CODES: [&str; 3] = ["unknown-parameter", "parameter-type", "missing-value"];
const NO_VALUE: &str = "expected a value from the run";

/// The values of one run, and which of them the process has used so far.
pub(super) struct Scope<'a> {
    params: Vec<Param<'a>>,
    given: &'a Given,
    used: BTreeSet<String>,
}

/// A declared parameter.
struct Param<'a> {
    declaration: &'a ParamDeclaration,
    /// The file that declares it, by its place.
    file: usize,
    /// Nothing where there is none, which has been said.
    value: Option<Value>,
}

/// What a name stands for.
pub(super) enum Found {
    /// A parameter of this type; its value is missing or wrong where there is none, which has been said.
    Param { value_type: ValueType, value: Option<Value> },
    /// No parameter is declared by that name.
    Undeclared,
}

impl<'a> Scope<'a> {
    /// Settles the parameters of a process with what the run gives. Several files may declare one: the first decides
    /// its value.
    pub(super) fn of(files: &[&'a File], given: &'a Given, problems: &mut Vec<Diagnostic>) -> Self {
        let mut params: Vec<Param<'a>> = Vec::new();
        let declared = files.iter().enumerate().flat_map(|(file, tree)| tree.params().map(move |param| (file, param)));
        for (file, declaration) in declared {
            let name = &declaration.name;
            let first = params.iter().find(|param| param.declaration.name.text == name.text);
            if let Some(other) = first.filter(|other| other.file != file) {
                problems.extend(another_type(declaration, other.declaration));
                continue;
            }
            if let Some(other) = first {
                let message = format!("parameter `{name}` is declared twice");
                problems.push(
                    Diagnostic::error("duplicate-parameter", name.span, message)
                        .label("declared again here")
                        .also(other.declaration.name.span, "first declared here")
                        .help("remove one of the two"),
                );
                continue;
            }
            let value = value_of(declaration, given, problems);
            params.push(Param { declaration, file, value });
        }
        Scope { params, given, used: BTreeSet::new() }
    }

    /// What the run gives.
    pub(super) fn given(&self) -> &'a Given {
        self.given
    }

    /// The parameter of a name.
    pub(super) fn param(&mut self, name: &str) -> Found {
        match self.params.iter().find(|param| param.declaration.name.text == name) {
            Some(param) => {
                self.used.insert(name.to_owned());
                Found::Param { value_type: param.declaration.value_type.value, value: param.value.clone() }
            }
            None => Found::Undeclared,
        }
    }

    /// Names of the declared parameters, for hints.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|param| param.declaration.name.text.as_str())
    }

    /// The text of a template, its names filled in; nothing where one has no value, which is then said.
    pub(super) fn fill(&mut self, template: &Template, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let mut text = String::new();
        let mut whole = true;
        for part in &template.parts {
            let piece = match part {
                TemplatePart::Text(piece) => Some(piece.clone()),
                TemplatePart::Param(name) => self.text_of_param(name, problems),
                TemplatePart::Variable(variable) => self.text_of_variable(variable, problems),
            };
            match piece {
                Some(piece) => text.push_str(&piece),
                None => whole = false,
            }
        }
        whole.then_some(text)
    }

    fn text_of_param(&mut self, name: &Name, problems: &mut Vec<Diagnostic>) -> Option<String> {
        match self.param(&name.text) {
            Found::Param { value, .. } => value.as_ref().map(Value::to_path_text),
            Found::Undeclared => {
                problems.push(self.undeclared(name, "${…} stands for a parameter of the process"));
                None
            }
        }
    }

    /// That no parameter has this name.
    pub(super) fn undeclared(&self, name: &Name, label: &str) -> Diagnostic {
        let help = match nearest(&name.text, self.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `param {name} text = \"…\"`"),
        };
        Diagnostic::error("unknown-parameter", name.span, format!("there is no parameter `{name}`"))
            .label(label)
            .help(help)
    }

    /// The text that `var.x` or `opt.a.b.c` stands for; nothing where there is none, which is then said.
    pub(super) fn text_of_variable(&mut self, variable: &Variable, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let path = variable.path.as_str();
        match variable.kind {
            VariableKind::Var => {
                if let Found::Param { value, .. } = self.param(path) {
                    return value.as_ref().map(Value::to_path_text);
                }
                self.used.insert(path.to_owned());
                let given = last_of(&self.given.params, path);
                if given.is_none() {
                    let message = format!("`var.{path}` has no value");
                    let help = format!("give it with `--param {path}=…`, or declare `param {path} text = \"…\"`");
                    problems
                        .push(Diagnostic::error("missing-value", variable.span, message).label(NO_VALUE).help(help));
                }
                given.map(str::to_owned)
            }
            VariableKind::Opt => {
                let given = self.given.options.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(path));
                if given.is_none() {
                    let message = format!("`opt.{path}` has no value");
                    let help = format!("give it with `--opt {path}=…`");
                    problems
                        .push(Diagnostic::error("missing-value", variable.span, message).label(NO_VALUE).help(help));
                }
                given.map(|(_, value)| value.clone())
            }
            VariableKind::Dyn => {
                let message = format!("`dyn.{path}` stands in paths alone");
                let help = "a component reads facts itself; give it a parameter of the process: `params=(rate=rate)`";
                problems.push(Diagnostic::error("bad-value", variable.span, message).label(NO_VALUE).help(help));
                None
            }
        }
    }

    /// Says which values of the run name nothing, and which parameters nothing uses. Called when everything else has
    /// asked for what it needs. `complete` is false where part of the process could not be looked at.
    pub(super) fn report_unused(&self, complete: bool, problems: &mut Vec<Diagnostic>) {
        let mut said = BTreeSet::new();
        for (name, value) in &self.given.params {
            let known = self.names().any(|known| known == name) || self.used.contains(name);
            if known || !said.insert(name) {
                continue;
            }
            let message = format!("`--param {name}={value}` names no parameter of this process");
            let near = nearest(name, self.names()).map(str::to_owned);
            let (span, help) = match &near {
                Some(near) => (self.span_of(near), format!("did you mean `--param {near}={value}`?")),
                None if self.params.is_empty() => (Span::default(), "this process declares no parameters".to_owned()),
                None => {
                    let names: Vec<&str> = self.names().collect();
                    (self.span_of(names[0]), format!("its parameters are {}", names.join(", ")))
                }
            };
            let label = if near.is_some() { "this one is near" } else { "declared are the parameters of this file" };
            problems.push(Diagnostic::error("unknown-parameter", span, message).label(label).help(help));
        }
        let doubtful = problems.iter().any(|problem| PARAMETER_CODES.contains(&problem.code));
        for param in self.params.iter().filter(|_| complete && !doubtful) {
            let name = &param.declaration.name;
            if !self.used.contains(&name.text) {
                let message = format!("nothing uses the parameter `{name}`");
                let help = format!(
                    "a component gets it when it declares a parameter `{name}`; a path, when it holds `${{{name}}}`"
                );
                let label = "its value changes nothing";
                problems.push(Diagnostic::warning("unused-parameter", name.span, message).label(label).help(help));
            }
        }
    }

    fn span_of(&self, name: &str) -> Span {
        let param = self.params.iter().find(|param| param.declaration.name.text == name);
        param.map_or(Span::default(), |param| param.declaration.name.span)
    }

    /// The options for the plan: the last of a name, in the order of names.
    pub(super) fn options(&self) -> Vec<(String, String)> {
        let options: BTreeMap<&String, &String> =
            self.given.options.iter().map(|(name, value)| (name, value)).collect();
        options.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The parameters for the plan, in the file's order.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let parameter = |param: &Param<'_>| {
            Some(Parameter { name: param.declaration.name.text.clone(), value: param.value.clone()? })
        };
        self.params.iter().filter_map(parameter).collect()
    }
}

/// That two files of a process declare one parameter with different types.
fn another_type(declaration: &ParamDeclaration, first: &ParamDeclaration) -> Option<Diagnostic> {
    let ParamDeclaration { name, value_type, .. } = declaration;
    let (here, there) = (value_type.value.name(), first.value_type.value.name());
    let message =
        format!("the parameter `{name}` is {} {here} here and {} {there} elsewhere", article(here), article(there));
    (here != there).then(|| {
        Diagnostic::error("parameter-type", value_type.span, message)
            .label(format!("expected {there}"))
            .also(first.value_type.span, "this declaration counts")
            .help("a parameter is visible in all files of a process: give both the same type, or one another name")
    })
}

/// The value of a declared parameter in this run: what the run gives, else its default.
fn value_of(declaration: &ParamDeclaration, given: &Given, problems: &mut Vec<Diagnostic>) -> Option<Value> {
    let ParamDeclaration { name, value_type, default, .. } = declaration;
    let type_name = value_type.value.name();
    let default_value = match default {
        Some(literal) => {
            let value = literal.to_value(value_type.value);
            if value.is_none() {
                let message = format!("the default of `{name}` is not {} {type_name}", article(type_name));
                problems.push(
                    Diagnostic::error("parameter-type", literal.span(), message)
                        .label(expectation(value_type.value))
                        .also(value_type.span, "its type"),
                );
                return None;
            }
            value
        }
        None => None,
    };
    if let Some(text) = last_of(&given.params, &name.text) {
        let value = value_type.value.parse(text);
        if value.is_none() {
            let message = format!("`--param {name}={text}` is not {} {type_name}", article(type_name));
            problems.push(
                Diagnostic::error("parameter-type", value_type.span, message).label(expectation(value_type.value)),
            );
        }
        return value;
    }
    if default_value.is_none() {
        let message = format!("parameter `{name}` has no value");
        let example = example(value_type.value);
        problems.push(
            Diagnostic::error("missing-value", name.span, message)
                .label("it has no default, and the run does not give it")
                .help(format!("give it with `--param {name}=…`, or a default here: `= {example}`")),
        );
    }
    default_value
}

fn last_of<'a>(list: &'a [(String, String)], name: &str) -> Option<&'a str> {
    list.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// How a value of a type is written, for messages.
pub(super) fn expectation(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Boolean => "expected true or false",
        ValueType::Int64 => "expected a whole number such as 250",
        ValueType::Float64 => "expected a finite number such as 0.99",
        ValueType::Text => "expected a text in quotes",
    }
}

/// A value of a type, for hints.
pub(super) fn example(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Boolean => "false",
        ValueType::Int64 => "250",
        ValueType::Float64 => "0.99",
        ValueType::Text => "\"…\"",
    }
}

/// `a` or `an`.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
