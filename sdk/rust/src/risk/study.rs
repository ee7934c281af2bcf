//! Studies: a methodology, its frameworks, and in them models.

use super::place;
use crate::contract::{ObjectKind, Value};
use crate::error::{Error, Result};
use crate::host::risk;
use crate::params::Parameter;

/// What is done, with which models, and with which options.
#[derive(Debug)]
pub struct Study {
    name: String,
    handle: risk::Study,
    models: Vec<Model>,
    options: Vec<(String, Value)>,
}

/// A model of a study: what it is for, and what it uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The framework it belongs to.
    pub framework: String,
    /// Its name; unique in its framework.
    pub name: String,
    /// What it is for: columns, each with the values that are meant.
    pub filter: Vec<(String, Vec<String>)>,
    /// The risk objects that it uses, by kind and name.
    pub uses: Vec<(ObjectKind, String)>,
    /// Its options.
    pub options: Vec<(String, Value)>,
}

impl Study {
    pub(super) fn open(name: &str) -> Result<Self> {
        let handle = risk::study(name)?;
        let (models, options) = (handle.models(), handle.options());
        Ok(Study { name: name.to_owned(), handle, models, options })
    }

    /// What is done, in its author's word.
    pub fn methodology(&self) -> String {
        self.handle.methodology()
    }

    /// The models of all frameworks, in the file's order.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The first model that is for a record. `value` answers with the text of a column of the record, or nothing where
    /// it has no such column; then no filter on that column takes it.
    pub fn model_for<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Option<&Model> {
        self.models.iter().find(|model| model.is_for(&value))
    }

    /// An option of the study as a whole: `bool`, `i64`, `f64` or `String`. An error where it is missing or of another
    /// type.
    pub fn option<T: Parameter>(&self, name: &str) -> Result<T> {
        option(&format!("the study `{}`", self.name), &self.options, name)
    }
}

impl Model {
    /// Whether it is for a record, by its filter. See [`Study::model_for`].
    pub fn is_for<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> bool {
        let fits = |(column, meant): &(String, Vec<String>)| {
            value(column).is_some_and(|value| meant.iter().any(|other| other == value))
        };
        self.filter.iter().all(fits)
    }

    /// The name of the one object of a kind that it uses. An error where it uses none or several.
    pub fn uses_one(&self, kind: ObjectKind) -> Result<&str> {
        let mut names = self.uses.iter().filter(|(used, _)| *used == kind).map(|(_, name)| name.as_str());
        match (names.next(), names.next()) {
            (Some(name), None) => Ok(name),
            _ => Err(Error::new(format!("the model `{}` should use one {}", self.name, kind.name()))),
        }
    }

    /// An option of the model. See [`Study::option`].
    pub fn option<T: Parameter>(&self, name: &str) -> Result<T> {
        option(&format!("the model `{}`", self.name), &self.options, name)
    }
}

fn option<T: Parameter>(of: &str, options: &[(String, Value)], name: &str) -> Result<T> {
    let names: Vec<String> = options.iter().map(|(name, _)| name.clone()).collect();
    let (_, value) = &options[place(&format!("{of} has no option"), &names, name)?];
    let other = || Error::new(format!("option `{name}` of {of} is {value:?}, not of type {:?}", T::TYPE));
    T::from_value(value).ok_or_else(other)
}
