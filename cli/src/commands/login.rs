//! `leat login` and `leat logout`: a token of one's own, by way of a provider that knows people.
//!
//! The browser comes back to a port of this machine with a code that is worth nothing without what only this process knows. Without
//! a browser here, somebody types a code on another device.

mod loopback;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use leat_bundle::Digest;
use leat_tls::is_this_machine;
use serde::Deserialize;
use serde_json::json;

use self::loopback::Loopback;
use crate::args::{LoginArgs, ServerArgs};
use crate::config::Environment;
use crate::failure::Kind;
use crate::remote::{Remote, Server, Servers, block_on, escaped, write_private};
use crate::view::plain;

/// How long somebody may take in their browser: as long as the midtier waits.
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Deserialize)]
struct Providers {
    url: String,
    items: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    name: String,
    title: String,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    account: String,
    life_seconds: u64,
}

#[derive(Deserialize)]
struct Begun {
    device: String,
    user_code: String,
    address: String,
    address_with_code: Option<String>,
    life_seconds: u64,
    every_seconds: u64,
}

/// A token, or that nobody has typed the code yet.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    Here(Token),
    Waits { too_often: bool },
}

/// Logs in, and keeps the token in a file of this user's.
pub(crate) fn login(args: &LoginArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    // A token that is kept already may be past its time, and is not needed.
    let server = Servers::choose_to_log_in(&args.server, environment)?;
    let file = token_file(&server, environment)?;
    let remote = Remote::new(server.clone())?;
    let token = block_on(async {
        let providers: Providers = remote.get("/login", &[]).await?;
        let provider = chosen(&providers, args.provider.as_deref())?;
        match args.device {
            true => on_device(&remote, &provider.name).await,
            false => in_browser(&remote, (providers.url.as_str(), provider.name.as_str()), args.no_browser).await,
        }
    })?;
    let before = std::fs::read_to_string(&file).ok().map(|text| text.trim().to_owned());
    write_private(&file, format!("{}\n", token.token).as_bytes())?;
    Servers::remember_login(&name_of(&server), &server, &file, environment)?;
    if let Some(before) = before.filter(|before| !before.is_empty()) {
        end(&server, before);
    }
    let hours = Duration::from_secs(token.life_seconds).as_secs_f64() / 3600.0;
    let account = plain(&token.account);
    println!("logged in to {} (--server {}) as {account} for {hours:.1} h", server.url, name_of(&server));
    Ok(ExitCode::SUCCESS)
}

/// Has the server forget the token of the login before, which nobody knows any more. What hinders that hinders no login: it ends with
/// its time.
fn end(server: &Server, token: String) {
    let ended =
        Remote::new(Server { token: Some(token), ..server.clone() }).and_then(|remote| block_on(remote.logout()));
    if let Err(error) = ended {
        eprintln!(
            "the token of the login before is not known here any more, but {} still knows it: {error:#}",
            server.url
        );
    }
}

/// Has the server forget the token of the last login, and removes its file.
pub(crate) fn logout(args: &ServerArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let server = Servers::choose_to_log_in(args, environment)?;
    let file = token_file(&server, environment)?;
    let kept = match std::fs::read_to_string(&file) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            anyhow::bail!("nobody is logged in to {} from here with `leat login`", server.url);
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let remote = Remote::new(Server { token: Some(kept), ..server.clone() })?;
    let told = block_on(remote.logout());
    std::fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    told.with_context(|| format!("the token is removed here, but {} may not know it yet", server.url))?;
    println!("logged out of {}", server.url);
    Ok(ExitCode::SUCCESS)
}

fn chosen<'a>(providers: &'a Providers, named: Option<&str>) -> anyhow::Result<&'a Provider> {
    let shown = |one: &Provider| plain(&format!("{} ({})", one.name, one.title));
    let names = || providers.items.iter().map(shown).collect::<Vec<_>>().join(", ");
    match (named, providers.items.as_slice()) {
        (_, []) => anyhow::bail!("nobody logs in to this server: its configuration names no provider"),
        (None, [one]) => Ok(one),
        (None, _) => Err(Kind::Usage(format!("name a provider with --provider: {}", names())).into()),
        (Some(name), all) => {
            let found = all.iter().find(|one| one.name == name);
            found.ok_or_else(|| Kind::Usage(format!("there is no provider `{name}`; there are {}", names())).into())
        }
    }
}

async fn in_browser(remote: &Remote, (url, provider): (&str, &str), no_browser: bool) -> anyhow::Result<Token> {
    require_for_browser(url)?;
    let (verifier, state) = (secret()?, secret()?);
    let loopback = Loopback::open(state.clone()).context("cannot listen on this machine for the browser")?;
    let challenge = Digest::of(verifier.as_bytes());
    let address =
        format!("{url}/login/{}?port={}&challenge={challenge}&state={state}", escaped(provider), loopback.port());
    println!("open this in a browser on this machine (elsewhere: leat login --device):\n  {address}");
    println!("and allow it where the page shows the code {}", code_of(&challenge.to_string()));
    std::io::stdout().flush().context("cannot write")?;
    if !no_browser {
        open(&address);
    }
    let code = tokio::task::spawn_blocking(move || loopback.wait(Instant::now() + PATIENCE)).await??;
    remote.post("/login/token", &json!({ "code": code, "verifier": verifier })).await
}

/// What the page that asks for this login shows, too.
fn code_of(challenge: &str) -> String {
    let shown = challenge[..8].to_ascii_uppercase();
    format!("{}-{}", &shown[..4], &shown[4..])
}

async fn on_device(remote: &Remote, provider: &str) -> anyhow::Result<Token> {
    let begun: Begun = remote.post("/login/device", &json!({ "provider": provider })).await?;
    println!("on any device, open\n  {}\nand type\n  {}", plain(&begun.address), plain(&begun.user_code));
    if let Some(address) = &begun.address_with_code {
        println!("or open\n  {}", plain(address));
    }
    std::io::stdout().flush().context("cannot write")?;
    let mut every = Duration::from_secs(begun.every_seconds.max(1));
    let end = Instant::now() + Duration::from_secs(begun.life_seconds);
    while Instant::now() < end {
        tokio::time::sleep(every).await;
        match remote.post("/login/device/token", &json!({ "device": begun.device })).await? {
            Asked::Here(token) => return Ok(token),
            // RFC 8628, section 3.5.
            Asked::Waits { too_often: true } => every += Duration::from_secs(5),
            Asked::Waits { too_often: false } => {}
        }
    }
    anyhow::bail!("nobody has typed the code in time; begin again")
}

/// 32 bytes of the system's randomness, in hexadecimal.
fn secret() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    let read =
        std::fs::File::open("/dev/urandom").and_then(|mut file| std::io::Read::read_exact(&mut file, &mut bytes));
    read.context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Refuses what the server says browsers know it by, where a browser or what opens it could take it for something else.
fn require_for_browser(url: &str) -> anyhow::Result<()> {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let is_origin = !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'));
    let is_safe = scheme == "https" || (scheme == "http" && is_this_machine(url));
    anyhow::ensure!(
        is_origin && is_safe,
        "the server says that browsers know it as {:?}, and https://HOST was expected, or http:// on this machine; \
         its login.url is wrong, or it is not the server that is meant",
        plain(url)
    );
    Ok(())
}

/// Opens a browser, where there is one; the address is printed in any case.
fn open(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(opener);
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Some openers end with the browser.
    drop(std::thread::spawn(move || drop(command.status())));
}

/// What a server is called in files: a URL's letters and digits.
fn name_of(server: &Server) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() || char == '.' { char } else { '-' };
    let name = server.name.rsplit_once("://").map_or(server.name.as_str(), |(_, rest)| rest);
    name.chars().map(plain).collect()
}

/// Where the token of a server is kept. Two addresses may come to one name: a token goes to no other than it is of.
fn token_file(server: &Server, environment: &Environment) -> anyhow::Result<PathBuf> {
    Servers::require_same(&name_of(server), server, environment)?;
    let directory = environment.config_dir.as_ref().context("neither HOME nor XDG_CONFIG_HOME is set")?;
    Ok(directory.join("tokens").join(name_of(server)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_opened_at_no_other_than_a_server() {
        for good in
            ["https://leat.example.com", "https://leat.example.com:7700", "http://127.0.0.1:7700", "http://[::1]:7700"]
        {
            require_for_browser(good).unwrap();
        }
        for bad in [
            "",
            "http://leat.example.com",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https://leat.example.com/a",
            "http://evil.example\\@127.0.0.1",
            "http://127.0.0.1@evil.example",
            "https://a\u{1b}[2J",
            "--help",
        ] {
            let refused = require_for_browser(bad).unwrap_err().to_string();
            assert!(refused.contains("https://HOST was expected") && !refused.contains('\u{1b}'), "{refused}");
        }
    }
}
