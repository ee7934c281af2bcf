//! What every flow of OAuth 2.0 asks at a provider's token endpoint, and what is kept from the begin of a login to its end.

use leat_midtier::logins::{Kept, ProviderError};
use openidconnect::url::form_urlencoded::byte_serialize;
use openidconnect::{Nonce, PkceCodeChallenge, PkceCodeVerifier};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::web::{Answer, Web, tidy};

/// Who Leat is to a provider.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    /// The secret is told in the form, and not in a header.
    pub(crate) secret_in_form: bool,
}

/// What a provider gives for a code.
#[derive(Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
}

/// What it says instead.
#[derive(Deserialize)]
pub(crate) struct Refusal {
    pub(crate) error: String,
    pub(crate) error_description: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Refusal(Refusal),
    Tokens(Tokens),
}

/// What a login in a browser is checked against when it comes back.
#[derive(Deserialize, Serialize)]
pub(crate) struct Proof {
    /// Only who began the login has it: a code that was stolen is worth nothing.
    pub(crate) verifier: String,
    /// In the ID token again: it was made for this login.
    pub(crate) nonce: String,
}

impl Client {
    /// Asks the token endpoint.
    ///
    /// # Errors
    /// Where there is no answer, or none as it should be. What the provider refuses is an answer.
    pub(crate) async fn exchange(
        &self,
        web: &Web,
        endpoint: &Url,
        fields: &[(&str, &str)],
    ) -> Result<Result<Tokens, Refusal>, ProviderError> {
        let answer = self.post(web, endpoint, fields).await?;
        let refusable = answer.status.is_client_error() && answer.status.as_u16() != 429;
        let said = if refusable { answer.json()? } else { answer.good_json()? };
        match said {
            Said::Tokens(tokens) if answer.status.is_success() => Ok(Ok(tokens)),
            Said::Tokens(_) => Err(web.garbled(format!("it gives tokens with status {}", answer.status))),
            Said::Refusal(refusal) if refusal.error == "invalid_client" || refusal.error == "unauthorized_client" => {
                Err(web.garbled(format!("it does not know this client, or not this secret of it: {refusal}")))
            }
            Said::Refusal(refusal) => Ok(Err(refusal)),
        }
    }

    /// Sends a form with what proves who sends it.
    pub(crate) async fn post(
        &self,
        web: &Web,
        endpoint: &Url,
        fields: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let mut fields = fields.to_vec();
        let request = match &self.secret {
            Some(secret) if !self.secret_in_form => {
                let coded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                web.form(endpoint.clone(), &fields).basic_auth(coded(&self.id), Some(coded(secret)))
            }
            secret => {
                fields.push(("client_id", &self.id));
                fields.extend(secret.as_deref().map(|secret| ("client_secret", secret)));
                web.form(endpoint.clone(), &fields)
            }
        };
        web.ask(request).await
    }
}

impl Proof {
    /// A new one, and the challenge that is told to the provider.
    pub(crate) fn new() -> (Self, PkceCodeChallenge) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new_random();
        (Proof { verifier: PkceCodeVerifier::into_secret(verifier), nonce: nonce.secret().clone() }, challenge)
    }
}

/// As it is kept.
pub(crate) fn kept<T: Serialize>(value: &T) -> Kept {
    Kept(serde_json::to_string(value).expect("what is kept are texts"))
}

/// What was kept.
pub(crate) fn of_kept<'a, T: Deserialize<'a>>(web: &Web, kept: &'a Kept) -> Result<T, ProviderError> {
    serde_json::from_str(&kept.0).map_err(|_| web.refused("this login was not begun here, or by another version"))
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.error_description {
            Some(description) => write!(f, "{} ({})", tidy(&self.error), tidy(description)),
            None => f.write_str(&tidy(&self.error)),
        }
    }
}
