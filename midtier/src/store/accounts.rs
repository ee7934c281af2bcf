//! The port `Accounts`: who there is, what they were granted, and which tokens they have.

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_scheduler::model::Moment;

use super::{PageOf, StoreError};
use crate::access::{Permissions, Place, Scope};

/// What an account is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A person.
    Person,
    /// A program.
    Service,
}

/// Someone who may have tokens and be granted roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Their name, as it stands in causes of changes.
    pub name: String,
    /// What it is of.
    pub kind: AccountKind,
    /// The playpen of the runs they submit, where a submission does not say another: the run's group.
    pub playpen: String,
    /// The groups they are in, in the order of the names, none twice. What a group was granted holds for everyone in it.
    pub groups: Vec<String>,
    /// None of its tokens is valid while it is.
    pub is_disabled: bool,
    /// When it was made, and by whom.
    pub created: Moment,
    /// By whom.
    pub created_by: String,
    /// The provider of logins whose person of this name may have it with their first login; nothing for nobody's. Whoever has logged in
    /// once keeps it, whatever this says.
    pub login: Option<String>,
}

/// What is to be another way with an account; nothing for what stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Whether it is disabled.
    pub is_disabled: Option<bool>,
    /// The playpen of its runs.
    pub playpen: Option<String>,
    /// All of its groups, in the order of the names, none twice.
    pub groups: Option<Vec<String>>,
    /// The provider of logins whose person of this name may have it with their first login.
    pub login: Option<String>,
}

/// A role of the installation's own. Built-in ones are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRecord {
    /// Its name.
    pub name: String,
    /// What may be done with it. Names that this Leat does not know are left out.
    pub permissions: Permissions,
    /// When it was made.
    pub created: Moment,
    /// By whom.
    pub created_by: String,
}

/// Who was granted something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// An account.
    Account(String),
    /// Everyone in a group.
    Group(String),
}

/// A role that somebody has somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// The role's name.
    pub role: String,
    /// Who has it.
    pub holder: Holder,
    /// Where it counts.
    pub place: Place,
    /// When it was granted.
    pub created: Moment,
    /// By whom.
    pub created_by: String,
}

/// An API token. Its text is known to nobody but its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// Names it; it is no secret.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// What it is for, in its owner's words.
    pub label: String,
    /// What it is narrowed to.
    pub scope: Scope,
    /// When it was made.
    pub created: Moment,
    /// By whom.
    pub created_by: String,
    /// It is valid before then.
    pub expires: Moment,
    /// When it was revoked, where it was.
    pub revoked: Option<Moment>,
    /// When it was last used, give or take a minute.
    pub last_used: Option<Moment>,
}

/// All that an account's rights are made of, as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The account.
    pub account: AccountRecord,
    /// What it and its groups were granted.
    pub grants: Vec<RoleGrant>,
    /// The installation's own roles among them.
    pub roles: Vec<RoleRecord>,
}

/// What became of something that was to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is there now.
    New,
    /// It, or another of its name, was there already: nothing was changed.
    Known,
    /// There are as many as there may be: nothing was changed.
    TooMany,
    /// What it is to belong to is not there: nothing was changed.
    Unknown,
}

/// Which accounts or tokens a page is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFilter {
    /// Tokens of this account; of no account where accounts are asked for.
    pub account: Option<String>,
    /// Only those behind this name: the last of the page before.
    pub after: Option<String>,
    /// At most so many; 0 for the store's own limit of 1,000.
    pub limit: u32,
}

/// How many accounts there may be.
pub const ACCOUNTS_MAX: u64 = 100_000;
/// How many roles of its own an installation may have.
pub const ROLES_MAX: u64 = 500;
/// How many grants there may be.
pub const GRANTS_MAX: u64 = 10_000;

/// Who there is, what they were granted, and which tokens they have. Every call is atomic.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account. `TooMany` beyond [`ACCOUNTS_MAX`].
    async fn make_account(&self, account: &AccountRecord) -> Result<Made, StoreError>;
    /// The account of this name, with what its rights are made of.
    async fn standing(&self, account: &str) -> Result<Option<Standing>, StoreError>;
    /// Accounts, in the order of their names.
    async fn accounts(&self, filter: &PageFilter) -> Result<PageOf<AccountRecord>, StoreError>;
    /// Changes an account. Answers whether it is there.
    async fn change_account(&self, account: &str, change: &AccountChange) -> Result<bool, StoreError>;

    /// Makes a role. `TooMany` beyond [`ROLES_MAX`].
    async fn make_role(&self, role: &RoleRecord) -> Result<Made, StoreError>;
    /// The installation's own roles, in the order of their names.
    async fn roles(&self) -> Result<Vec<RoleRecord>, StoreError>;
    /// Removes a role, and takes it from everyone who has it. Answers whether it was there.
    async fn remove_role(&self, role: &str) -> Result<bool, StoreError>;
    /// Grants a role of which whoever grants it knows that it comes to these permissions. `TooMany` beyond [`GRANTS_MAX`]; `Unknown` for
    /// an account that is not there, and for a role of the installation's own that is not there or comes to others by now: somebody may
    /// have removed it and made another of its name in between.
    async fn grant(&self, grant: &RoleGrant, permissions: Permissions) -> Result<Made, StoreError>;
    /// Takes a role from someone. Answers whether they had it there.
    async fn ungrant(&self, role: &str, holder: &Holder, place: &Place) -> Result<bool, StoreError>;
    /// Every grant, in the order of roles, holders and places; or those of one role.
    async fn grants(&self, role: Option<&str>) -> Result<Vec<RoleGrant>, StoreError>;
    /// What these groups were granted together, and the installation's own roles among it.
    async fn granted_to_groups(&self, groups: &[String]) -> Result<(Vec<RoleGrant>, Vec<RoleRecord>), StoreError>;

    /// Keeps a token that is known by this digest alone. `TooMany` where its account has so many that are neither expired nor
    /// revoked; `Unknown` where there is no such account.
    async fn make_token(&self, token: &TokenRecord, digest: Digest, count_max: u64) -> Result<Made, StoreError>;
    /// The token of this digest, with what its owner's rights are made of, whether it is valid or not.
    async fn token(&self, digest: Digest) -> Result<Option<(TokenRecord, Standing)>, StoreError>;
    /// The token that is named so.
    async fn token_named(&self, id: &str) -> Result<Option<TokenRecord>, StoreError>;
    /// Tokens, in the order of their names, which is that of their making.
    async fn tokens(&self, filter: &PageFilter) -> Result<PageOf<TokenRecord>, StoreError>;
    /// Revokes a token, for ever. Answers whether it is there. One that was revoked stays as it is.
    async fn revoke_token(&self, id: &str, now: Moment) -> Result<bool, StoreError>;
    /// A token was used.
    async fn token_used(&self, id: &str, now: Moment) -> Result<(), StoreError>;
}
