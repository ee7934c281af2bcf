//! What is done when somebody logs in or out, whatever they do it with.
//!
//! A login begins with a secret that is told to whoever goes on with it, and known here by its digest alone. It is used up with the
//! first attempt to go on, right or wrong. It ends with a token of the person's account.

use std::net::IpAddr;
use std::time::Duration;

use leat_bundle::Digest;
use leat_scheduler::model::Moment;
use tokio::time::Instant;

use super::named;
use crate::access::Scope;
use crate::app::App;
use crate::identity::Caller;
use crate::identity::token::FreshToken;
use crate::logins::{Answered, Goal, Held, Kept, Person, Polled, Provider, ProviderError, code_of, is_digest_of};
use crate::problem::{Answer, Code, Problem};
use crate::store::{AccountKind, AccountRecord, Identified, Identity, LoginRecord, Made, PageFilter, TokenRecord};

/// How long somebody may take at their provider.
pub(crate) const BEGUN_FOR: Duration = Duration::from_secs(600);
/// How long somebody may take to allow a program its token.
const ASKED_FOR: Duration = Duration::from_secs(300);
/// How long a program may take to fetch its token.
const GRANTED_FOR: Duration = Duration::from_secs(60);
/// How many logins may be begun and not over.
const BEGUN_MAX: u64 = 10_000;

/// How many logins may hold beside as many tokens as an account may have, so that those keep nobody out. The oldest login makes room
/// for one more.
const LOGINS_ABOVE: u64 = 20;
/// How many times room is made for one login: another may take it first.
const MAKE_ROOM_MAX: u32 = 3;

/// A login in a browser that has begun.
pub(crate) struct Leave {
    /// Where the browser is sent.
    pub(crate) url: String,
    /// What it keeps in a cookie meanwhile.
    pub(crate) browser: String,
}

/// What a browser brings back.
pub(crate) struct Return {
    pub(crate) state: String,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) issuer: Option<String>,
    /// What it kept in its cookie.
    pub(crate) browser: Option<String>,
}

/// Where a browser goes on after its login.
pub(crate) enum Landed {
    /// Logged in, to a path of this installation.
    Browser { token: Issued, return_to: String },
    /// Asked whether the program on its machine may have a token.
    Asked { account: String, port: u16, code: String },
}

/// A token that was made. Its text is told this once.
pub(crate) struct Issued {
    pub(crate) text: String,
    pub(crate) account: String,
    pub(crate) expires: Moment,
}

/// A login on another device that has begun.
pub(crate) struct OnDevice {
    /// What the program asks with.
    pub(crate) secret: String,
    pub(crate) begun: crate::logins::DeviceBegun,
}

/// Refuses an address that asks too often: nobody here has a token that could be counted by.
pub(crate) fn require_rate(app: &App, peer: Option<IpAddr>) -> Answer<()> {
    let bucket = peer.map_or("nowhere".to_owned(), |address| format!("address {address}"));
    app.rates.take(&bucket, Instant::now()).map_err(|wait| {
        Problem::new(Code::RateLimited, format!("there is room for the next request in {wait:.1?}")).retry_after(wait)
    })
}

/// Begins a login in a browser.
pub(crate) async fn begin(app: &App, provider: &str, goal: Goal) -> Answer<Leave> {
    let provider = provider_of(app, provider)?;
    let ((state, key), (browser, browser_key)) = (secret()?, secret()?);
    let begun = provider.begin(&redirect(app, provider), &state).await?;
    let held = Held::Browser { kept: begun.kept.0, browser: browser_key.to_string(), goal };
    keep(app, (key, provider.name()), &held, BEGUN_FOR).await?;
    Ok(Leave { url: begun.url, browser })
}

/// Goes on where a browser comes back.
pub(crate) async fn finish(app: &App, provider: &str, back: Return) -> Answer<Landed> {
    let provider = provider_of(app, provider)?;
    let now = app.now();
    let login = app.login_store.take_login(Digest::of(back.state.as_bytes()), now).await?;
    let held = login.filter(|login| login.provider == provider.name()).and_then(|login| Held::of(&login.held));
    let Some(Held::Browser { kept, browser, goal }) = held else { return Err(unknown()) };
    // A login that somebody else began: its victim would work in the account of whoever did.
    let Some(brought) = back.browser.filter(|brought| is_digest_of(&browser, brought)) else {
        return Err(Problem::new(Code::LoginRefused, "this login was begun in another browser; begin again at /login"));
    };
    if let Some(error) = back.error {
        let error: String = error.chars().filter(|char| !char.is_control()).take(200).collect();
        return Err(Problem::new(
            Code::LoginRefused,
            format!("the login provider `{}` says: {error}", provider.name()),
        ));
    }
    let code = back.code.ok_or_else(|| Problem::invalid("the login provider sent neither a code nor an error"))?;
    let answered = Answered { code, redirect: redirect(app, provider), issuer: back.issuer, kept: Kept(kept) };
    let person = provider.finish(&answered, now).await?;
    let account = admit(app, provider.as_ref(), person).await?;
    match goal {
        Goal::Browser { return_to } => {
            Ok(Landed::Browser { token: issue(app, account, provider.name()).await?, return_to })
        }
        Goal::Program { port, challenge, state } => {
            // Whoever has them follow a link could be another user of their machine, who listens at that port: they must want it.
            let code = code_of(&challenge);
            let asked = Held::Asked { account: account.clone(), port, challenge, state };
            keep(app, (asked_key(&brought), provider.name()), &asked, ASKED_FOR).await?;
            Ok(Landed::Asked { account, port, code })
        }
    }
}

/// Lets the program have a token that the browser with this cookie was asked for. Answers where that browser is to go: to the program.
pub(crate) async fn allow(app: &App, provider: &str, browser: &str) -> Answer<String> {
    let provider = provider_of(app, provider)?;
    let login = app.login_store.take_login(asked_key(browser), app.now()).await?;
    let held = login.filter(|login| login.provider == provider.name()).and_then(|login| Held::of(&login.held));
    let Some(Held::Asked { account, port, challenge, state }) = held else { return Err(unknown()) };
    let (code, key) = secret()?;
    keep(app, (key, provider.name()), &Held::Granted { account, challenge }, GRANTED_FOR).await?;
    // Letters and digits, so that nothing of it means anything in a URL.
    Ok(format!("http://127.0.0.1:{port}/?code={code}&state={state}"))
}

/// What a browser was asked is found by what it keeps in its cookie, and by nothing that anybody else has.
fn asked_key(browser: &str) -> Digest {
    Digest::of(format!("asked {browser}").as_bytes())
}

/// Gives a program its token.
pub(crate) async fn redeem(app: &App, code: &str, verifier: &str) -> Answer<Issued> {
    let login = app.login_store.take_login(Digest::of(code.as_bytes()), app.now()).await?.ok_or_else(unknown)?;
    match Held::of(&login.held) {
        Some(Held::Granted { account, challenge }) if is_digest_of(&challenge, verifier) => {
            issue(app, account, &login.provider).await
        }
        _ => Err(unknown()),
    }
}

/// Begins a login on another device.
pub(crate) async fn begin_device(app: &App, provider: &str) -> Answer<OnDevice> {
    let provider = provider_of(app, provider)?;
    let begun = provider.begin_device().await?;
    let (secret, key) = secret()?;
    keep(app, (key, provider.name()), &Held::Device { kept: begun.kept.0.clone() }, begun.lives).await?;
    Ok(OnDevice { secret, begun })
}

/// Asks whether somebody has typed the code; a token where they have, and else whether it is asked too often.
pub(crate) async fn poll_device(app: &App, secret: &str) -> Answer<Result<Issued, bool>> {
    let (key, now) = (Digest::of(secret.as_bytes()), app.now());
    let login = app.login_store.login(key, now).await?.ok_or_else(unknown)?;
    let Some(Held::Device { kept }) = Held::of(&login.held) else { return Err(unknown()) };
    let provider = provider_of(app, &login.provider)?;
    let person = match provider.poll_device(&Kept(kept), now).await {
        Ok(Polled::Waiting) => return Ok(Err(false)),
        Ok(Polled::TooOften) => return Ok(Err(true)),
        Ok(Polled::Here(person)) => person,
        Err(error) => {
            if !error.is_retryable() {
                app.login_store.take_login(key, now).await?;
            }
            return Err(error.into());
        }
    };
    app.login_store.take_login(key, now).await?.ok_or_else(unknown)?;
    let account = admit(app, provider.as_ref(), person).await?;
    Ok(Ok(issue(app, account, provider.name()).await?))
}

/// Ends what the token that somebody shows gives them. Answers where a browser can log out at their provider too.
pub(crate) async fn logout(app: &App, caller: &Caller) -> Answer<Option<String>> {
    let Some(shown) = caller.token() else {
        return Err(Problem::invalid("a token of the configuration is not logged out: take it out of there"));
    };
    let token = app.accounts.token_named(&shown.id).await?;
    revoke(app, caller).await?;
    let provider = token.and_then(|token| token.label.strip_prefix(LABEL).map(str::to_owned));
    let Some(provider) = provider.and_then(|name| app.logins.provider(&name).cloned()) else { return Ok(None) };
    Ok(provider.logout_url(&format!("{}/login", app.logins.url())).await)
}

/// Ends what the token gives that somebody shows; one of the configuration stays.
pub(crate) async fn revoke(app: &App, caller: &Caller) -> Answer<()> {
    if let Some(shown) = caller.token() {
        app.accounts.revoke_token(&shown.id, app.now()).await?;
        app.identities.forget();
        tracing::info!(user = caller.user, token.id = shown.id, "logs out");
    }
    Ok(())
}

/// Ends what a token gives whose holder logs in anew. What hinders that hinders no login: the token ends with its time.
pub(crate) async fn end(app: &App, token: &str) {
    let ended = async {
        match app.identities.of_token(token).await? {
            Some(caller) => revoke(app, &caller).await,
            None => Ok(()),
        }
    };
    if let Err(problem) = ended.await {
        tracing::warn!("a login from before cannot be ended: {}", problem.detail());
    }
}

/// What the label of a login's token begins with; the provider's name follows.
const LABEL: &str = "login through ";

fn provider_of<'a>(app: &'a App, name: &str) -> Answer<&'a std::sync::Arc<dyn Provider>> {
    app.logins.provider(name).ok_or_else(|| Problem::not_found("login provider", name))
}

fn redirect(app: &App, provider: &std::sync::Arc<dyn Provider>) -> String {
    format!("{}/login/{}/callback", app.logins.url(), provider.name())
}

/// 256 random bits, as letters and digits, and their digest.
fn secret() -> Answer<(String, Digest)> {
    let fresh = FreshToken::random().map_err(|error| Problem::new(Code::Internal, error))?;
    let text = fresh.text.replace('_', "");
    let digest = Digest::of(text.as_bytes());
    Ok((text, digest))
}

async fn keep(app: &App, (key, provider): (Digest, &str), held: &Held, time: Duration) -> Answer<()> {
    let now = app.now();
    let login = LoginRecord { key, provider: provider.to_owned(), held: held.text(), expires: now.after(time) };
    match app.login_store.keep_login(&login, BEGUN_MAX, now).await? {
        Made::New => Ok(()),
        _ => {
            Err(Problem::new(Code::Busy, "too many logins are begun and not over").retry_after(Duration::from_secs(10)))
        }
    }
}

/// The account of somebody who has logged in.
async fn admit(app: &App, provider: &dyn Provider, person: Person) -> Answer<String> {
    named::new_account(&person.account).map_err(|problem| Problem::new(Code::LoginRefused, problem.detail()))?;
    let now = app.now();
    let identity = Identity { provider: provider.name().to_owned(), subject: person.subject };
    let account = AccountRecord {
        name: person.account.clone(),
        kind: AccountKind::Person,
        playpen: person.account.clone(),
        groups: person.groups,
        is_disabled: false,
        created: now,
        created_by: format!("{LABEL}{}", provider.name()),
        login: Some(provider.name().to_owned()),
    };
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
    let standing = app.accounts.standing(&name).await?;
    if standing.is_none_or(|standing| standing.account.is_disabled) {
        return Err(Problem::new(Code::LoginRefused, format!("the account `{name}` is disabled")));
    }
    Ok(name)
}

async fn issue(app: &App, account: String, provider: &str) -> Answer<Issued> {
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

fn unknown() -> Problem {
    let detail = "there is no such login any more: it was gone on with already, or was begun too long ago; begin again";
    Problem::new(Code::LoginRefused, detail)
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(%error, "a login does not go on");
        match error {
            ProviderError::Unreachable { .. } => {
                Problem::new(Code::Unavailable, error.to_string()).retry_after(Duration::from_secs(5))
            }
            ProviderError::Garbled { .. } => Problem::new(Code::ProviderGarbled, error.to_string()),
            ProviderError::Refused { .. } | ProviderError::NotAccepted { .. } => {
                Problem::new(Code::LoginRefused, error.to_string())
            }
            ProviderError::NoDevices { .. } => Problem::invalid(error.to_string()),
        }
    }
}
