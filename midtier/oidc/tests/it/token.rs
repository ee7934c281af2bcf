//! ID tokens as a provider signs them, and as it never should.

use leat_scheduler::model::Moment;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};

/// When all of this happens.
pub(crate) const NOW: Moment = Moment(1_700_000_000_000_000);
pub(crate) const CLIENT: &str = "leat";
pub(crate) const SECRET: &str = "s+cret:with/signs";

const RSA: &str = include_str!("keys/rsa.pem");
const OTHER: &str = include_str!("keys/rsa-other.pem");
const ED25519: &str = include_str!("keys/ed25519.pem");

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    /// RS256 with the provider's key.
    Rsa,
    /// PS256 with the same.
    Pss,
    /// RS256 with another key, which is said to be the provider's.
    Forger,
    /// RS256 with another key of another name.
    Newer,
    /// EdDSA with the provider's other key.
    Ed25519,
    /// HS256 with the text of the provider's public key.
    PublicKeyAsSecret,
    /// HS256 with the client's secret.
    ClientSecret,
    /// Nobody.
    Nobody,
}

fn rsa(pem: &str, name: &str) -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new(name.to_owned()))).unwrap()
}

fn ed25519() -> CoreEdDsaPrivateSigningKey {
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(ED25519, Some(JsonWebKeyId::new("ed".to_owned()))).unwrap()
}

/// The keys that the provider tells; with those that it has got since.
pub(crate) fn keys(newer: bool) -> Value {
    let mut keys = vec![rsa(RSA, "one").as_verification_key(), ed25519().as_verification_key()];
    keys.extend(newer.then(|| rsa(OTHER, "two").as_verification_key()));
    serde_json::to_value(CoreJsonWebKeySet::new(keys)).unwrap()
}

/// Good claims for a login with this nonce.
pub(crate) fn claims(issuer: &str, nonce: &str) -> Value {
    let now = NOW.0 / 1_000_000;
    json!({
        "iss": issuer, "sub": "subject-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
        "preferred_username": "ada", "groups": ["risk"], "name": "Ada L.",
    })
}

/// A token with these claims.
pub(crate) fn signed(claims: &Value, signer: Signer) -> String {
    use CoreJwsSigningAlgorithm::{EdDsa, HmacSha256, RsaSsaPkcs1V15Sha256 as Rs256, RsaSsaPssSha256 as Ps256};

    let (algorithm, name) = match signer {
        Signer::Rsa | Signer::Forger => ("RS256", Some("one")),
        Signer::Pss => ("PS256", Some("one")),
        Signer::Newer => ("RS256", Some("two")),
        Signer::Ed25519 => ("EdDSA", Some("ed")),
        Signer::PublicKeyAsSecret | Signer::ClientSecret => ("HS256", Some("one")),
        Signer::Nobody => ("none", None),
    };
    let header = json!({ "alg": algorithm, "typ": "JWT", "kid": name });
    let text = format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
    let bytes = text.as_bytes();
    let signature = match signer {
        Signer::Rsa => rsa(RSA, "one").sign(&Rs256, bytes).unwrap(),
        Signer::Pss => rsa(RSA, "one").sign(&Ps256, bytes).unwrap(),
        Signer::Forger | Signer::Newer => rsa(OTHER, "two").sign(&Rs256, bytes).unwrap(),
        Signer::Ed25519 => ed25519().sign(&EdDsa, bytes).unwrap(),
        Signer::PublicKeyAsSecret => {
            CoreHmacKey::new(keys(false)["keys"][0]["n"].as_str().unwrap()).sign(&HmacSha256, bytes).unwrap()
        }
        Signer::ClientSecret => CoreHmacKey::new(SECRET).sign(&HmacSha256, bytes).unwrap(),
        Signer::Nobody => Vec::new(),
    };
    format!("{text}.{}", base64(&signature))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |piece: &[u8]| {
        let bits = piece.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - piece.len()));
        (0..=piece.len())
            .map(move |place| char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]))
            .collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}
