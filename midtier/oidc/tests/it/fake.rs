//! A provider in this process, which does as it is told: well, or badly.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_midtier::logins::{Answered, Person, Provider, ProviderError};
use leat_oidc::{ClaimRules, Limits, Oidc, OidcConfig};
use leat_tls::Trust;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use reqwest::Url;
use serde_json::{Value, json};

use crate::token::{CLIENT, NOW, SECRET, Signer, claims, keys, signed};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:7700/login/corp/callback";

/// What a path answers instead of what it should.
#[derive(Clone, Debug)]
pub(crate) enum Canned {
    Text(u16, String),
    Elsewhere,
    Endless,
    Silent,
}

/// A code that was given out.
struct Code {
    challenge: String,
    nonce: String,
    redirect: String,
}

/// Changes good claims.
pub(crate) type Twist = Box<dyn Fn(&mut Value) + Send>;

/// What it does.
pub(crate) struct Ways {
    pub(crate) signer: Signer,
    pub(crate) twist: Twist,
    pub(crate) canned: HashMap<String, Canned>,
    pub(crate) newer_keys: bool,
    pub(crate) userinfo: Value,
    pub(crate) document: Value,
    /// How often each path was asked.
    pub(crate) asked: HashMap<String, usize>,
    /// What the token endpoint says of a device, the last first; then it gives tokens.
    pub(crate) device: Vec<&'static str>,
    codes: HashMap<String, Code>,
}

/// The provider.
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    ways: Arc<Mutex<Ways>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    pub(crate) async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base = format!("http://{address}");
        let ways = Arc::new(Mutex::new(Ways {
            signer: Signer::Rsa,
            twist: Box::new(|_| ()),
            canned: HashMap::new(),
            newer_keys: false,
            userinfo: json!({ "sub": "subject-1", "groups": ["from-userinfo"], "preferred_username": "eve" }),
            document: document(&base),
            asked: HashMap::new(),
            device: Vec::new(),
            codes: HashMap::new(),
        }));
        let app = Router::new().fallback(answer).with_state((ways.clone(), base));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Fake { address, ways, task }
    }

    /// Has it do otherwise.
    pub(crate) fn ways<T>(&self, change: impl FnOnce(&mut Ways) -> T) -> T {
        change(&mut self.ways.lock().unwrap())
    }

    pub(crate) fn asked(&self, path: &str) -> usize {
        self.ways(|ways| ways.asked.get(path).copied().unwrap_or_default())
    }

    pub(crate) fn config(&self) -> OidcConfig {
        OidcConfig {
            name: "corp".to_owned(),
            title: "The Corporation".to_owned(),
            issuer: format!("http://{}", self.address),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            scopes: vec!["profile".to_owned(), "groups".to_owned()],
            algorithms: Vec::new(),
            claims: ClaimRules::default(),
            limits: Limits { answer_within: Duration::from_secs(20), ..Limits::default() },
        }
    }

    pub(crate) fn provider(&self) -> Oidc {
        Oidc::new(self.config(), nobody()).unwrap()
    }

    /// What the browser of somebody who logs in brings back: they have come with this address.
    pub(crate) fn authorize(&self, url: &str) -> String {
        let url = Url::parse(url).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let own = |name: &str| query.get(name).cloned().unwrap_or_default();
        assert_eq!((own("client_id").as_str(), own("code_challenge_method").as_str()), (CLIENT, "S256"));
        self.ways(|ways| {
            let code = format!("code-{}", ways.codes.len());
            let given = Code { challenge: own("code_challenge"), nonce: own("nonce"), redirect: own("redirect_uri") };
            ways.codes.insert(code.clone(), given);
            code
        })
    }

    /// A whole login.
    pub(crate) async fn login(&self, provider: &dyn Provider) -> Result<Person, ProviderError> {
        let begun = provider.begin(REDIRECT, "the-state").await?;
        let code = self.authorize(&begun.url);
        let answered = Answered { code, redirect: REDIRECT.to_owned(), issuer: None, kept: begun.kept };
        provider.finish(&answered, NOW).await
    }
}

/// What a provider at this address says of itself.
pub(crate) fn document(base: &str) -> Value {
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "end_session_endpoint": format!("{base}/logout"),
        "device_authorization_endpoint": format!("{base}/device"),
    })
}

/// Whom a client trusts that speaks no TLS.
pub(crate) fn nobody() -> Arc<Trust> {
    Arc::new(Trust::nobody())
}

type Shared = (Arc<Mutex<Ways>>, String);

async fn answer(State((ways, base)): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 16).await.unwrap();
    let path = parts.uri.path().to_owned();
    let canned = {
        let mut ways = ways.lock().unwrap();
        *ways.asked.entry(path.clone()).or_default() += 1;
        ways.canned.get(&path).cloned()
    };
    match canned {
        Some(canned) => canned.answer(&base).await,
        None => {
            let credentials = parts.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
            proper(&mut ways.lock().unwrap(), &base, &path, (credentials.as_deref(), &body))
        }
    }
}

impl Canned {
    async fn answer(self, base: &str) -> Response {
        match self {
            Canned::Text(status, text) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
            Canned::Elsewhere => (StatusCode::FOUND, [(header::LOCATION, format!("{base}/elsewhere"))]).into_response(),
            Canned::Endless => {
                let pieces = std::iter::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1 << 16])));
                Body::from_stream(tokio_stream::iter(pieces)).into_response()
            }
            Canned::Silent => std::future::pending().await,
        }
    }
}

fn proper(ways: &mut Ways, base: &str, path: &str, (credentials, body): (Option<&str>, &[u8])) -> Response {
    let form: HashMap<String, String> = {
        let url = format!("http://form/?{}", std::str::from_utf8(body).unwrap());
        Url::parse(&url).unwrap().query_pairs().into_owned().collect()
    };
    match path {
        "/.well-known/openid-configuration" => axum::Json(ways.document.clone()).into_response(),
        "/keys" => axum::Json(keys(ways.newer_keys)).into_response(),
        "/userinfo" if credentials == Some("Bearer access-token") => axum::Json(ways.userinfo.clone()).into_response(),
        "/device" => device(&form, base),
        "/token" => token(ways, base, credentials, &form),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn device(form: &HashMap<String, String>, base: &str) -> Response {
    assert_eq!(form["client_id"], CLIENT);
    let (device_code, user_code) = ("device-code", "WDJB-MJHT");
    let complete = format!("{base}/activate?code=WDJB-MJHT");
    let document = json!({
        "device_code": device_code, "user_code": user_code, "verification_uri": format!("{base}/activate"),
        "verification_uri_complete": complete, "expires_in": 900, "interval": 2,
    });
    axum::Json(document).into_response()
}

fn token(ways: &mut Ways, base: &str, credentials: Option<&str>, form: &HashMap<String, String>) -> Response {
    let refused = |error: &str| {
        (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error, "error_description": "so it is" })))
            .into_response()
    };
    // `leat:s%2Bcret%3Awith%2Fsigns`, as RFC 6749 has it.
    if credentials != Some("Basic bGVhdDpzJTJCY3JldCUzQXdpdGglMkZzaWducw==") {
        return refused("invalid_client");
    }
    let nonce = match form["grant_type"].as_str() {
        "authorization_code" => {
            // A code is good once.
            let Some(code) = ways.codes.remove(&form["code"]) else { return refused("invalid_grant") };
            let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
            if challenge.as_str() != code.challenge || form["redirect_uri"] != code.redirect {
                return refused("invalid_grant");
            }
            code.nonce
        }
        _ => match ways.device.pop() {
            Some(error) => return refused(error),
            None => String::new(),
        },
    };
    let mut claims = claims(base, &nonce);
    (ways.twist)(&mut claims);
    let id_token = signed(&claims, ways.signer);
    let tokens =
        json!({ "access_token": "access-token", "token_type": "Bearer", "expires_in": 60, "id_token": id_token });
    axum::Json(tokens).into_response()
}
