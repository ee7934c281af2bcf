//! Agents that are any program: started once, ended in good order, killed where they do not end.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::collections::BTreeMap;
use std::time::Duration;

use leat_power_process::{Launch, ProcessPower};
use leat_scheduler::model::HostId;
use leat_scheduler::power::{Observed, Power, PowerError};

fn power(script: &str, stop_grace: Duration) -> (ProcessPower, HostId) {
    let host = HostId::parse("local").unwrap();
    let launch = Launch { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()] };
    (ProcessPower::new(BTreeMap::from([(host.clone(), launch)]), stop_grace), host)
}

async fn until(power: &ProcessPower, host: &HostId, wanted: Observed) {
    for _ in 0..1_000 {
        if power.observe(host).await.unwrap() == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the host did not become {wanted:?} in ten seconds");
}

#[tokio::test]
async fn a_host_goes_on_and_off() {
    let (power, host) = power("exec sleep 600", Duration::from_secs(60));
    assert_eq!(power.observe(&host).await.unwrap(), Observed::Off);
    power.switch_on(&host).await.unwrap();
    assert_eq!(power.observe(&host).await.unwrap(), Observed::On);
    power.switch_off(&host).await.unwrap();
    until(&power, &host, Observed::Off).await;
    power.switch_off(&host).await.unwrap();
}

#[tokio::test]
async fn asked_twice_it_is_started_once() {
    let directory = tempfile::tempdir().unwrap();
    let starts = directory.path().join("starts");
    let (power, host) = power(&format!("echo started >> {}; exec sleep 600", starts.display()), Duration::ZERO);
    for _ in 0..3 {
        power.switch_on(&host).await.unwrap();
    }
    for _ in 0..1_000 {
        if starts.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    power.stop_all().await;
    assert_eq!(std::fs::read_to_string(starts).unwrap(), "started\n");
}

#[tokio::test]
async fn one_that_does_not_end_is_killed_when_it_is_asked_again() {
    let (power, host) = power("trap '' TERM; while :; do sleep 0.05; done", Duration::from_millis(50));
    power.switch_on(&host).await.unwrap();
    power.switch_off(&host).await.unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;
    power.switch_off(&host).await.unwrap();
    until(&power, &host, Observed::Off).await;
}

#[tokio::test]
async fn one_that_is_wished_on_while_it_ends_is_started_when_it_has_ended() {
    let directory = tempfile::tempdir().unwrap();
    let said = directory.path().join("said");
    let script = format!(
        "trap 'sleep 0.3; echo ended >>{0}; exit' TERM; echo began >>{0}; while :; do sleep 0.02; done",
        said.display()
    );
    let (power, host) = power(&script, Duration::from_secs(60));
    let until_said = async |wanted: &str| {
        for _ in 0..1_000 {
            if std::fs::read_to_string(&said).unwrap_or_default() == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("not {wanted:?} in ten seconds, but {:?}", std::fs::read_to_string(&said));
    };
    power.switch_on(&host).await.unwrap();
    until_said("began\n").await;
    power.switch_off(&host).await.unwrap();
    power.switch_on(&host).await.unwrap();
    until_said("began\nended\nbegan\n").await;
    assert_eq!(power.observe(&host).await.unwrap(), Observed::On);
    power.switch_on(&host).await.unwrap();
    power.stop_all().await;
    until_said("began\nended\nbegan\nended\n").await;
}

#[tokio::test]
async fn one_that_ends_by_itself_is_seen_to_be_off_and_can_be_started_again() {
    let (power, host) = power("exit 3", Duration::ZERO);
    power.switch_on(&host).await.unwrap();
    until(&power, &host, Observed::Off).await;
    power.switch_on(&host).await.unwrap();
}

#[tokio::test]
async fn a_host_that_nobody_declared_is_unknown() {
    let (power, _) = power("true", Duration::ZERO);
    let other = HostId::parse("other").unwrap();
    assert!(matches!(power.switch_on(&other).await, Err(PowerError::UnknownHost(_))));
    assert!(matches!(power.observe(&other).await, Err(PowerError::UnknownHost(_))));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let host = HostId::parse("local").unwrap();
    let launch = Launch { program: "/no/such/leat".into(), arguments: Vec::new() };
    let power = ProcessPower::new(BTreeMap::from([(host.clone(), launch)]), Duration::ZERO);
    assert!(power.switch_on(&host).await.unwrap_err().to_string().contains("/no/such/leat for host local"));
}
