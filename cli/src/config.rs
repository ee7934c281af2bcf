//! What leat takes from its environment, read once and passed down.

use std::io::IsTerminal;
use std::path::PathBuf;

/// The environment of one command.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// Where compiled components are kept: `LEAT_CACHE_DIR`, else `leat` in the user's cache directory. Nothing where
    /// neither is known; then components are compiled at every run.
    pub(crate) cache_dir: Option<PathBuf>,
    /// Where the user's own settings are: `leat` in `XDG_CONFIG_HOME`, else in `~/.config`.
    pub(crate) config_dir: Option<PathBuf>,
    /// Where what lasts is kept: `leat` in `XDG_DATA_HOME`, else in `~/.local/share`.
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the user's secrets are: `LEAT_SECRETS_DIR`, else `secrets` in the data directory.
    pub(crate) secrets_dir: Option<PathBuf>,
    /// `LEAT_SECRETS_KEY`: where their key is; beside them where it is not said.
    pub(crate) secrets_key: Option<String>,
    /// `LEAT_SERVER`: a server's name or URL.
    pub(crate) server: Option<String>,
    /// `LEAT_CONSUL`: a Consul that knows where midtiers are.
    pub(crate) consul: Option<String>,
    /// `LEAT_CONSUL_TOKEN_FILE`: what it is asked with.
    pub(crate) consul_token_file: Option<PathBuf>,
    /// `LEAT_TOKEN`: what a server is asked with.
    pub(crate) token: Option<String>,
    /// `LEAT_CA_FILE`: whom a command trusts that asks a server, and nobody else.
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether `LEAT_PLAIN_TEXT` is 1: a server that is named by its URL may be asked without TLS, if `--plain-text` is said too.
    pub(crate) plain_text: bool,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: where spans go, unless something else says it.
    pub(crate) otlp_endpoint: Option<String>,
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`: who issued the certificate of the collector, unless something else says it.
    pub(crate) otlp_certificate: Option<PathBuf>,
    /// `OTEL_SERVICE_NAME`: what spans name this program, unless something else says it.
    pub(crate) otlp_service_name: Option<String>,
    /// The name of who runs this: `USER`, else `LOGNAME`.
    pub(crate) user: Option<String>,
    /// Whether messages on standard error may be coloured and redrawn.
    pub(crate) terminal: bool,
    /// Whether colours are wanted (`NO_COLOR` is unset).
    pub(crate) colour: bool,
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Environment {
    /// Reads the environment.
    pub(crate) fn read() -> Self {
        let cache_dir = variable("LEAT_CACHE_DIR")
            .map(PathBuf::from)
            .or_else(|| variable("XDG_CACHE_HOME").map(|dir| PathBuf::from(dir).join("leat")))
            .or_else(|| variable("HOME").map(|dir| PathBuf::from(dir).join(".cache").join("leat")));
        let of_user = |own: &str, below_home: &[&str]| {
            let home =
                || variable("HOME").map(|home| below_home.iter().fold(PathBuf::from(home), |dir, step| dir.join(step)));
            variable(own).map(PathBuf::from).or_else(home).map(|dir| dir.join("leat"))
        };
        let config_dir = of_user("XDG_CONFIG_HOME", &[".config"]);
        let data_dir = of_user("XDG_DATA_HOME", &[".local", "share"]);
        let secrets_dir = variable("LEAT_SECRETS_DIR")
            .map(PathBuf::from)
            .or_else(|| data_dir.as_ref().map(|dir| dir.join("secrets")));
        let terminal = std::io::stderr().is_terminal() && variable("TERM").is_none_or(|term| term != "dumb");
        Environment {
            cache_dir,
            config_dir,
            data_dir,
            secrets_dir,
            secrets_key: variable("LEAT_SECRETS_KEY"),
            server: variable("LEAT_SERVER"),
            consul: variable("LEAT_CONSUL"),
            consul_token_file: variable("LEAT_CONSUL_TOKEN_FILE").map(PathBuf::from),
            token: variable("LEAT_TOKEN"),
            ca_file: variable("LEAT_CA_FILE").map(PathBuf::from),
            plain_text: variable("LEAT_PLAIN_TEXT").is_some_and(|said| said == "1"),
            otlp_endpoint: variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
            otlp_certificate: variable("OTEL_EXPORTER_OTLP_CERTIFICATE").map(PathBuf::from),
            otlp_service_name: variable("OTEL_SERVICE_NAME"),
            user: variable("USER").or_else(|| variable("LOGNAME")),
            terminal,
            colour: terminal && variable("NO_COLOR").is_none(),
        }
    }
}
