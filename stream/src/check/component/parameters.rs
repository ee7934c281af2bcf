//! The values of a component's parameters: from `params=(…)`, from the process, else the component's own defaults.

use crate::check::draft::DraftComponent;
use crate::check::scope::{Found, Scope, article, example, expectation};
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::{NodeInfo, ParameterInfo, Value};
use crate::plan::Parameter;
use crate::source::Span;
use crate::syntax::{Binding, BindingValue};

/// The node whose parameters are settled.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
}

/// A value for each parameter of the component: from `params=(…)`, else from the process's parameter of the same name,
/// else its default.
pub(super) fn parameters(
    component: &DraftComponent<'_>,
    owner: Owner<'_>,
    info: &NodeInfo,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Parameter> {
    let known = || info.parameters.iter().map(|parameter| parameter.name.as_str());
    for binding in component.bindings {
        if !known().any(|name| name == binding.name.text) {
            let message = format!("the component of node `{}` has no parameter `{}`", owner.name, binding.name);
            let help = match nearest(&binding.name.text, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if info.parameters.is_empty() => "it has no parameters".to_owned(),
                None => format!("its parameters are {}", known().collect::<Vec<_>>().join(", ")),
            };
            let label = "expected a parameter of the component";
            problems.push(Diagnostic::error("unknown-parameter", binding.name.span, message).label(label).help(help));
        }
    }
    let mut parameters = Vec::new();
    for wanted in &info.parameters {
        let binding = component.bindings.iter().rev().find(|binding| binding.name.text == wanted.name);
        let value = match binding {
            Some(binding) => bound(binding, wanted, scope, problems),
            None => provided(owner, wanted, scope, problems),
        };
        if let Some(value) = value {
            parameters.push(Parameter { name: wanted.name.clone(), value });
        }
    }
    parameters
}

/// The value that `params=(name=…)` gives.
fn bound(
    binding: &Binding,
    wanted: &ParameterInfo,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let type_name = wanted.value_type.name();
    let wrong = |span, what: String| {
        let message = format!("{what} is not {} {type_name}, as parameter `{}` asks", article(type_name), wanted.name);
        Diagnostic::error("parameter-type", span, message).label(expectation(wanted.value_type))
    };
    match &binding.value {
        BindingValue::Literal(literal) => {
            let value = literal.to_value(wanted.value_type);
            if value.is_none() {
                problems.push(wrong(literal.span(), "this value".to_owned()));
            }
            value
        }
        BindingValue::Param(name) => match scope.param(&name.text) {
            Found::Param { value_type, value } if value_type == wanted.value_type => value,
            Found::Param { value_type, .. } => {
                problems
                    .push(wrong(name.span, format!("`{name}`, {} {},", article(value_type.name()), value_type.name())));
                None
            }
            Found::Undeclared => {
                problems.push(scope.undeclared(name, "expected a value, or a parameter of the process"));
                None
            }
        },
        BindingValue::Variable(variable) => {
            let text = scope.text_of_variable(variable, problems)?;
            let value = wanted.value_type.parse(&text);
            if value.is_none() {
                problems.push(wrong(variable.span, format!("`{text}`")));
            }
            value
        }
    }
}

/// The value of the process's parameter of that name, else the component's default.
fn provided(
    owner: Owner<'_>,
    wanted: &ParameterInfo,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let ParameterInfo { name, value_type, default, .. } = wanted;
    let Owner { name: node, span } = owner;
    let type_name = value_type.name();
    match scope.param(name) {
        Found::Param { value_type: declared, value } if declared == *value_type => return value,
        Found::Param { value_type: declared, .. } => {
            let message = format!(
                "parameter `{name}` is {} {} here, and the component of node `{node}` wants {} {type_name}",
                article(declared.name()),
                declared.name(),
                article(type_name)
            );
            problems.push(
                Diagnostic::error("parameter-type", span, message)
                    .label(format!("its component wants {type_name}"))
                    .help(format!("declare `param {name} {type_name}`, or give the node a value: `params=({name}=…)`")),
            );
            return None;
        }
        Found::Undeclared => {}
    }
    if let Some(Value::Float64(value)) = default
        && !value.is_finite()
    {
        let message = format!("the default of parameter `{name}` in the component of node `{node}` is {value}");
        let help = format!("give it a finite value: `param {name} float64 = 0.99`");
        problems.push(Diagnostic::error("missing-value", span, message).label("it cannot run with that").help(help));
        return None;
    }
    if default.is_none() {
        let message = format!("the component of node `{node}` needs a parameter `{name}`");
        let example = example(*value_type);
        let mut problem = Diagnostic::error("missing-value", span, message)
            .label(format!("expected a value for `{name}`"))
            .help(format!("add `param {name} {type_name} = {example}` to this file"));
        if let Some(near) = nearest(name, scope.names()) {
            problem = problem.note(format!("the process has a parameter `{near}`"));
        }
        if !wanted.description.is_empty() {
            problem = problem.note(format!("the component says of it: {}", wanted.description));
        }
        problems.push(problem);
    }
    default.clone()
}
