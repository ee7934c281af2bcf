//! Answers of providers that were broken on their way, or that no provider gives; and ID tokens that a provider signed with anything in them.

use leat_fuzzing::{Fuzz, Served, Shape};
use leat_midtier::logins::{Answered, Person, Provider, ProviderError};
use leat_oidc::{ClaimRules, Github, GithubConfig, Limits, Oidc, OidcConfig};
use reqwest::Url;
use serde_json::{Value, json};

use crate::fake::{REDIRECT, document, nobody};
use crate::token::{CLIENT, NOW, SECRET, Signer, claims, keys, signed};

/// Where the nonce of the login is put in.
const NONCE: &str = "the nonce of the login";

/// What providers of both kinds answer to all that Leat asks of them. `claims` are no answer: they are signed as the ID token.
fn good(base: &str) -> Value {
    let device = json!({ "device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": format!("{base}/activate"),
        "verification_uri_complete": format!("{base}/activate?code=1"), "expires_in": 900, "interval": 2 });
    let mut itself = document(base);
    itself["token_endpoint_auth_methods_supported"] = json!(["client_secret_basic"]);
    itself["code_challenge_methods_supported"] = json!(["S256"]);
    json!({
        "claims": claims(base, NONCE),
        "/.well-known/openid-configuration": itself,
        "/keys": keys(false),
        "/token": { "access_token": "access-token", "token_type": "Bearer", "expires_in": 60, "id_token": "" },
        "/userinfo": { "sub": "subject-1", "groups": ["risk"] },
        "/device": device,
        "/login/oauth/access_token": { "access_token": "gho_x", "token_type": "bearer", "scope": "read:org" },
        "/login/device/code": device,
        "/api/user": { "id": 583_231, "login": "octocat", "name": "The Octocat" },
        "/api/user/orgs": [{ "login": "acme" }],
        "/api/user/teams": [{ "slug": "risk", "organization": { "login": "acme" } }],
    })
}

/// The case with its claims signed for a login with this nonce; as it is where it has none.
fn with_id_token(input: &[u8], nonce: &str) -> Vec<u8> {
    let Ok(Value::Object(mut answers)) = serde_json::from_slice(input) else { return input.to_vec() };
    let Some(mut claims) = answers.remove("claims") else { return input.to_vec() };
    if claims.get("nonce").and_then(Value::as_str) == Some(NONCE) {
        claims["nonce"] = nonce.into();
    }
    if let Some(Value::Object(tokens)) = answers.get_mut("/token") {
        tokens.insert("id_token".to_owned(), signed(&claims, Signer::Ed25519).into());
    }
    Value::Object(answers).to_string().into_bytes()
}

/// A whole login in a browser.
async fn login(provider: &dyn Provider, served: &Served, input: &[u8]) -> Result<Person, ProviderError> {
    let begun = provider.begin(REDIRECT, "state").await?;
    let url = Url::parse(&begun.url).expect("a browser is sent to an address");
    let nonce = url.query_pairs().find(|(key, _)| key == "nonce").map(|(_, nonce)| nonce.into_owned());
    served.answer(&with_id_token(input, &nonce.unwrap_or_default()));
    let answered = Answered { code: "code".to_owned(), redirect: REDIRECT.to_owned(), issuer: None, kept: begun.kept };
    provider.finish(&answered, NOW).await
}

/// Whether somebody has logged in; what is told of it can be shown either way.
fn is_here(outcome: Result<Person, ProviderError>) -> bool {
    match outcome {
        Ok(person) => {
            let of_a_name = |char: char| char.is_ascii_graphic();
            assert!(!person.subject.is_empty() && !person.account.is_empty(), "{person:?}");
            assert!(person.account.chars().all(of_a_name), "{person:?}");
            assert!(!person.groups.iter().any(|group| group.chars().any(char::is_control)), "{person:?}");
            true
        }
        Err(error) => {
            assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
            false
        }
    }
}

fn providers(base: &str) -> [Box<dyn Provider>; 2] {
    let oidc = OidcConfig {
        name: "corp".to_owned(),
        title: "The Corporation".to_owned(),
        issuer: base.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        scopes: vec!["groups".to_owned()],
        algorithms: Vec::new(),
        claims: ClaimRules::default(),
        limits: Limits::default(),
    };
    let github = GithubConfig {
        name: "github".to_owned(),
        title: "GitHub".to_owned(),
        pages: base.to_owned(),
        api: format!("{base}/api"),
        client_id: CLIENT.to_owned(),
        client_secret: SECRET.to_owned(),
        teams: true,
        claims: ClaimRules { admitted: ["acme".to_owned()].into(), ..ClaimRules::default() },
        limits: Limits::default(),
    };
    [Box::new(Oidc::new(oidc, nobody()).unwrap()), Box::new(Github::new(github, nobody()).unwrap())]
}

#[test]
fn fuzzed_answers_of_providers_are_understood_or_refused() {
    let served = Served::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let words = ["none", "HS256", "alg", "kid", "exp", "http://evil.example/", "18446744073709551615", "-1", "\n"];
    let good = good(&served.url()).to_string();
    Fuzz::new("answers of providers", Shape::Json, [good]).words(words).served().run(|input| {
        runtime.block_on(async {
            let mut all = true;
            // Anew for each case: what a provider says of itself is kept.
            for provider in providers(&served.url()) {
                served.answer(input);
                all &= is_here(login(&*provider, &served, input).await);
                if let Ok(begun) = provider.begin_device().await {
                    assert!(!begun.user_code.chars().any(char::is_control), "{begun:?}");
                    // An ID token of a browser's login is none of a device's.
                    let _ = provider.poll_device(&begun.kept, NOW).await;
                } else {
                    all = false;
                }
                let _ = provider.logout_url("https://leat.example/login").await;
            }
            all
        })
    });
}
