//! Nodes with state and several ports.

use leat_sdk::contract::Level;
use leat_sdk::serde::{Deserialize, Serialize};
use leat_sdk::{
    Batch, Block, Context, Error, Input, Node, Output, Outputs, Params, Ports, Record, Result, State, testing,
};

#[derive(Record, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(crate = "leat_sdk::serde")]
struct Rate {
    currency: String,
    rate: f64,
}

#[derive(Record)]
struct Trade<'a> {
    currency: &'a str,
    amount: f64,
}

#[derive(Record, Debug, PartialEq)]
struct Converted {
    amount: f64,
}

#[derive(Record, Serialize, Deserialize, Debug, PartialEq)]
#[serde(crate = "leat_sdk::serde")]
struct Total {
    trades: i64,
    amount: f64,
}

#[derive(Params)]
struct ConvertParams {
    /// Written into each log line.
    tag: String,
}

#[derive(State)]
struct Convert {
    #[state(skip)]
    tag: String,
    rates: Vec<Rate>,
    total: Total,
}

const RATES: usize = 0;
const CONVERTED: usize = 0;
const TOTALS: usize = 1;

/// Converts amounts by a table of rates.
#[leat_sdk::node]
impl Node for Convert {
    type Params = ConvertParams;

    fn ports() -> Ports {
        Ports::new()
            .input(Input::of::<Rate>("rates").first())
            .input(Input::of::<Trade<'_>>("trades").carry("id"))
            .output(Output::new("converted").pass("trades", "id").record::<Converted>())
            .output(Output::of::<Total>("totals"))
    }

    fn open(params: ConvertParams, context: &Context) -> Result<Self> {
        if context.option("mode") == Some("broken") {
            return Err(Error::new("mode is broken"));
        }
        Ok(Convert { tag: params.tag, rates: Vec::new(), total: Total { trades: 0, amount: 0.0 } })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        if batch.port() == RATES {
            self.rates.extend(batch.records::<Rate>()?);
            return Ok(());
        }
        let (mut kept, mut amounts) = (Vec::new(), Vec::new());
        for (row, trade) in batch.records::<Trade<'_>>()?.enumerate() {
            match self.rates.iter().find(|rate| rate.currency == trade.currency) {
                Some(rate) => {
                    kept.push(row as u32);
                    amounts.push(trade.amount * rate.rate);
                }
                None => out.reject(row, format!("no rate for {}", trade.currency))?,
            }
        }
        self.total.trades += amounts.len() as i64;
        self.total.amount += amounts.iter().sum::<f64>();
        leat_sdk::count("converted", amounts.len() as u64);
        leat_sdk::progress(self.total.trades as u64, None);
        out.emit(CONVERTED, Block::selected(batch, &kept).made(amounts))
    }

    fn end_of_input(&mut self, port: usize, _: &mut Outputs) -> Result<()> {
        leat_sdk::log::info("input ended", &[("port", &port), ("tag", &self.tag)]);
        Ok(())
    }

    fn finish(&mut self, out: &mut Outputs) -> Result<()> {
        out.push(TOTALS, Total { trades: self.total.trades, amount: self.total.amount })
    }
}

#[derive(Record)]
struct Booked {
    id: i64,
    currency: String,
    amount: f64,
}

fn booked(id: i64, currency: &str, amount: f64) -> Booked {
    Booked { id, currency: currency.to_owned(), amount }
}

fn rates() -> Vec<Rate> {
    [("EUR", 1.0), ("USD", 0.5), ("JPY", 0.25)].map(|(c, rate)| Rate { currency: c.to_owned(), rate }).to_vec()
}

fn trial() -> testing::Trial<Convert> {
    let trades = [booked(1, "USD", 10.0), booked(2, "XXX", 1.0), booked(3, "JPY", 8.0), booked(4, "EUR", 3.0)];
    testing::of::<Convert>().param("tag", "t").input(1, trades).input(0, rates())
}

#[test]
fn a_port_declared_first_comes_whole_before_the_others() {
    #[derive(Record, Debug, PartialEq)]
    struct Out {
        id: i64,
        amount: f64,
    }
    for batch_rows in [1, 2, 4096] {
        let trades = [booked(1, "USD", 10.0), booked(2, "XXX", 1.0), booked(3, "JPY", 8.0)];
        let trial = testing::of::<Convert>().batch_rows(batch_rows).param("tag", "t");
        let run = trial.input(1, trades).input(0, rates()).run().unwrap();
        assert_eq!(run.output::<Out>(0), [Out { id: 1, amount: 5.0 }, Out { id: 3, amount: 2.0 }]);
        assert_eq!(run.output::<Total>(1), [Total { trades: 2, amount: 7.0 }]);
        assert_eq!(run.rejected().len(), 1);
        assert_eq!((run.rejected()[0].port, run.rejected()[0].row), (1, 1));
    }
}

#[test]
fn what_a_node_says_of_itself_is_kept() {
    let run = trial().run().unwrap();
    assert_eq!(run.counter("converted"), 3);
    assert_eq!(run.counter("never counted"), 0);
    assert_eq!(run.progress(), Some((3, None)));
    let last = run.logs().last().unwrap().clone();
    assert_eq!((last.level, last.message.as_str()), (Level::Info, "input ended"));
    assert_eq!(last.fields, [("port".to_owned(), "1".to_owned()), ("tag".to_owned(), "t".to_owned())]);
}

#[test]
fn a_parameter_without_default_must_be_given() {
    let failed = testing::of::<Convert>().run().unwrap_err();
    assert_eq!(failed.to_string(), "open: parameter `tag` has no value");
}

#[test]
fn a_node_may_refuse_to_open() {
    let failed = trial().option("mode", "broken").run().unwrap_err();
    assert_eq!((failed.call(), failed.message()), ("open", "mode is broken"));
}

/// Does what the parameter says.
struct Awkward {
    deed: String,
}

#[derive(Params)]
struct AwkwardParams {
    deed: String,
}

struct AwkwardNode(Awkward);

impl leat_sdk::Named for AwkwardNode {
    const NAME: &'static str = "awkward";
    const DESCRIPTION: &'static str = "";
}

impl Node for AwkwardNode {
    type Params = AwkwardParams;

    fn ports() -> Ports {
        let input = Input::of::<Converted>("amounts").carry("id");
        let output = Output::new("passed").pass("amounts", "id").record::<Converted>();
        Ports::new().input(input).output(output).output(Output::of::<Converted>("plain"))
    }

    fn open(params: AwkwardParams, _: &Context) -> Result<Self> {
        Ok(AwkwardNode(Awkward { deed: params.deed }))
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let amounts = || vec![1.0; batch.rows()];
        match self.0.deed.as_str() {
            "push where columns are passed" => out.push(0, Converted { amount: 1.0 }),
            "push another record" => out.push(1, Total { trades: 1, amount: 1.0 }),
            "push to no port" => out.push(2, Converted { amount: 1.0 }),
            "too few values" => out.emit(1, Block::fresh(3).made([1.0, 2.0])),
            "select beyond" => out.emit(0, Block::selected(batch, &[9]).made([1.0])),
            "two columns" => out.emit(1, Block::whole(batch).made(amounts()).made(amounts())),
            "reject beyond" => out.reject(9, "beyond"),
            "read another type" => batch.i64("amount").map(|_| ()),
            "read no column" => batch.f64("volume").map(|_| ()),
            "refuse the batch" => {
                out.push(1, Converted { amount: 1.0 })?;
                out.reject(0, "first")?;
                Err(Error::new("the batch is bad"))
            }
            "reject twice" => {
                out.reject(0, "first")?;
                out.reject(0, "second")
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self, out: &mut Outputs) -> Result<()> {
        match self.0.deed.as_str() {
            "pass at the end" => out.emit(0, Block::fresh(1).made([1.0])),
            "reject at the end" => out.reject(0, "late"),
            _ => Ok(()),
        }
    }
}

#[test]
fn a_deed_against_the_ports_is_an_error_that_names_them() {
    #[derive(Record)]
    struct In {
        id: i64,
        amount: f64,
    }
    let cases = [
        ("push where columns are passed", "process: output `passed` passes on columns of an input; send a Block to it"),
        (
            "push another record",
            "process: output `plain` has the columns (amount float64), but is given (trades int64, amount float64)",
        ),
        ("push to no port", "process: there is no output port 2; the node declares 2, counted from 0"),
        ("too few values", "process: made column 0 for output `plain` has 2 values for 3 rows"),
        ("select beyond", "process: row 9 is selected, but the batch in hand has fewer rows"),
        (
            "two columns",
            "process: output `plain` has the columns (amount float64), but is given (… float64, … float64)",
        ),
        ("reject beyond", "process: row 9 is refused, but the batch in hand has 2 rows"),
        ("read another type", "process: column `amount` of input `amounts` is read as int64, but declared as float64"),
        ("read no column", "process: input `amounts` declares no column `volume`; it has amount, id"),
        ("refuse the batch", "process: the batch is bad"),
        ("reject twice", "emit: row 0 is refused twice"),
        (
            "pass at the end",
            "finish: output `passed` passes on columns of an input, but no batch of that input is in hand",
        ),
        ("reject at the end", "finish: row 0 is refused, but the batch in hand has 0 rows"),
    ];
    for (deed, error) in cases {
        let inputs = [In { id: 1, amount: 1.0 }, In { id: 2, amount: 2.0 }];
        let failed = testing::of::<AwkwardNode>().param("deed", deed).input(0, inputs).run().unwrap_err();
        assert_eq!(failed.to_string(), error, "{deed}");
    }
}
