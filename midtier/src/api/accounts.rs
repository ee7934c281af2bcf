//! Accounts, and the roles they are given. Nobody gives what they do not have themselves.

use std::collections::BTreeSet;

use super::checks::plain;
use super::{named, noted};
use crate::access::{Permissions, Place, built_in, is_reserved};
use crate::app::App;
use crate::audit::telling::Telling;
use crate::identity::Caller;
use crate::logins::GROUPS_MAX;
use crate::problem::{Answer, Code, Problem};
use crate::store::{
    AccountChange, AccountKind, AccountRecord, Holder, Made, PageFilter, PageOf, RoleGrant, RoleRecord, Standing,
};

/// An account to be.
pub(crate) struct Wish {
    pub(crate) name: String,
    pub(crate) kind: AccountKind,
    /// The default is their name.
    pub(crate) playpen: Option<String>,
    pub(crate) groups: BTreeSet<String>,
    /// The provider of logins whose person of this name may have it with their first login.
    pub(crate) login: Option<String>,
}

/// A role that somebody is to have, or not to have any more.
pub(crate) struct Given {
    pub(crate) holder: Holder,
    pub(crate) place: Place,
}

/// Makes an account.
pub(crate) async fn make(app: &App, caller: &Caller, wish: Wish) -> Answer<Standing> {
    named::new_account(&wish.name)?;
    let playpen = wish.playpen.unwrap_or_else(|| wish.name.clone());
    plain("playpen", &playpen)?;
    require_login(app, wish.kind, wish.login.as_deref())?;
    let groups = groups(wish.groups)?;
    require_groups(app, caller, &groups).await?;
    let account = AccountRecord {
        name: wish.name.clone(),
        kind: wish.kind,
        playpen,
        groups,
        is_disabled: false,
        created: app.now(),
        created_by: caller.user.clone(),
        login: wish.login,
    };
    match app.accounts.make_account(&account).await? {
        Made::New => {}
        Made::TooMany => return Err(Problem::new(Code::TooMany, "there are as many accounts as there may be")),
        Made::Known | Made::Unknown => {
            return Err(Problem::new(Code::AlreadyThere, format!("there is an account {:?} already", wish.name)));
        }
    }
    tracing::info!(account = wish.name, user = caller.user, "makes an account");
    app.identities.forget();
    one(app, &wish.name).await
}

/// An account with what it was granted.
pub(crate) async fn one(app: &App, name: &str) -> Answer<Standing> {
    let unknown = || Problem::not_found("account", name);
    // As it is: an account that may not be called so any more must still be found, to be disabled.
    plain("a name", name).map_err(|_| unknown())?;
    app.accounts.standing(name).await?.ok_or_else(unknown)
}

/// A page of accounts.
pub(crate) async fn page(app: &App, page: named::Page) -> Answer<PageOf<AccountRecord>> {
    let (after, limit) = page.read()?;
    Ok(app.accounts.accounts(&PageFilter { account: None, after, limit }).await?)
}

/// Changes an account.
pub(crate) async fn change(
    app: &App,
    caller: &Caller,
    name: &str,
    change: AccountChange,
    telling: &Telling,
) -> Answer<Standing> {
    let known = one(app, name).await?;
    telling.note(noted::change(&known.account, &change));
    if change.login.is_some() {
        require_login(app, known.account.kind, change.login.as_deref())?;
    }
    let is_enabled = change.is_disabled == Some(false) && known.account.is_disabled;
    if change.login.is_some() || is_enabled {
        // Whoever comes then, with a login or a token of before, has all that the account has: nobody gives that who does not have it.
        require_granted(caller, &known.grants, &known.roles)?;
    }
    change.playpen.as_deref().map_or(Ok(()), |playpen| plain("playpen", playpen))?;
    let change =
        AccountChange { groups: change.groups.map(|all| groups(all.into_iter().collect())).transpose()?, ..change };
    let new = change.groups.iter().flatten().filter(|group| !known.account.groups.contains(group));
    require_groups(app, caller, &new.cloned().collect::<Vec<_>>()).await?;
    if !app.accounts.change_account(name, &change).await? {
        return Err(Problem::not_found("account", name));
    }
    tracing::info!(account = name, user = caller.user, "changes an account");
    app.identities.forget();
    one(app, name).await
}

fn groups(groups: BTreeSet<String>) -> Answer<Vec<String>> {
    if groups.len() > GROUPS_MAX {
        return Err(Problem::invalid(format!("an account is in {GROUPS_MAX} groups at most")));
    }
    groups.iter().try_for_each(|group| named::group(group))?;
    Ok(groups.into_iter().collect())
}

/// Whoever puts somebody into a group gives them what the group has.
async fn require_groups(app: &App, caller: &Caller, groups: &[String]) -> Answer<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let (grants, roles) = app.accounts.granted_to_groups(groups).await?;
    require_granted(caller, &grants, &roles)
}

/// Refuses a provider of logins that there is not, and one for an account of a program.
fn require_login(app: &App, kind: AccountKind, login: Option<&str>) -> Answer<()> {
    let Some(login) = login else { return Ok(()) };
    if kind != AccountKind::Person {
        return Err(Problem::invalid("login: nobody logs in to the account of a program"));
    }
    if app.logins.provider(login).is_none() {
        let known: Vec<&str> = app.logins.providers().iter().map(|provider| provider.name()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Problem::invalid(format!("login: there is no login provider {login:?}; known: {known}")));
    }
    Ok(())
}

/// Refuses who does not have what all of these come to.
fn require_granted(caller: &Caller, grants: &[RoleGrant], roles: &[RoleRecord]) -> Answer<()> {
    for grant in grants {
        let own = roles.iter().find(|role| role.name == grant.role).map(|role| role.permissions);
        let permissions = built_in(&grant.role).map(|role| role.permissions).or(own).unwrap_or_default();
        require_held(caller, permissions, &grant.place)?;
    }
    Ok(())
}

fn require_held(caller: &Caller, permissions: Permissions, place: &Place) -> Answer<()> {
    let given = match place {
        Place::Everywhere => permissions,
        Place::Playpen(_) => permissions.and(Permissions::of_playpens()),
    };
    let lacking = caller.rights.lacks(given, place);
    if lacking.is_empty() {
        return Ok(());
    }
    let detail = format!("this would give, {place}, what the token that asks for it does not have there: {lacking}");
    Err(Problem::new(Code::Forbidden, detail))
}

/// The installation's own roles.
pub(crate) async fn roles(app: &App) -> Answer<Vec<RoleRecord>> {
    Ok(app.accounts.roles().await?)
}

/// Who has which role where.
pub(crate) async fn grants(app: &App) -> Answer<Vec<RoleGrant>> {
    Ok(app.accounts.grants(None).await?)
}

/// Makes a role of the installation's own.
pub(crate) async fn make_role(app: &App, caller: &Caller, name: String, permissions: &[String]) -> Answer<RoleRecord> {
    named::role(&name)?;
    let permissions = named::permissions(permissions)?;
    if is_reserved(&name) {
        let detail = format!("{name:?} is a name that Leat keeps for itself: call the role otherwise");
        return Err(Problem::new(Code::AlreadyThere, detail));
    }
    // Whoever could give it nowhere would only make it for somebody else's slip.
    let lacking = permissions.iter().filter(|permission| !caller.rights.may_somewhere(*permission));
    let lacking = lacking.fold(Permissions::NONE, |lacking, permission| lacking.or(Permissions::of(&[permission])));
    if !lacking.is_empty() {
        let detail = format!("the role would hold what the token that asks for it has nowhere: {lacking}");
        return Err(Problem::new(Code::Forbidden, detail));
    }
    let role = RoleRecord { name, permissions, created: app.now(), created_by: caller.user.clone() };
    match app.accounts.make_role(&role).await? {
        Made::New => Ok(role),
        Made::TooMany => Err(Problem::new(Code::TooMany, "there are as many roles as there may be: remove some first")),
        Made::Known | Made::Unknown => {
            Err(Problem::new(Code::AlreadyThere, format!("there is a role {:?} already", role.name)))
        }
    }
}

/// Removes a role of the installation's own, and takes it from everyone.
pub(crate) async fn remove_role(app: &App, name: &str) -> Answer<()> {
    let unknown = || Problem::not_found("role of the installation's own", name);
    named::role(name).map_err(|_| unknown())?;
    let was_there = app.accounts.remove_role(name).await?;
    app.identities.forget();
    if was_there { Ok(()) } else { Err(unknown()) }
}

/// Gives somebody a role. Answers whether they did not have it there before.
pub(crate) async fn grant(app: &App, caller: &Caller, role: &str, given: Given) -> Answer<bool> {
    let permissions = permissions_of(app, role).await?;
    sound(&given)?;
    require_held(caller, permissions, &given.place)?;
    let Given { holder, place } = given;
    let grant = RoleGrant { role: role.to_owned(), holder, place, created: app.now(), created_by: caller.user.clone() };
    let made = app.accounts.grant(&grant, permissions).await?;
    app.identities.forget();
    match made {
        Made::New => Ok(true),
        Made::Known => Ok(false),
        Made::TooMany => Err(Problem::new(Code::TooMany, "as many roles are given as may be: take some back first")),
        Made::Unknown => {
            let detail =
                "there is no such account, or the role was removed or made anew meanwhile: look at it and ask again";
            Err(Problem::new(Code::NotFound, detail))
        }
    }
}

/// Takes a role from somebody.
pub(crate) async fn ungrant(app: &App, role: &str, given: Given) -> Answer<()> {
    let unknown = || Problem::not_found("role", role);
    named::role(role).map_err(|_| unknown())?;
    sound(&given)?;
    let was_there = app.accounts.ungrant(role, &given.holder, &given.place).await?;
    app.identities.forget();
    if was_there { Ok(()) } else { Err(Problem::new(Code::NotFound, "they do not have this role there")) }
}

async fn permissions_of(app: &App, role: &str) -> Answer<Permissions> {
    let unknown = || Problem::not_found("role", role);
    named::role(role).map_err(|_| unknown())?;
    if let Some(role) = built_in(role) {
        return Ok(role.permissions);
    }
    let own = app.accounts.roles().await?.into_iter().find(|own| own.name == role);
    own.map(|own| own.permissions).ok_or_else(unknown)
}

fn sound(given: &Given) -> Answer<()> {
    match &given.holder {
        Holder::Account(name) => named::account(name)?,
        Holder::Group(name) => named::group(name)?,
    }
    match &given.place {
        Place::Everywhere => Ok(()),
        Place::Playpen(playpen) => plain("playpen", playpen),
    }
}
