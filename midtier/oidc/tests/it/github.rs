//! GitHub's flow, with an ID token nowhere.

use leat_midtier::logins::{Answered, Polled, Provider, ProviderError};
use leat_oidc::{ClaimRules, Github, GithubConfig, Limits};
use serde_json::json;

use crate::fake::{Canned, Fake, REDIRECT, nobody};
use crate::token::{CLIENT, NOW};

fn config(fake: &Fake) -> GithubConfig {
    let base = format!("http://{}", fake.address);
    GithubConfig {
        name: "github".to_owned(),
        title: "GitHub".to_owned(),
        pages: base.clone(),
        api: format!("{base}/api"),
        client_id: CLIENT.to_owned(),
        client_secret: "secret".to_owned(),
        teams: true,
        claims: ClaimRules {
            admitted: ["acme".to_owned()].into(),
            account_prefix: "github:".to_owned(),
            ..ClaimRules::default()
        },
        limits: Limits::default(),
    }
}

/// GitHub, as it answers.
async fn fake() -> Fake {
    let fake = Fake::new().await;
    let answers = [
        ("/login/oauth/access_token", json!({ "access_token": "gho_x", "token_type": "bearer", "scope": "read:org" })),
        ("/api/user", json!({ "id": 583_231, "login": "octocat", "name": "The Octocat", "email": null })),
        ("/api/user/orgs", json!([{ "login": "acme", "id": 1 }])),
        ("/api/user/teams", json!([{ "slug": "risk", "organization": { "login": "acme" } }])),
        (
            "/login/device/code",
            json!({
                "device_code": "d", "user_code": "ABCD-1234", "verification_uri": "https://github.com/login/device",
                "expires_in": 899, "interval": 5,
            }),
        ),
    ];
    for (path, answer) in answers {
        fake.ways(|ways| ways.canned.insert(path.to_owned(), Canned::Text(200, answer.to_string())));
    }
    fake
}

async fn login(provider: &Github) -> Result<leat_midtier::logins::Person, ProviderError> {
    let begun = provider.begin(REDIRECT, "state").await?;
    assert!(
        begun.url.contains("/login/oauth/authorize?") && begun.url.contains("code_challenge_method=S256"),
        "{}",
        begun.url
    );
    let answered = Answered { code: "code".to_owned(), redirect: REDIRECT.to_owned(), issuer: None, kept: begun.kept };
    provider.finish(&answered, NOW).await
}

#[tokio::test]
async fn organisations_and_teams_are_groups() {
    let fake = fake().await;
    let octocat = login(&Github::new(config(&fake), nobody()).unwrap()).await.unwrap();
    assert_eq!((octocat.subject.as_str(), octocat.account.as_str()), ("583231", "github:octocat"));
    assert_eq!(
        (octocat.groups, octocat.called.as_deref()),
        (vec!["acme".to_owned(), "acme/risk".to_owned()], Some("The Octocat"))
    );
    let without = login(&Github::new(GithubConfig { teams: false, ..config(&fake) }, nobody()).unwrap()).await.unwrap();
    assert_eq!(without.groups, ["acme"]);
}

#[tokio::test]
async fn an_organisation_that_anybody_could_found_is_no_group() {
    let fake = fake().await;
    let organisations = json!([{ "login": "acme" }, { "login": "leat-admins" }, { "login": "partner" }]);
    let teams = json!([
        { "slug": "risk", "organization": { "login": "acme" } },
        { "slug": "risk", "organization": { "login": "leat-admins" } },
        { "slug": "desk", "organization": { "login": "partner" } },
    ]);
    for (path, answer) in [("/api/user/orgs", organisations), ("/api/user/teams", teams)] {
        fake.ways(|ways| ways.canned.insert(path.to_owned(), Canned::Text(200, answer.to_string())));
    }
    let of_config = config(&fake);
    let renamed = [("partner/desk".to_owned(), "desk".to_owned())].into();
    let claims = ClaimRules { renamed, ..of_config.claims };
    let octocat = login(&Github::new(GithubConfig { claims, ..of_config }, nobody()).unwrap()).await.unwrap();
    assert_eq!(octocat.groups, ["acme", "acme/risk", "desk"]);
    let admitted = ["acme/risk".to_owned()].into();
    let claims = ClaimRules { admitted, ..config(&fake).claims };
    let octocat = login(&Github::new(GithubConfig { claims, ..config(&fake) }, nobody()).unwrap()).await.unwrap();
    assert_eq!(octocat.groups, ["acme/risk"]);
}

#[tokio::test]
async fn whoever_is_in_no_organisation_that_may_is_refused() {
    let fake = fake().await;
    fake.ways(|ways| ways.canned.insert("/api/user/orgs".to_owned(), Canned::Text(200, "[]".to_owned())));
    let refused =
        login(&Github::new(GithubConfig { teams: false, ..config(&fake) }, nobody()).unwrap()).await.unwrap_err();
    assert!(matches!(refused, ProviderError::NotAccepted { .. }), "{refused}");
    let open = GithubConfig { claims: ClaimRules::default(), ..config(&fake) };
    let refused = Github::new(open, nobody()).err().unwrap().to_string();
    assert!(refused.contains("everybody has an account at GitHub"), "{refused}");
}

#[tokio::test]
async fn an_error_with_a_good_status_is_an_error() {
    let fake = fake().await;
    let said = json!({ "error": "bad_verification_code", "error_description": "The code is incorrect or expired." });
    fake.ways(|ways| ways.canned.insert("/login/oauth/access_token".to_owned(), Canned::Text(200, said.to_string())));
    let provider = Github::new(config(&fake), nobody()).unwrap();
    let refused = login(&provider).await.unwrap_err();
    assert!(
        matches!(refused, ProviderError::Refused { .. }) && refused.to_string().contains("incorrect or expired"),
        "{refused}"
    );
    let begun = provider.begin_device().await.unwrap();
    assert_eq!(begun.user_code, "ABCD-1234");
    let said = json!({ "error": "authorization_pending" });
    fake.ways(|ways| ways.canned.insert("/login/oauth/access_token".to_owned(), Canned::Text(200, said.to_string())));
    assert_eq!(provider.poll_device(&begun.kept, NOW).await, Ok(Polled::Waiting));
}

#[tokio::test]
async fn a_list_without_an_end_is_given_up_on() {
    let fake = fake().await;
    let page: Vec<_> = (0..100).map(|number| json!({ "login": format!("org-{number}") })).collect();
    fake.ways(|ways| ways.canned.insert("/api/user/orgs".to_owned(), Canned::Text(200, json!(page).to_string())));
    let refused = login(&Github::new(config(&fake), nobody()).unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("more than 500"), "{refused}");
    assert_eq!(fake.asked("/api/user/orgs"), 5);
}

#[tokio::test]
async fn an_outage_is_told_from_an_answer() {
    let fake = fake().await;
    fake.ways(|ways| ways.canned.insert("/api/user".to_owned(), Canned::Text(502, "<html>unicorn</html>".to_owned())));
    let refused = login(&Github::new(config(&fake), nobody()).unwrap()).await.unwrap_err();
    assert!(refused.is_retryable(), "{refused}");
}
