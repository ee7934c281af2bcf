//! What the examples of the reference find around them, by the heading they stand under: the files they read, the
//! components their nodes run, and what the run gives.

use leat_stream::node_info::{NodeInfo, Value, ValueType};

use crate::check::world::{Ports, World, node};

/// What there is under a heading.
pub(super) fn world(heading: &str) -> World {
    let world = World::default();
    match heading {
        "The stream language" => world.file("in/options.csv", "id,spot,strike\n1,42,40\n").node(
            values_of("options", &["id any", "spot float64", "strike float64"]).takes("rate", Value::Float64(0.05)),
        ),
        "The process" => world.file("in/positions.csv", POSITIONS).node(var()),
        "Parameters" => world.file("in/rates.csv", POSITIONS).node(var()).param("book", "rates"),
        "Secrets" => world
            .file("in/positions.csv", POSITIONS)
            .node(node("enrich").reads("positions", &["id any"]).writes("enriched", &["id = 0.0", "rating text"])),
        "Declarations" => world.file("in/loans.csv", "id,balance,rating,as of,margin\n1,1000.5,,2024-01-31,0.0125\n"),
        "Inputs" => world
            .file("loans.csv", "id,balance\n1,1000.5\n")
            .file("in/2024-01/prices.csv.gz", "day,price\n01/31/2024,.\n")
            .file("in/rates.csv", TRADES)
            .file("feeds/eod/rates.csv", "currency;rate\nEUR;1.08\n")
            .node(
                node("value")
                    .reads("trades", &["id any", "notional float64"])
                    .reads("loans", &["balance float64"])
                    .reads("prices", &["day text", "price float64 null"])
                    .reads("rates", &["currency text", "rate float64"])
                    .writes("values", &["id = 0.0", "pv float64"]),
            )
            .param("book", "rates"),
        "Outputs" => world.file("a.csv", "id,pv\n1,2.5\n").param("book", "rates"),
        "JSON lines" => world.file("in/trades.jsonl.gz", "id,notional,booked\n1,100.25,2024-01-31\n"),
        "Arrow files" => world.file("in/positions.arrow", "id int64\npv float64 null\n"),
        "Parquet files" => world.file("in/positions.parquet", "id int64\npv float64 null\n"),
        "Several files" => world
            .file("in/2024-*/trades-?.csv.gz", TRADES)
            .file("in/loans/**/*.csv", "id,balance\n1,1000.5\n")
            .file("in/**/quotes.parquet", "day date\nprice float64\n"),
        "Outputs in parts" => world.file("in/trades.csv", "id,region,booked,notional\n1,EU,2024-01-31,100\n"),
        "Append and replace" => world.file("in/today.csv", TRADES),
        _ => of_statements(world, heading),
    }
}

fn of_statements(world: World, heading: &str) -> World {
    match heading {
        "Nodes" => world
            .file("a.csv", TRADES)
            .file("b.csv", CURVES)
            .node(valued_with_curves().writes("errors", &["id = 0.0", "reason text"]))
            .node(
                node("hist_var")
                    .reads("values", &["pv float64"])
                    .writes("risk", &["var float64"])
                    .needs("level", Value::Float64(0.99))
                    .needs("window", Value::Int64(250)),
            )
            .node(node("log").reads("errors", &["reason text"])),
        "Several threads" => world
            .file("options.csv", "id,desk,book,spot\n1,rates,A,42\n")
            .node(
                node("price")
                    .reads("options", &["desk any", "book any", "spot float64"])
                    .writes("values", &["desk = 0.0", "book = 0.1", "pv float64"]),
            )
            .node(
                node("totals")
                    .reads("values", &["desk text", "book text", "pv float64"])
                    .writes("by_desk", &["desk = 0.0", "pv float64"]),
            ),
        "SQL" => world.file("in/risk.csv", "book,pv\nA,2.5\n"),
        "SQL in Leat" => {
            world.file("in/positions.parquet", "book text\npv float64\n").file("in/books.csv", "book,desk\nA,rates\n")
        }
        "where=" => world
            .file("in/trades.csv", "id,qty,book,maturity\n1,5,A,2030-06-30\n")
            .node(values_of("trades", &["id any", "qty int64"])),
        "Models" => world.file("in/applicants.csv", "id,income\n1,40000\n").node(
            node("retail_pd")
                .reads("applicants", &["id any", "income float64"])
                .writes("scores", &["id = 0.0", "pd float64"]),
        ),
        "SAS" => world.file("in/trades.csv", TRADES),
        _ => of_the_whole(world, heading),
    }
}

fn of_the_whole(world: World, heading: &str) -> World {
    match heading {
        "Groups" => world
            .file("in/trades.csv", TRADES)
            .file("in/hedges.csv", TRADES)
            .file("in/curves.csv", CURVES)
            .node(valued_with_curves())
            .node(
                node("convert")
                    .reads("priced", &["id any", "pv float64"])
                    .writes("values", &["id = 0.0", "pv float64"]),
            )
            .node(node("check_values").reads("values", &["id any", "pv float64"]).writes("findings", &["id = 0.0"])),
        "Tags" => world
            .file("in/loans.csv", TRADES)
            .node(values_of("loans", &["id any", "notional float64"]))
            .node(node("audit").reads("values", &["id any", "pv float64"]).writes("findings", &["id = 0.0"])),
        "Signals" => world.file("in/loans.csv", TRADES).node(values_of("loans", &["id any", "notional float64"])),
        "Parts of a run, on several hosts" => {
            world.file("in/loans.csv", TRADES).node(values_of("loans", &["id any", "notional float64"]))
        }
        "Facts" => world
            .file("in/trades.csv", TRADES)
            .node(dates().takes("day", Value::Text(String::new())))
            .node(values_of("trades", &["id any", "notional float64"]).gets("fx_date", ValueType::Text))
            .node(
                node("convert")
                    .reads_first("rates", &["currency text", "rate float64"])
                    .reads("values", &["id any", "pv float64"])
                    .writes("converted", &["id = 1.0", "pv float64"])
                    .gets("fx_date", ValueType::Text),
            ),
        "Signals and facts in groups" => world
            .file("in/trades.csv", TRADES)
            .file("in/hedges.csv", TRADES)
            .node(dates())
            .node(
                values_of("trades", &["id any", "notional float64"])
                    .gets("fx_date", ValueType::Text)
                    .sets("book_total", ValueType::Float64),
            )
            .node(
                node("share")
                    .reads("priced", &["id any", "pv float64"])
                    .writes("values", &["id = 0.0", "share float64"])
                    .gets("book_total", ValueType::Float64),
            ),
        other => panic!("nothing is known of what the examples under \"{other}\" find around them"),
    }
}

const POSITIONS: &str = "id,pv\n1,2.5\n";
const TRADES: &str = "id,notional\n1,100\n";
const CURVES: &str = "tenor,rate\n0.5,0.03\n";

/// The component `price` that passes on the first field and makes a value.
fn values_of(port: &str, fields: &[&str]) -> NodeInfo {
    node("price").reads(port, fields).writes("values", &["id = 0.0", "pv float64"])
}

fn valued_with_curves() -> NodeInfo {
    node("price")
        .reads("trades", &["id any", "notional float64"])
        .reads_first("curves", &["tenor float64", "rate float64"])
        .writes("values", &["id = 0.0", "pv float64"])
}

fn var() -> NodeInfo {
    node("var")
        .reads("positions", &["pv float64"])
        .writes("risk", &["var float64"])
        .takes("level", Value::Float64(0.95))
        .takes("days", Value::Int64(250))
        .takes("intraday", Value::Boolean(true))
}

fn dates() -> NodeInfo {
    node("dates").reads("trades", &["id any"]).sets("fx_date", ValueType::Text)
}
