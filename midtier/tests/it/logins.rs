//! Logins of people with browsers and of programs, and every way to come by somebody else's.

mod attacks;
mod audited;
mod crowded;
mod programs;
mod provider;

use std::sync::Arc;

use leat_midtier::Config;
use leat_midtier::logins::Logins;
use leat_midtier::store::{AccountKind, AccountRecord, Accounts};
use leat_scheduler::model::Moment;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::json;

use crate::support::{ADMIN, Answered, Api, Server};
use provider::{FakeProvider, person};

/// A browser: it keeps cookies, and goes where it is told to by hand.
pub(super) struct Browser {
    client: Client,
    base: String,
    cookies: std::cell::RefCell<Vec<(String, String)>>,
}

impl Browser {
    pub(super) fn new(server: &Server) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none());
        let client = client.tls_backend_preconfigured(leat_tls::trusting_nobody()).build().unwrap();
        Browser { client, base: format!("http://{}", server.address), cookies: Vec::new().into() }
    }

    pub(super) async fn go(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answered {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answered = Answered::of(request.send().await.unwrap()).await;
        self.keep(&answered.headers);
        answered
    }

    pub(super) async fn get(&self, path: &str) -> Answered {
        self.go(Method::GET, path, &[]).await
    }

    fn keep(&self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.borrow_mut().retain(|(known, _)| known != name);
            if !rest.contains("Max-Age=0;") {
                self.cookies.borrow_mut().push((name.to_owned(), value.to_owned()));
            }
        }
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    pub(super) fn set(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().push((name.to_owned(), value.to_owned()));
    }

    /// Begins a login; answers its state.
    pub(super) async fn begin(&self, path: &str) -> String {
        let sent = self.get(path).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let (_, state) = sent.header("location").split_once("state=").unwrap();
        state.to_owned()
    }

    /// A whole login of who is called so.
    pub(super) async fn login(&self, who: &str) -> Answered {
        let state = self.begin("/login/corp").await;
        self.get(&format!("/login/corp/callback?code={who}&state={state}")).await
    }

    pub(super) async fn whoami(&self) -> Answered {
        self.get("/api/v1/whoami").await
    }
}

/// One where people log in through `corp` and `hub`.
pub(super) async fn server() -> (Server, Arc<FakeProvider>) {
    server_with(Config::default()).await
}

pub(super) async fn server_with(config: Config) -> (Server, Arc<FakeProvider>) {
    let corp = Arc::new(FakeProvider::new("corp"));
    let providers = corp.clone();
    let server = Server::with_logins(config, move |address| {
        Logins::new(&format!("http://{address}"), vec![providers, Arc::new(FakeProvider::new("hub"))], None).unwrap()
    });
    (server.await, corp)
}

pub(super) async fn account(server: &Server, name: &str, kind: AccountKind) {
    let account = AccountRecord {
        name: name.to_owned(),
        kind,
        playpen: name.to_owned(),
        groups: Vec::new(),
        is_disabled: false,
        created: Moment(1),
        created_by: "root".to_owned(),
        login: None,
    };
    server.store.make_account(&account).await.unwrap();
}

#[tokio::test]
async fn somebody_logs_in_works_and_logs_out() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    let page = browser.get("/login").await;
    assert!(page.text().contains("href=/login/corp") && page.text().contains("href=/login/hub"), "{}", page.text());
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let landed = browser.login("ada").await;
    assert_eq!((landed.status, landed.header("location")), (303, "/login"), "{}", landed.text());
    let cookies: Vec<_> =
        landed.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
    let token = cookies.iter().find(|cookie| cookie.starts_with("leat=")).unwrap();
    assert!(token.contains("HttpOnly") && token.contains("SameSite=Lax") && token.contains("Path=/"), "{token}");
    let who = browser.whoami().await.of_status(200);
    assert_eq!((&who["user"], &who["identified_by"]), (&"ada".into(), &"token".into()));
    assert!(browser.get("/login").await.text().contains("<b>ada</b>"));

    let secret = browser.cookie("leat").unwrap();
    let origin = format!("http://{}", server.address);
    let out = browser.go(Method::POST, "/logout", &[("origin", &origin)]).await;
    assert_eq!((out.status, out.header("location")), (303, "https://id.example/logout"), "{}", out.text());
    assert_eq!(browser.cookie("leat"), None);
    server.api(&secret).get("/whoami").await.refused(401, "unauthenticated");
    server.end().await;
}

#[tokio::test]
async fn a_login_goes_on_where_it_was_begun_for() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    let state = browser.begin("/login/corp?return_to=/api/v1/runs%3Flimit%3D5").await;
    let landed =
        browser.get(&format!("/login/corp/callback?code=ada&state={state}&session_state=x&scope=openid")).await;
    assert_eq!(landed.header("location"), "/api/v1/runs?limit=5");
}

#[tokio::test]
async fn whoever_is_known_keeps_their_account_and_has_the_groups_of_their_last_login() {
    let (server, corp) = server().await;
    Browser::new(&server).login("ada").await;
    corp.set(|people| people.insert("ada".to_owned(), person("ada", "ada.lovelace", &["desk"])));
    let browser = Browser::new(&server);
    browser.login("ada").await;
    let who = browser.whoami().await.of_status(200);
    assert_eq!((&who["user"], &who["groups"]), (&"ada".into(), &serde_json::json!(["desk"])));
}

#[tokio::test]
async fn an_account_that_waits_for_somebody_of_a_provider_is_theirs_with_their_first_login_and_nobodys_else() {
    let (server, corp) = server().await;
    let root = server.api(ADMIN);
    let made = async |name: &str, login: &str| {
        let wish = json!({ "name": name, "kind": "person", "login": login });
        assert_eq!(root.post("/accounts", &wish).await.of_status(201)["login"], login);
    };
    made("ada", "corp").await;
    assert_eq!(Browser::new(&server).login("ada").await.status, 303);
    // One that waits for somebody of another provider, and one that waits for nobody.
    made("bob", "hub").await;
    let refused = Browser::new(&server).login("bob").await.refused(403, "login-refused");
    assert!(refused.contains("waits for nobody of the login provider `corp`"), "{refused}");
    account(&server, "eve", AccountKind::Person).await;
    Browser::new(&server).login("eve").await.refused(403, "login-refused");
    let change = async |api: &Api, name: &str| {
        let path = format!("/accounts/{name}");
        api.send(api.request(Method::PATCH, &path).json(&json!({ "login": "corp" }))).await
    };
    change(&root, "eve").await.of_status(200);
    assert_eq!(Browser::new(&server).login("eve").await.status, 303);
    for odd in ["leat", "-eve", "a b"] {
        corp.set(|people| people.insert("odd".to_owned(), person("odd", odd, &[])));
        Browser::new(&server).login("odd").await.refused(403, "login-refused");
    }
    root.post("/accounts", &json!({ "name": "leat", "kind": "person" })).await.refused(422, "invalid-request");
    for wish in [
        json!({ "name": "x", "kind": "person", "login": "none" }),
        json!({ "name": "x", "kind": "service", "login": "corp" }),
    ] {
        assert!(root.post("/accounts", &wish).await.refused(422, "invalid-request").contains("login: "));
    }
}

#[tokio::test]
async fn nobody_opens_an_account_that_has_more_than_they_have_to_a_login() {
    let (server, _) = server().await;
    let root = server.api(ADMIN);
    account(&server, "boss", AccountKind::Person).await;
    account(&server, "clerk", AccountKind::Person).await;
    root.post("/roles", &json!({ "name": "clerks", "permissions": ["accounts.manage"] })).await.of_status(201);
    for (role, name) in [("administrator", "boss"), ("clerks", "clerk")] {
        root.post(&format!("/roles/{role}/grant"), &json!({ "account": name })).await;
    }
    let made = root.post("/tokens", &json!({ "account": "clerk", "label": "x" })).await.of_status(201);
    let clerk = server.api(made["token"].as_str().unwrap());
    let patch = clerk.request(Method::PATCH, "/accounts/boss").json(&json!({ "login": "corp" }));
    clerk.send(patch).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_provider_that_is_away_is_named_and_the_rest_goes_on() {
    let (server, corp) = server().await;
    let browser = Browser::new(&server);
    corp.set(|people| people.clear());
    corp.away(true);
    let refused = browser.get("/login/corp").await.refused(503, "unavailable");
    assert!(refused.contains("`corp` cannot be reached"), "{refused}");
    assert_eq!(browser.get("/login/hub").await.status, 303);
    browser.get("/login/nobody").await.refused(404, "not-found");
}
