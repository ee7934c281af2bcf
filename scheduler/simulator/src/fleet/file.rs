//! A fleet as a file has it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leat_planner::id::{Architecture, HostId, Label, Region};
use leat_planner::{ByteSize, Cost, Resources};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::policy::Scheduling;
use super::{Faults, Fleet, FleetError, FleetHost, Given, HOSTS_MAX};
use crate::amounts;

/// The sections that are read; the rest of a midtier's configuration is passed over.
const SECTIONS: [&str; 3] = ["hosts", "scheduling", "simulation"];
/// How long a host takes to come up where nothing is said.
const BOOT_TIME: Duration = Duration::from_secs(60);
/// How long a host takes to go off where nothing is said.
const STOP_TIME: Duration = Duration::from_secs(10);
/// The lease of the midtier where nothing is said.
const LEASE: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    hosts: Vec<Host>,
    #[serde(default)]
    scheduling: Scheduling,
    #[serde(default)]
    simulation: Simulation,
}

/// As the midtier's, and two more.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Host {
    name: String,
    /// What switches it; without it the host is always on.
    power: Option<String>,
    region: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default = "architecture_default")]
    architecture: String,
    cpus: Cpus,
    memory: Size,
    #[serde(default)]
    cost_per_hour: f64,
    count: Option<usize>,
    boot_time: Option<Span>,
}

fn architecture_default() -> String {
    std::env::consts::ARCH.to_owned()
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Simulation {
    boot_time: Option<Span>,
    stop_time: Option<Span>,
    boot_failures: f64,
    lost_after: Option<Span>,
}

/// A span as text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span(pub(super) Duration);

/// A number of bytes as text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size(pub(super) ByteSize);

/// Processors as a number, in thousandths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cpus(pub(super) u64);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        amounts::span(&String::deserialize(deserializer)?).map(Span).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        amounts::size(&String::deserialize(deserializer)?).map(Size).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Cpus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        amounts::cpu_millis(&number.to_string()).map(Cpus).map_err(D::Error::custom)
    }
}

pub(super) fn read(text: &str, overrides: &BTreeMap<String, String>) -> Result<Given, FleetError> {
    // Read as it stands first, so that an error has its place in the file.
    let toml = |error: toml::de::Error| FleetError::Toml(error.to_string().trim_end().to_owned());
    let file: File = toml::from_str(text).map_err(toml)?;
    let mut table: toml::Table = text.parse().map_err(toml)?;
    let passed_over = table.keys().filter(|key| !SECTIONS.contains(&key.as_str())).cloned().collect();
    let scheduling = match overrides.is_empty() {
        true => file.scheduling,
        false => overridden(table.remove("scheduling"), overrides)?,
    };
    let simulation = file.simulation;
    let boot_time = simulation.boot_time.map_or(BOOT_TIME, |span| span.0);
    if !(0.0..=1.0).contains(&simulation.boot_failures) {
        let what = "not a share of all boots; write a number from 0 to 1, as 0.02".to_owned();
        return Err(FleetError::Key { key: "simulation.boot_failures".to_owned(), what });
    }
    let fleet = Fleet {
        hosts: hosts(&file.hosts, boot_time)?,
        stop_time: simulation.stop_time.map_or(STOP_TIME, |span| span.0),
        lease: scheduling.lease().unwrap_or(LEASE),
        faults: Faults {
            seed: 1,
            boot_failures: simulation.boot_failures,
            lost_after: simulation.lost_after.map(|span| span.0),
        },
    };
    Ok(Given { fleet, policy: scheduling.policy()?, passed_over })
}

/// The section with single keys put in.
fn overridden(section: Option<toml::Value>, overrides: &BTreeMap<String, String>) -> Result<Scheduling, FleetError> {
    let mut section = match section {
        Some(toml::Value::Table(table)) => table,
        _ => toml::Table::new(),
    };
    for (key, text) in overrides {
        let with = |value: toml::Value| {
            let mut section = section.clone();
            section.insert(key.clone(), value);
            toml::Value::Table(section.clone()).try_into::<Scheduling>().map(|_| section)
        };
        // Spans are text, and numbers are counts.
        let number = text.parse().ok().and_then(|number| with(toml::Value::Integer(number)).ok());
        let wrong = |error: toml::de::Error| FleetError::Key { key: key.clone(), what: error.message().to_owned() };
        section = match number {
            Some(section) => section,
            None => with(toml::Value::String(text.clone())).map_err(wrong)?,
        };
    }
    toml::Value::Table(section).try_into().map_err(|error: toml::de::Error| FleetError::Toml(error.to_string()))
}

fn hosts(entries: &[Host], boot_time: Duration) -> Result<Vec<FleetHost>, FleetError> {
    let mut names = BTreeSet::new();
    let mut hosts = Vec::new();
    for entry in entries {
        let refused = |what: &str| FleetError::Host { name: entry.name.clone(), what: what.to_owned() };
        if entry.name.is_empty() || entry.name.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(refused("a name has at least one character, and no blanks"));
        }
        if !entry.cost_per_hour.is_finite() || entry.cost_per_hour < 0.0 {
            return Err(refused("cost_per_hour is a number from 0 on"));
        }
        let count = entry.count.unwrap_or(1);
        if count == 0 || count > HOSTS_MAX - hosts.len() {
            return Err(refused(&format!("count is from 1 on, and a fleet has at most {HOSTS_MAX} hosts")));
        }
        for number in 1..=count {
            let host = host(entry, number, boot_time);
            if !names.insert(host.id.clone()) {
                let what = format!("there are two of the name {}; each host has its own", host.id);
                return Err(refused(&what));
            }
            hosts.push(host);
        }
    }
    match hosts.is_empty() {
        true => Err(FleetError::Toml("it names no hosts; add [[hosts]] with name, power, cpus and memory".to_owned())),
        false => Ok(hosts),
    }
}

/// The host of an entry, or one of those that it counts: `c-01`, `c-02`.
fn host(entry: &Host, number: usize, boot_time: Duration) -> FleetHost {
    let id = match entry.count {
        None => entry.name.clone(),
        Some(count) => format!("{}-{number:0width$}", entry.name, width = count.to_string().len()),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let cost_per_hour = Cost((entry.cost_per_hour * 1e6) as u64);
    FleetHost {
        id: HostId::new(id),
        region: Region::new(entry.region.clone().unwrap_or_default()),
        architecture: Architecture::new(entry.architecture.as_str()),
        labels: entry.labels.iter().map(|(key, value)| Label::new(format!("{key}={value}"))).collect(),
        capacity: Resources::new(entry.cpus.0, entry.memory.0),
        cost_per_hour,
        boot_time: entry.boot_time.map_or(boot_time, |span| span.0),
        is_switched: entry.power.is_some(),
    }
}
