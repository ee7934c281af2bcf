//! Whether an ID token is what it says: signature, issuer, audience, age, nonce. openidconnect checks all of it; what is left to
//! its caller is decided here.

use std::time::{Duration, SystemTime};

use leat_scheduler::model::Moment;
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenVerifier, IssuerUrl, Nonce, NonceVerifier,
    SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::claims::Claims;

/// How far a provider's clock may be off.
const SKEW: Duration = Duration::from_secs(60);

/// How old a token may be when it comes: it is fetched at the moment that it is made.
const AGE_MAX: Duration = Duration::from_secs(600);

/// Every claim beside those that the standard names.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Others(Map<String, Value>);

impl AdditionalClaims for Others {}

type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What a token is compared with.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a IssuerUrl,
    pub(crate) client_id: &'a str,
    pub(crate) algorithms: &'a [CoreJwsSigningAlgorithm],
    /// Nothing where none was sent: logins on another device have none.
    pub(crate) nonce: Option<&'a str>,
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unbelieved {
    /// It is signed with a key that is not among these; the provider may have newer ones.
    UnknownKey,
    /// Anything else, in words.
    Because(String),
}

/// The claims of a token that is what it says.
pub(crate) fn verified(
    token: &str,
    keys: &CoreJsonWebKeySet,
    expected: &Expected<'_>,
    now: Moment,
) -> Result<Claims, Unbelieved> {
    let token: Token =
        token.parse().map_err(|error| Unbelieved::Because(format!("the ID token cannot be read: {error}")))?;
    let nonce = expected.nonce.map(|nonce| Nonce::new(nonce.to_owned()));
    let is_it = |given: Option<&Nonce>| match (&nonce, given) {
        (None, _) => Ok(()),
        (Some(ours), given) => ours.verify(given),
    };
    let verifier = verifier(keys, expected, now);
    let claims = token.claims(&verifier, is_it).map_err(because)?;
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) | Err(_) => Err(Unbelieved::Because("the ID token holds no claims".to_owned())),
    }
}

fn verifier<'a>(keys: &CoreJsonWebKeySet, expected: &Expected<'_>, now: Moment) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let client = ClientId::new(expected.client_id.to_owned());
    let keys = CoreJsonWebKeySet::new(keys.keys().clone());
    let time = time(now);
    // As one without a secret: a token that is signed with what the client shares is never believed, whatever the list says.
    IdTokenVerifier::new_public_client(client, expected.issuer.clone(), keys)
        .set_allowed_algs(expected.algorithms.iter().cloned())
        .set_time_fn(move || (time - SKEW).into())
        .set_issue_time_verifier_fn(move |issued| match SystemTime::from(issued) {
            issued if issued > time + SKEW => Err("the ID token was issued in the future".to_owned()),
            issued if issued + AGE_MAX < time => Err(format!("the ID token was issued more than {AGE_MAX:?} ago")),
            _ => Ok(()),
        })
}

fn because(error: ClaimsVerificationError) -> Unbelieved {
    use std::error::Error;

    match &error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            Unbelieved::UnknownKey
        }
        error => match error.source() {
            Some(source) => Unbelieved::Because(format!("{error}: {source}")),
            None => Unbelieved::Because(error.to_string()),
        },
    }
}

fn time(now: Moment) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now.0).unwrap_or(0))
}
