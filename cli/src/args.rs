//! The command line: every command, its options and its help.

mod access;
mod audit;
mod remote;
mod secret;
mod services;
mod tools;

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use leat_worker::TraceSelection;

use crate::units::Every;
pub(crate) use access::{
    AccountChangeArgs, AccountCommand, AccountKind, AccountRefArgs, ListArgs, RoleCommand, RoleGivenArgs, TokenCommand,
    TokenCreateArgs, WhoamiArgs,
};
pub(crate) use audit::{AuditCommand, AuditListArgs, When};
pub(crate) use remote::{
    FetchArgs, HostRefArgs, HostsArgs, HostsCommand, LoginArgs, LogsArgs, RunRefArgs, RunsArgs, ServerArgs, StatusArgs,
    SubmitArgs,
};
pub(crate) use secret::{SecretCommand, SecretPlace};
pub(crate) use services::{HostArgs, MidtierArgs, ServeArgs};
pub(crate) use tools::{GenerateArgs, RiskCommand, RowsFormat, SimulateArgs, TestArgs};

/// Leat runs user-written stream nodes as sandboxed WebAssembly components.
///
/// A stream file wires nodes and files together with typed queues; a node is a component that was granted nothing but
/// its ports.
#[derive(Debug, Parser)]
#[command(name = "leat", version, arg_required_else_help = true, after_help = TOUR, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Whether what was asked for goes on until someone ends it.
    pub(crate) fn is_service(&self) -> bool {
        matches!(self.command, Command::Serve(_) | Command::Midtier(_) | Command::Host(_))
    }
}

const TOUR: &str = "\
First steps:
  leat new playpen hello      a playpen with a process, a node and input that runs
  cd hello
  leat build                  compiles its nodes to components
  leat run hello.strm         runs it and says where the outputs are
  leat serve                  is a server with hosts of its own, for leat submit hello.strm

Exit codes: 0 done, 1 failed, 2 wrong usage, 64 bad configuration.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new playpen or a new node
    #[command(subcommand)]
    New(NewCommand),
    /// Compile the playpen's nodes to components
    Build(BuildArgs),
    /// Find everything that is wrong with a process before it runs
    Check(CheckArgs),
    /// Show the checked plan of a process, as text or as a picture
    Plan(PlanArgs),
    /// Say whether a stream file's syntax is accepted
    Parse(ParseArgs),
    /// Run a process on this machine
    Run(RunArgs),
    /// Show the records that a run followed with --trace, and what became of them
    Trace(TraceArgs),
    /// Run a rejected record of a run through its node again
    Replay(ReplayArgs),
    /// Run one node on rows from a file, and show or compare what it makes of them
    Test(TestArgs),
    /// Make synthetic rows for a queue that an input fills
    Generate(GenerateArgs),
    /// Look at the playpen's risk objects
    #[command(subcommand)]
    Risk(RiskCommand),
    /// Keep the secrets that runs of this user are given
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Log in to a server through a browser, or with a code on another device
    Login(LoginArgs),
    /// Log out of a server
    Logout(ServerArgs),
    /// Say who a server takes you for, and what you may do there
    Whoami(WhoamiArgs),
    /// Make, list and revoke API tokens of a server
    #[command(subcommand)]
    Token(TokenCommand),
    /// Make accounts at a server, look at them, disable them, put them into groups
    #[command(subcommand)]
    Account(AccountCommand),
    /// Give accounts and groups of a server roles, and take them
    #[command(subcommand)]
    Role(RoleCommand),
    /// Run a process on the hosts of a server
    Submit(SubmitArgs),
    /// List the runs of a server
    Runs(RunsArgs),
    /// Show a run, its nodes, and why it is where it is
    Status(StatusArgs),
    /// Show what the nodes of a run have logged
    Logs(LogsArgs),
    /// End a run
    Cancel(RunRefArgs),
    /// Let a run rest on no host: it takes a checkpoint first, and `leat resume` lets it go on from there
    Pause(RunRefArgs),
    /// Let a run go on that rests
    Resume(RunRefArgs),
    /// Run again what a run that has ended ran
    Retry(RunRefArgs),
    /// Fetch what a run has published
    Fetch(FetchArgs),
    /// List the hosts of a server, drain them, switch them on and off
    Hosts(HostsArgs),
    /// Show who did what at a server, and check that nobody has changed it
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Say how long runs would wait on a fleet, and what it would cost
    Simulate(SimulateArgs),
    /// Be a whole server on this machine, with its hosts
    Serve(ServeArgs),
    /// Be a midtier: the API and the scheduler
    Midtier(MidtierArgs),
    /// Be a compute host's agent
    Host(HostArgs),
    /// Print a script that completes leat's commands in your shell
    Completions(CompletionsArgs),
    /// One run in one process; started by `leat run`
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NewCommand {
    /// Make a directory with a process, a node and input that runs as it is
    #[command(after_help = "Example:\n  leat new playpen hello && cd hello && leat build && leat run hello.strm")]
    Playpen {
        /// The directory to make; its last part is the playpen's name
        name: PathBuf,
        /// Use the SDK in this directory instead of the one inside leat
        #[arg(long, value_name = "DIR")]
        sdk: Option<PathBuf>,
    },
    /// Add a node to the playpen in the current directory
    #[command(
        after_help = "Example:\n  leat new node discount\n  leat build\n  then, in a stream file:  node discount(trades)(values)"
    )]
    Node {
        /// The node's name: a letter, then letters, digits and `_`
        name: String,
    },
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat build                    every node of the playpen around here\n  leat build --node price       one of them\n  leat build plugins/market-risk"
)]
pub(crate) struct BuildArgs {
    /// The playpen, or anything inside it
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Build this node only (may be given again)
    #[arg(long, value_name = "NAME")]
    pub(crate) node: Vec<String>,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// What a run is given besides its stream file; the same for `check`, `plan` and `run`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct GivenArgs {
    /// Give a parameter of the process a value (may be given again)
    #[arg(long = "param", short, value_name = "NAME=VALUE", value_parser = key_value)]
    pub(crate) params: Vec<(String, String)>,
    /// Give `opt.a.b.c` a value (may be given again)
    #[arg(long = "opt", value_name = "A.B.C=VALUE", value_parser = key_value)]
    pub(crate) options: Vec<(String, String)>,
    /// Give a fact that statements wait for a value (may be given again)
    #[arg(long = "fact", value_name = "NAME=VALUE", value_parser = key_value)]
    pub(crate) facts: Vec<(String, String)>,
    /// Switch on the statements with this tag in exec_when= (may be given again)
    #[arg(long = "tag", value_name = "NAME")]
    pub(crate) tags: Vec<String>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat check price.strm\n  leat check price.strm --format json | jq .\n  leat check price.strm --strict --param rate=0.05"
)]
pub(crate) struct CheckArgs {
    /// The stream file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) given: GivenArgs,
    /// Fail on warnings too
    #[arg(long)]
    pub(crate) strict: bool,
    /// How problems are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat plan price.strm\n  leat plan price.strm --format svg > price.svg\n  leat plan price.strm --format mermaid"
)]
pub(crate) struct PlanArgs {
    /// The stream file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) given: GivenArgs,
    /// The form of the plan
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: PlanFormat,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit code 0: accepted. 1: not. Needs nothing but the file; `leat check` looks at everything else too."
)]
pub(crate) struct ParseArgs {
    /// The stream file, or `-` for standard input
    pub(crate) file: PathBuf,
    /// How problems are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat run price.strm\n  leat run price.strm --param rate=0.05 --output /data/runs/today\n  leat run price.strm --quiet --format json | jq .elapsed_ms\n  leat run price.strm --watch\n\nWith --watch nodes that have changed are rebuilt, and the run directory is runs/PROCESS-watch unless --output names one.\nOutputs, report.json, plan.json and logs/NODE.log are in the run directory."
)]
pub(crate) struct RunArgs {
    /// The stream file
    #[arg(required_unless_present = "resume")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) given: GivenArgs,
    /// Go on with the run in this directory, which was killed or stopped, from its last checkpoint
    #[arg(long, value_name = "RUN_DIR", conflicts_with_all = ["file", "output", "seed", "watch", "trace", "checkpoints", "checkpoints_kept", "params", "options", "facts", "tags"])]
    pub(crate) resume: Option<PathBuf>,
    /// The time between two checkpoints, as 10s or 1min; off: take none, and keep nothing to go on with
    #[arg(long, value_name = "TIME", default_value = "10s")]
    pub(crate) checkpoints: Every,
    /// How many whole checkpoints are kept: the newest, and those before it, should it be damaged
    #[arg(long, value_name = "N", default_value = "2", value_parser = checkpoints_kept)]
    pub(crate) checkpoints_kept: usize,
    /// The run directory (default: runs/PROCESS-TIME in the playpen)
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Seed of the run's random numbers: the same seed, the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Run again whenever a stream file, a node's source, an input or playpen.toml changes, until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
    /// Follow records through the run, into trace.jsonl: those with these values in a column of an input, or the first of each
    #[arg(long, value_name = "COLUMN=VALUE,… | rows=N", value_parser = trace)]
    pub(crate) trace: Option<TraceSelection>,
    /// Make hanging nodes stop with a backtrace of where they hung (nodes run slower)
    #[arg(long)]
    pub(crate) interruptible: bool,
    /// Print nothing but errors and the report asked for with --format json
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// What is printed at the end: a summary, or the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

impl RunArgs {
    /// The stream file; of a run that is resumed there is none.
    pub(crate) fn file(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new(""))
    }
}

fn checkpoints_kept(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|kept| *kept > 0).ok_or_else(|| "expected a number, 1 or more".to_owned())
}

fn trace(text: &str) -> Result<TraceSelection, String> {
    let (column, values) = key_value(text).map_err(|_| "write it as column=value,value or rows=10".to_owned())?;
    if column == "rows" {
        let rows = values.parse().ok().filter(|rows| (1..=1_000).contains(rows));
        return rows.map(TraceSelection::Rows).ok_or_else(|| "expected a number of rows from 1 to 1000".to_owned());
    }
    let values = values.split(',').map(|value| value.trim().to_owned()).collect();
    Ok(TraceSelection::Values { column, values })
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  leat run price.strm --trace id=17 --output out && leat trace out\n\nEach record stands below those it was made of: what every node saw of it and sent."
)]
pub(crate) struct TraceArgs {
    /// The run's directory, or its name in runs/ of the playpen
    pub(crate) run: PathBuf,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat replay out                 the rejected records that the run in out/ kept, numbered\n  leat replay out --rejected 1    the first of them, through its node again\n\nThe node is that of the playpen around the current directory, with the parameters, seed, start time and facts of the\nrun. Exit code 0: it takes the record now. 1: not."
)]
pub(crate) struct ReplayArgs {
    /// The run's directory, or its name in runs/ of the playpen
    pub(crate) run: PathBuf,
    /// Which of its rejected records, from 1 (default: list them)
    #[arg(long, value_name = "K")]
    pub(crate) rejected: Option<usize>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example, for bash:\n  leat completions bash > ~/.local/share/bash-completion/completions/leat")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// The form of what is printed for people or for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// The form of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// Stable text, for people and for comparing
    #[default]
    Text,
    /// What a worker is given
    Json,
    /// Graphviz
    Dot,
    /// Mermaid, for Markdown pages
    Mermaid,
    /// A picture
    Svg,
}
