//! Commands for authors of nodes: tests, made-up rows, risk objects; and for operators: the simulation of a fleet.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{ServerArgs, TextOrJson, key_value};

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat test price --input rows.csv\n  leat test price --input rows.csv --param rate=0.05 --port errors\n  leat test price --input rows.csv --expect values.csv --tolerance 1e-9\n  leat test match --input trades.csv --input quotes.csv\n  leat test totals --input rows.csv --recovery\n  leat test var.strm --recovery\n\nThe node runs in the sandbox, in a worker, as in any process. Exit code 0: it ran, and made what was expected. 1: not."
)]
pub(crate) struct TestArgs {
    /// The node, by its name in the playpen around the current directory, or a component's file; with --recovery also a stream file
    pub(crate) node: String,
    /// The rows of an input port, as a CSV file (may be given again, in the order of the ports)
    #[arg(long, short, value_name = "ROWS.csv")]
    pub(crate) input: Vec<PathBuf>,
    /// Give a parameter of the component a value (may be given again)
    #[arg(long = "param", short, value_name = "NAME=VALUE", value_parser = key_value)]
    pub(crate) params: Vec<(String, String)>,
    /// Give a fact that the component reads a value (may be given again)
    #[arg(long = "fact", value_name = "NAME=VALUE", value_parser = key_value)]
    pub(crate) facts: Vec<(String, String)>,
    /// Give the node a secret, which a file holds (may be given again); of a stream file, in place of this user's own
    #[arg(long = "secret", value_name = "NAME=FILE", value_parser = key_value)]
    pub(crate) secrets: Vec<(String, String)>,
    /// Show or compare this output port only, by its name or number (compared is otherwise the first)
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<String>,
    /// Compare with this CSV file instead of showing the rows
    #[arg(long, value_name = "OUT.csv")]
    pub(crate) expect: Option<PathBuf>,
    /// How far numbers may differ from the expected ones, absolutely or relatively
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = tolerance)]
    pub(crate) tolerance: f64,
    /// Try whether the node can be resumed: put a new instance in its place before every call, from its snapshot, and fail
    /// where that goes on otherwise. Of a stream file, every node
    #[arg(long)]
    pub(crate) recovery: bool,
    /// Rows to show of each port
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) rows: usize,
    /// Seed of the node's random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Keep everything the run writes in this directory
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RiskCommand {
    /// List the risk objects of the playpen, or of a server
    List {
        /// The playpen, or anything inside it
        #[arg(default_value = ".")]
        path: PathBuf,
        /// List what the server keeps
        #[arg(long)]
        remote: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Read every risk object of the playpen to its end, and say what is wrong
    Check {
        /// The playpen, or anything inside it
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Show what one risk object is, with the SHA-256 of its content
    #[command(after_help = "Example:\n  leat risk show transitions.matrix")]
    Show {
        /// The object: its name, and `.scenarios`, `.simulation`, `.matrix`, `.table` or `.study`
        object: String,
        /// The playpen, or anything inside it
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Send a risk object to a server, which keeps it as its next version
    #[command(after_help = "Example:\n  leat risk put risk/base.scenarios.csv")]
    Put {
        /// The object's file
        file: PathBuf,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Fetch a risk object from a server into the playpen's risk/ folder
    #[command(after_help = "Example:\n  leat risk get base.scenarios")]
    Get {
        /// The object: its name and kind
        object: String,
        /// Which version (default: the latest)
        #[arg(long)]
        version: Option<u64>,
        #[command(flatten)]
        server: ServerArgs,
    },
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value >= 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a number from 0 on, as 1e-9".to_owned()),
    }
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat generate price.strm options --rows 1000 --seed 7 --out in/options.csv\n  leat generate price.strm options --rows 1000 --out in/options.parquet\n\nThe columns are those of the queue's declaration, else those that the components reading it ask for. The same seed\ngives the same bytes, and a column keeps its values when others come and go. A column called id, or ending in _id,\ncounts from 1; other whole numbers are below 1,000,000, others below 1,000 with four digits, decimals have up to six\ndigits before the point; days and times are from 2000 to 2029; texts have four to eight letters; one in ten values\nof a nullable column is null."
)]
pub(crate) struct GenerateArgs {
    /// The stream file
    pub(crate) file: PathBuf,
    /// The queue, which an input of the file fills
    pub(crate) queue: String,
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) rows: u64,
    /// What the values come from: the same seed, the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The file to write (default: standard output)
    #[arg(long, short, visible_alias = "output", value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The format of the rows (default: what the file's name says, else that of the input)
    #[arg(long, value_enum)]
    pub(crate) format: Option<RowsFormat>,
}

/// A format that rows are made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsFormat {
    /// Text in columns
    Csv,
    /// One JSON object on each line
    Jsonl,
    /// Arrow's file format
    Arrow,
    /// Parquet
    Parquet,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat simulate trace.csv --fleet fleet.toml\n  leat simulate trace.csv --fleet midtier.toml --policy idle_timeout=2min --policy minimum_up=5min\n  leat runs --limit 1000 --format json > runs.json && leat simulate runs.json --fleet midtier.toml --format json\n\nA trace in CSV has a header with submitted, group, cpus, memory and duration, and as far as wanted user, priority, region,\nlabels and architecture. The fleet is [[hosts]] and [scheduling] as in midtier.toml; deploy/simulation has an example\nof both. Beside the fleet stand the figures of the same hosts when none of them is ever off."
)]
pub(crate) struct SimulateArgs {
    /// The runs: a CSV file, or what `leat runs --format json` prints (.json, .jsonl)
    pub(crate) trace: PathBuf,
    /// The hosts and how they are scheduled: a TOML file, midtier.toml itself or one in its shape
    #[arg(long, value_name = "FILE")]
    pub(crate) fleet: PathBuf,
    /// Give a key of [scheduling] another value (may be given again)
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) policy: Vec<(String, String)>,
    /// Seed of the faults that the fleet's file asks for
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// What is printed: a report for people or for programs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}
