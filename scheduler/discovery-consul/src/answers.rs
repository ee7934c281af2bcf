//! What is sent to Consul and what it answers, of services: as its documentation has it.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_discovery::{Health, Service, ServiceKind};
use serde::{Deserialize, Serialize};

use crate::Config;

/// The fact that holds a service's name; those without it are not ours.
const NAME: &str = "name";

/// How much of why a service is not well is told.
const OUTPUT_CHARS_MAX: usize = 500;

/// A service for `agent/service/register`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Registration {
    #[serde(rename = "ID")]
    id: String,
    name: String,
    address: String,
    port: u16,
    meta: BTreeMap<String, String>,
    check: Check,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Check {
    name: String,
    #[serde(rename = "TTL")]
    ttl: String,
    status: &'static str,
    deregister_critical_service_after: String,
}

/// How a service is, for `agent/check/update`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Update {
    status: &'static str,
    output: String,
}

/// A service in an answer of `health/service`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Found {
    node: FoundNode,
    service: FoundService,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FoundNode {
    #[serde(default)]
    address: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FoundService {
    #[serde(default)]
    address: String,
    #[serde(default)]
    port: u16,
    #[serde(default)]
    meta: Option<BTreeMap<String, String>>,
}

impl Registration {
    pub(crate) fn new(id: &str, name: &str, service: &Service, health: &Health, config: &Config) -> Self {
        let mut meta = service.facts.clone();
        meta.insert(NAME.to_owned(), service.name.clone());
        Registration {
            id: id.to_owned(),
            name: name.to_owned(),
            address: service.address.clone().unwrap_or_default(),
            port: service.port,
            meta,
            check: Check {
                name: format!("{} {} says that it lives", service.kind.name(), service.name),
                ttl: seconds(config.life),
                status: status(health),
                deregister_critical_service_after: seconds(config.forget_after),
            },
        }
    }
}

impl Update {
    pub(crate) fn of(health: &Health) -> Self {
        let output = match health {
            Health::Well => "well".to_owned(),
            Health::Unwell(why) => why.chars().take(OUTPUT_CHARS_MAX).collect(),
        };
        Update { status: status(health), output }
    }
}

impl Found {
    pub(crate) fn service(self, kind: ServiceKind) -> Option<Service> {
        let mut facts = self.service.meta?;
        let name = facts.remove(NAME)?;
        // Who names no address is where the agent is that it was announced to.
        let address = Some(self.service.address).filter(|address| !address.is_empty()).unwrap_or(self.node.address);
        Some(Service { kind, name, address: Some(address), port: self.service.port, facts })
    }
}

fn status(health: &Health) -> &'static str {
    match health {
        Health::Well => "passing",
        Health::Unwell(_) => "critical",
    }
}

fn seconds(span: Duration) -> String {
    format!("{}ms", span.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Service> {
        serde_json::from_str::<Found>(text).unwrap().service(ServiceKind::Midtier)
    }

    #[test]
    fn who_names_no_address_is_where_its_agent_is() {
        let text = r#"{"Node":{"Address":"10.0.0.7"},"Service":{"Address":"","Port":7700,"Meta":{"name":"m1","scheme":"https"}}}"#;
        assert_eq!(found(text).unwrap().url().as_deref(), Some("https://10.0.0.7:7700"));
    }

    #[test]
    fn a_service_of_somebody_else_under_our_name_is_left_out() {
        for meta in ["null", "{}", r#"{"version":"1"}"#] {
            assert_eq!(found(&format!(r#"{{"Node":{{"Address":"a"}},"Service":{{"Port":1,"Meta":{meta}}}}}"#)), None);
        }
    }
}
