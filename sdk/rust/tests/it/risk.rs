//! Risk objects in native tests: given as values, as texts or from files, and read as in a run.

#[expect(unreachable_pub, reason = "as it stands in a node of its own")]
mod example;

use leat_sdk::contract::ObjectKind;
use leat_sdk::testing::risk_objects::{ControlTable, Matrix, ScenarioSet, Simulation};
use leat_sdk::{
    Batch, Block, Context, Date, Input, Node, Objects, Output, Outputs, Params, Ports, Record, Result, named_by,
    testing,
};

#[derive(Record)]
struct Loan {
    rating: String,
}

#[derive(Record, Debug, PartialEq)]
struct Loss {
    loss: f64,
}

#[derive(Params)]
struct EclParams {
    #[param(default = "macro")]
    scenarios: String,
}

/// PD × LGD, scaled by the mean of a path and of a simulation.
struct Ecl {
    pd: leat_sdk::Matrix,
    scale: f64,
    lgd: f64,
}

#[leat_sdk::node(stateless)]
impl Node for Ecl {
    type Params = EclParams;

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Loan>("loans")).output(Output::of::<Loss>("losses"))
    }

    fn objects() -> Objects {
        Objects::new().scenarios(named_by("scenarios")).simulation("shocks").table("lgd").study("ifrs9")
    }

    fn open(params: EclParams, context: &Context) -> Result<Self> {
        let study = context.study("ifrs9")?;
        let model = study.model_for(|column| (column == "segment").then_some("retail")).ok_or("no model for retail")?;
        let path = context.scenarios(&params.scenarios)?.path("base", "x")?;
        let simulation = context.simulation("shocks")?;
        let shocks = simulation.rows(0, simulation.draws() as usize)?;
        let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
        Ok(Ecl {
            pd: context.matrix(model.uses_one(ObjectKind::Matrix)?)?,
            scale: mean(&path) * mean(&shocks) * model.option::<f64>("factor")?,
            lgd: context.table("lgd")?.get(&["retail"], Date::new(2024, 1, 1))?.get("lgd")?,
        })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let loans = batch.records::<Loan>()?;
        let losses: Vec<f64> =
            loans.map(|loan| Ok(self.pd.get(&loan.rating, "D")? * self.lgd * self.scale)).collect::<Result<_>>()?;
        out.emit(0, Block::fresh(losses.len()).made(losses))
    }
}

const STUDY: &str = "\
methodology = 'ifrs9'
[[framework]]
name = 'retail'
[[framework.model]]
name = 'pd'
filter = { segment = ['retail'] }
uses = ['ratings.matrix']
options = { factor = 10.0 }
";

const TABLE: &str = "segment,valid_from,lgd\nretail,2000-01-01,0.5\nretail,2023-01-01,1\n";

fn trial() -> testing::Trial<Ecl> {
    testing::of::<Ecl>()
        .object("macro.scenarios", ScenarioSet::new(&[("base", "x", &[1.0, 3.0])]).unwrap())
        .object("shocks.simulation", Simulation::new(&["y"], &[0.25, 0.75]).unwrap())
        .object("ratings.matrix", Matrix::new(&["A", "B"], &["D"], &[0.5, 0.25]).unwrap())
        .object_text("ifrs9.study", STUDY)
        .object("lgd.table", ControlTable::read(TABLE).unwrap())
        .input(0, ["A", "B"].map(|rating| Loan { rating: rating.to_owned() }))
}

fn failure(trial: testing::Trial<Ecl>) -> String {
    trial.run().unwrap_err().message().to_owned()
}

#[test]
fn a_native_test_reads_objects_as_a_run_does() {
    let run = trial().run().unwrap();
    assert_eq!(run.output::<Loss>(0), [Loss { loss: 5.0 }, Loss { loss: 2.5 }]);
}

#[test]
fn an_object_comes_from_a_file_by_its_name() {
    let dir = std::env::temp_dir().join(format!("leat-sdk-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join("ratings.matrix.csv");
    std::fs::write(&file, "from,D\nA,1\nB,0\n").unwrap();
    let run = trial().object_file(&file).run().unwrap();
    assert_eq!(run.output::<Loss>(0)[0], Loss { loss: 10.0 });
    std::fs::write(&file, "from,D\nA,1\nA,0\n").unwrap();
    let said = failure(trial().object_file(&file));
    assert!(said.contains("ratings.matrix.csv:3:1: the row key `A` stands there twice"), "{said}");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn an_object_that_is_not_given_or_is_another_kind_is_a_clear_error() {
    assert!(failure(testing::of::<Ecl>()).contains("opens the scenario set `macro`, and the test does not give it"));
    assert!(failure(trial().param("scenarios", "other")).contains("scenario set `other`"));
    let matrix = Matrix::new(&["A"], &["D"], &[0.5]).unwrap();
    assert!(failure(trial().object("macro.scenarios", matrix)).contains("macro.scenarios is given as a matrix"));
    assert!(failure(trial().object_text("ifrs9", "")).contains("names no risk object"));
}

#[test]
fn an_unknown_key_fails_the_batch_with_the_keys_there_are() {
    let said = failure(trial().input(0, [Loan { rating: "C".to_owned() }]));
    assert_eq!(said, "the matrix `ratings` has no row `C`; it has A, B");
}

const PAGE: &str = include_str!("../../../../docs/risk-objects.md");

/// The block of the page below the line that names a file.
fn block(file: &str) -> &'static str {
    let below = PAGE.split_once(&format!("`{file}`:\n\n```")).unwrap_or_else(|| panic!("the page has no {file}")).1;
    below.split_once('\n').unwrap().1.split("```").next().unwrap()
}

#[test]
fn the_page_s_node_runs_on_the_page_s_files() {
    let code = include_str!("risk/example.rs").split_once("\n\n").unwrap().1;
    assert!(PAGE.contains(&format!("```rust\n{code}```")), "docs/risk-objects.md has another node than its test");
    let run = testing::of::<example::ExpectedLoss>()
        .object_text("macro.scenarios", block("risk/macro.scenarios.csv"))
        .object_text("lgd.table", block("risk/lgd.table.csv"))
        .object_text("ratings.matrix", block("risk/ratings.matrix.csv"))
        .input(0, [example::Loan { segment: "mortgage", rating: "B", balance: 100.0 }])
        .run()
        .unwrap();
    let loss = run.output::<Loss>(0)[0].loss;
    assert!((loss - 0.10 * 10.8 / 9.9 * 0.35 * 100.0).abs() < 1e-12, "{loss}");
}

#[test]
fn every_file_of_the_page_is_sound() {
    for file in
        ["macro.scenarios.csv", "shocks.simulation.csv", "ratings.matrix.csv", "lgd.table.csv", "ifrs9.study.toml"]
    {
        let reference: testing::risk_objects::Reference = file.rsplit_once('.').unwrap().0.parse().unwrap();
        let object = testing::risk_objects::Object::read(reference.kind, block(&format!("risk/{file}")));
        assert!(object.is_ok(), "{file}: {object:?}");
    }
}
