//! Logins against a real OpenBao, which is an OpenID Connect provider with people of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use leat_midtier::logins::{Answered, Provider, ProviderError};
use leat_oidc::{Limits, Oidc, OidcConfig};
use leat_scheduler::model::Moment;
use reqwest::{Client, Method, Url};
use serde_json::{Value, json};

use crate::fake::nobody;

const REDIRECT: &str = "http://127.0.0.1:7700/login/bao/callback";
const PASSWORD: &str = "correct horse";

/// A provider of OpenBao's with one person in a group, for one case.
struct Bao {
    http: Client,
    url: String,
    name: String,
    client_id: String,
    client_secret: String,
}

#[expect(clippy::disallowed_methods, reason = "a test is told by its surroundings where the service is")]
fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} names no OpenBao: start the services: cargo xtask services up"))
}

#[expect(clippy::disallowed_methods, reason = "a real provider's tokens are of now")]
fn now() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Moment(i64::try_from(since.as_micros()).unwrap())
}

impl Bao {
    async fn new(algorithm: &str) -> Self {
        static CASES: AtomicUsize = AtomicUsize::new(0);
        let case = CASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("oidc-{}-{case}-{}", std::process::id(), now().0);
        let mut bao = Bao {
            http: Client::builder().tls_backend_preconfigured(leat_tls::trusting_nobody()).build().unwrap(),
            url: variable("LEAT_TEST_OPENBAO_URL"),
            name: name.clone(),
            client_id: String::new(),
            client_secret: String::new(),
        };
        let accessor = bao.people().await;
        let entity = bao.put("identity/entity", json!({ "name": format!("ada-{name}") })).await["data"]["id"].clone();
        bao.put("identity/entity-alias", json!({ "name": "ada", "canonical_id": entity, "mount_accessor": accessor }))
            .await;
        let group = json!({ "name": format!("risk-{name}"), "member_entity_ids": [entity] });
        let group = bao.put("identity/group", group).await["data"]["id"].clone();
        let at = |kind: &str| format!("identity/oidc/{kind}/{name}");
        bao.put(&at("assignment"), json!({ "entity_ids": [entity], "group_ids": [group] })).await;
        bao.put(&at("key"), json!({ "allowed_client_ids": ["*"], "algorithm": algorithm })).await;
        let client = json!({ "redirect_uris": [REDIRECT], "assignments": [name], "key": name, "id_token_ttl": "5m", "access_token_ttl": "5m" });
        bao.put(&at("client"), client).await;
        let template =
            r#"{ "preferred_username": {{identity.entity.name}}, "groups": {{identity.entity.groups.names}} }"#;
        bao.put(&at("scope"), json!({ "template": template })).await;
        let told = bao.ask(Method::GET, &at("client"), None, &bao.root()).await["data"].clone();
        bao.client_id = told["client_id"].as_str().unwrap().to_owned();
        bao.client_secret = told["client_secret"].as_str().unwrap().to_owned();
        bao.put(&at("provider"), json!({ "allowed_client_ids": [bao.client_id], "scopes_supported": [name] })).await;
        bao
    }

    /// Ada with her password; answers what names the place where her name is known.
    async fn people(&self) -> Value {
        let name = &self.name;
        self.put(&format!("sys/auth/{name}"), json!({ "type": "userpass" })).await;
        let policy = "path \"identity/oidc/provider/+/authorize\" { capabilities = [\"read\", \"update\"] }";
        self.put(&format!("sys/policy/{name}"), json!({ "policy": policy })).await;
        self.put(&format!("auth/{name}/users/ada"), json!({ "password": PASSWORD, "token_policies": [name] })).await;
        self.ask(Method::GET, "sys/auth", None, &self.root()).await[format!("{name}/")]["accessor"].clone()
    }

    fn root(&self) -> String {
        variable("LEAT_TEST_OPENBAO_TOKEN")
    }

    async fn put(&self, path: &str, body: Value) -> Value {
        self.ask(Method::POST, path, Some(body), &self.root()).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>, token: &str) -> Value {
        let url = format!("{}/v1/{path}", self.url);
        let mut request = self.http.request(method, url).header("x-vault-token", token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    fn config(&self) -> OidcConfig {
        OidcConfig {
            name: "bao".to_owned(),
            title: "OpenBao".to_owned(),
            issuer: format!("{}/v1/identity/oidc/provider/{}", self.url, self.name),
            client_id: self.client_id.clone(),
            client_secret: Some(self.client_secret.clone()),
            scopes: vec![self.name.clone()],
            algorithms: Vec::new(),
            claims: leat_oidc::ClaimRules::default(),
            limits: Limits::default(),
        }
    }

    /// What OpenBao's page does where Ada gives her password: answers the code that her browser brings back.
    async fn code(&self, url: &str) -> String {
        let login = format!("auth/{}/login/ada", self.name);
        let told = self.ask(Method::POST, &login, Some(json!({ "password": PASSWORD })), "").await;
        let token = told["auth"]["client_token"].as_str().unwrap();
        let query = Url::parse(url).unwrap().query().unwrap().to_owned();
        let authorize = format!("identity/oidc/provider/{}/authorize?{query}", self.name);
        let told = self.ask(Method::GET, &authorize, None, token).await;
        assert_eq!(told["state"], "the-state");
        told["code"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn openbao_says_who_has_come_and_in_which_groups() {
    for algorithm in ["RS256", "ES256", "ES384", "EdDSA"] {
        let bao = Bao::new(algorithm).await;
        let provider = Oidc::new(bao.config(), nobody()).unwrap();
        let begun = provider.begin(REDIRECT, "the-state").await.unwrap();
        let code = bao.code(&begun.url).await;
        let answered = Answered { code, redirect: REDIRECT.to_owned(), issuer: None, kept: begun.kept };
        let ada = provider.finish(&answered, now()).await.unwrap();
        assert_eq!(
            (ada.account, ada.groups),
            (format!("ada-{}", bao.name), vec![format!("risk-{}", bao.name)]),
            "{algorithm}"
        );
        let replayed = provider.finish(&answered, now()).await.unwrap_err();
        assert!(matches!(replayed, ProviderError::Refused { .. }), "{replayed}");
    }
}

#[tokio::test]
async fn openbao_refuses_a_code_without_its_verifier_and_a_client_with_another_secret() {
    let bao = Bao::new("RS256").await;
    let provider = Oidc::new(bao.config(), nobody()).unwrap();
    let (mine, others) = (provider.begin(REDIRECT, "the-state").await, provider.begin(REDIRECT, "the-state").await);
    let (mine, others) = (mine.unwrap(), others.unwrap());
    let stolen =
        Answered { code: bao.code(&others.url).await, redirect: REDIRECT.to_owned(), issuer: None, kept: mine.kept };
    let refused = provider.finish(&stolen, now()).await.unwrap_err();
    assert!(matches!(refused, ProviderError::Refused { .. }), "{refused}");

    let wrong = OidcConfig { client_secret: Some("another".to_owned()), ..bao.config() };
    let wrong = Oidc::new(wrong, nobody()).unwrap();
    let begun = wrong.begin(REDIRECT, "the-state").await.unwrap();
    let answered = Answered { code: bao.code(&begun.url).await, kept: begun.kept, ..stolen };
    let refused = wrong.finish(&answered, now()).await.unwrap_err();
    assert!(refused.to_string().contains("does not know this client"), "{refused}");
}

#[tokio::test]
async fn openbao_rotates_its_keys_and_logins_go_on() {
    let bao = Bao::new("RS256").await;
    let limits = Limits { keys_again_after: std::time::Duration::ZERO, ..Limits::default() };
    let provider = Oidc::new(OidcConfig { limits, ..bao.config() }, nobody()).unwrap();
    for _ in 0..3 {
        let begun = provider.begin(REDIRECT, "the-state").await.unwrap();
        let code = bao.code(&begun.url).await;
        let answered = Answered { code, redirect: REDIRECT.to_owned(), issuer: None, kept: begun.kept };
        provider.finish(&answered, now()).await.unwrap();
        bao.put(&format!("identity/oidc/key/{}/rotate", bao.name), json!({ "verification_ttl": "5m" })).await;
    }
}
