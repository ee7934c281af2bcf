//! Where a broker is: for whoever opens a way to it before somebody is walled in who can look up no name.

use std::net::{SocketAddr, ToSocketAddrs};

use lapin::uri::AMQPUri;

/// The port of the broker at a URL; nothing where it is no URL of a broker.
pub fn port_of(url: &str) -> Option<u16> {
    url.parse::<AMQPUri>().ok().map(|uri| uri.authority.port)
}

/// The virtual host that a URL names; nothing where it is no URL of a broker.
pub fn virtual_host_of(url: &str) -> Option<String> {
    url.parse::<AMQPUri>().ok().map(|uri| uri.vhost)
}

/// What the broker at a URL is called there, which is what its certificate must name; nothing where it is no URL of a broker.
pub fn host_of(url: &str) -> Option<String> {
    url.parse::<AMQPUri>().ok().map(|uri| uri.authority.host)
}

/// The URL of a broker with its address in the place of its name. Blocks while the name is looked up; of several addresses it takes
/// the first of IPv4, since the client takes no other in a URL.
///
/// # Errors
/// In words, where the URL is none, or the name is not known or has no address of IPv4.
pub fn with_address(url: &str) -> Result<String, String> {
    let uri: AMQPUri = url.parse().map_err(|reason| format!("the URL of the broker is none: {reason}"))?;
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    let user = url[start..end].rfind('@').map_or("", |at| &url[start..=start + at]);
    // The client would read it as no host at all, and take this machine.
    if url[start + user.len()..end].starts_with('[') {
        return Err(
            "the URL of the broker holds an address of IPv6, which its client does not take: name the host".to_owned()
        );
    }
    let (host, port) = (uri.authority.host, uri.authority.port);
    let found = (host.as_str(), port).to_socket_addrs();
    let mut found = found.map_err(|error| format!("the address of the broker {host} cannot be found: {error}"))?;
    let address = found.find(SocketAddr::is_ipv4);
    let address = address.ok_or_else(|| format!("the broker {host} has no address of IPv4"))?;
    Ok(format!("{}{user}{address}{}", &url[..start], &url[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_takes_the_place_of_the_name_and_nothing_else_changes() {
        let addressed = |url: &str| with_address(url).unwrap();
        assert_eq!(
            addressed("amqp://u:p%40@127.0.0.1:5673/%2f?heartbeat=9"),
            "amqp://u:p%40@127.0.0.1:5673/%2f?heartbeat=9"
        );
        assert_eq!(addressed("amqp://localhost"), "amqp://127.0.0.1:5672");
        assert_eq!(addressed("amqp://u:p@localhost/v"), "amqp://u:p@127.0.0.1:5672/v");
        assert_eq!(addressed("amqps://u:p@localhost/v"), "amqps://u:p@127.0.0.1:5671/v");
        assert_eq!(host_of("amqps://u:p@localhost/v").as_deref(), Some("localhost"));
        assert_eq!(port_of("amqp://u:p@host.invalid:99/v"), Some(99));
        let virtual_hosts = ["amqp://h/leat", "amqp://h/%2f", "amqp://h"].map(virtual_host_of);
        assert_eq!(virtual_hosts.map(Option::unwrap), ["leat", "/", "/"]);
    }

    #[test]
    fn a_name_that_is_not_known_and_a_url_that_is_none_say_so() {
        assert!(with_address("amqp://nowhere.invalid/v").unwrap_err().contains("nowhere.invalid"));
        assert!(with_address("amqp://u:p@[::1]:1234/v").unwrap_err().contains("IPv6"));
        assert!(with_address("broker:5672").unwrap_err().contains("none"));
    }
}
