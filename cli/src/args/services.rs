//! Commands that are services.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::units::Span;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  leat serve &\n  leat submit price.strm --wait\n\nState, contents and the token lie in the data directory; the server is written into servers.toml as `local`, so that the\nnext `leat submit` of this user finds it. Ctrl-C ends it in good order. It listens on this machine alone."
)]
pub(crate) struct ServeArgs {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:7700")]
    pub(crate) listen: SocketAddr,
    /// Where everything is kept (default: serve in the user's data directory)
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How many hosts to divide this machine into
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) hosts: u16,
    /// How long a host stays on without work
    #[arg(long, value_name = "TIME", default_value = "5min")]
    pub(crate) idle_timeout: Span,
    /// Requests a second that one caller may make
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) requests: u32,
    /// Where spans go: a collector that takes OTLP by gRPC, as http://127.0.0.1:4317 or https://collector:4317
    #[arg(long, value_name = "URL")]
    pub(crate) otlp: Option<String>,
    /// Send spans to a collector on another machine without TLS, where LEAT_PLAIN_TEXT=1 says so too
    #[arg(long)]
    pub(crate) plain_text: bool,
    /// The server's name in servers.toml
    #[arg(long, default_value = "local")]
    pub(crate) name: String,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "The commented file deploy/midtier.toml is the reference of what may stand in it.")]
pub(crate) struct MidtierArgs {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Speak plain text with other machines where the configuration says so too
    #[arg(long)]
    pub(crate) plain_text: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "The commented file deploy/host.toml is the reference of what may stand in it.")]
pub(crate) struct HostArgs {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Speak plain text with other machines where the configuration says so too
    #[arg(long)]
    pub(crate) plain_text: bool,
    /// End when standard input closes: for whoever starts it as a child process
    #[arg(long, hide = true)]
    pub(crate) until_stdin_closes: bool,
}
