//! Whether something may go as plain text, decided in one place and said in the same words everywhere: on one machine always, beyond it
//! only where it was said twice, by a key of the configuration and by a flag of the command line. One of the two is soon copied from
//! somewhere; both are meant.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainText {
    /// The key `plain_text_outside_this_machine` of the configuration.
    pub key: bool,
    /// The flag `--plain-text` of the command line.
    pub flag: bool,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{what} {address} is not this machine alone, and what goes there would cross the network as plain text, with passwords and tokens; \
     {instead}. Where the network itself is trusted, that must be said twice: {}",
    missing(*.said)
)]
pub struct PlainTextRefused {
    what: String,
    address: String,
    instead: String,
    said: PlainText,
}

fn missing(said: PlainText) -> &'static str {
    match (said.key, said.flag) {
        (true, _) => {
            "plain_text_outside_this_machine = true stands in the configuration, --plain-text is missing on the command line"
        }
        (false, true) => {
            "--plain-text is said on the command line, plain_text_outside_this_machine = true is missing in the configuration"
        }
        (false, false) => {
            "plain_text_outside_this_machine = true in the configuration, and --plain-text on the command line"
        }
    }
}

/// Lets something go as plain text, or refuses it. `what` says what the address is for: `the midtier`; `instead` how it goes with TLS:
/// `write https://`.
///
/// # Errors
/// Where the address is not this machine and it was not said twice.
pub fn require(said: PlainText, what: &str, address: &str, instead: &str) -> Result<(), PlainTextRefused> {
    if is_this_machine(address) || (said.key && said.flag) {
        return Ok(());
    }
    let shown = without_user(address).to_owned();
    Err(PlainTextRefused { what: what.to_owned(), address: shown, instead: instead.to_owned(), said })
}

/// Whether an address never leaves this machine: `127.0.0.1:80`, `[::1]:80`, `localhost`, alone or in a URL.
pub fn is_this_machine(address: &str) -> bool {
    let host = host_of(without_user(address));
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => {
            address == Ipv6Addr::LOCALHOST || address.to_ipv4_mapped().is_some_and(|v4: Ipv4Addr| v4.is_loopback())
        }
        Err(_) => false,
    }
}

/// The address of a URL without who asks: a password must not be shown.
fn without_user(address: &str) -> &str {
    let authority = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, address)| address)
}

fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if authority.matches(':').count() > 1 => authority,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_addresses_and_by_nothing_that_looks_like_them() {
        for address in [
            "127.0.0.1:80",
            "127.9.9.9",
            "[::1]:80",
            "::1",
            "localhost",
            "http://LOCALHOST:1/x",
            "amqp://u:p@127.0.0.1/v",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(is_this_machine(address), "{address}");
        }
        for address in [
            "10.0.0.1:80",
            "0.0.0.0:7070",
            "[::]:7070",
            "http://127.0.0.1.example:80",
            "http://127.0.0.1@far.example/",
            "localhost.example",
            "",
            "http://far.example/?a=@127.0.0.1",
            "http://127.0.0.1:80@far.example",
        ] {
            assert!(!is_this_machine(address), "{address}");
        }
    }

    #[test]
    fn plain_text_beyond_this_machine_must_be_said_twice() {
        let ask = |key, flag, address| require(PlainText { key, flag }, "the broker", address, "write amqps://");
        assert!(ask(false, false, "amqp://u:p@127.0.0.1:5672/v").is_ok());
        assert!(ask(true, true, "amqp://u:p@10.0.0.1:5672/v").is_ok());
        for (key, flag, way) in [
            (false, false, "and --plain-text on"),
            (true, false, "--plain-text is missing"),
            (false, true, "= true is missing"),
        ] {
            let refused = ask(key, flag, "amqp://u:geheim@10.0.0.1:5672/v").unwrap_err().to_string();
            assert!(
                refused.starts_with("the broker 10.0.0.1:5672 is not this machine alone")
                    && refused.contains("write amqps://"),
                "{refused}"
            );
            assert!(refused.contains(way) && !refused.contains("geheim"), "{refused}");
        }
    }
}
