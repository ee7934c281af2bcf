//! Logins in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::store::{
    AccountChange, AccountKind, AccountRecord, Accounts, Identified, Identity, LoginRecord, Logins, Made, StoreError,
};
use leat_scheduler::model::Moment;

use super::MemoryStore;

#[derive(Default)]
pub(super) struct Begun {
    logins: BTreeMap<Digest, LoginRecord>,
    identities: Vec<(Identity, String)>,
}

#[async_trait]
impl Logins for MemoryStore {
    async fn keep_login(&self, login: &LoginRecord, count_max: u64, now: Moment) -> Result<Made, StoreError> {
        let mut state = self.reached()?;
        state.begun.logins.retain(|_, login| login.expires > now);
        if state.begun.logins.len() as u64 >= count_max {
            return Ok(Made::TooMany);
        }
        state.begun.logins.insert(login.key, login.clone());
        Ok(Made::New)
    }

    async fn login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>, StoreError> {
        Ok(self.reached()?.begun.logins.get(&key).filter(|login| login.expires > now).cloned())
    }

    async fn take_login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>, StoreError> {
        Ok(self.reached()?.begun.logins.remove(&key).filter(|login| login.expires > now))
    }

    async fn identify(&self, identity: &Identity, account: &AccountRecord) -> Result<Identified, StoreError> {
        let known = self.reached()?.begun.identities.clone();
        let theirs = known.iter().find(|(one, _)| one == identity).map(|(_, name)| name.clone());
        let name = theirs.clone().unwrap_or_else(|| account.name.clone());
        if theirs.is_none() {
            let there = self.standing(&name).await?;
            let is_other = there.is_some_and(|there| {
                there.account.kind != AccountKind::Person || there.account.login.as_ref() != Some(&identity.provider)
            });
            if is_other || known.iter().any(|(_, other)| *other == name) {
                return Ok(Identified::NotTheirs);
            }
            self.make_account(account).await?;
            self.reached()?.begun.identities.push((identity.clone(), name.clone()));
        }
        let change = AccountChange { groups: Some(account.groups.clone()), ..AccountChange::default() };
        self.change_account(&name, &change).await?;
        Ok(Identified::Theirs(name))
    }
}
