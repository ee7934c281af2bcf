//! A provider in this process: a code is the name of who has come.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use leat_midtier::logins::{Answered, Begun, DeviceBegun, Kept, Person, Polled, Provider, ProviderError};
use leat_scheduler::model::Moment;

pub(crate) struct FakeProvider {
    name: &'static str,
    people: Mutex<BTreeMap<String, Person>>,
    is_away: AtomicBool,
    /// What is said of a device, the last first.
    pub(crate) polls: Mutex<Vec<Polled>>,
}

/// Somebody.
pub(crate) fn person(subject: &str, account: &str, groups: &[&str]) -> Person {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Person { subject: subject.to_owned(), account: account.to_owned(), groups, called: None }
}

impl FakeProvider {
    pub(crate) fn new(name: &'static str) -> Self {
        let people = ["ada", "bob", "eve"].map(|who| (who.to_owned(), person(who, who, &["risk"])));
        FakeProvider {
            name,
            people: Mutex::new(people.into()),
            is_away: AtomicBool::new(false),
            polls: Mutex::default(),
        }
    }

    pub(crate) fn set<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Person>) -> T) -> T {
        change(&mut self.people.lock().unwrap())
    }

    pub(crate) fn away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::Relaxed);
    }

    fn require_here(&self) -> Result<(), ProviderError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(ProviderError::Unreachable { provider: self.name.to_owned(), what: "it is away".to_owned() });
        }
        Ok(())
    }
}

#[async_trait]
impl Provider for FakeProvider {
    fn name(&self) -> &str {
        self.name
    }

    fn title(&self) -> &str {
        "<b>The & Provider</b>"
    }

    async fn begin(&self, redirect: &str, state: &str) -> Result<Begun, ProviderError> {
        self.require_here()?;
        let url = format!("https://id.example/authorize?redirect_uri={redirect}&state={state}");
        Ok(Begun { url, kept: Kept(format!("kept by {}", self.name)) })
    }

    async fn finish(&self, answered: &Answered, _now: Moment) -> Result<Person, ProviderError> {
        self.require_here()?;
        assert_eq!(answered.kept.0, format!("kept by {}", self.name));
        assert!(answered.redirect.ends_with(&format!("/login/{}/callback", self.name)));
        let refused = || ProviderError::Refused { provider: self.name.to_owned(), what: "invalid_grant".to_owned() };
        self.people.lock().unwrap().get(&answered.code).cloned().ok_or_else(refused)
    }

    async fn begin_device(&self) -> Result<DeviceBegun, ProviderError> {
        if self.name == "hub" {
            return Err(ProviderError::NoDevices { provider: self.name.to_owned() });
        }
        Ok(DeviceBegun {
            user_code: "WDJB-MJHT".to_owned(),
            address: "https://id.example/activate".to_owned(),
            address_with_code: None,
            lives: Duration::from_secs(900),
            every: Duration::from_secs(5),
            kept: Kept("device".to_owned()),
        })
    }

    async fn poll_device(&self, kept: &Kept, _now: Moment) -> Result<Polled, ProviderError> {
        assert_eq!(kept.0, "device");
        let said = self.polls.lock().unwrap().pop();
        said.ok_or_else(|| ProviderError::Refused { provider: self.name.to_owned(), what: "access_denied".to_owned() })
    }

    async fn logout_url(&self, _back_to: &str) -> Option<String> {
        Some("https://id.example/logout".to_owned())
    }
}
