//! Runs a node natively, against records written in the test.
//!
//! The node is driven through the same code as in a component: records become columns of bytes and back, in batches of
//! any size, and every rule of the contract is checked. Whether it gives its state rightly is part of every test
//! ([`Trial::run`]).
//!
//! ```
//! # use leat_sdk::Record;
//! # #[derive(Record)] struct Trade { amount: f64 }
//! # #[derive(Record, Debug, PartialEq)] struct Value { value: f64 }
//! #[leat_sdk::node(pass(id))]
//! fn double(trade: Trade) -> Value {
//!     Value { value: 2.0 * trade.amount }
//! }
//!
//! #[derive(Record)]
//! struct Input { id: i64, amount: f64 }
//! #[derive(Record, Debug, PartialEq)]
//! struct Output { id: i64, value: f64 }
//!
//! # fn main() {
//! let run = leat_sdk::testing::of::<double>().input(0, [Input { id: 7, amount: 1.5 }]).run().unwrap();
//! assert_eq!(run.output::<Output>(0), [Output { id: 7, value: 3.0 }]);
//! # }
//! ```

mod feed;
mod objects;
mod recovery;
mod run;

pub use crate::host::memory::{LogLine, Refused};
/// Risk objects as values: what [`Trial::object`] takes.
pub use leat_objects as risk_objects;
pub use run::{Failed, Run};

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::Path;

use crate::contract::{NodeInfo, Value};
use crate::driver;
use crate::host::memory::Memory;
use crate::node::{Context, Named, Node};
use crate::params::Parameters;
use crate::record::Record;
use crate::timestamp::Timestamp;
use feed::{Cut, Feed};
use objects::Given;
use run::{Place, Setting};

/// A test of a node: `leat_sdk::testing::of::<price>()`, or the type of a struct node.
pub fn of<N: Node + Named>() -> Trial<N> {
    let context = Context {
        run_id: "test".to_owned(),
        process: "test".to_owned(),
        node: N::NAME.to_owned(),
        instance: 0,
        instances: 1,
        started: Timestamp::from_micros(0),
        seed: 0,
        options: Vec::new(),
    };
    Trial {
        context,
        parameters: Vec::new(),
        facts: Vec::new(),
        secrets: BTreeMap::new(),
        objects: Given::default(),
        batch_rows: 4096,
        feeds: Vec::new(),
        recovery: true,
        node: PhantomData,
    }
}

/// What a node says of itself.
pub fn describe<N: Node + Named>() -> NodeInfo {
    driver::describe::<N>()
}

/// A node with what it is to be run on.
#[derive(Debug)]
#[must_use]
pub struct Trial<N> {
    context: Context,
    parameters: Vec<(String, Value)>,
    facts: Vec<(String, Value)>,
    secrets: BTreeMap<String, String>,
    objects: Given,
    batch_rows: usize,
    feeds: Vec<(usize, Feed)>,
    recovery: bool,
    node: PhantomData<N>,
}

impl<N: Node + Named> Trial<N> {
    /// Gives a parameter: `.param("rate", 0.1)`. Those that are not given have their defaults.
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    /// Gives a fact that the node reads: `.fact("spot", 42.0)`. It is there whenever the node asks for it.
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.push((name.to_owned(), value.into()));
        self
    }

    /// Gives a secret that the node may ask for: `.secret("pg_password", "of the test")`. Take one that is none elsewhere.
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets `opt.NAME`.
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.context.options.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The run's seed; 0 if it is not said. Random numbers are those of `leat run --seed`.
    pub fn seed(mut self, seed: u64) -> Self {
        self.context.seed = seed;
        self
    }

    /// Gives a risk object that the test has made: `.object("base.scenarios", set)`. The values are in [`risk_objects`].
    pub fn object(mut self, name: &str, object: impl Into<risk_objects::Object>) -> Self {
        self.objects.value(name, object.into());
        self
    }

    /// Gives a risk object by its text, as it would stand in a file: `.object_text("ratings.matrix", "from,A,D\n…")`.
    pub fn object_text(mut self, name: &str, text: &str) -> Self {
        self.objects.text(name, text);
        self
    }

    /// Gives a risk object from a file, whose name says what it is: `.object_file("../../risk/base.scenarios.csv")`. A
    /// simulation must be a CSV file, and is read whole.
    pub fn object_file(mut self, path: impl AsRef<Path>) -> Self {
        self.objects.file(path.as_ref());
        self
    }

    /// Cuts the input into batches of that many records, at least 1; 4,096 if it is not said.
    pub fn batch_rows(mut self, rows: usize) -> Self {
        self.batch_rows = rows.max(1);
        self
    }

    /// Runs the node without trying whether it can be restored: where that takes too long, or where it is known that it
    /// cannot.
    pub fn without_recovery(mut self) -> Self {
        self.recovery = false;
        self
    }

    /// The records of an input port. Columns bind by name, as from a queue: there may be more than the node asks for.
    pub fn input<R: Record>(mut self, port: usize, records: impl IntoIterator<Item = R>) -> Self {
        self.feeds.retain(|(fed, _)| *fed != port);
        self.feeds.push((port, Feed::new(records)));
        self
    }

    /// Runs the node from `open` to `finish`. Fails where the node does, and where the input, a parameter or what the node
    /// sends breaks the contract.
    ///
    /// Then it runs twice more, on the same records in small batches: once as it is, and once with a new instance after
    /// every call, restored from the snapshot of the one before. Fails where the two send, refuse or set anything else,
    /// as [`Failed::call`] `recovery`: such a node does not survive in a run that is resumed.
    pub fn run(self) -> Result<Run, Failed> {
        let info = driver::describe::<N>();
        let parameters = self.parameters(&info)?;
        let fact_values = self.fact_values(&info)?;
        let feeds = self.feeds(&info)?;
        let objects = self.objects.granted(&info, &parameters).map_err(|why| Failed::new("open", why))?;
        let host = || Memory {
            seed: self.context.seed,
            facts: info.facts.clone(),
            fact_values: fact_values.clone(),
            objects: objects.clone(),
            secrets: self.secrets.clone(),
            outputs: info.outputs.clone(),
            inputs: feeds.iter().map(|feed| feed.types.clone()).collect(),
            ..Memory::default()
        };
        let setting = Setting { info: &info, feeds: &feeds, context: &self.context, parameters: &parameters };
        let memory = setting.run::<N>(host(), Cut::Even(self.batch_rows), Place::Kept)?;
        if self.recovery {
            recovery::check::<N>(&setting, host, Cut::Growing(self.batch_rows))?;
        }
        Ok(Run::new(info, feeds, memory))
    }

    fn parameters(&self, info: &NodeInfo) -> Result<Parameters, Failed> {
        let declared = |name: &str| info.parameters.iter().any(|p| p.name == name);
        if let Some((name, _)) = self.parameters.iter().find(|(name, _)| !declared(name)) {
            return Err(Failed::new("open", format!("the node declares no parameter `{name}`")));
        }
        let value = |p: &crate::contract::ParameterInfo| {
            let given = self.parameters.iter().rev().find(|(name, _)| *name == p.name).map(|(_, value)| value.clone());
            let value = given.or_else(|| p.default.clone());
            value.map(|value| (p.name.clone(), value))
        };
        Ok(Parameters::new(info.parameters.iter().filter_map(value).collect()))
    }

    fn fact_values(&self, info: &NodeInfo) -> Result<BTreeMap<String, Value>, Failed> {
        let read = |name: &str| info.facts.iter().any(|fact| fact.name == name && !fact.sets);
        if let Some((name, _)) = self.facts.iter().find(|(name, _)| !read(name)) {
            return Err(Failed::new("open", format!("the node reads no fact `{name}`")));
        }
        Ok(self.facts.iter().cloned().collect())
    }

    /// One feed for each input port, bound to the port's fields.
    fn feeds(&self, info: &NodeInfo) -> Result<Vec<feed::Bound>, Failed> {
        if let Some((port, _)) = self.feeds.iter().find(|(port, _)| *port >= info.inputs.len()) {
            return Err(Failed::new("open", format!("the node has no input port {port}")));
        }
        let empty = Feed::default();
        let bind = |(number, input)| {
            let feed = self.feeds.iter().find(|(port, _)| *port == number).map_or(&empty, |(_, feed)| feed);
            feed.bind(input).map_err(|why| Failed::new("open", why))
        };
        info.inputs.iter().enumerate().map(bind).collect()
    }
}
