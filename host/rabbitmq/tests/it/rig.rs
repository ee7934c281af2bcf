//! The transport's contract over a real broker.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leat_flow::transport::{Edge, Transport};
use leat_rabbitmq::{RabbitConfig, RabbitTransport};

use crate::broker::{fresh_run, url};
use crate::contract::{Rig, WINDOW_BYTES, contract};
use crate::proxy::Proxy;

/// Hosts that reach the broker over a way that can break.
pub(crate) struct Broken {
    pub(crate) proxy: Proxy,
    runs: Mutex<Vec<String>>,
}

impl Broken {
    pub(crate) fn new() -> Self {
        let url = url();
        let (_, address) = url.rsplit_once('@').expect("the URL has a user");
        let address = address.split('/').next().unwrap_or_default();
        Broken { proxy: Proxy::new(address), runs: Mutex::default() }
    }

    /// Settings of a host that goes by the proxy.
    pub(crate) fn config(&self) -> RabbitConfig {
        let url = url();
        let (user, rest) = url.rsplit_once('@').expect("the URL has a user");
        let path = rest.split_once('/').map_or(String::new(), |(_, path)| format!("/{path}"));
        let mut config = RabbitConfig::new(&format!("{user}@{}{path}", self.proxy.address()));
        config.window_bytes = WINDOW_BYTES;
        config
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
