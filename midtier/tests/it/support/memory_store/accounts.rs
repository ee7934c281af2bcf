//! Accounts in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::access::{Permissions, Place, built_in};
use leat_midtier::store::{
    AccountChange, AccountRecord, Accounts, Holder, Made, PageFilter, PageOf, RoleGrant, RoleRecord, Standing,
    StoreError, TokenRecord,
};
use leat_scheduler::model::Moment;

use super::MemoryStore;

#[derive(Default)]
pub(super) struct Known {
    accounts: BTreeMap<String, AccountRecord>,
    roles: BTreeMap<String, RoleRecord>,
    grants: Vec<RoleGrant>,
    tokens: BTreeMap<String, (Digest, TokenRecord)>,
    /// How often a token was asked for.
    asked: u64,
}

impl MemoryStore {
    /// How often the store was asked about a token.
    pub(crate) fn asked_about_tokens(&self) -> u64 {
        self.state().known.asked
    }
}

impl Known {
    fn granted(&self, account: Option<&str>, groups: &[String]) -> (Vec<RoleGrant>, Vec<RoleRecord>) {
        let is_theirs = |grant: &&RoleGrant| match &grant.holder {
            Holder::Account(name) => Some(name.as_str()) == account,
            Holder::Group(name) => groups.contains(name),
        };
        let grants: Vec<RoleGrant> = self.grants.iter().filter(is_theirs).cloned().collect();
        let is_among = |role: &&RoleRecord| grants.iter().any(|grant| grant.role == role.name);
        let roles = self.roles.values().filter(is_among).cloned().collect();
        (grants, roles)
    }

    fn standing(&self, account: &str) -> Option<Standing> {
        let account = self.accounts.get(account)?.clone();
        let (grants, roles) = self.granted(Some(&account.name), &account.groups);
        Some(Standing { account, grants, roles })
    }
}

fn page<'a, T: Clone + 'a>(found: impl Iterator<Item = &'a T>, filter: &PageFilter) -> PageOf<T> {
    let limit = if filter.limit == 0 { 1_000 } else { filter.limit as usize };
    let mut items: Vec<T> = found.take(limit + 1).cloned().collect();
    let more = items.len() > limit;
    items.truncate(limit);
    PageOf { items, more }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn make_account(&self, account: &AccountRecord) -> Result<Made, StoreError> {
        let known = &mut self.reached()?.known;
        if known.accounts.contains_key(&account.name) {
            return Ok(Made::Known);
        }
        known.accounts.insert(account.name.clone(), account.clone());
        Ok(Made::New)
    }

    async fn standing(&self, account: &str) -> Result<Option<Standing>, StoreError> {
        Ok(self.reached()?.known.standing(account))
    }

    async fn accounts(&self, filter: &PageFilter) -> Result<PageOf<AccountRecord>, StoreError> {
        let state = self.reached()?;
        let after = |account: &&AccountRecord| filter.after.as_ref().is_none_or(|after| account.name > *after);
        Ok(page(state.known.accounts.values().filter(after), filter))
    }

    async fn change_account(&self, account: &str, change: &AccountChange) -> Result<bool, StoreError> {
        let mut state = self.reached()?;
        let Some(account) = state.known.accounts.get_mut(account) else { return Ok(false) };
        account.is_disabled = change.is_disabled.unwrap_or(account.is_disabled);
        account.playpen = change.playpen.clone().unwrap_or(account.playpen.clone());
        account.groups = change.groups.clone().unwrap_or(account.groups.clone());
        account.login = change.login.clone().or(account.login.clone());
        Ok(true)
    }

    async fn make_role(&self, role: &RoleRecord) -> Result<Made, StoreError> {
        let known = &mut self.reached()?.known;
        if known.roles.contains_key(&role.name) {
            return Ok(Made::Known);
        }
        known.roles.insert(role.name.clone(), role.clone());
        Ok(Made::New)
    }

    async fn roles(&self) -> Result<Vec<RoleRecord>, StoreError> {
        Ok(self.reached()?.known.roles.values().cloned().collect())
    }

    async fn remove_role(&self, role: &str) -> Result<bool, StoreError> {
        let known = &mut self.reached()?.known;
        known.grants.retain(|grant| grant.role != role || !known.roles.contains_key(role));
        Ok(known.roles.remove(role).is_some())
    }

    async fn grant(&self, grant: &RoleGrant, permissions: Permissions) -> Result<Made, StoreError> {
        let known = &mut self.reached()?.known;
        let is_there = match &grant.holder {
            Holder::Account(account) => known.accounts.contains_key(account),
            Holder::Group(_) => true,
        };
        let is_as_known = || known.roles.get(&grant.role).is_some_and(|role| role.permissions == permissions);
        if !is_there || (built_in(&grant.role).is_none() && !is_as_known()) {
            return Ok(Made::Unknown);
        }
        let same = |other: &RoleGrant| {
            (&other.role, &other.holder, &other.place) == (&grant.role, &grant.holder, &grant.place)
        };
        if known.grants.iter().any(same) {
            return Ok(Made::Known);
        }
        known.grants.push(grant.clone());
        known.grants.sort_by_key(|grant| (grant.role.clone(), grant.holder.clone(), grant.place.clone()));
        Ok(Made::New)
    }

    async fn ungrant(&self, role: &str, holder: &Holder, place: &Place) -> Result<bool, StoreError> {
        let known = &mut self.reached()?.known;
        let before = known.grants.len();
        known.grants.retain(|grant| (grant.role.as_str(), &grant.holder, &grant.place) != (role, holder, place));
        Ok(known.grants.len() < before)
    }

    async fn grants(&self, role: Option<&str>) -> Result<Vec<RoleGrant>, StoreError> {
        let state = self.reached()?;
        let of_role = |grant: &&RoleGrant| role.is_none_or(|role| grant.role == role);
        Ok(state.known.grants.iter().filter(of_role).cloned().collect())
    }

    async fn granted_to_groups(&self, groups: &[String]) -> Result<(Vec<RoleGrant>, Vec<RoleRecord>), StoreError> {
        Ok(self.reached()?.known.granted(None, groups))
    }

    async fn make_token(&self, token: &TokenRecord, digest: Digest, count_max: u64) -> Result<Made, StoreError> {
        let known = &mut self.reached()?.known;
        if !known.accounts.contains_key(&token.account) {
            return Ok(Made::Unknown);
        }
        let is_live = |(_, other): &&(Digest, TokenRecord)| {
            other.account == token.account && other.revoked.is_none() && other.expires > token.created
        };
        if known.tokens.values().filter(is_live).count() as u64 >= count_max {
            return Ok(Made::TooMany);
        }
        known.tokens.insert(token.id.clone(), (digest, token.clone()));
        Ok(Made::New)
    }

    async fn token(&self, digest: Digest) -> Result<Option<(TokenRecord, Standing)>, StoreError> {
        let known = &mut self.reached()?.known;
        known.asked += 1;
        let found = known.tokens.values().find(|(other, _)| *other == digest);
        Ok(found.and_then(|(_, token)| Some((token.clone(), known.standing(&token.account)?))))
    }

    async fn token_named(&self, id: &str) -> Result<Option<TokenRecord>, StoreError> {
        Ok(self.reached()?.known.tokens.get(id).map(|(_, token)| token.clone()))
    }

    async fn tokens(&self, filter: &PageFilter) -> Result<PageOf<TokenRecord>, StoreError> {
        let state = self.reached()?;
        let tokens = state.known.tokens.values().map(|(_, token)| token).filter(|token| {
            filter.after.as_ref().is_none_or(|after| token.id > *after)
                && filter.account.as_ref().is_none_or(|account| token.account == *account)
        });
        Ok(page(tokens, filter))
    }

    async fn revoke_token(&self, id: &str, now: Moment) -> Result<bool, StoreError> {
        let known = &mut self.reached()?.known;
        let Some((_, token)) = known.tokens.get_mut(id) else { return Ok(false) };
        token.revoked.get_or_insert(now);
        Ok(true)
    }

    async fn token_used(&self, id: &str, now: Moment) -> Result<(), StoreError> {
        if let Some((_, token)) = self.reached()?.known.tokens.get_mut(id) {
            token.last_used = Some(now);
        }
        Ok(())
    }
}
