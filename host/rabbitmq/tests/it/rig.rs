//! The transport's contract over a real broker, as plain text and over TLS.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leat_flow::transport::{Edge, Transport};
use leat_rabbitmq::{BrokerTls, RabbitConfig, RabbitTransport};

use crate::broker::{address, authorities, fresh_run, tls_url, url};
use crate::contract::{Rig, WINDOW_BYTES, contract};
use crate::proxy::{Content, Proxy};

/// Hosts that reach the broker over a way that can break.
pub(crate) struct Broken {
    pub(crate) proxy: Proxy,
    /// The broker's, with the proxy's address in the place of its own.
    url: String,
    tls: Option<BrokerTls>,
    runs: Mutex<Vec<String>>,
}

impl Broken {
    pub(crate) fn new() -> Self {
        Broken::to(&url(), Content::Frames, None)
    }

    /// Over TLS.
    pub(crate) fn secured() -> Self {
        let tls = BrokerTls { name: "localhost".to_owned(), authorities: authorities() };
        Broken::to(&tls_url(), Content::Bytes, Some(tls))
    }

    fn to(url: &str, content: Content, tls: Option<BrokerTls>) -> Self {
        let proxy = Proxy::new(address(url), content);
        let url = url.replace(address(url), &proxy.address());
        Broken { proxy, url, tls, runs: Mutex::default() }
    }

    /// Settings of a host that goes by the proxy.
    pub(crate) fn config(&self) -> RabbitConfig {
        RabbitConfig { tls: self.tls.clone(), window_bytes: WINDOW_BYTES, ..RabbitConfig::new(&self.url) }
    }
}

impl Rig for Broken {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(RabbitTransport::new(self.config()).unwrap())
    }

    fn cut(&self) {
        assert!(self.proxy.cut() > 0, "there was no connection to cut");
    }

    fn run(&self) -> String {
        let run = fresh_run();
        self.runs.lock().unwrap().push(run.clone());
        run
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        let mut config = RabbitConfig::new(&url());
        config.patience = Duration::from_secs(5);
        let transport = RabbitTransport::new(config).unwrap();
        for run in self.runs.lock().unwrap().iter() {
            let generations = [1, 2].map(|generation| crate::contract::edge(run, generation));
            let edges = generations
                .into_iter()
                .flat_map(|edge| (0..3).map(move |partition| Edge { partition, ..edge.clone() }));
            // A test that fails must not be hidden by what cannot be removed after it: queues expire too.
            let _ = transport.remove(&edges.collect::<Vec<_>>());
        }
    }
}

contract!(Broken::new());
