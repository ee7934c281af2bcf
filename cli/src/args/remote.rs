//! Commands that ask a midtier.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{GivenArgs, TextOrJson, key_value};
use crate::units::{Cpus, Every, PartNeeds, Size};

/// Which server is asked; the same for every command that asks one.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct ServerArgs {
    /// The server to ask: its name in servers.toml, or its URL (default: LEAT_SERVER, else the file's default)
    #[arg(long, value_name = "NAME|URL")]
    pub(crate) server: Option<String>,
    /// Ask a midtier that this Consul finds, in place of a server that is named (default: LEAT_CONSUL)
    #[arg(long, value_name = "URL", conflicts_with = "server")]
    pub(crate) consul: Option<String>,
    /// Whom to trust, where the server's certificate is not of an authority that the system trusts (default: LEAT_CA_FILE)
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Ask a server on another machine without TLS, where servers.toml or LEAT_PLAIN_TEXT=1 says so too
    #[arg(long)]
    pub(crate) plain_text: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat login --server https://leat.example.com\n  leat login --device            where there is no browser\n\nThe token is kept in a file that only you may read; LEAT_TOKEN counts more."
)]
pub(crate) struct LoginArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Who knows you; needed where the server has several
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,
    /// Show a code that is typed on another device, instead of opening a browser
    #[arg(long)]
    pub(crate) device: bool,
    /// Open no browser; print the address alone
    #[arg(long)]
    pub(crate) no_browser: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat submit price.strm --wait --output out\n  leat submit price.strm --param rate=0.05 --cpus 2 --memory 4GiB\n  leat submit price.strm --format json | jq -r .id\n\nThe process is checked here; what the midtier lacks of it is uploaded. Inputs and outputs with absolute paths are read and\nwritten where the run is, by whichever host that is. With --wait the exit code is 0 if the run succeeds, else 1."
)]
pub(crate) struct SubmitArgs {
    /// The stream file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) given: GivenArgs,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How urgent it is, from 0 to 255
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8))]
    pub(crate) priority: u8,
    /// How often in a row it may be begun without getting further, where hosts are lost
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) attempts: u32,
    /// The time between two checkpoints, from which another host goes on: 10s or 1min; off: it begins again (default: the server's)
    #[arg(long, value_name = "TIME")]
    pub(crate) checkpoints: Option<Every>,
    /// Processors it is to have; each of its parts, where statements have `part=`
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) cpus: Cpus,
    /// Memory it is to have; each of its parts, where statements have `part=`
    #[arg(long, value_name = "SIZE", default_value = "1GiB")]
    pub(crate) memory: Size,
    /// What one part is to have (may be given again): pricing:cpus=4,memory=8GiB
    #[arg(long = "part", value_name = "PART:cpus=N,memory=SIZE")]
    pub(crate) parts: Vec<PartNeeds>,
    /// Run each part on a host of its own, also where one host has room for several
    #[arg(long)]
    pub(crate) spread: bool,
    /// Keep no stream file and no first records of inputs on the server: nobody can run this bundle with other parameters
    #[arg(long)]
    pub(crate) fixed: bool,
    /// The playpen of the server that it counts to (default: that of whoever asks)
    #[arg(long)]
    pub(crate) group: Option<String>,
    /// Run it in this region only
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Run it on a host with this label only (may be given again)
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = key_value)]
    pub(crate) labels: Vec<(String, String)>,
    /// Seed of the run's random numbers: the same seed, the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Submit once, however often this command is given with the same key
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Wait until the run has ended
    #[arg(long)]
    pub(crate) wait: bool,
    /// Wait, and show what happens
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Wait, and fetch the outputs into this directory
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Print nothing but the run's name and errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// What is printed: the run for people, or as the midtier answers it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  leat runs\n  leat runs --state queued --state running\n  leat runs --format json | jq -r '.items[].id'"
)]
pub(crate) struct RunsArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Only runs in this state (may be given again)
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Vec<String>,
    /// Only runs of this user
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// Only runs of this group
    #[arg(long)]
    pub(crate) group: Option<String>,
    /// Only runs of this process
    #[arg(long)]
    pub(crate) process: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

/// A run that a command is about.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RunRefArgs {
    /// The run's name, or `last` for the latest
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  leat status last --watch")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) run: RunRefArgs,
    /// Show it again and again until the run has ended
    #[arg(long, short)]
    pub(crate) watch: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  leat logs last            the nodes that have logged\n  leat logs last price -f")]
pub(crate) struct LogsArgs {
    #[command(flatten)]
    pub(crate) run: RunRefArgs,
    /// The node (default: list the nodes that have logged)
    pub(crate) node: Option<String>,
    /// Go on until the run has ended
    #[arg(long, short)]
    pub(crate) follow: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  leat fetch last --output out")]
pub(crate) struct FetchArgs {
    #[command(flatten)]
    pub(crate) run: RunRefArgs,
    /// Where the outputs and report.json go
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  leat hosts\n  leat hosts drain c7\n  leat hosts keep-on c7 --for 2h"
)]
pub(crate) struct HostsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<HostsCommand>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

/// A host that a command is about.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct HostRefArgs {
    /// The host's name
    pub(crate) host: String,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HostsCommand {
    /// Give a host no new runs; it goes off when those it has have ended
    Drain {
        #[command(flatten)]
        host: HostRefArgs,
        /// Give it runs again
        #[arg(long)]
        undo: bool,
    },
    /// Switch a host on
    On {
        #[command(flatten)]
        host: HostRefArgs,
    },
    /// Let a host end what it has, then switch it off
    Off {
        #[command(flatten)]
        host: HostRefArgs,
    },
    /// Keep a host on for a while, with or without work
    KeepOn {
        #[command(flatten)]
        host: HostRefArgs,
        /// How long; 0 takes it back
        #[arg(long = "for", value_name = "TIME")]
        span: crate::units::Span,
    },
}
