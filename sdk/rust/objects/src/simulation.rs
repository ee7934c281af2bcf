//! Simulations: many draws of some variables, as a text of one draw a line.
//!
//! [`SimulationReader`] reads such a text line by line, for a host that never holds it whole; [`Simulation`] is one in
//! memory, for tests.

use serde::Deserialize;

use crate::fault::{Fault, Faults};
use crate::head;
use crate::scenarios::variables;
use crate::sheet::{HeadLine, Line, below_header, classify, delimiter_of, row};
use crate::value::number;

/// A simulation in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// For people.
    pub description: String,
    /// The variables, in order.
    pub variables: Vec<String>,
    /// Draw by draw, a number for each variable.
    values: Vec<f64>,
}

/// Settings of a simulation: the `#` lines of its text, or the TOML beside a Parquet file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct SimulationHead {
    /// For people.
    pub description: String,
}

impl SimulationHead {
    /// Reads the TOML that stands beside a Parquet file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, Fault> {
        head::from_text(text)
    }
}

impl Simulation {
    /// A simulation of these numbers, draw by draw.
    ///
    /// # Errors
    /// Where they are no whole number of draws, or one is not finite.
    pub fn new(variables: &[&str], values: &[f64]) -> Result<Self, String> {
        if variables.is_empty() || !values.len().is_multiple_of(variables.len()) {
            return Err(format!(
                "{} numbers are no whole number of draws of {} variables",
                values.len(),
                variables.len()
            ));
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(format!("{value} is not a finite number"));
        }
        let variables = variables.iter().map(|name| (*name).to_owned()).collect();
        Ok(Simulation { description: String::new(), variables, values: values.to_vec() })
    }

    /// Reads a simulation from its text, all of it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str) -> Result<Self, Faults> {
        let mut reader = SimulationReader::default();
        let mut values = Vec::new();
        for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
            reader.line(line, &mut values);
        }
        let (head, variables) = reader.finish()?;
        Ok(Simulation { description: head.description, variables, values })
    }

    /// How many draws there are.
    pub fn draws(&self) -> usize {
        self.values.len() / self.variables.len().max(1)
    }

    /// The numbers of `count` draws from `first` on; nothing where they are not all there.
    pub fn rows(&self, first: usize, count: usize) -> Option<&[f64]> {
        let width = self.variables.len();
        self.values.get(first.checked_mul(width)?..)?.get(..count.checked_mul(width)?)
    }
}

/// Reads a simulation's text line by line.
#[derive(Debug, Default)]
pub struct SimulationReader {
    line: usize,
    head: Vec<HeadLine<'static>>,
    columns: Option<(char, Vec<String>)>,
    draws: u64,
    faults: Faults,
}

impl SimulationReader {
    /// Goes on in the middle of a text whose header another reader has read: the next line is that draw's.
    pub fn at_draw(columns: (char, Vec<String>), draw: u64) -> Self {
        SimulationReader { columns: Some(columns), draws: draw, ..SimulationReader::default() }
    }

    /// The delimiter and the variables, once the header is read.
    pub fn columns(&self) -> Option<&(char, Vec<String>)> {
        self.columns.as_ref()
    }

    /// Takes the next line, without its line end. Puts a draw's numbers behind `values` where it holds one, and answers
    /// whether it does.
    pub fn line(&mut self, line: &str, values: &mut Vec<f64>) -> bool {
        self.line += 1;
        match classify(line, self.line) {
            Ok(Line::Blank) => {}
            Ok(Line::Head(_)) if self.columns.is_some() => self.faults.push(below_header(self.line)),
            Ok(Line::Head(HeadLine { line, text })) => {
                self.head.push(HeadLine { line, text: text.into_owned().into() });
            }
            Ok(Line::Cells(text)) => return self.cells(text, values),
            Err(fault) => self.faults.push(fault),
        }
        false
    }

    fn cells(&mut self, text: &str, values: &mut Vec<f64>) -> bool {
        let delimiter = self.columns.as_ref().map_or_else(|| delimiter_of(text), |(delimiter, _)| *delimiter);
        let row = match row(text, self.line, delimiter) {
            Ok(row) => row,
            Err(fault) => {
                self.faults.push(fault);
                return false;
            }
        };
        let Some((_, names)) = &self.columns else {
            let names = variables(&row, "draw", 1, &mut self.faults);
            self.columns = Some((delimiter, names));
            return false;
        };
        let (draw, expected) = (&row.cells[0], self.draws);
        self.draws = self.draws.saturating_add(1);
        if draw.text.parse() != Ok(expected) {
            let message = format!("draw \"{}\": expected {expected}; draws count from 0, without holes", draw.text);
            self.faults.push(Fault::at(self.line, draw.column, message));
            // One hole is one fault.
            self.draws = draw.text.parse().map_or(self.draws, |draw: u64| draw.saturating_add(1));
        }
        if row.cells.len() != names.len() + 1 {
            let message = format!("{} numbers, where the header has {} variables", row.cells.len() - 1, names.len());
            self.faults.push(Fault::line(self.line, message));
            return false;
        }
        for (cell, name) in row.cells[1..].iter().zip(names) {
            match number(&cell.text) {
                Ok(value) => values.push(value),
                Err(why) => {
                    self.faults.push(Fault::at(self.line, cell.column, format!("variable `{name}`: {why}")));
                    values.push(f64::NAN);
                }
            }
        }
        true
    }

    /// Reports a fault that the reader itself cannot see: bytes that are no text, say.
    pub fn report(&mut self, message: &str) {
        self.faults.push(Fault::line(self.line, message));
    }

    /// After the last line: the settings and the variables.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn finish(mut self) -> Result<(SimulationHead, Vec<String>), Faults> {
        let head = head::from_lines(&self.head).unwrap_or_else(|fault| {
            self.faults.push(fault);
            SimulationHead::default()
        });
        let Some((_, names)) = self.columns else {
            self.faults.push(Fault::whole("there is no header: expected `draw`, then the names of the variables"));
            return Err(self.faults);
        };
        if self.draws == 0 && self.faults.is_empty() {
            self.faults.push(Fault::whole("there are no draws below the header"));
        }
        self.faults.or((head, names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_read_by_range() {
        let simulation = Simulation::read("# description = 'two'\ndraw,x,y\n0,1,2\n1,3,4\n2,5,6\n").unwrap();
        assert_eq!((simulation.draws(), simulation.description.as_str()), (3, "two"));
        assert_eq!(simulation.rows(1, 2), Some(&[3.0, 4.0, 5.0, 6.0][..]));
        assert_eq!((simulation.rows(2, 2), simulation.rows(3, 0)), (None, Some(&[][..])));
        assert!(Simulation::new(&["x", "y"], &[1.0]).is_err());
    }

    #[test]
    fn holes_twins_and_bad_numbers_are_named_with_their_places() {
        let said = Simulation::read("draw,x,y\n0,1,2\n2,3,4\n2,3,4\n3,a,\n4,1\n").unwrap_err().to_string();
        for fault in [
            "3:1: draw \"2\": expected 1",
            "4:1: draw \"2\": expected 3",
            "5:3: variable `x`: \"a\" is not a number",
            "5:5: variable `y`: a hole",
            "6: 1 numbers, where the header has 2 variables",
        ] {
            assert!(said.contains(fault), "{fault}\nin\n{said}");
        }
        assert!(Simulation::read("draw,x\n").unwrap_err().to_string().contains("no draws"));
        assert!(Simulation::read("path,x\n0,1\n").unwrap_err().to_string().contains("expected `draw`"));
    }
}
