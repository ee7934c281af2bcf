//! Risk objects as values: what kinds there are, how each is written as text, and what can be wrong with a text.
//!
//! Used by the host (`leat-risk`), and by the SDK's harness for native tests, so that a test reads a file exactly as a
//! run does. The formats are described in docs/risk-objects.md. It knows no files, no folders and no sharing: a text
//! comes in, an object or its faults come out. Parquet and objects that are too large for memory are the host's.

mod day;
mod fault;
mod head;
mod kind;
mod matrix;
mod object;
mod scenarios;
pub mod sheet;
mod simulation;
mod study;
mod table;
mod value;

pub use day::{day_from_text, day_to_text};
pub use fault::{Fault, Faults};
pub use kind::{Kind, Reference};
pub use matrix::Matrix;
pub use object::Object;
pub use scenarios::ScenarioSet;
pub use simulation::{Simulation, SimulationHead, SimulationReader};
pub use study::{Model, Study, Used};
pub use table::{ControlTable, TableProblem};
pub use value::{Value, ValueType};

/// The longest text that is read whole. Larger objects are simulations, which are read in parts.
pub const TEXT_BYTES_MAX: usize = 64 << 20;

/// Length of a name: of an object, a scenario, a variable, a key or a column.
pub const NAME_BYTES_MAX: usize = 256;
