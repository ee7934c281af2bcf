//! Scenario sets: the path of each variable in each scenario, step by step.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::day::day_from_text;
use crate::fault::{Fault, Faults, list};
use crate::head;
use crate::matrix::key_fits;
use crate::sheet::{Row, Sheet};
use crate::value::number;

/// Steps of one scenario at most: a century of days, and more.
const STEPS_MAX: u32 = 100_000;

/// How far weights may be from adding up to 1.
const WEIGHTS_TOLERANCE: f64 = 1e-9;

/// Scenarios over one horizon: every scenario has every variable at every step.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioSet {
    /// For people.
    pub description: String,
    /// What a step is: `month`, `quarter`, `year`; empty where the file does not say.
    pub step: String,
    /// The day of step 0, as days since 1970-01-01.
    pub start: Option<i32>,
    /// The scenarios, in the order they come up in.
    pub scenarios: Vec<String>,
    /// A weight for each scenario, adding up to 1; empty where the file gives none.
    pub weights: Vec<f64>,
    /// The variables, in the header's order.
    pub variables: Vec<String>,
    /// The number of the first step: 0 or 1 in most files.
    pub first_step: u32,
    /// How many steps there are.
    pub horizon: u32,
    /// By scenario, then variable, then step.
    values: Vec<f64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Head {
    description: String,
    step: String,
    start: Option<toml::value::Datetime>,
    weights: Option<toml::Table>,
}

impl ScenarioSet {
    /// Scenarios of these paths: `(scenario, variable, path)`, each pair once and every path of one length, from step 1 on.
    ///
    /// # Errors
    /// Where a path is missing, stands there twice, differs in length or holds what is not finite.
    pub fn new(paths: &[(&str, &str, &[f64])]) -> Result<Self, String> {
        let mut scenarios: Vec<String> = Vec::new();
        let mut variables: Vec<String> = Vec::new();
        for (scenario, variable, _) in paths {
            for (names, name) in [(&mut scenarios, scenario), (&mut variables, variable)] {
                if !names.iter().any(|known| known == name) {
                    names.push((*name).to_owned());
                }
            }
        }
        let horizon = paths.first().map_or(0, |(_, _, path)| path.len());
        let mut values = Vec::new();
        for scenario in &scenarios {
            for variable in &variables {
                let mut found = paths.iter().filter(|(s, v, _)| s == scenario && v == variable);
                let (Some((_, _, path)), None) = (found.next(), found.next()) else {
                    return Err(format!("scenario `{scenario}` should have one path of `{variable}`"));
                };
                if path.len() != horizon || path.is_empty() || path.iter().any(|value| !value.is_finite()) {
                    return Err(format!(
                        "the path of `{variable}` in `{scenario}` should have {horizon} finite numbers"
                    ));
                }
                values.extend_from_slice(path);
            }
        }
        let horizon = u32::try_from(horizon).map_err(|_| format!("{horizon} steps are too many"))?;
        let (description, step) = (String::new(), String::new());
        let (start, weights, first_step) = (None, Vec::new(), 1);
        Ok(ScenarioSet { description, step, start, scenarios, weights, variables, first_step, horizon, values })
    }

    /// The path of a variable in a scenario, by their places: a number for each step.
    pub fn path(&self, scenario: usize, variable: usize) -> Option<&[f64]> {
        let horizon = self.horizon as usize;
        if scenario >= self.scenarios.len() || variable >= self.variables.len() {
            return None;
        }
        self.values.get((scenario * self.variables.len() + variable) * horizon..)?.get(..horizon)
    }

    /// Reads a scenario set from its text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str) -> Result<Self, Faults> {
        let sheet = Sheet::read(text)?;
        let settings: Head = head::from_lines(&sheet.head)?;
        let mut faults = Faults::default();
        let variables = variables(&sheet.header, "scenario,step", 2, &mut faults);
        let mut body = Body::default();
        for record in sheet.records() {
            match record {
                Ok(row) => body.take(&row, &variables, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        if body.order.is_empty() && faults.is_empty() {
            faults.push(Fault::line(sheet.header.line, "there are no rows below the header"));
        }
        let (first_step, horizon) = if faults.is_empty() { body.horizon(&mut faults) } else { (0, 0) };
        let weights = weights(settings.weights, &body.order, &mut faults);
        let start = start(settings.start, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let values = body.values(variables.len());
        let scenarios = body.order;
        let Head { description, step, .. } = settings;
        Ok(ScenarioSet { description, step, start, scenarios, weights, variables, first_step, horizon, values })
    }
}

/// The names of a header after its first cells, which must be `first`.
pub(crate) fn variables(header: &Row<'_>, first: &str, count: usize, faults: &mut Faults) -> Vec<String> {
    let begins: Vec<&str> = header.cells.iter().take(count).map(|cell| &*cell.text).collect();
    if begins.join(",").to_lowercase() != first {
        let message = format!("the header begins with `{}`: expected `{first}`, then the variables", begins.join(","));
        faults.push(Fault::line(header.line, message));
    }
    let cells = header.cells.get(count..).unwrap_or(&[]);
    if cells.is_empty() {
        faults.push(Fault::line(header.line, "the header names no variable"));
    }
    for (place, cell) in cells.iter().enumerate() {
        if let Err(why) = key_fits(&cell.text) {
            faults.push(Fault::at(header.line, cell.column, why));
        } else if cells[..place].iter().any(|other| other.text == cell.text) {
            let message = format!("the variable `{}` stands there twice", cell.text);
            faults.push(Fault::at(header.line, cell.column, message));
        }
    }
    cells.iter().map(|cell| cell.text.clone().into_owned()).collect()
}

fn weights(given: Option<toml::Table>, scenarios: &[String], faults: &mut Faults) -> Vec<f64> {
    let Some(given) = given else { return Vec::new() };
    let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    if let Some(stranger) = given.keys().find(|name| !scenarios.contains(name)) {
        let known = list(scenarios.iter().map(String::as_str));
        faults.push(Fault::whole(format!("weights name `{stranger}`, which is no scenario here; there are {known}")));
    }
    let mut weights = Vec::new();
    for scenario in scenarios {
        match given.get(scenario).and_then(number) {
            Some(weight) if (0.0..=1.0).contains(&weight) => weights.push(weight),
            Some(weight) => {
                faults.push(Fault::whole(format!("the weight of `{scenario}` is {weight}: expected 0 to 1")));
            }
            None => faults.push(Fault::whole(format!("weights give no number for the scenario `{scenario}`"))),
        }
    }
    let sum: f64 = weights.iter().sum();
    if weights.len() == scenarios.len() && (sum - 1.0).abs() > WEIGHTS_TOLERANCE {
        faults.push(Fault::whole(format!("the weights add up to {sum}: expected 1")));
    }
    weights
}

fn start(given: Option<toml::value::Datetime>, faults: &mut Faults) -> Option<i32> {
    let given = given?.to_string();
    let day = day_from_text(&given);
    if day.is_none() {
        faults.push(Fault::whole(format!("start = {given}: expected a day such as 2009-09-30")));
    }
    day
}

/// One row: its line, and its numbers.
type Step = (usize, Vec<f64>);

/// The rows read so far.
#[derive(Default)]
struct Body {
    /// Scenarios in the order they come up in.
    order: Vec<String>,
    steps: HashMap<String, BTreeMap<u32, Step>>,
}

impl Body {
    fn take(&mut self, row: &Row<'_>, variables: &[String], faults: &mut Faults) {
        if row.cells.len() != variables.len() + 2 {
            let message = format!("{} cells, where the header has {}", row.cells.len(), variables.len() + 2);
            faults.push(Fault::line(row.line, message));
            return;
        }
        let (scenario, step) = (&row.cells[0], &row.cells[1]);
        if let Err(why) = key_fits(&scenario.text) {
            faults.push(Fault::at(row.line, scenario.column, why.replace("a key", "a scenario")));
            return;
        }
        let Some(number_of_step) = step.text.parse().ok().filter(|step: &u32| *step <= STEPS_MAX) else {
            let message = format!("\"{}\" is not a step: expected a whole number from 0 to {STEPS_MAX}", step.text);
            faults.push(Fault::at(row.line, step.column, message));
            return;
        };
        let mut values = Vec::with_capacity(variables.len());
        for (cell, variable) in row.cells[2..].iter().zip(variables) {
            match number(&cell.text) {
                Ok(value) => values.push(value),
                Err(why) => faults.push(Fault::at(row.line, cell.column, format!("variable `{variable}`: {why}"))),
            }
        }
        let scenario = scenario.text.clone().into_owned();
        if !self.steps.contains_key(&scenario) {
            self.order.push(scenario.clone());
        }
        let steps = self.steps.entry(scenario.clone()).or_default();
        if let Some((first, _)) = steps.insert(number_of_step, (row.line, values)) {
            let message =
                format!("step {number_of_step} of scenario `{scenario}` stands there twice, first in line {first}");
            faults.push(Fault::at(row.line, step.column, message));
        }
    }

    /// The first step and how many there are: the same for every scenario, without a hole.
    fn horizon(&self, faults: &mut Faults) -> (u32, u32) {
        let ends = |scenario: &str| {
            let steps = &self.steps[scenario];
            let (first, last) = (steps.first_key_value(), steps.last_key_value());
            first.zip(last).map(|((first, _), (last, (line, _)))| (*first, *last, *line))
        };
        let Some((first, last, _)) = self.order.first().and_then(|scenario| ends(scenario)) else { return (0, 0) };
        for scenario in &self.order {
            let Some((from, to, line)) = ends(scenario) else { continue };
            let mut expected = from;
            for (step, (line, _)) in &self.steps[scenario] {
                if *step != expected {
                    let message = format!("a hole: step {step} of scenario `{scenario}` follows step {}", expected - 1);
                    faults.push(Fault::line(*line, message));
                }
                expected = step + 1;
            }
            if (from, to) != (first, last) {
                let message = format!(
                    "unequal horizons: scenario `{scenario}` has steps {from} to {to}, and `{}` has {first} to {last}",
                    self.order[0]
                );
                faults.push(Fault::line(line, message));
            }
        }
        (first, last - first + 1)
    }

    fn values(&self, variables: usize) -> Vec<f64> {
        let mut values = Vec::new();
        for scenario in &self.order {
            let steps = &self.steps[scenario];
            for variable in 0..variables {
                values.extend(steps.values().map(|(_, numbers)| numbers[variable]));
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
# step = 'quarter'
# start = 2009-09-30
# weights = { base = 0.75, bad = 0.25 }
scenario,step,unemp,rate
base,1,9.6,0.1
bad,1,10,0.2
base,2,9.5,0.3
bad,2,11,0.4
";

    fn faults(text: &str) -> String {
        ScenarioSet::read(text).unwrap_err().to_string()
    }

    #[test]
    fn paths_are_read_by_scenario_and_variable_in_any_order_of_rows() {
        let set = ScenarioSet::read(GOOD).unwrap();
        assert_eq!((set.scenarios.join(" "), set.variables.join(" ")), ("base bad".into(), "unemp rate".into()));
        assert_eq!((set.first_step, set.horizon, set.start), (1, 2, Some(14_517)));
        assert_eq!(set.weights, [0.75, 0.25]);
        assert_eq!(set.path(1, 0), Some(&[10.0, 11.0][..]));
        assert_eq!(set.path(0, 1), Some(&[0.1, 0.3][..]));
        assert_eq!((set.path(2, 0), set.path(0, 2)), (None, None));
        let made = ScenarioSet::new(&[("a", "x", &[1.0, 2.0]), ("b", "x", &[3.0, 4.0])]).unwrap();
        assert_eq!(made.path(1, 0), Some(&[3.0, 4.0][..]));
        assert!(ScenarioSet::new(&[("a", "x", &[1.0]), ("b", "x", &[3.0, 4.0])]).is_err());
    }

    #[test]
    fn unequal_horizons_holes_and_twins_are_named_with_their_lines() {
        let said = faults(&GOOD.replace("bad,2,11,0.4", "bad,2,11,0.4\nbad,3,11,0.4"));
        assert!(said.contains("9: unequal horizons: scenario `bad` has steps 1 to 3, and `base` has 1 to 2"), "{said}");
        let said = faults("scenario,step,x\na,1,1\na,3,1\n");
        assert!(said.contains("3: a hole: step 3 of scenario `a` follows step 1"), "{said}");
        let said = faults("scenario,step,x\na,1,1\na,1,1\n");
        assert!(said.contains("3:3: step 1 of scenario `a` stands there twice, first in line 2"), "{said}");
    }

    #[test]
    fn bad_cells_and_headers_are_named_with_their_places() {
        let said = faults("scenario,step,x,x\na,one,1,2\na,1,,n/a\na,2,1\n");
        for fault in [
            "1:17: the variable `x` stands there twice",
            "2:3: \"one\" is not a step",
            "3:5: variable `x`: a hole",
            "3:6: variable `x`: \"n/a\" is not a number",
            "4: 3 cells, where the header has 4",
        ] {
            assert!(said.contains(fault), "{fault}\nin\n{said}");
        }
        assert!(faults("when,step,x\na,1,1\n").contains("expected `scenario,step`"));
        assert!(faults("scenario,step,x\n").contains("no rows"));
    }

    #[test]
    fn weights_are_of_every_scenario_and_add_up_to_1() {
        assert!(faults(&GOOD.replace("bad = 0.25", "bad = 0.3")).contains("add up to 1.05"));
        assert!(faults(&GOOD.replace("bad = 0.25", "worse = 0.25")).contains("`worse`, which is no scenario"));
        assert!(faults(&GOOD.replace(", bad = 0.25", "")).contains("no number for the scenario `bad`"));
        assert!(faults(&GOOD.replace("2009-09-30", "2009-09-30T00:00:00Z")).contains("expected a day"));
    }
}
