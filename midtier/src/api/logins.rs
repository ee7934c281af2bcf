//! What is done when somebody logs in or out, whatever they do it with.
//!
//! A login begins with a secret that is told to whoever goes on with it, and known here by its digest alone. It is used up with the
//! first attempt to go on, right or wrong. It ends with a token of the person's account.

mod issued;

use std::time::Duration;

use leat_bundle::Digest;
use tokio::time::Instant;

use super::whence::Whence;
use crate::app::App;
use crate::audit::telling::Telling;
use crate::config::Rate;
use crate::identity::Caller;
use crate::identity::token::FreshToken;
use crate::logins::{Answered, Goal, Held, Kept, Polled, Provider, ProviderError, code_of, is_digest_of};
use crate::problem::{Answer, Code, Problem};
use crate::store::{LoginRecord, Made};
pub(crate) use issued::Issued;
use issued::{LABEL, admit, issue, on_account, who};

/// How long somebody may take at their provider.
pub(crate) const BEGUN_FOR: Duration = Duration::from_secs(600);
/// How long somebody may take to allow a program its token.
const ASKED_FOR: Duration = Duration::from_secs(300);
/// How long a program may take to fetch its token.
const GRANTED_FOR: Duration = Duration::from_secs(60);
/// How many logins may be begun and not over.
const BEGUN_MAX: u64 = 50_000;
/// How many of them each address may begin at once, and more every second: never more than 900 of [`BEGUN_MAX`], within [`BEGUN_FOR`].
pub(crate) const BEGUN_RATE: Rate = Rate { per_second: 1, burst: 300 };

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

/// A login on another device that has begun.
pub(crate) struct OnDevice {
    /// What the program asks with.
    pub(crate) secret: String,
    pub(crate) begun: crate::logins::DeviceBegun,
}

/// Refuses an address that begins too many logins: what one keeps here must leave room for everybody else's.
fn require_room(app: &App, from: Whence) -> Answer<()> {
    app.beginners.take(&from.key(), Instant::now()).map_err(Problem::too_often)
}

/// Begins a login in a browser.
pub(crate) async fn begin(app: &App, provider: &str, goal: Goal, from: Whence) -> Answer<Leave> {
    let provider = provider_of(app, provider)?;
    require_room(app, from)?;
    let ((state, key), (browser, browser_key)) = (secret()?, secret()?);
    let begun = provider.begin(&redirect(app, provider), &state).await?;
    let held = Held::Browser { kept: begun.kept.0, browser: browser_key.to_string(), goal };
    keep(app, (key, provider.name()), &held, BEGUN_FOR).await?;
    Ok(Leave { url: begun.url, browser })
}

/// Goes on where a browser comes back.
pub(crate) async fn finish(app: &App, provider: &str, back: Return, telling: &Telling) -> Answer<Landed> {
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
    let standing = admit(app, provider.as_ref(), person, telling).await?;
    match goal {
        Goal::Browser { return_to } => {
            Ok(Landed::Browser { token: issue(app, &standing, provider.name(), telling).await?, return_to })
        }
        Goal::Program { port, challenge, state } => {
            // Whoever has them follow a link could be another user of their machine, who listens at that port: they must want it.
            let (account, code) = (standing.account.name, code_of(&challenge));
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
pub(crate) async fn redeem(app: &App, code: &str, verifier: &str, telling: &Telling) -> Answer<Issued> {
    let login = app.login_store.take_login(Digest::of(code.as_bytes()), app.now()).await?.ok_or_else(unknown)?;
    match Held::of(&login.held) {
        Some(Held::Granted { account, challenge }) if is_digest_of(&challenge, verifier) => {
            let standing = app.accounts.standing(&account).await?.ok_or_else(unknown)?;
            telling.about_to(who(&standing, &login.provider), on_account(&account)).await?;
            issue(app, &standing, &login.provider, telling).await
        }
        _ => Err(unknown()),
    }
}

/// Begins a login on another device.
pub(crate) async fn begin_device(app: &App, provider: &str, from: Whence) -> Answer<OnDevice> {
    let provider = provider_of(app, provider)?;
    require_room(app, from)?;
    let begun = provider.begin_device().await?;
    let (secret, key) = secret()?;
    keep(app, (key, provider.name()), &Held::Device { kept: begun.kept.0.clone() }, begun.lives).await?;
    Ok(OnDevice { secret, begun })
}

/// Asks whether somebody has typed the code; a token where they have, and else whether it is asked too often.
pub(crate) async fn poll_device(app: &App, secret: &str, telling: &Telling) -> Answer<Result<Issued, bool>> {
    let (key, now) = (Digest::of(secret.as_bytes()), app.now());
    let login = app.login_store.login(key, now).await?.ok_or_else(unknown)?;
    let Some(Held::Device { kept }) = Held::of(&login.held) else { return Err(unknown()) };
    let provider = provider_of(app, &login.provider)?;
    let person = match provider.poll_device(&Kept(kept), now).await {
        Ok(waiting @ (Polled::Waiting | Polled::TooOften)) => {
            telling.nothing();
            return Ok(Err(matches!(waiting, Polled::TooOften)));
        }
        Ok(Polled::Here(person)) => person,
        Err(error) => {
            if !error.is_retryable() {
                app.login_store.take_login(key, now).await?;
            }
            return Err(error.into());
        }
    };
    app.login_store.take_login(key, now).await?.ok_or_else(unknown)?;
    let standing = admit(app, provider.as_ref(), person, telling).await?;
    Ok(Ok(issue(app, &standing, provider.name(), telling).await?))
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
pub(crate) async fn end(app: &App, token: &str, from: Whence) {
    let ended = async {
        match app.identities.of_token(token, from).await? {
            Some(caller) => revoke(app, &caller).await,
            None => Ok(()),
        }
    };
    if let Err(problem) = ended.await {
        tracing::warn!("a login from before cannot be ended: {}", problem.detail());
    }
}

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
