//! Services: what is announced and found.

use std::collections::BTreeMap;

use crate::DiscoveryError;

/// The fact that says which scheme a service is reached by.
const SCHEME: &str = "scheme";

/// The longest address that is believed, as DNS has it.
const ADDRESS_BYTES_MAX: usize = 253;

/// What services there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKind {
    /// Serves the API.
    Midtier,
    /// A machine that runs are placed on. It listens nowhere.
    Host,
}

impl ServiceKind {
    /// Its name, as it stands behind the installation's prefix: `leat-midtier`.
    pub fn name(self) -> &'static str {
        match self {
            ServiceKind::Midtier => "midtier",
            ServiceKind::Host => "host",
        }
    }
}

/// One service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What it is.
    pub kind: ServiceKind,
    /// Its name, one among its kind.
    pub name: String,
    /// Where it is reached: a name or an address without a port. Nothing where the directory is to say which machine announced it.
    pub address: Option<String>,
    /// The port it listens on; 0 where it listens nowhere.
    pub port: u16,
    /// What else is worth knowing of it: `version`, `scheme`, `region`.
    pub facts: BTreeMap<String, String>,
}

impl Service {
    /// A midtier at a URL: `http://m1.internal:7700`.
    ///
    /// # Errors
    /// Where the URL names no scheme, host and port, or more than that.
    pub fn midtier(name: &str, url: &str) -> Result<Self, DiscoveryError> {
        let (scheme, address, port) = taken_apart(url).ok_or_else(|| DiscoveryError::Invalid {
            what: format!("{url:?}"),
            why: "it is no address of a midtier; write it as https://HOST:PORT".to_owned(),
        })?;
        Ok(Service {
            kind: ServiceKind::Midtier,
            name: name.to_owned(),
            address: Some(address.to_owned()),
            port,
            facts: BTreeMap::from([(SCHEME.to_owned(), scheme.to_owned())]),
        })
    }

    /// The same with another fact.
    #[must_use]
    pub fn with(mut self, fact: &str, value: &str) -> Self {
        self.facts.insert(fact.to_owned(), value.to_owned());
        self
    }

    /// Where it is asked, without a slash at its end. Nothing where what was announced makes no address: whoever may write into a directory may
    /// write anything.
    pub fn url(&self) -> Option<String> {
        let scheme = self.facts.get(SCHEME).map_or("http", String::as_str);
        let address = self.address.as_deref()?;
        if !["http", "https"].contains(&scheme) || !is_address(address) || self.port == 0 {
            return None;
        }
        let port = self.port;
        Some(if address.contains(':') {
            format!("{scheme}://[{address}]:{port}")
        } else {
            format!("{scheme}://{address}:{port}")
        })
    }
}

/// Whether a service can do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It can.
    Well,
    /// It cannot, and why. It is not found meanwhile.
    Unwell(String),
}

/// A name or an address of either family, and nothing that means something else in a URL.
fn is_address(text: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let of_six = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let is_short = !text.is_empty() && text.len() <= ADDRESS_BYTES_MAX;
    is_short && (text.bytes().all(of_a_name) || text.contains(':') && text.bytes().all(of_six))
}

/// `https://HOST:PORT` as its parts; a port may be left out where the scheme has one.
fn taken_apart(url: &str) -> Option<(&str, &str, u16)> {
    let (scheme, rest) = url.strip_suffix('/').unwrap_or(url).split_once("://")?;
    let default = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (address, port) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(address, port)| (address, port.strip_prefix(':')))?,
        None => rest.split_once(':').map_or((rest, None), |(address, port)| (address, Some(port))),
    };
    let port = port.map_or(Some(default), |port| port.parse().ok().filter(|port| *port != 0))?;
    is_address(address).then_some((scheme, address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_midtier_is_what_it_was_announced_with() {
        for (url, asked) in [
            ("http://m1.internal:7700/", "http://m1.internal:7700"),
            ("https://10.0.0.1:7700", "https://10.0.0.1:7700"),
            ("https://[fd00::1]:7700", "https://[fd00::1]:7700"),
            ("https://leat.example", "https://leat.example:443"),
        ] {
            assert_eq!(Service::midtier("m1", url).unwrap().url().as_deref(), Some(asked));
        }
    }

    #[test]
    fn what_is_no_address_of_a_midtier_is_refused_with_how_it_is_written() {
        for url in [
            "m1:7700",
            "ftp://m1:7700",
            "http://m1:0",
            "http://m1:7700/api",
            "http://u@m1:7700",
            "http://",
            "http://m 1:80",
            "http://[fd00::1",
        ] {
            let error = Service::midtier("m1", url).unwrap_err().to_string();
            assert!(error.contains("https://HOST:PORT"), "{url}: {error}");
        }
    }

    #[test]
    fn what_somebody_wrote_into_a_directory_never_makes_another_url_than_an_address_and_a_port() {
        let good = Service::midtier("m1", "http://m1:7700").unwrap();
        let with_address = |address: &str| Service { address: Some(address.to_owned()), ..good.clone() }.url();
        for address in ["", "evil.example/x?", "user@evil", "a b", "m1:80/x", "\u{e9}", "[::1]", &"a".repeat(254)] {
            assert_eq!(with_address(address), None, "{address}");
        }
        assert_eq!(good.clone().with("scheme", "javascript").url(), None);
        assert_eq!(Service { port: 0, ..good.clone() }.url(), None);
        assert_eq!(Service { address: None, ..good }.url(), None);
    }
}
