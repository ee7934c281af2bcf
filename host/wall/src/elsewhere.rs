//! Systems other than Linux: nothing to raise, and that is said.

use std::io;

use crate::wall::{CellError, CellLimits, Part, Raised, Standing, Wall, WallError};

const WHY: &str = "this system has none of what it is made of; Linux has";

/// Raises nothing and says so of every part.
///
/// # Errors
/// None.
pub fn raise(_wall: &Wall) -> Result<Raised, WallError> {
    let parts = [Part::Privileges, Part::Capabilities, Part::Files, Part::Calls, Part::Limits];
    Ok(Raised::new(parts.into_iter().map(|part| (part, Standing::Missing(WHY.to_owned()))).collect()))
}

/// A cell; there is none here.
#[derive(Debug)]
pub enum Cell {}

impl Cell {
    /// Answers that there is no cell.
    ///
    /// # Errors
    /// Always.
    pub fn create(_name: &str, _limits: &CellLimits) -> Result<Self, CellError> {
        Err(CellError::Unavailable("this system cannot bound a worker's memory or processors; Linux can".to_owned()))
    }

    /// The limits that are not kept, and why: a sentence for each.
    pub fn missing(&self) -> &[String] {
        match *self {}
    }

    /// Puts a process into it.
    ///
    /// # Errors
    /// None: there is no cell.
    pub fn put(&self, _process: u32) -> Result<(), CellError> {
        match *self {}
    }

    /// Ends every process in it.
    ///
    /// # Errors
    /// None: there is no cell.
    pub fn kill(&self) -> io::Result<()> {
        match *self {}
    }

    /// Whether the kernel ended a process for want of memory.
    pub fn ran_out_of_memory(&self) -> bool {
        match *self {}
    }
}
