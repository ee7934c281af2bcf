//! `model (…)(…)`: a node that runs a model, which is a component like any other.

use super::nodes::{component_facts, input_ports, queue_use, signals, text, written_name};
use super::{DraftComponent, DraftKind, DraftNode, DraftOnError, Home, QueueUse};
use crate::check::limits::wait_of;
use crate::diagnostic::Diagnostic;
use crate::syntax::{Model, OptionName};

/// The node of a `model` statement: the component is named after `model_name=`, else after `name=`.
pub(super) fn model_node<'a>(model: &'a Model, line: usize, problems: &mut Vec<Diagnostic>) -> DraftNode<'a> {
    let options = &model.options;
    warn_of_ignored(model, problems);
    let model_name = options.text(OptionName::ModelName);
    let name = match (written_name(options), model_name) {
        (name, _) if !name.is_empty() => name,
        (_, Some(model_name)) => component_name(&model_name.value),
        (_, None) => {
            problems.push(
                Diagnostic::error("no-component", model.keyword, "this model has no name")
                    .label("expected `name=` or `model_name=` behind its queues")
                    .help("`model (loans)(scores) name=pd` runs the component `build/pd.wasm`"),
            );
            String::new()
        }
    };
    let (component, path_span) = match model_name {
        Some(model_name) => (component_name(&model_name.value), model_name.span),
        None => (name.clone(), options.name(OptionName::Name).map_or(model.keyword, |name| name.span)),
    };
    let outputs: Vec<Option<QueueUse>> = model.outputs.iter().map(|queue| queue_use(queue, problems)).collect();
    let exceptions = options.name(OptionName::ExceptionQueue);
    DraftNode {
        name,
        span: path_span,
        line,
        label: text(options, OptionName::Label),
        description: text(options, OptionName::Descr),
        kind: DraftKind::Component(DraftComponent::of(
            (format!("build/{component}.wasm"), path_span),
            &[],
            &outputs,
            options,
            problems,
        )),
        inputs: input_ports(&model.inputs, problems),
        outputs,
        on_error: exceptions.map_or(DraftOnError::Fail, |queue| {
            DraftOnError::Queue(QueueUse { name: queue.text.clone(), span: queue.span })
        }),
        getsig: signals(options, OptionName::Getsig),
        setsig: signals(options, OptionName::Setsig),
        facts: component_facts(options),
        wait_max: wait_of(options, problems),
        part: options.name(OptionName::Part).cloned(),
        condition: None,
        home: Home::default(),
    }
}

/// `Retail PD (2024)` is the component `retail_pd_2024`.
fn component_name(model_name: &str) -> String {
    let words = model_name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// What VOR's model repository makes of a model. Here a model reads its scenarios itself.
fn warn_of_ignored(model: &Model, problems: &mut Vec<Diagnostic>) {
    for option in &model.options.list {
        let help = match option.name {
            OptionName::Scenario => "the component asks for its scenarios by name: `context.scenarios(\"base\")`",
            OptionName::UnitTest => "`leat test` runs a node on rows from a file and compares what it emits",
            _ => continue,
        };
        let message = format!("`{}` has no meaning in Leat", option.name.text());
        problems.push(Diagnostic::warning("ignored-option", option.span, message).label("it is ignored").help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_name_becomes_a_components() {
        assert_eq!(component_name("Retail PD (2024)"), "retail_pd_2024");
        assert_eq!(component_name("lgd"), "lgd");
        assert_eq!(component_name("../x"), "x");
    }
}
