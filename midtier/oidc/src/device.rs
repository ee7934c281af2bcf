//! Logins on another device (RFC 8628), which both kinds of provider have alike but for who a token is of.

use std::time::Duration;

use leat_midtier::logins::{DeviceBegun, Kept, ProviderError};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::config::address;
use crate::tokens::{Client, Refusal, Tokens, kept, of_kept};
use crate::web::{Answer, Web};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How often a provider is asked where it does not say.
const EVERY: Duration = Duration::from_secs(5);
const EVERY_MAX: Duration = Duration::from_secs(60);

/// How long a code is good for at most, whatever the provider says.
const LIVES_MAX: Duration = Duration::from_secs(1800);

/// As a provider writes it.
#[derive(Deserialize)]
struct Document {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: u64,
    interval: Option<u64>,
}

#[derive(Deserialize, Serialize)]
struct Code {
    device_code: String,
}

/// What a provider says of a device.
pub(crate) enum Told {
    Waiting,
    TooOften,
    Tokens(Tokens),
}

pub(crate) async fn begin(
    web: &Web,
    client: &Client,
    endpoint: &Url,
    scope: &str,
) -> Result<DeviceBegun, ProviderError> {
    // Who Leat is stands in the form, whatever the way of its secret: RFC 8628 wants it there.
    let fields = match client.secret.is_some() && !client.secret_in_form {
        true => vec![("client_id", client.id.as_str()), ("scope", scope)],
        false => vec![("scope", scope)],
    };
    let answer: Answer = client.post(web, endpoint, &fields).await?;
    if answer.status.is_client_error() && answer.status.as_u16() != 429 {
        let refusal: Refusal = answer.json()?;
        return Err(web.garbled(format!("it begins no login on another device: {refusal}")));
    }
    let document: Document = answer.good_json()?;
    let shown = |text: &str| {
        let typed = address(text).filter(|_| !text.chars().any(char::is_control));
        typed.map(|_| text.to_owned()).ok_or_else(|| web.garbled(format!("nobody should type a code at `{text}`")))
    };
    let is_code = |code: &str| !code.is_empty() && code.len() <= 64 && code.chars().all(|c| c.is_ascii_graphic());
    if !is_code(&document.user_code) {
        return Err(web.garbled("its user code is none that somebody could type"));
    }
    Ok(DeviceBegun {
        address: shown(&document.verification_uri)?,
        address_with_code: document.verification_uri_complete.as_deref().map(shown).transpose()?,
        user_code: document.user_code,
        lives: Duration::from_secs(document.expires_in).min(LIVES_MAX),
        every: document.interval.map_or(EVERY, Duration::from_secs).clamp(Duration::from_secs(1), EVERY_MAX),
        kept: kept(&Code { device_code: document.device_code }),
    })
}

pub(crate) async fn poll(web: &Web, client: &Client, endpoint: &Url, kept: &Kept) -> Result<Told, ProviderError> {
    let Code { device_code } = of_kept(web, kept)?;
    let mut fields = vec![("grant_type", GRANT), ("device_code", &device_code)];
    if client.secret.is_some() && !client.secret_in_form {
        fields.push(("client_id", &client.id));
    }
    match client.exchange(web, endpoint, &fields).await? {
        Ok(tokens) => Ok(Told::Tokens(tokens)),
        Err(refusal) => match refusal.error.as_str() {
            "authorization_pending" => Ok(Told::Waiting),
            "slow_down" => Ok(Told::TooOften),
            _ => Err(web.refused(refusal.to_string())),
        },
    }
}
