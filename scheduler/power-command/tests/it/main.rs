//! Programs that switch: what they are told, and what is made of what they say.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::sync::Arc;

use async_trait::async_trait;
use leat_power_command::{CommandPower, Config, SignedKey, Signs};
use leat_scheduler::model::HostId;
use leat_scheduler::power::{Observed, Power};

fn shell(script: &str) -> Vec<String> {
    ["/bin/sh", "-c", script, "switch"].map(str::to_owned).to_vec()
}

fn power(on: &str, state: &str) -> CommandPower {
    CommandPower::new(Config { on: shell(on), off: shell("true"), state: shell(state) }).unwrap()
}

fn host() -> HostId {
    HostId::parse("c7").unwrap()
}

#[tokio::test]
async fn the_program_is_told_the_host_both_ways() {
    let directory = tempfile::tempdir().unwrap();
    let told = directory.path().join("told");
    let power = power(&format!("echo $1 $LEAT_HOST > {}", told.display()), "echo on");
    power.switch_on(&host()).await.unwrap();
    assert_eq!(std::fs::read_to_string(told).unwrap(), "c7 c7\n");
    power.switch_off(&host()).await.unwrap();
}

#[tokio::test]
async fn the_state_is_what_the_program_prints() {
    for (prints, observed) in [("on", Observed::On), ("off", Observed::Off), ("unknown", Observed::Unknown)] {
        assert_eq!(power("true", &format!("echo {prints}")).observe(&host()).await.unwrap(), observed);
    }
    let error = power("true", "echo maybe").observe(&host()).await.unwrap_err().to_string();
    assert_eq!(error, "/bin/sh c7 printed \"maybe\", and not on, off or unknown");
}

#[tokio::test]
async fn a_program_that_fails_is_quoted() {
    let power = power("echo no such machine >&2; exit 4", "echo on");
    let error = power.switch_on(&host()).await.unwrap_err().to_string();
    assert_eq!(error, "/bin/sh c7 ended with exit status: 4: no such machine");
}

#[test]
fn a_program_that_is_missing_is_found_at_once() {
    let config = Config { on: shell("true"), off: Vec::new(), state: shell("true") };
    assert!(CommandPower::new(config).unwrap_err().to_string().contains("`off` names no program"));
}

struct Signer(Result<&'static str, &'static str>);

#[async_trait]
impl Signs for Signer {
    async fn certificate(&self, host: &HostId) -> Result<String, String> {
        self.0.map(|certificate| format!("{certificate} {host}")).map_err(str::to_owned)
    }
}

#[tokio::test]
async fn a_key_is_signed_for_each_call_and_its_certificate_is_gone_afterwards() {
    let directory = tempfile::tempdir().unwrap();
    let told = directory.path().join("told");
    let script =
        format!("{{ echo $LEAT_SSH_KEY $LEAT_SSH_CERTIFICATE; cat $LEAT_SSH_CERTIFICATE; }} > {}", told.display());
    let key = |signer| SignedKey { key_file: "/etc/leat/power".into(), signs: Arc::new(signer) };
    let signed = power(&script, "echo on").with_key(key(Signer(Ok("signed"))));
    signed.switch_on(&host()).await.unwrap();
    let said = std::fs::read_to_string(&told).unwrap();
    let (paths, certificate) = said.split_once('\n').unwrap();
    assert_eq!(certificate, "signed c7");
    let file = paths.strip_prefix("/etc/leat/power ").unwrap();
    assert!(file.ends_with("-cert.pub") && !std::path::Path::new(file).exists(), "{file}");
    std::fs::remove_file(&told).unwrap();
    let refused = power(&script, "echo on").with_key(key(Signer(Err("secret store unreachable"))));
    let error = refused.switch_on(&host()).await.unwrap_err().to_string();
    assert!(error.contains("secret store unreachable") && !told.exists(), "{error}");
}
