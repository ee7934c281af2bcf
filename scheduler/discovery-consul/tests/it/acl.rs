//! Tokens: what each needs to be allowed, and what becomes of one that may not, is read by others or is replaced.

use leat_discovery::{Discovery, DiscoveryError, Health, Service, ServiceKind};
use leat_discovery_consul::{Config, Consul};

use crate::agent::{Agent, adapter};

/// What docs/discovery.md says that a midtier's token needs.
const MIDTIER: &str = r#"
service "leat-midtier" { policy = "write" }
service "leat-host" { policy = "read" }
node_prefix "" { policy = "read" }
session_prefix "" { policy = "write" }
key_prefix "leat/config/" { policy = "read" }
key_prefix "leat/locks/" { policy = "write" }
"#;

/// What it says that a host's token needs.
const HOST: &str = r#"
service "leat-host" { policy = "write" }
service "leat-midtier" { policy = "read" }
node_prefix "" { policy = "read" }
"#;

/// What it says that a user's token needs.
const USER: &str = r#"
service "leat-midtier" { policy = "read" }
node_prefix "" { policy = "read" }
"#;

/// All of them together, for the contract.
pub(crate) const EVERYTHING: &str = r#"
service "leat-midtier" { policy = "write" }
service "leat-host" { policy = "write" }
node_prefix "" { policy = "read" }
session_prefix "" { policy = "write" }
key_prefix "leat/config/" { policy = "read" }
key_prefix "leat/locks/" { policy = "write" }
"#;

fn host(name: &str) -> Service {
    let midtier = Service::midtier(name, "http://127.0.0.1:1").unwrap();
    Service { kind: ServiceKind::Host, address: None, port: 0, ..midtier }
}

async fn with_token(agent: &Agent, name: &str, rules: &str) -> Consul {
    let token_file = Some(agent.token_file(name, rules).await);
    adapter(Config { token_file, ..Config::new(&agent.operator.url) })
}

fn is_denied<T>(answer: Result<T, DiscoveryError>) -> bool {
    matches!(answer, Err(DiscoveryError::Denied { .. }))
}

async fn until_found(consul: &Consul, name: &str) {
    let mut seen = None;
    loop {
        let look = consul.find(ServiceKind::Midtier, seen).await.unwrap();
        if look.value.iter().any(|service| service.name == name) {
            return;
        }
        seen = Some(look.seen);
    }
}

#[tokio::test]
async fn each_token_does_its_work_and_nothing_else() {
    let agent = Agent::start(true).await;
    let midtier = with_token(&agent, "midtier", MIDTIER).await;
    let one = Service::midtier("m1", "http://127.0.0.1:7700").unwrap();
    midtier.announce(&one, &Health::Well).await.unwrap();
    midtier.settings(None).await.unwrap();
    let lock = midtier.lock("leader", "m1").await.unwrap().unwrap();
    assert!(is_denied(midtier.announce(&host("c1"), &Health::Well).await));

    let of_host = with_token(&agent, "host", HOST).await;
    of_host.announce(&host("c1"), &Health::Well).await.unwrap();
    until_found(&of_host, "m1").await;
    let other = Service::midtier("m2", "http://evil.example:80").unwrap();
    assert!(is_denied(of_host.announce(&other, &Health::Well).await), "a host cannot make itself a midtier");
    assert!(is_denied(of_host.withdraw(&one).await), "nor take one away");
    assert!(is_denied(of_host.lock("leader", "c1").await.map(drop)));

    let user = with_token(&agent, "user", USER).await;
    until_found(&user, "m1").await;
    assert!(is_denied(user.announce(&host("c2"), &Health::Well).await));
    lock.release().await.unwrap();
}

#[tokio::test]
async fn who_shows_no_token_finds_nothing_and_is_told_that_it_is_not_allowed() {
    let agent = Agent::start(true).await;
    let nobody = adapter(Config::new(&agent.operator.url));
    let denied = nobody.announce(&host("c1"), &Health::Well).await.unwrap_err();
    let text = denied.to_string();
    assert!(matches!(denied, DiscoveryError::Denied { .. }), "{text}");
    assert!(text.contains("does not allow") && text.contains("agent/service/register"), "{text}");
    assert_eq!(nobody.find(ServiceKind::Midtier, None).await.unwrap().value, []);
}

#[tokio::test]
async fn a_token_that_is_replaced_in_its_file_is_taken_up_without_a_restart_and_never_shown() {
    let agent = Agent::start(true).await;
    let file = agent.token_file("host", HOST).await;
    agent.write_token(&file, "00000000-0000-0000-0000-00000000dead");
    let consul = adapter(Config { token_file: Some(file.clone()), ..Config::new(&agent.operator.url) });
    let refused = consul.announce(&host("c1"), &Health::Well).await.unwrap_err().to_string();
    assert!(!refused.contains("0000dead"), "{refused}");
    agent.write_token(&file, &agent.token("host-2", HOST).await);
    consul.announce(&host("c1"), &Health::Well).await.unwrap();
}
