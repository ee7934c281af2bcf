//! What commands find through Consul: a midtier that answers, and which hosts are seen there.
//!
//! Whoever may write into Consul says where a command goes with its token; so a midtier is asked over TLS, or where plain text may go, and one at
//! an address of each machine's own only where it is on this machine.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_discovery::{Discovery, DiscoveryError, Service, ServiceKind};
use leat_tls::PlainText;

use super::{Remote, Server, block_on};
use crate::failure::Kind;
use crate::settings::DiscoverySettings;
use crate::wiring::{Machine, consul, require_meant};

/// How long Consul, and each midtier that it knows, may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way out of everything here.
const WAY_OUT: &str = "name a midtier with --server URL, which asks no Consul";

/// The same server at a midtier that answers, of those that are well by what it is found through. They are tried in turn, beginning with any.
pub(super) fn midtier(server: Server) -> anyhow::Result<Server> {
    let Some(discovery) = &server.through else { return Ok(server) };
    let (place, mut midtiers) = services(discovery, server.plain_text, ServiceKind::Midtier)?;
    midtiers.retain(|midtier| midtier.url().is_some());
    if midtiers.is_empty() {
        anyhow::bail!("{place} knows no midtier that is well; {WAY_OUT}");
    }
    let first = usize::try_from(std::process::id()).unwrap_or_default() % midtiers.len();
    midtiers.rotate_left(first);
    let (mut why_not, here) = (Vec::new(), Machine::boot());
    for midtier in midtiers {
        let Some(url) = midtier.url() else { continue };
        if let Err(refused) = require_meant(&midtier, here.as_deref()) {
            why_not.push(format!("\n  {url}: {refused}"));
            continue;
        }
        let there = Server { url, ..server.clone() };
        match answers(&there) {
            Ok(()) => return Ok(there),
            Err(error) => why_not.push(format!("\n  {}: {error:#}", there.url)),
        }
    }
    anyhow::bail!("no midtier that {place} knows can be asked; {WAY_OUT}{}", why_not.concat())
}

/// The hosts whose agents are well by what a server was found through; nothing where its URL was named.
pub(crate) fn hosts(server: &Server) -> anyhow::Result<Option<BTreeSet<String>>> {
    let Some(discovery) = &server.through else { return Ok(None) };
    let (_, hosts) = services(discovery, server.plain_text, ServiceKind::Host)?;
    Ok(Some(hosts.into_iter().map(|host| host.name).collect()))
}

/// The services of a kind that are well, and where that is known.
fn services(
    discovery: &DiscoverySettings,
    said: PlainText,
    kind: ServiceKind,
) -> anyhow::Result<(String, Vec<Service>)> {
    discovery.require_silent("a command").map_err(Kind::Configuration)?;
    let (consul, _) = consul(discovery, said).map_err(Kind::Configuration)?;
    let place = consul.place();
    let silent = || DiscoveryError::Unreachable { place: place.clone(), why: format!("no answer within {PATIENCE:?}") };
    let found = block_on(async {
        let look = tokio::time::timeout(PATIENCE, consul.find(kind, None)).await;
        look.unwrap_or_else(|_| Err(silent())).map_err(|error| anyhow::anyhow!("{error}; {WAY_OUT}"))
    })?;
    Ok((place, found.value))
}

/// Whether a midtier can do its work. No token is sent.
fn answers(server: &Server) -> anyhow::Result<()> {
    let remote = Remote::new(Server { token: None, ..server.clone() })?;
    let answer = block_on(async {
        let ready = tokio::time::timeout(PATIENCE, remote.text("/health/ready")).await;
        ready.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer within {PATIENCE:?}")))
    });
    answer.map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers every request with this, for as long as the tests live; where it is.
    fn server(status: &'static str, body: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                head.take_while(|line| !line.is_empty()).for_each(drop);
                let length = body.len();
                let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                drop(stream.write_all(format!("{head}{body}").as_bytes()));
            }
        }));
        url
    }

    /// Where nobody is.
    fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    /// A Consul that knows services at these URLs.
    fn consul_of(urls: &[&str]) -> String {
        consul_where(urls, &Machine::boot().unwrap())
    }

    /// The same, where they are on the machine of this name.
    fn consul_where(urls: &[&str], boot: &str) -> String {
        let service = |(number, url): (usize, &&str)| {
            let service = Service::midtier("m", url).unwrap();
            let (address, port, scheme) = (service.address.unwrap(), service.port, &service.facts["scheme"]);
            serde_json::json!({
                "Node": { "Address": "192.0.2.9" },
                "Service": { "Address": address, "Port": port, "Meta": { "name": format!("m{number}"), "scheme": scheme, "boot": boot } },
            })
        };
        let all: Vec<serde_json::Value> = urls.iter().enumerate().map(service).collect();
        server("200 OK", serde_json::to_string(&all).unwrap())
    }

    fn through(consul: &str) -> Server {
        Server {
            name: "desk".to_owned(),
            url: String::new(),
            through: Some(DiscoverySettings::at(consul, None, None)),
            token: Some("t".to_owned()),
            ca_file: None,
            plain_text: PlainText::default(),
        }
    }

    #[test]
    fn of_the_midtiers_that_consul_knows_one_is_asked_that_can_do_its_work() {
        let (well, unready) = (server("200 OK", "{}".to_owned()), server("503 Service Unavailable", String::new()));
        let consul = consul_of(&[&nobody(), &unready, &well]);
        let found = midtier(through(&consul)).unwrap();
        assert_eq!((found.url, found.token.as_deref()), (well, Some("t")));
    }

    #[test]
    fn where_no_midtier_can_be_asked_each_is_named_with_why_and_the_way_out() {
        let gone = nobody();
        let consul = consul_of(&[&gone, "http://192.0.2.1:7700"]);
        let error = midtier(through(&consul)).unwrap_err().to_string();
        assert!(error.contains("--server URL") && error.contains(&gone), "{error}");
        assert!(error.contains("the server 192.0.2.1:7700 is not this machine alone"), "no token goes there: {error}");
    }

    #[test]
    fn a_midtier_at_the_loopback_address_of_another_machine_is_not_asked() {
        let well = server("200 OK", "{}".to_owned());
        let error = midtier(through(&consul_where(&[&well], "another"))).unwrap_err().to_string();
        assert!(error.contains("127.0.0.1 is each machine's own address"), "{error}");
    }

    #[test]
    fn a_consul_that_is_away_or_knows_nobody_is_told_with_the_way_out() {
        let error = midtier(through(&nobody())).unwrap_err().to_string();
        assert!(error.starts_with("discovery unreachable: consul at http://127.0.0.1:"), "{error}");
        assert!(error.contains("--server URL"), "{error}");
        let error = midtier(through(&consul_of(&[]))).unwrap_err().to_string();
        assert!(error.contains("knows no midtier that is well") && error.contains("--server URL"), "{error}");
        let error = midtier(through("http://consul.internal:8500")).unwrap_err().to_string();
        assert!(error.contains("the Consul consul.internal:8500"), "{error}");
    }
}
