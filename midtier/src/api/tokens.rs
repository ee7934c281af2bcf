//! API tokens: made, looked at, revoked. A token never gives more than whoever made it has.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_scheduler::model::Moment;

use super::checks::plain;
use super::named;
use crate::access::{Permission, Permissions, Place, Scope};
use crate::app::App;
use crate::config::TokenLimits;
use crate::identity::token::FreshToken;
use crate::identity::{By, Caller};
use crate::problem::{Answer, Code, Problem};
use crate::store::{Made, PageFilter, PageOf, TokenRecord};

/// How many playpens a token may be narrowed to.
const PLAYPENS_MAX: usize = 100;

/// A token to be; what is left out has its default.
pub(crate) struct Wish {
    /// Whose it is; nothing for the caller's own.
    pub(crate) account: Option<String>,
    pub(crate) label: String,
    /// Names of permissions.
    pub(crate) permissions: Option<Vec<String>>,
    pub(crate) playpens: Option<BTreeSet<String>>,
    pub(crate) life: Option<Duration>,
}

/// A token that was made. Its text is told this once.
pub(crate) struct Told {
    pub(crate) record: TokenRecord,
    pub(crate) text: String,
}

/// Makes a token.
pub(crate) async fn make(app: &App, caller: &Caller, wish: Wish) -> Answer<Told> {
    plain("label", &wish.label)?;
    let scope = scope_of(wish.permissions.as_deref(), wish.playpens)?;
    let own = caller.token().map(|_| caller.user.as_str());
    let (account, scope) = match (wish.account, own) {
        (Some(account), own) if Some(account.as_str()) != own => (account, for_other(caller, scope)?),
        (_, Some(own)) => (own.to_owned(), for_oneself(caller, scope)?),
        (None, None) | (Some(_), None) => {
            let detail =
                "a token of the configuration belongs to no account: name the account that the new token is for";
            return Err(Problem::invalid(detail));
        }
    };
    let unknown = || Problem::not_found("account", &account);
    named::account(&account).map_err(|_| unknown())?;
    let now = app.now();
    let expires = expiry(app, caller, wish.life, now)?;
    let text = FreshToken::random().map_err(|error| Problem::new(Code::Internal, error))?;
    let (id, created_by) = (app.names.next(now).to_string(), caller.user.clone());
    let record = TokenRecord {
        id,
        account: account.clone(),
        label: wish.label,
        scope,
        created: now,
        created_by,
        expires,
        revoked: None,
        last_used: None,
    };
    let count_max = app.config.tokens.per_account_max;
    match app.accounts.make_token(&record, text.digest, count_max).await? {
        Made::New => {}
        Made::Unknown => return Err(unknown()),
        Made::TooMany => {
            let detail =
                format!("{account} has {count_max} valid tokens, which is as many as may be: revoke some first");
            return Err(Problem::new(Code::TooMany, detail));
        }
        Made::Known => return Err(Problem::new(Code::Internal, "a token of this name was there already")),
    }
    tracing::info!(token.id = record.id, account, user = caller.user, "makes a token");
    Ok(Told { record, text: text.text })
}

/// What a token is to be narrowed to. One that is for playpens alone is for nothing of the installation.
fn scope_of(permissions: Option<&[String]>, playpens: Option<BTreeSet<String>>) -> Answer<Scope> {
    let named = permissions.map(named::permissions).transpose()?;
    for playpen in playpens.iter().flatten() {
        plain("a playpen's name", playpen)?;
    }
    if playpens.as_ref().is_some_and(|playpens| playpens.is_empty() || playpens.len() > PLAYPENS_MAX) {
        return Err(Problem::invalid(format!("a token is narrowed to 1 to {PLAYPENS_MAX} playpens")));
    }
    let permissions = named.or_else(|| playpens.is_some().then(Permissions::of_playpens));
    Ok(Scope { permissions, playpens })
}

/// A token for oneself is no wider than the one that asks for it: what is left out is as there.
fn for_oneself(caller: &Caller, scope: Scope) -> Answer<Scope> {
    let Some(shown) = caller.token() else { return Ok(scope) };
    let outer = &shown.scope;
    let scope = Scope {
        permissions: scope.permissions.or(outer.permissions),
        playpens: scope.playpens.or_else(|| outer.playpens.clone()),
    };
    match scope.is_within(outer) {
        true => Ok(scope),
        false => Err(Problem::new(Code::Forbidden, "the token would reach beyond the one that asks for it")),
    }
}

/// A token for somebody else may do nothing that the caller may not: else whoever makes tokens would have everything.
fn for_other(caller: &Caller, scope: Scope) -> Answer<Scope> {
    if !caller.rights.may_everywhere(Permission::TokensManage) {
        let detail = "a token for another account needs the permission tokens.manage, which this token does not have";
        return Err(Problem::new(Code::Forbidden, detail));
    }
    let wanted = scope.permissions.unwrap_or(Permissions::ALL);
    let of_playpens = wanted.and(Permissions::of_playpens());
    let mut lacking = caller.rights.lacks(wanted.without(of_playpens), &Place::Everywhere);
    match &scope.playpens {
        None => lacking = lacking.or(caller.rights.lacks(of_playpens, &Place::Everywhere)),
        Some(playpens) => {
            for playpen in playpens {
                lacking = lacking.or(caller.rights.lacks(of_playpens, &Place::Playpen(playpen.clone())));
            }
        }
    }
    if lacking.is_empty() {
        return Ok(scope);
    }
    let detail = format!("the token could be used for what the one that asks for it may not do: {lacking}; narrow it");
    Err(Problem::new(Code::Forbidden, detail))
}

/// Until when a token may live. One that was made with another does not outlive it, or a stolen one would go on for ever;
/// whoever makes tokens for others is not bound by that.
fn expiry(app: &App, caller: &Caller, life: Option<Duration>, now: Moment) -> Answer<Moment> {
    let TokenLimits { life: life_default, life_max, .. } = app.config.tokens;
    let life = life.unwrap_or(life_default.min(life_max));
    if life.is_zero() || life > life_max {
        let days = life_max.as_secs_f64() / 86_400.0;
        return Err(Problem::invalid(format!("a token lives from 1 second to {days} days here")));
    }
    let expires = now.after(life);
    let bound = caller.until().filter(|_| !caller.rights.may_everywhere(Permission::TokensManage));
    Ok(bound.map_or(expires, |bound| bound.min(expires)))
}

/// A page of tokens: the caller's own, or of whom they ask for, where they may see those.
pub(crate) async fn page(
    app: &App,
    caller: &Caller,
    account: Option<String>,
    page: named::Page,
) -> Answer<PageOf<TokenRecord>> {
    let (after, limit) = page.read()?;
    let sees_all = sees_all(caller);
    let account = match account {
        Some(account) if sees_all || account == caller.user => Some(account),
        // As of an account that there is not.
        Some(_) => return Ok(PageOf { items: Vec::new(), more: false }),
        None if sees_all => None,
        None => Some(caller.user.clone()),
    };
    if !sees_all && matches!(caller.by, By::Configuration) {
        return Ok(PageOf { items: Vec::new(), more: false });
    }
    Ok(app.accounts.tokens(&PageFilter { account, after, limit }).await?)
}

/// Revokes a token: one's own, or any where the caller may.
pub(crate) async fn revoke(app: &App, caller: &Caller, id: &str) -> Answer<TokenRecord> {
    let unknown = || Problem::not_found("token", id);
    plain("a token's name", id).map_err(|_| unknown())?;
    let token = app.accounts.token_named(id).await?.ok_or_else(unknown)?;
    let is_own = caller.token().is_some() && token.account == caller.user;
    // One that is narrowed ends itself and what is no wider: whoever has come by it shuts its owner out nowhere else.
    let is_wider = caller.token().is_some_and(|shown| shown.id != token.id && !token.scope.is_within(&shown.scope));
    if is_own && is_wider && !caller.rights.may_everywhere(Permission::TokensManage) {
        let detail = "the token reaches beyond the one that asks for its end: revoke it with one that is as wide";
        return Err(Problem::new(Code::Forbidden, detail));
    }
    if !is_own && !caller.rights.may_everywhere(Permission::TokensManage) {
        return Err(if sees_all(caller) { lacking() } else { unknown() });
    }
    app.accounts.revoke_token(id, app.now()).await?;
    app.identities.forget();
    tracing::info!(token.id = id, account = token.account, user = caller.user, "revokes a token");
    app.accounts.token_named(id).await?.ok_or_else(unknown)
}

fn sees_all(caller: &Caller) -> bool {
    [Permission::AccountsRead, Permission::TokensManage].iter().any(|sees| caller.rights.may_everywhere(*sees))
}

fn lacking() -> Problem {
    let detail = "to revoke another's token needs the permission tokens.manage, which this token does not have";
    Problem::new(Code::Forbidden, detail)
}
