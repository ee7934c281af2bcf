//! Conversations of a few bytes with whoever listens at a URL: enough to know that it is the service, and its version.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result};

/// How long a service may take for each part of its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// `host:port` of a URL; the user, the path and the query are left out.
pub(super) fn address(url: &str, default_port: u16) -> Result<String> {
    let (_, rest) = url.split_once("://").with_context(|| format!("`{url}` is no URL"))?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Ok(if has_port { host.to_owned() } else { format!("{host}:{default_port}") })
}

/// Sends a greeting and answers what comes back, until `enough` of it has come or the other side has no more.
pub(super) fn ask(address: &str, greeting: &[u8], enough: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>> {
    let places = address.to_socket_addrs().with_context(|| format!("cannot look up {address}"))?;
    let place = places.into_iter().next().with_context(|| format!("{address} has no address"))?;
    let mut stream =
        TcpStream::connect_timeout(&place, PATIENCE).with_context(|| format!("nobody listens at {address}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(greeting).with_context(|| format!("cannot talk to {address}"))?;
    let mut answer = Vec::new();
    let mut part = [0; 16 << 10];
    while !enough(&answer) {
        match stream.read(&mut part).with_context(|| format!("{address} does not answer"))? {
            0 => break,
            length => answer.extend_from_slice(&part[..length]),
        }
    }
    Ok(answer)
}

/// The bytes that follow the first place where `name` stands.
pub(super) fn after<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(name.len()).position(|window| window == name)?;
    Some(&bytes[at + name.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_url_is_its_host_and_port() {
        let address = |url| address(url, 5672).unwrap();
        assert_eq!(address("amqp://guest:guest@127.0.0.1:4000/%2f"), "127.0.0.1:4000");
        assert_eq!(address("amqp://broker"), "broker:5672");
        assert_eq!(address("postgres://a@[::1]:5/x?y=z"), "[::1]:5");
        assert!(super::address("broker:5672", 1).is_err());
    }

    #[test]
    fn what_follows_a_name_is_found() {
        assert_eq!(after(b"..version=3", b"version="), Some(b"3".as_slice()));
        assert_eq!(after(b"..", b"version="), None);
    }
}
