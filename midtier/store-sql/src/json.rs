//! What stands in a column as JSON. These shapes are the store's own: the domain's types may change without old rows.

use std::collections::BTreeMap;

use leat_scheduler::model::{Constraints, HostId, HostRecord, Part, Resources};
use serde::{Deserialize, Serialize};

/// A value as the text of a column.
pub(crate) fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a row's JSON has no map with keys that are no text")
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct ResourcesJson {
    cpu_millis: u64,
    memory_bytes: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PartJson {
    name: String,
    needs: ResourcesJson,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    feeds: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConstraintsJson {
    region: Option<String>,
    labels: BTreeMap<String, String>,
    architecture: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    spread: bool,
}

/// What one side says a host is: its configuration, or its agent.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct MachineJson {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) region: Option<String>,
    pub(crate) architecture: String,
    pub(crate) capacity: ResourcesJson,
    pub(crate) power: Option<String>,
    pub(crate) cost_per_hour: f64,
}

impl From<Resources> for ResourcesJson {
    fn from(resources: Resources) -> Self {
        ResourcesJson { cpu_millis: resources.cpu_millis, memory_bytes: resources.memory_bytes }
    }
}

impl From<ResourcesJson> for Resources {
    fn from(resources: ResourcesJson) -> Self {
        Resources { cpu_millis: resources.cpu_millis, memory_bytes: resources.memory_bytes }
    }
}

impl From<PartJson> for Part {
    fn from(part: PartJson) -> Self {
        Part { name: part.name, needs: part.needs.into(), feeds: part.feeds }
    }
}

impl From<&Part> for PartJson {
    fn from(part: &Part) -> Self {
        PartJson { name: part.name.clone(), needs: part.needs.into(), feeds: part.feeds.clone() }
    }
}

impl From<ConstraintsJson> for Constraints {
    fn from(asks: ConstraintsJson) -> Self {
        Constraints { region: asks.region, labels: asks.labels, architecture: asks.architecture, spread: asks.spread }
    }
}

impl From<&Constraints> for ConstraintsJson {
    fn from(asks: &Constraints) -> Self {
        ConstraintsJson {
            region: asks.region.clone(),
            labels: asks.labels.clone(),
            architecture: asks.architecture.clone(),
            spread: asks.spread,
        }
    }
}

impl From<&HostRecord> for MachineJson {
    fn from(host: &HostRecord) -> Self {
        MachineJson {
            labels: host.labels.clone(),
            region: host.region.clone(),
            architecture: host.architecture.clone(),
            capacity: host.capacity.into(),
            power: host.power.clone(),
            cost_per_hour: host.cost_per_hour,
        }
    }
}

/// The parts of a run as the text of a column.
pub(crate) fn parts(parts: &[Part]) -> String {
    text(&parts.iter().map(PartJson::from).collect::<Vec<_>>())
}

/// Names of hosts as the text of a column.
pub(crate) fn hosts(hosts: &[HostId]) -> String {
    text(&hosts.iter().map(HostId::as_str).collect::<Vec<_>>())
}

/// What a host is, of what both sides say: where the configuration says something, it is right, since the operator
/// answers for it; an agent may offer less than the configuration, but not more.
pub(crate) fn merged(declared: Option<MachineJson>, said: Option<MachineJson>) -> MachineJson {
    let (declared, said) = match (declared, said) {
        (Some(declared), Some(said)) => (declared, said),
        (one, other) => return one.or(other).unwrap_or_default(),
    };
    let mut labels = said.labels;
    labels.extend(declared.labels);
    MachineJson {
        labels,
        region: declared.region.or(said.region),
        architecture: if said.architecture.is_empty() { declared.architecture } else { said.architecture },
        capacity: ResourcesJson {
            cpu_millis: lesser(declared.capacity.cpu_millis, said.capacity.cpu_millis),
            memory_bytes: lesser(declared.capacity.memory_bytes, said.capacity.memory_bytes),
        },
        power: declared.power.or(said.power),
        cost_per_hour: declared.cost_per_hour,
    }
}

/// The lesser of two, where 0 says nothing.
fn lesser(declared: u64, said: u64) -> u64 {
    if declared == 0 { said } else { declared.min(said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(labels: &[(&str, &str)], region: Option<&str>, cpu_millis: u64) -> MachineJson {
        MachineJson {
            labels: labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            region: region.map(str::to_owned),
            capacity: ResourcesJson { cpu_millis, memory_bytes: 64 },
            ..MachineJson::default()
        }
    }

    #[test]
    fn what_the_configuration_says_of_a_host_is_right() {
        let declared = machine(&[("disk", "ssd")], Some("eu"), 4000);
        let said = machine(&[("disk", "hdd"), ("gpu", "no")], Some("us"), 8000);
        let host = merged(Some(declared), Some(said));
        assert_eq!(host.labels.get("disk").map(String::as_str), Some("ssd"));
        assert_eq!(host.labels.get("gpu").map(String::as_str), Some("no"));
        assert_eq!((host.region.as_deref(), host.capacity.cpu_millis), (Some("eu"), 4000));
    }

    #[test]
    fn an_agent_may_offer_less_than_was_declared_and_says_what_was_not() {
        let host = merged(Some(machine(&[], None, 4000)), Some(machine(&[], Some("us"), 2000)));
        assert_eq!((host.region.as_deref(), host.capacity.cpu_millis), (Some("us"), 2000));
        let host = merged(Some(machine(&[], None, 0)), Some(machine(&[], None, 2000)));
        assert_eq!(host.capacity.cpu_millis, 2000);
    }
}
