//! What a login ends with: the account of whoever their provider says it is, and a token of it; and what the audit log is told of both.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_scheduler::model::Moment;

use super::super::named;
use super::unknown;
use crate::access::Scope;
use crate::app::App;
use crate::audit::Who;
use crate::audit::telling::Telling;
use crate::identity::role_names;
use crate::identity::token::FreshToken;
use crate::logins::{GROUPS_MAX, Person, Provider};
use crate::problem::{Answer, Code, Problem};
use crate::store::{AccountKind, AccountRecord, Identified, Identity, Made, PageFilter, Standing, TokenRecord};

/// What the label of a login's token begins with; the provider's name follows.
pub(super) const LABEL: &str = "login through ";
/// How many logins may hold beside as many tokens as an account may have, so that those keep nobody out. The oldest login makes room
/// for one more.
const LOGINS_ABOVE: u64 = 20;
/// How many times room is made for one login: another may take it first.
const MAKE_ROOM_MAX: u32 = 3;

/// A token that was made. Its text is told this once.
pub(crate) struct Issued {
    pub(crate) text: String,
    pub(crate) account: String,
    pub(crate) expires: Moment,
}

/// The account of somebody who has logged in.
pub(super) async fn admit(app: &App, provider: &dyn Provider, person: Person, telling: &Telling) -> Answer<Standing> {
    let now = app.now();
    let groups = named_here(provider, &person)?;
    let identity = Identity { provider: provider.name().to_owned(), subject: person.subject };
    let account = AccountRecord {
        name: person.account.clone(),
        kind: AccountKind::Person,
        playpen: person.account.clone(),
        groups,
        is_disabled: false,
        created: now,
        created_by: format!("{LABEL}{}", provider.name()),
        login: Some(provider.name().to_owned()),
    };
    let (user, identified) = (account.name.clone(), shown(provider.name()));
    let on = on_account(&user);
    telling.note(in_groups(&account.groups));
    telling.about_to(Who { user, role: String::new(), identified }, on).await?;
    let name = match app.login_store.identify(&identity, &account).await? {
        Identified::Theirs(name) => name,
        Identified::NotTheirs => {
            let detail = format!(
                "the account `{}` is another's, or waits for nobody of the login provider `{}`; whoever runs this installation can say why",
                person.account,
                provider.name()
            );
            return Err(Problem::new(Code::LoginRefused, detail));
        }
        Identified::TooMany => return Err(Problem::new(Code::Full, "there are as many accounts as there may be")),
    };
    // Their groups may be others now.
    app.identities.forget();
    let standing = app.accounts.standing(&name).await?.ok_or_else(unknown)?;
    telling.is(who(&standing, provider.name()), on_account(&name));
    if standing.account.is_disabled {
        return Err(Problem::new(Code::LoginRefused, format!("the account `{name}` is disabled")));
    }
    Ok(standing)
}

/// The groups of somebody, once their account may be called as the provider says: names of providers pass the rule that all names do.
/// Groups that may not be called so are left out, since no role could be given to them.
fn named_here(provider: &dyn Provider, person: &Person) -> Answer<Vec<String>> {
    let refused =
        |what: &str| Problem::new(Code::LoginRefused, format!("the login provider `{}` says: {what}", provider.name()));
    named::new_account(&person.account).map_err(|problem| refused(problem.told()))?;
    let groups: BTreeSet<&String> = person.groups.iter().filter(|group| named::group(group).is_ok()).collect();
    if groups.len() > GROUPS_MAX {
        return Err(refused(&format!("they are in {} groups, and {GROUPS_MAX} were expected at most", groups.len())));
    }
    Ok(groups.into_iter().cloned().collect())
}

/// Somebody who has logged in, in the words of a row of the audit log.
pub(super) fn who(standing: &Standing, provider: &str) -> Who {
    Who { user: standing.account.name.clone(), role: role_names(&standing.grants), identified: shown(provider) }
}

fn shown(provider: &str) -> String {
    format!("provider {provider}")
}

pub(super) fn on_account(name: &str) -> String {
    format!("account {name}")
}

fn in_groups(groups: &[String]) -> String {
    if groups.is_empty() { "in no group".to_owned() } else { format!("groups {}", groups.join(" ")) }
}

pub(super) async fn issue(app: &App, standing: &Standing, provider: &str, telling: &Telling) -> Answer<Issued> {
    let account = standing.account.name.clone();
    let now = app.now();
    let fresh = FreshToken::random().map_err(|error| Problem::new(Code::Internal, error))?;
    let token = TokenRecord {
        id: app.names.next(now).simple().to_string(),
        account: account.clone(),
        label: format!("{LABEL}{provider}"),
        scope: Scope::default(),
        created: now,
        created_by: account.clone(),
        expires: now.after(app.logins.life().min(app.config.tokens.life_max)),
        revoked: None,
        last_used: None,
    };
    let count_max = app.config.tokens.per_account_max.saturating_add(LOGINS_ABOVE);
    let mut made = app.accounts.make_token(&token, fresh.digest, count_max).await?;
    for _ in 0..MAKE_ROOM_MAX {
        if made != Made::TooMany || !end_oldest(app, &account).await? {
            break;
        }
        made = app.accounts.make_token(&token, fresh.digest, count_max).await?;
    }
    match made {
        Made::New => {}
        Made::TooMany => {
            let detail = format!("too many log in to the account `{account}` at the same time");
            return Err(Problem::new(Code::Busy, detail).retry_after(Duration::from_secs(1)));
        }
        Made::Known | Made::Unknown => return Err(unknown()),
    }
    telling.note(format!("token {}; {}", token.id, in_groups(&standing.account.groups)));
    tracing::info!(user = account, token.id = token.id, provider, "logs in");
    Ok(Issued { text: fresh.text, account, expires: token.expires })
}

/// Ends the oldest login of an account. Answers whether there was one.
async fn end_oldest(app: &App, account: &str) -> Answer<bool> {
    let (now, mut oldest) = (app.now(), None::<TokenRecord>);
    let mut filter = PageFilter { account: Some(account.to_owned()), ..PageFilter::default() };
    loop {
        let page = app.accounts.tokens(&filter).await?;
        filter.after = page.items.last().map(|last| last.id.clone());
        let live = |token: &TokenRecord| token.revoked.is_none() && token.expires > now;
        let logins = page.items.into_iter().filter(|token| token.label.starts_with(LABEL) && live(token));
        oldest = oldest.into_iter().chain(logins).min_by_key(|token| token.created);
        if !page.more {
            break;
        }
    }
    let Some(oldest) = oldest else { return Ok(false) };
    app.accounts.revoke_token(&oldest.id, now).await?;
    app.identities.forget();
    tracing::info!(user = account, token.id = oldest.id, "ends the oldest login, to make room for another");
    Ok(true)
}
