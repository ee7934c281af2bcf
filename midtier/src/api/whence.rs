//! From where a request comes, and the key that everything counts it by.
//!
//! The gates and the sessions of agents find it out once, in front of everything else. Rates, guesses at tokens, logins that are begun and
//! refusals in the audit log are all counted by [`Whence::key`], so that a proxy which is believed hides nobody behind another.

use std::fmt;
use std::net::IpAddr;

use axum::http::{Extensions, HeaderMap};

use crate::identity::{By, Caller};

/// The other end of the connection that a request came by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// From where a request comes: the connection's other end, or what a proxy that is believed says of it; or nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Whence(Option<IpAddr>);

impl Whence {
    /// Of a request with these extensions and headers, where these proxies are believed.
    pub(crate) fn of(proxies: &[IpAddr], extensions: &Extensions, headers: &HeaderMap) -> Self {
        Whence(from_where(proxies, extensions.get::<Peer>().map(|Peer(address)| *address), headers))
    }

    /// Of a request that comes from this address.
    pub(crate) fn at(address: IpAddr) -> Self {
        Whence(Some(address.to_canonical()))
    }

    /// What it is counted by: of IPv6, where each may have as many addresses as they like, its network of 64 bits.
    pub(crate) fn key(self) -> String {
        match self.0 {
            None => "nowhere".to_owned(),
            Some(IpAddr::V4(address)) => format!("address {address}"),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("address {a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }

    /// What a request is counted by: whose it is, or where it comes from as long as that is nobody's.
    pub(crate) fn key_of(self, caller: Option<&Caller>) -> String {
        match caller {
            Some(Caller { by: By::Host(host), .. }) => format!("host {host}"),
            Some(caller) => format!("user {}", caller.user),
            None => self.key(),
        }
    }
}

impl fmt::Display for Whence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |address| address.fmt(f))
    }
}

/// The connection's other end; where that is a proxy that is believed, the last address of `X-Forwarded-For` that is none.
fn from_where(proxies: &[IpAddr], peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer.map(|peer| peer.to_canonical());
    if peer.is_none_or(|peer| !proxies.contains(&peer)) {
        return peer;
    }
    let values: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let said = values.iter().rev().flat_map(|value| value.rsplit(','));
    let mut last = peer;
    for address in said {
        // What is no address was not written by a proxy that is believed: nothing before it counts.
        let Ok(address) = address.trim().parse::<IpAddr>() else { break };
        last = Some(address.to_canonical());
        if !proxies.contains(&address.to_canonical()) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use leat_scheduler::model::HostId;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_proxy_that_is_believed_says_from_where_a_request_comes() {
        let proxies = [address("10.0.0.1"), address("10.0.0.2")];
        let from = |peer: &str, said: &[&str]| {
            let (mut headers, mut extensions) = (HeaderMap::new(), Extensions::new());
            for value in said {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            extensions.insert(Peer(address(peer)));
            Whence::of(&proxies, &extensions, &headers).to_string()
        };
        assert_eq!(from("192.0.2.9", &["203.0.113.5"]), "192.0.2.9");
        assert_eq!(from("10.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(from("::ffff:10.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 203.0.113.5, 10.0.0.2"]), "203.0.113.5");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "203.0.113.5"]), "203.0.113.5");
        assert_eq!(from("10.0.0.1", &["203.0.113.5, garbage\"}"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn addresses_of_one_network_count_as_one() {
        let key = |text: &str| Whence::at(address(text)).key();
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("192.0.2.1"), "address 192.0.2.1");
        assert_eq!(key("::ffff:192.0.2.1"), "address 192.0.2.1");
    }

    #[test]
    fn whoever_has_a_valid_token_counts_for_themselves() {
        let from = Whence::at(address("192.0.2.1"));
        let host = Caller::host(HostId::parse("c1").unwrap());
        assert_eq!(from.key_of(Some(&Caller::nobody("eve"))), "user eve");
        assert_eq!(from.key_of(Some(&host)), "host c1");
        assert_eq!((from.key_of(None), Whence::default().key_of(None)), (from.key(), "nowhere".to_owned()));
    }
}
