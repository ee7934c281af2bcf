//! Studies: a methodology, its frameworks, and in them the models, each with what it is for and what it uses.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::fault::{Fault, Faults};
use crate::head;
use crate::kind::{Kind, Reference};
use crate::value::Value;

/// A study.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// For people.
    pub description: String,
    /// What is done: `ifrs9`.
    pub methodology: String,
    /// Options of the study as a whole, by name.
    pub options: Vec<(String, Value)>,
    /// The risk objects that it uses, its models' among them; each once, where it is first named.
    pub uses: Vec<Used>,
    /// The models of all frameworks, in order.
    pub models: Vec<Model>,
}

/// A risk object that a study uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Which.
    pub object: Reference,
    /// The line of the study's text that names it, from 1.
    pub line: usize,
    /// Where in that line, in characters from 1.
    pub column: usize,
}

/// A model of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The framework it belongs to.
    pub framework: String,
    /// Its name; unique in its framework.
    pub name: String,
    /// What it is for: columns, each with the values that are meant. A record must fit all of them.
    pub filter: Vec<(String, Vec<String>)>,
    /// The risk objects that it uses, as `transitions.matrix`.
    pub uses: Vec<Reference>,
    /// Its own options, by name.
    pub options: Vec<(String, Value)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StudyText {
    #[serde(default)]
    description: String,
    methodology: String,
    #[serde(default)]
    options: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)]
    uses: Vec<Spanned<String>>,
    #[serde(default)]
    framework: Vec<FrameworkText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameworkText {
    name: Spanned<String>,
    #[serde(default)]
    model: Vec<ModelText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelText {
    name: Spanned<String>,
    #[serde(default)]
    filter: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    uses: Vec<Spanned<String>>,
    #[serde(default)]
    options: BTreeMap<String, Spanned<toml::Value>>,
}

impl Study {
    /// Reads a study from its text.
    ///
    /// # Errors
    /// Everything that is wrong with it. Whether the objects it uses are there, whoever has them must ask.
    pub fn read(text: &str) -> Result<Self, Faults> {
        let written: StudyText = head::from_text(text)?;
        let mut reader = Reader { text, faults: Faults::default(), uses: Vec::new() };
        reader.uses(&written.uses);
        let mut models: Vec<Model> = Vec::new();
        let mut frameworks: Vec<&str> = Vec::new();
        for framework in &written.framework {
            let name = framework.name.get_ref();
            if frameworks.contains(&name.as_str()) {
                reader.fault(framework.name.span().start, format!("the framework `{name}` stands there twice"));
            }
            frameworks.push(name);
            if framework.model.is_empty() {
                reader.fault(framework.name.span().start, format!("the framework `{name}` has no model"));
            }
            for model in &framework.model {
                let model = reader.model(name, model, &models);
                models.push(model);
            }
        }
        if written.framework.is_empty() {
            reader.faults.push(Fault::whole("the study has no framework: expected `[[framework]]` with its models"));
        }
        let options = reader.options(&written.options);
        let StudyText { description, methodology, .. } = written;
        let Reader { faults, uses, .. } = reader;
        faults.or(Study { description, methodology, options, uses, models })
    }
}

struct Reader<'a> {
    text: &'a str,
    faults: Faults,
    /// Every object named so far.
    uses: Vec<Used>,
}

impl Reader<'_> {
    fn fault(&mut self, byte: usize, message: String) {
        let (line, column) = head::place(self.text, byte);
        self.faults.push(Fault::at(line, column, message));
    }

    fn model(&mut self, framework: &str, written: &ModelText, earlier: &[Model]) -> Model {
        let name = written.name.get_ref();
        let twin = |model: &Model| model.framework == framework && model.name == *name;
        if earlier.iter().any(twin) {
            let message = format!("the framework `{framework}` has two models `{name}`");
            self.fault(written.name.span().start, message);
        }
        if let Some((column, _)) = written.filter.iter().find(|(_, values)| values.is_empty()) {
            let message = format!("the filter of model `{name}` on `{column}` takes no value at all");
            self.fault(written.name.span().start, message);
        }
        Model {
            framework: framework.to_owned(),
            name: name.clone(),
            filter: written.filter.clone().into_iter().collect(),
            uses: self.uses(&written.uses),
            options: self.options(&written.options),
        }
    }

    fn uses(&mut self, written: &[Spanned<String>]) -> Vec<Reference> {
        let mut uses: Vec<Reference> = Vec::new();
        for text in written {
            let message = match text.get_ref().parse::<Reference>() {
                Ok(reference) if reference.kind == Kind::Study => format!("`{reference}`: a study cannot use a study"),
                Ok(reference) if uses.contains(&reference) => format!("`{reference}` stands there twice"),
                Ok(reference) => {
                    if !self.uses.iter().any(|used| used.object == reference) {
                        let (line, column) = head::place(self.text, text.span().start);
                        self.uses.push(Used { object: reference.clone(), line, column });
                    }
                    uses.push(reference);
                    continue;
                }
                Err(message) => message,
            };
            self.fault(text.span().start, message);
        }
        uses
    }

    fn options(&mut self, written: &BTreeMap<String, Spanned<toml::Value>>) -> Vec<(String, Value)> {
        let mut options = Vec::new();
        for (name, value) in written {
            let taken = match value.get_ref() {
                toml::Value::Boolean(value) => Value::Boolean(*value),
                toml::Value::Integer(value) => Value::Int64(*value),
                toml::Value::Float(value) if value.is_finite() => Value::Float64(*value),
                toml::Value::String(value) => Value::Text(value.clone()),
                toml::Value::Datetime(value) => Value::Text(value.to_string()),
                _ => {
                    let message = format!("the option `{name}`: expected a number, a text, true or false");
                    self.fault(value.span().start, message);
                    continue;
                }
            };
            options.push((name.clone(), taken));
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
methodology = 'ifrs9'
uses = ['macro.scenarios']

[options]
as_of = 2009-09-30
years = 30

[[framework]]
name = 'retail'

[[framework.model]]
name = 'mortgage'
filter = { segment = ['mortgage', 'heloc'] }
uses = ['transitions.matrix', 'macro.scenarios']
options = { floor = 0.1 }
";

    fn faults(text: &str) -> String {
        Study::read(text).unwrap_err().to_string()
    }

    #[test]
    fn a_study_is_read_with_its_models() {
        let study = Study::read(GOOD).unwrap();
        let years = ("years".to_owned(), Value::Int64(30));
        assert_eq!(study.options, [("as_of".to_owned(), Value::Text("2009-09-30".to_owned())), years]);
        let used = study.uses.iter().map(|used| format!("{}:{}: {}", used.line, used.column, used.object));
        assert_eq!(used.collect::<Vec<_>>(), ["2:9: macro.scenarios", "14:9: transitions.matrix"]);
        assert_eq!(study.models[0].framework, "retail");
        assert_eq!(study.models[0].filter, [("segment".to_owned(), vec!["mortgage".to_owned(), "heloc".to_owned()])]);
    }

    #[test]
    fn every_fault_of_a_study_is_named_with_its_place() {
        assert!(faults(&GOOD.replace("methodology", "method")).starts_with("1:1: unknown field `method`"));
        let said = faults(&GOOD.replace("'transitions.matrix', 'macro.scenarios'", "'transitions', 'other.study'"));
        assert!(said.contains("14:9: \"transitions\" names no risk object"), "{said}");
        assert!(said.contains("14:24: `other.study`: a study cannot use a study"), "{said}");
        let twice = format!("{GOOD}\n[[framework.model]]\nname = 'mortgage'\nfilter = {{ x = [] }}\n");
        assert!(faults(&twice).contains("18:8: the framework `retail` has two models `mortgage`"));
        assert!(faults(&twice).contains("on `x` takes no value at all"));
        assert!(faults(&GOOD.replace("years = 30", "years = [1]")).contains("6:9: the option `years`"));
        assert!(faults("methodology = 'x'\n").contains("no framework"));
    }
}
