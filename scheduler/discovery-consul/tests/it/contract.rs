//! The contract of all directories, held against Consul: as anybody finds it, and with rules that allow no more than is needed.

use std::time::Duration;

use async_trait::async_trait;
use leat_contracts::discovery::{Tried, hold};
use leat_discovery::{Discovery, Health, Service, ServiceKind};
use leat_discovery_consul::{Config, Consul};

use crate::acl::EVERYTHING;
use crate::agent::{Agent, Operator, adapter, variable};

struct Trial {
    consul: Consul,
    operator: Operator,
    prefix: String,
}

#[async_trait]
impl Tried for Trial {
    fn discovery(&self) -> &dyn Discovery {
        &self.consul
    }

    async fn set(&self, name: &str, value: Option<&str>) {
        let path = format!("kv/{}/config/{name}", self.prefix);
        match value {
            Some(value) => drop(self.operator.put(&path, value.to_owned()).await.expect("it is set")),
            None => self.operator.delete(&path).await,
        }
    }

    async fn break_lock(&self, lock: &str) {
        let key = self.operator.get(&format!("kv/{}/locks/{lock}", self.prefix)).await.expect("it is there");
        let session = key[0]["Session"].as_str().expect("it is held").to_owned();
        self.operator.put(&format!("session/destroy/{session}"), "").await.expect("it is destroyed");
    }
}

/// A configuration whose names nobody else uses.
fn config(url: &str) -> Config {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let unique = folder
        .path()
        .file_name()
        .expect("it has a name")
        .to_string_lossy()
        .replace(|c: char| !c.is_ascii_alphanumeric(), "");
    Config { prefix: format!("t-{unique}"), lock_delay: Duration::from_secs(1), ..Config::new(url) }
}

#[tokio::test]
async fn consul_keeps_the_contract_of_all_directories() {
    let url = variable("LEAT_TEST_CONSUL_URL");
    let config = config(&url);
    let prefix = config.prefix.clone();
    hold(&Trial { consul: adapter(config), operator: Operator::new(&url), prefix }).await;
}

#[tokio::test]
async fn consul_with_rules_keeps_the_contract_with_a_token_of_no_more_rights_than_are_told_of() {
    let agent = Agent::start(true).await;
    let token_file = Some(agent.token_file("everything", EVERYTHING).await);
    let config = Config { token_file, lock_delay: Duration::from_secs(1), ..Config::new(&agent.operator.url) };
    hold(&Trial { consul: adapter(config), operator: agent.operator.clone(), prefix: "leat".to_owned() }).await;
}

#[tokio::test]
async fn who_looks_hears_of_a_change_while_it_waits() {
    let config = Config { wait: Duration::from_secs(300), ..config(&variable("LEAT_TEST_CONSUL_URL")) };
    let consul = Consul::build(config, std::sync::Arc::new(leat_tls::Trust::nobody())).unwrap();
    let service = Service::midtier("m1", "http://127.0.0.1:7700").unwrap();
    let mut seen = consul.find(ServiceKind::Midtier, None).await.unwrap().seen;
    let hears = async {
        loop {
            let look = consul.find(ServiceKind::Midtier, Some(seen)).await.unwrap();
            if look.value == [service.clone()] {
                return;
            }
            seen = look.seen;
        }
    };
    let announces = async { consul.announce(&service, &Health::Well).await.unwrap() };
    tokio::time::timeout(Duration::from_secs(60), async { tokio::join!(hears, announces) }).await.unwrap();
    consul.withdraw(&service).await.unwrap();
}
