//! `leat hosts`: the hosts of the installation, and what is wanted of them.

use std::collections::BTreeSet;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::{connect, show_list};
use crate::args::{HostRefArgs, HostsArgs, HostsCommand, TextOrJson};
use crate::config::Environment;
use crate::remote::{Host, Page, block_on, escaped, hosts_seen};
use crate::view::{Table, number};

pub(crate) fn run(args: &HostsArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    match &args.command {
        None => list(args, environment),
        Some(HostsCommand::Drain { host, undo }) => ask(host, "drain", &json!({ "drain": !undo }), environment),
        Some(HostsCommand::On { host }) => ask(host, "power", &json!({ "power": "on" }), environment),
        Some(HostsCommand::Off { host }) => ask(host, "power", &json!({ "power": "off" }), environment),
        Some(HostsCommand::KeepOn { host, span }) => {
            let seconds = span.0.as_secs();
            ask(host, "keep-on", &json!({ "seconds": (seconds > 0).then_some(seconds) }), environment)
        }
    }
}

fn list(args: &HostsArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    let answer: Value = block_on(remote.get("/hosts", &[]))?;
    let seen = match args.format {
        TextOrJson::Text => hosts_seen(remote.server())?,
        TextOrJson::Json => None,
    };
    show_list(&answer, args.format, |page: &Page<Host>| {
        let mut table = Table::new(&["host", "state", "discovery", "cpus", "memory", "region", "labels", "why"]);
        for host in &page.items {
            table.row(cells(host, seen.as_ref()));
        }
        if page.items.is_empty() {
            println!("no hosts are known");
        } else {
            print!("{}", table.text());
        }
    })
}

/// `seen` are the hosts that are well in discovery, where that was asked.
fn cells(host: &Host, seen: Option<&BTreeSet<String>>) -> Vec<String> {
    let labels: Vec<String> = host.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let kept = host.keep_on_until.as_ref().map(|until| format!("; kept on until {until}")).unwrap_or_default();
    let drained = if host.drain_requested { "; takes no new runs" } else { "" };
    let wished = host.power_requested.as_ref().map(|wish| format!("; to be switched {wish}")).unwrap_or_default();
    let cpus = format!("{}.{:03}", host.capacity.cpu_millis / 1_000, host.capacity.cpu_millis % 1_000);
    vec![
        host.id.clone(),
        host.state.clone(),
        seen.map(|seen| if seen.contains(&host.id) { "well" } else { "not seen" }).unwrap_or_default().to_owned(),
        cpus.trim_end_matches('0').trim_end_matches('.').to_owned(),
        number::bytes(host.capacity.memory_bytes),
        host.region.clone().unwrap_or_default(),
        format!("{} {}", labels.join(" "), host.architecture).trim().to_owned(),
        format!("{}{kept}{drained}{wished}", host.why),
    ]
}

fn ask(host: &HostRefArgs, what: &str, body: &Value, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&host.server, environment)?;
    let answer: Host = block_on(remote.post(&format!("/hosts/{}/{what}", escaped(&host.host)), body))?;
    println!("{}: {}", answer.id, answer.state);
    Ok(ExitCode::SUCCESS)
}
