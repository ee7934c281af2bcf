//! Facts: named values that one node of a process sets, once, and others read.
//!
//! A node says in [`crate::Node::facts`] which it sets and reads; the process binds them in its stream file. The host is
//! asked through [`crate::host`], which in a native test is the harness.

use std::marker::PhantomData;

use crate::contract::{FactInfo, FactProblem, Stopped, ValueType};
use crate::error::{Error, Result};
use crate::host;
use crate::params::Parameter;

/// A fact by its name and type; write it as a constant.
///
/// ```
/// use leat_sdk::{Fact, Facts};
///
/// const FX_DATE: Fact<String> = Fact::new("fx_date");
/// const SPOT: Fact<f64> = Fact::new("spot").describe("Of the underlying, in euros");
///
/// fn facts() -> Facts {
///     Facts::new().sets(FX_DATE).reads(SPOT)
/// }
/// # facts();
/// ```
#[derive(Debug)]
pub struct Fact<T> {
    name: &'static str,
    description: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Fact<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fact<T> {}

impl<T> Fact<T> {
    /// The fact that stream files call by this name.
    pub const fn new(name: &'static str) -> Self {
        Fact { name, description: "", value: PhantomData }
    }

    /// Says what it is, for people.
    #[must_use]
    pub const fn describe(self, description: &'static str) -> Self {
        Fact { description, ..self }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<T: Parameter> Fact<T> {
    /// Sets it, once in a run: who waits for it goes on.
    ///
    /// # Errors
    /// It is set already, is not among the facts that the node [sets](Facts::sets), or cannot be a fact: a float that is
    /// not finite, a text of more than 65,536 bytes. Or the run is being ended.
    pub fn set(self, value: impl Into<T>) -> Result<()> {
        let value = value.into().into_value();
        host::set_fact(self.name, value).map_err(|problem| told(self.name, problem))
    }

    /// Its value. Waits for it, unless the process has the node wait before it starts (`getfact=`); the answer never
    /// depends on when it is asked for.
    ///
    /// # Errors
    /// It is not among the facts that the node [reads](Facts::reads), or the run is being ended.
    pub fn get(self) -> Result<T> {
        let value = host::fact(self.name).map_err(|problem| told(self.name, problem))?;
        T::from_value(&value).ok_or_else(|| told(self.name, FactProblem::OtherType(T::TYPE)))
    }

    fn info(self, sets: bool) -> FactInfo {
        let (name, description) = (self.name.to_owned(), self.description.to_owned());
        FactInfo { name, value_type: T::TYPE, sets, description }
    }
}

/// The facts that a node sets and reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub(crate) infos: Vec<FactInfo>,
}

impl Facts {
    /// None.
    pub fn new() -> Self {
        Facts::default()
    }

    /// Adds one that the node sets: `setfact=` of its statement names it.
    #[must_use]
    pub fn sets<T: Parameter>(mut self, fact: Fact<T>) -> Self {
        self.infos.push(fact.info(true));
        self
    }

    /// Adds one that the node reads: `getfact=` or `getdyn=` of its statement names it.
    #[must_use]
    pub fn reads<T: Parameter>(mut self, fact: Fact<T>) -> Self {
        self.infos.push(fact.info(false));
        self
    }
}

fn told(name: &str, problem: FactProblem) -> Error {
    Error::new(match problem {
        FactProblem::Undeclared => format!("the fact `{name}` is not among those that this node declares"),
        FactProblem::OtherType(wanted) => format!("the fact `{name}` is declared as {}", type_name(wanted)),
        FactProblem::SetAlready => format!("the fact `{name}` is set already: a fact is set once"),
        FactProblem::Unfit => {
            format!(
                "the fact `{name}` cannot have this value: a float must be finite, a text at most 65,536 bytes long"
            )
        }
        FactProblem::Stopped(Stopped::Cancelled | Stopped::Unread) => "the run is being ended".to_owned(),
    })
}

fn type_name(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Boolean => "boolean",
        ValueType::Int64 => "int64",
        ValueType::Float64 => "float64",
        ValueType::Text => "text",
    }
}
