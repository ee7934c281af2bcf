//! Risk objects: scenario sets, simulations, matrices, control tables and studies of the playpen.
//!
//! A node says in [`crate::Node::objects`] which it opens, and opens them through its [`Context`]. What is large stays
//! with the host, which shares it between all instances; only what a node asks for comes into its memory.

mod declared;
mod study;
mod table;

pub use declared::{Objects, named_by};
pub use study::{Model, Study};
pub use table::{ControlTable, TableRow};

use crate::date::Date;
use crate::error::{Error, Result};
use crate::host::risk;
use crate::node::Context;

/// Bytes of draws that are fetched at once; the contract allows 16 MiB.
const PIECE_BYTES: usize = 4 << 20;

impl Context {
    /// The scenario set of that name, which the node must have declared.
    pub fn scenarios(&self, name: &str) -> Result<ScenarioSet> {
        ScenarioSet::open(name)
    }

    /// The simulation of that name, which the node must have declared.
    pub fn simulation(&self, name: &str) -> Result<Simulation> {
        Simulation::open(name)
    }

    /// The matrix of that name, which the node must have declared.
    pub fn matrix(&self, name: &str) -> Result<Matrix> {
        Matrix::open(name)
    }

    /// The control table of that name, which the node must have declared.
    pub fn table(&self, name: &str) -> Result<ControlTable> {
        ControlTable::open(name)
    }

    /// The study of that name, which the node must have declared. The objects that it uses may be opened too.
    pub fn study(&self, name: &str) -> Result<Study> {
        Study::open(name)
    }
}

/// Scenarios over one horizon: each has every variable at every step.
#[derive(Debug)]
pub struct ScenarioSet {
    name: String,
    handle: risk::ScenarioSet,
    scenarios: Vec<String>,
    variables: Vec<String>,
}

impl ScenarioSet {
    fn open(name: &str) -> Result<Self> {
        let handle = risk::scenario_set(name)?;
        let (scenarios, variables) = (handle.scenarios(), handle.variables());
        Ok(ScenarioSet { name: name.to_owned(), handle, scenarios, variables })
    }

    /// The scenarios, in the file's order.
    pub fn scenarios(&self) -> &[String] {
        &self.scenarios
    }

    /// The variables, in the file's order.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// How many steps every path has.
    pub fn horizon(&self) -> usize {
        self.handle.horizon() as usize
    }

    /// The number of the first step: 0 or 1 in most files.
    pub fn first_step(&self) -> u32 {
        self.handle.first_step()
    }

    /// What a step is, as `quarter`; empty where the file does not say.
    pub fn step(&self) -> String {
        self.handle.step()
    }

    /// The day of step 0, where the file says it.
    pub fn start(&self) -> Option<Date> {
        self.handle.start().map(Date::from_days)
    }

    /// The weight of a scenario; an error where the set gives none.
    pub fn weight(&self, scenario: &str) -> Result<f64> {
        let place = self.place("scenario", &self.scenarios, scenario)?;
        let weight = self.handle.weights().get(place).copied();
        weight.ok_or_else(|| Error::new(format!("the scenario set `{}` gives its scenarios no weights", self.name)))
    }

    /// The path of a variable in a scenario: a number for each step.
    pub fn path(&self, scenario: &str, variable: &str) -> Result<Vec<f64>> {
        let scenario = self.place("scenario", &self.scenarios, scenario)?;
        let variable = self.place("variable", &self.variables, variable)?;
        Ok(numbers(&self.handle.path(scenario as u32, variable as u32)))
    }

    fn place(&self, what: &str, names: &[String], name: &str) -> Result<usize> {
        place(&format!("the scenario set `{}` has no {what}", self.name), names, name)
    }
}

/// Many draws of some variables, fetched by ranges.
#[derive(Debug)]
pub struct Simulation {
    name: String,
    handle: risk::Simulation,
    variables: Vec<String>,
    draws: u64,
}

impl Simulation {
    fn open(name: &str) -> Result<Self> {
        let handle = risk::simulation(name)?;
        let (variables, draws) = (handle.variables(), handle.draws());
        Ok(Simulation { name: name.to_owned(), handle, variables, draws })
    }

    /// How many draws there are.
    pub fn draws(&self) -> u64 {
        self.draws
    }

    /// The variables, in order.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Where a variable stands in a draw.
    pub fn variable(&self, name: &str) -> Result<usize> {
        place(&format!("the simulation `{}` has no variable", self.name), &self.variables, name)
    }

    /// `count` draws from `first` on, draw by draw a number for each variable. They must all be there. Ask for as many as
    /// are worked on at once: a whole simulation may be larger than a node's memory.
    pub fn rows(&self, first: u64, count: usize) -> Result<Vec<f64>> {
        let end = first.checked_add(count as u64).filter(|end| *end <= self.draws).ok_or_else(|| {
            Error::new(format!("the simulation `{}` has {} draws, not {count} from {first} on", self.name, self.draws))
        })?;
        let width = self.variables.len();
        let piece = (PIECE_BYTES / 8 / width.max(1)).max(1) as u64;
        let mut rows = Vec::with_capacity(count * width);
        let mut next = first;
        while next < end {
            let count = piece.min(end - next);
            rows.extend(numbers(&self.handle.rows(next, count as u32)));
            next += count;
        }
        Ok(rows)
    }
}

/// Numbers by a row's key and a column's.
#[derive(Debug)]
pub struct Matrix {
    name: String,
    handle: risk::Matrix,
    rows: Vec<String>,
    columns: Vec<String>,
}

impl Matrix {
    fn open(name: &str) -> Result<Self> {
        let handle = risk::matrix(name)?;
        let (rows, columns) = (handle.row_keys(), handle.column_keys());
        Ok(Matrix { name: name.to_owned(), handle, rows, columns })
    }

    /// The keys of the rows, in order.
    pub fn row_keys(&self) -> &[String] {
        &self.rows
    }

    /// The keys of the columns, in order.
    pub fn column_keys(&self) -> &[String] {
        &self.columns
    }

    /// The number of a row and a column. Each is a call to the host: take rows where many are needed.
    pub fn get(&self, row: &str, column: &str) -> Result<f64> {
        let row = self.place("row", &self.rows, row)?;
        let column = self.place("column", &self.columns, column)?;
        Ok(self.handle.get(row as u32, column as u32))
    }

    /// The numbers of a row, one for each column.
    pub fn row(&self, row: &str) -> Result<Vec<f64>> {
        let row = self.place("row", &self.rows, row)?;
        Ok(numbers(&self.handle.row(row as u32)))
    }

    fn place(&self, what: &str, keys: &[String], key: &str) -> Result<usize> {
        place(&format!("the matrix `{}` has no {what}", self.name), keys, key)
    }
}

/// Where a name stands, or a sentence that begins with `problem` and says which there are.
fn place(problem: &str, names: &[String], name: &str) -> Result<usize> {
    names.iter().position(|other| other == name).ok_or_else(|| {
        let known = if names.len() <= 16 { names.join(", ") } else { format!("{} others", names.len()) };
        Error::new(format!("{problem} `{name}`; it has {known}"))
    })
}

/// The contract's bytes as numbers.
fn numbers(bytes: &[u8]) -> Vec<f64> {
    bytes.as_chunks::<8>().0.iter().map(|number| f64::from_le_bytes(*number)).collect()
}
