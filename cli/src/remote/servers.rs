//! Which servers there are, and how each is asked: `servers.toml` in the user's settings.
//!
//! ```toml
//! default = "local"
//!
//! [servers.local]
//! url = "http://127.0.0.1:7700"
//! token_file = "/home/ada/.local/share/leat/serve/token"
//!
//! [servers.desk]
//! discovery = { kind = "consul", address = "http://127.0.0.1:8500" }
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use leat_stream::diagnostic::nearest;
use leat_tls::PlainText;
use serde::{Deserialize, Serialize};

use super::found;
use crate::args::ServerArgs;
use crate::config::Environment;
use crate::failure::Kind;
use crate::guarded;
use crate::settings::DiscoverySettings;

/// The file's name in the directory of settings.
const SERVERS_FILE: &str = "servers.toml";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Servers {
    /// The server that is asked where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default)]
    servers: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_file: Option<PathBuf>,
    /// Whom to trust, where the server's certificate is of an authority of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_file: Option<PathBuf>,
    /// That it may be asked without TLS, where `--plain-text` is said too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    plain_text_outside_this_machine: bool,
    /// In place of the URL: what finds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    discovery: Option<DiscoverySettings>,
}

/// A server, and what it is asked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    /// As the user calls it.
    pub(crate) name: String,
    /// Without a slash at its end.
    pub(crate) url: String,
    /// What it was found through, where its URL was not named.
    pub(crate) through: Option<DiscoverySettings>,
    pub(crate) token: Option<String>,
    /// Whom to trust, and nobody else; whom the system trusts where there is none.
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether it may be asked without TLS.
    pub(crate) plain_text: PlainText,
}

impl Server {
    /// Whether it is on this machine.
    pub(super) fn is_local(&self) -> bool {
        ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| self.url.starts_with(start))
    }
}

impl Servers {
    fn path(environment: &Environment) -> anyhow::Result<PathBuf> {
        let directory = environment.config_dir.as_ref().context("neither HOME nor XDG_CONFIG_HOME is set")?;
        Ok(directory.join(SERVERS_FILE))
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Servers::default()),
            read => read.with_context(|| format!("cannot read {}", path.display()))?,
        };
        toml::from_str(&text).map_err(|error| Kind::Configuration(format!("{}: {error}", path.display())).into())
    }

    /// The server that a command is to ask: `--server` or `--consul`, else `LEAT_SERVER`, else `LEAT_CONSUL`, else the default of `servers.toml`.
    /// What looks like a URL is one, whatever the file says. Where it is to be found through Consul, that is asked here.
    pub(crate) fn choose(args: &ServerArgs, environment: &Environment) -> anyhow::Result<Server> {
        let (name, entry) = Servers::chosen(args, environment)?;
        let token = match (&environment.token, &entry.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(file)) => Some(read_token(file)?),
            (None, None) => None,
        };
        let ca_file = args.ca_file.clone().or_else(|| environment.ca_file.clone()).or(entry.ca_file);
        let key = entry.plain_text_outside_this_machine || environment.plain_text;
        let plain_text = PlainText { key, flag: args.plain_text };
        let server = |url: &str, through| Server {
            name: name.clone(),
            url: url.trim_end_matches('/').to_owned(),
            through,
            token,
            ca_file,
            plain_text,
        };
        match (entry.url, entry.discovery) {
            (Some(url), None) => Ok(server(&url, None)),
            (None, Some(discovery)) => found::midtier(server("", Some(discovery))),
            _ => Err(Kind::Configuration(format!("the server `{name}` has either a url or a discovery")).into()),
        }
    }

    /// What is known of it, by whatever says it first.
    fn chosen(args: &ServerArgs, environment: &Environment) -> anyhow::Result<(String, Entry)> {
        let consul = |address: &String| {
            let ca_file = args.ca_file.clone().or_else(|| environment.ca_file.clone());
            let discovery = DiscoverySettings::at(address, environment.consul_token_file.clone(), ca_file);
            (address.clone(), Entry { discovery: Some(discovery), ..Entry::default() })
        };
        if let Some(address) = &args.consul {
            return Ok(consul(address));
        }
        let named = args.server.as_deref().or(environment.server.as_deref());
        if let Some(url) = named.filter(|name| name.contains("://")) {
            let url = url.trim_end_matches('/').to_owned();
            return Ok((url.clone(), Entry { url: Some(url), ..Entry::default() }));
        }
        if let (None, Some(address)) = (named, &environment.consul) {
            return Ok(consul(address));
        }
        let path = Servers::path(environment)?;
        let mut servers = Servers::read(&path)?;
        let Some(name) = named.map(str::to_owned).or(servers.default) else {
            let message =
                "no server is known; start one on this machine with `leat serve`, or name one with --server URL";
            return Err(Kind::Configuration(message.to_owned()).into());
        };
        let Some(entry) = servers.servers.remove(&name) else {
            let near = nearest(&name, servers.servers.keys().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Kind::Configuration(format!("{} has no server `{name}`{hint}", path.display())).into());
        };
        Ok((name, entry))
    }

    /// The same without its token, which there may not be yet, or not any more.
    pub(crate) fn choose_to_log_in(args: &ServerArgs, environment: &Environment) -> anyhow::Result<Server> {
        let with_some = Environment { token: Some(String::new()), ..environment.clone() };
        Ok(Server { token: None, ..Servers::choose(args, &with_some)? })
    }

    /// Writes a server down; it becomes the default where there is none.
    pub(crate) fn remember(name: &str, url: &str, token_file: &Path, environment: &Environment) -> anyhow::Result<()> {
        let entry = Entry { url: Some(url.to_owned()), token_file: Some(token_file.to_owned()), ..Entry::default() };
        Servers::write_down(name, entry, environment)
    }

    /// The same for one that somebody has logged in to: how it is asked is remembered, too.
    pub(crate) fn remember_login(
        name: &str,
        server: &Server,
        token_file: &Path,
        environment: &Environment,
    ) -> anyhow::Result<()> {
        let entry = Entry {
            // One that was found may be elsewhere the next time.
            url: server.through.is_none().then(|| server.url.clone()),
            discovery: server.through.clone(),
            token_file: Some(token_file.to_owned()),
            ca_file: server
                .ca_file
                .as_deref()
                .map(std::path::absolute)
                .transpose()
                .context("cannot use the CA file")?,
            plain_text_outside_this_machine: server.plain_text.key,
        };
        Servers::write_down(name, entry, environment)
    }

    /// Refuses a name by which the file knows a server of another address: what is kept for that one is not for this.
    pub(crate) fn require_same(name: &str, server: &Server, environment: &Environment) -> anyhow::Result<()> {
        let path = Servers::path(environment)?;
        let known = Servers::read(&path)?.servers.remove(name);
        let is_same = |known: &Entry| match &known.url {
            Some(url) => url.trim_end_matches('/') == server.url,
            None => known.discovery == server.through,
        };
        let Some(other) = known.filter(|known| !is_same(known)) else { return Ok(()) };
        let message = format!(
            "{} knows {} as `{name}`, which {} would be called, too: write this one down there by another name, and say --server with that",
            path.display(),
            other.url.as_deref().unwrap_or("what a discovery finds"),
            server.url
        );
        Err(Kind::Configuration(message).into())
    }

    fn write_down(name: &str, entry: Entry, environment: &Environment) -> anyhow::Result<()> {
        let path = Servers::path(environment)?;
        let mut servers = Servers::read(&path)?;
        let before = servers.clone();
        servers.servers.insert(name.to_owned(), entry);
        servers.default.get_or_insert_with(|| name.to_owned());
        if servers == before {
            return Ok(());
        }
        let text = toml::to_string(&servers).context("cannot write servers.toml")?;
        write_private(&path, text.as_bytes())
    }
}

/// The token in a file: its first line.
pub(crate) fn read_token(file: &Path) -> anyhow::Result<String> {
    let text = guarded::text(file).map_err(|error| anyhow::anyhow!("the token: {error}"))?;
    let token = text.lines().next().unwrap_or_default().trim().to_owned();
    anyhow::ensure!(!token.is_empty(), "the token file {} is empty", file.display());
    Ok(token)
}

/// Writes a file that only its owner may read, whole or not at all, and the directories to it.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        let directory = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let partial = directory.join(format!(".{name}.partial"));
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn environment(directory: &Path) -> Environment {
        Environment {
            cache_dir: None,
            config_dir: Some(directory.to_owned()),
            data_dir: None,
            secrets_dir: None,
            secrets_key: None,
            server: None,
            consul: None,
            consul_token_file: None,
            token: None,
            ca_file: None,
            plain_text: false,
            otlp_endpoint: None,
            otlp_certificate: None,
            otlp_service_name: None,
            user: None,
            terminal: false,
            colour: false,
        }
    }

    fn asked(server: Option<&str>) -> ServerArgs {
        ServerArgs { server: server.map(str::to_owned), ..ServerArgs::default() }
    }

    #[test]
    fn the_first_server_that_is_remembered_becomes_the_default() {
        let directory = tempfile::tempdir().unwrap();
        let environment = environment(&directory.path().join("leat"));
        let token = directory.path().join("token");
        write_private(&token, b"secret\n").unwrap();
        assert_eq!(token.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        Servers::remember("local", "http://127.0.0.1:7700", &token, &environment).unwrap();
        Servers::remember("other", "http://127.0.0.1:7701/", &token, &environment).unwrap();
        let chosen = Servers::choose(&asked(None), &environment).unwrap();
        assert_eq!((chosen.name.as_str(), chosen.token.as_deref()), ("local", Some("secret")));
        assert_eq!(Servers::choose(&asked(Some("other")), &environment).unwrap().url, "http://127.0.0.1:7701");
        let named = Environment { server: Some("other".to_owned()), token: Some("mine".to_owned()), ..environment };
        let chosen = Servers::choose(&asked(None), &named).unwrap();
        assert_eq!((chosen.name.as_str(), chosen.token.as_deref()), ("other", Some("mine")));
        let error = Servers::choose(&asked(Some("othr")), &named).unwrap_err().to_string();
        assert!(error.ends_with("has no server `othr`; did you mean `other`?"), "{error}");
    }

    #[test]
    fn a_name_is_of_one_address() {
        let directory = tempfile::tempdir().unwrap();
        let environment = environment(directory.path());
        let server = |url: &str| Servers::choose(&asked(Some(url)), &environment).unwrap();
        let safe = server("https://leat.example");
        Servers::require_same("leat.example", &safe, &environment).unwrap();
        Servers::remember_login("leat.example", &safe, Path::new("/token"), &environment).unwrap();
        Servers::require_same("leat.example", &safe, &environment).unwrap();
        let error = Servers::require_same("leat.example", &server("http://leat.example"), &environment).unwrap_err();
        assert!(error.to_string().contains("knows https://leat.example as `leat.example`"), "{error}");
    }

    #[test]
    fn a_url_needs_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let environment = environment(directory.path());
        assert_eq!(
            Servers::choose(&asked(Some("https://leat.example/")), &environment).unwrap().url,
            "https://leat.example"
        );
        let error = Servers::choose(&asked(None), &environment).unwrap_err().to_string();
        assert!(error.contains("`leat serve`"), "{error}");
    }

    fn of_consul(address: &str) -> DiscoverySettings {
        DiscoverySettings::at(address, None, None)
    }

    #[test]
    fn who_is_named_counts_more_than_a_consul_and_that_more_than_the_default() {
        let directory = tempfile::tempdir().unwrap();
        let environment =
            Environment { consul: Some("http://127.0.0.1:8500".to_owned()), ..environment(directory.path()) };
        Servers::remember("local", "http://127.0.0.1:7700", &directory.path().join("token"), &environment).unwrap();
        let chosen = |args: &ServerArgs, environment: &Environment| Servers::chosen(args, environment).unwrap().1;
        let found = chosen(&asked(None), &environment);
        assert_eq!((found.url, found.discovery), (None, Some(of_consul("http://127.0.0.1:8500"))));
        assert_eq!(chosen(&asked(Some("local")), &environment).url.as_deref(), Some("http://127.0.0.1:7700"));
        let named = Environment { server: Some("http://m1:1".to_owned()), ..environment };
        assert_eq!(chosen(&asked(None), &named).url.as_deref(), Some("http://m1:1"));
        let said = ServerArgs { consul: Some("https://consul:8501".to_owned()), ..ServerArgs::default() };
        assert_eq!(chosen(&said, &named).discovery, Some(of_consul("https://consul:8501")));
    }

    #[test]
    fn a_server_in_the_file_may_be_found_through_consul_and_stays_so_after_a_login() {
        let directory = tempfile::tempdir().unwrap();
        let environment = environment(directory.path());
        let text =
            "[servers.desk]\nca_file = \"/ca.pem\"\n[servers.desk.discovery]\nkind = \"consul\"\nprefix = \"desk\"\n";
        fs::write(directory.path().join(SERVERS_FILE), text).unwrap();
        let (_, entry) = Servers::chosen(&asked(Some("desk")), &environment).unwrap();
        let through = entry.discovery.clone();
        assert!(matches!(&through, Some(DiscoverySettings::Consul { prefix, .. }) if prefix == "desk"));
        let url = "https://m2.internal:7700".to_owned();
        let (ca_file, plain_text) = (entry.ca_file, PlainText::default());
        let server = Server { name: "desk".to_owned(), url, through, token: None, ca_file, plain_text };
        Servers::remember_login("desk", &server, Path::new("/token"), &environment).unwrap();
        let (_, after) = Servers::chosen(&asked(Some("desk")), &environment).unwrap();
        assert_eq!((after.url, after.discovery), (None, server.through));
        assert_eq!(after.token_file.as_deref(), Some(Path::new("/token")));
    }

    #[test]
    fn a_server_that_is_at_two_places_or_at_none_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        for text in ["[servers.desk]", "[servers.desk]\nurl = \"http://m1:1\"\ndiscovery = { kind = \"consul\" }"] {
            fs::write(directory.path().join(SERVERS_FILE), text).unwrap();
            let error = Servers::choose(&asked(Some("desk")), &environment(directory.path())).unwrap_err().to_string();
            assert!(error.contains("either a url or a discovery"), "{error}");
        }
    }

    #[test]
    fn a_file_that_makes_no_sense_is_named() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(SERVERS_FILE), "defualt = 1").unwrap();
        let error = Servers::choose(&asked(None), &environment(directory.path())).unwrap_err().to_string();
        assert!(error.contains("servers.toml") && error.contains("defualt"), "{error}");
    }
}
