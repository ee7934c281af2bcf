//! Answers questions about risk objects, one record each: `path base unemp`, `matrix A D`, `table card 2009-01-01 lgd`.
//! Written with the SDK, whose side of `risk` it is the test of. Its parameters name the objects; those left empty it does
//! without.

use leat_sdk::{Batch, Context, Date, Error, Node, Objects, Output, Outputs, Params, Ports, Record, Result, named_by};

#[derive(Record)]
struct Question<'a> {
    ask: &'a str,
}

#[derive(Record)]
struct Answer {
    answer: String,
}

#[derive(Params)]
struct AsksParams {
    /// The scenario set.
    #[param(default = "")]
    scenarios: String,
    /// The simulation.
    #[param(default = "")]
    simulation: String,
    /// The matrix.
    #[param(default = "")]
    matrix: String,
    /// The control table.
    #[param(default = "")]
    table: String,
    /// The study.
    #[param(default = "")]
    study: String,
}

struct AsksRisk {
    params: AsksParams,
    context: Context,
}

/// Answers questions about risk objects.
#[leat_sdk::node(stateless)]
impl Node for AsksRisk {
    type Params = AsksParams;

    fn ports() -> Ports {
        let questions = leat_sdk::Input::of::<Question<'static>>("questions");
        Ports::new().input(questions).output(Output::new("answers").pass("questions", "ask").record::<Answer>())
    }

    fn objects() -> Objects {
        Objects::new()
            .scenarios(named_by("scenarios"))
            .simulation(named_by("simulation"))
            .matrix(named_by("matrix"))
            .table(named_by("table"))
            .study(named_by("study"))
    }

    fn open(params: AsksParams, context: &Context) -> Result<Self> {
        Ok(AsksRisk { params, context: context.clone() })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let mut answers = Vec::new();
        for question in batch.records::<Question<'_>>()? {
            answers.push(self.answer(question.ask).unwrap_or_else(|error| format!("error: {error}")));
        }
        out.emit(0, leat_sdk::Block::whole(batch).made(answers))
    }
}

impl AsksRisk {
    fn answer(&self, question: &str) -> Result<String> {
        let words: Vec<&str> = question.split(' ').collect();
        let (context, params) = (&self.context, &self.params);
        match words[..] {
            ["scenarios"] => {
                let set = context.scenarios(&params.scenarios)?;
                let (step, start) = (set.step(), set.start().map(|day| day.to_string()).unwrap_or_default());
                Ok(format!("{} {step}s from {} on, {start}", set.horizon(), set.first_step()))
            }
            ["path", scenario, variable] => {
                Ok(joined(&context.scenarios(&params.scenarios)?.path(scenario, variable)?))
            }
            ["weight", scenario] => Ok(context.scenarios(&params.scenarios)?.weight(scenario)?.to_string()),
            ["draws"] => {
                let simulation = context.simulation(&params.simulation)?;
                Ok(format!("{} of {}", simulation.draws(), simulation.variables().join(" ")))
            }
            ["draws", first, count] => {
                Ok(joined(&context.simulation(&params.simulation)?.rows(number(first)?, number(count)? as usize)?))
            }
            ["sum"] => {
                let simulation = context.simulation(&params.simulation)?;
                let all = simulation.rows(0, simulation.draws() as usize)?;
                Ok(all.iter().sum::<f64>().to_string())
            }
            ["matrix", row, column] => Ok(context.matrix(&params.matrix)?.get(row, column)?.to_string()),
            ["row", row] => Ok(joined(&context.matrix(&params.matrix)?.row(row)?)),
            ["table", key, day, column] => {
                let row = context.table(&params.table)?.get(&[key], Some(day.parse::<Date>()?))?;
                let value = row.optional::<f64>(column)?;
                Ok(value.map_or_else(|| "null".to_owned(), |value| value.to_string()))
            }
            ["study"] => {
                let study = context.study(&params.study)?;
                Ok(format!("{} for {} years", study.methodology(), study.option::<i64>("years")?))
            }
            ["model", segment] => {
                let study = context.study(&params.study)?;
                let model = study.model_for(|column| (column == "segment").then_some(segment));
                let model = model.ok_or_else(|| Error::new(format!("no model for {segment}")))?;
                let matrix = model.uses_one(leat_sdk::contract::ObjectKind::Matrix)?;
                let first = context.matrix(matrix)?.row_keys()[0].clone();
                Ok(format!("{}.{} by {matrix} from {first}", model.framework, model.name))
            }
            ["open", "matrix", name] => context.matrix(name).map(|_| "opened".to_owned()),
            _ => Err(Error::new("no such question")),
        }
    }
}

fn joined(numbers: &[f64]) -> String {
    numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

fn number(text: &str) -> Result<u64> {
    text.parse().map_err(|_| Error::new(format!("{text} is no number")))
}
