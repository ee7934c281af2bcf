//! Who may do what, from the command line: accounts are made, given roles and tokens, and their tokens do what they may and no more.

use leat_tests::playpen::{Ended, Playpen, until, wait};
use leat_tests::server::Server;
use serde_json::{Value, json};

use super::playpen;

/// The name of a run that there is not.
const NONE: &str = "01234567-0000-7000-8000-000000000000";

/// A server and somebody's token for it.
struct User<'a> {
    server: &'a Server,
    playpen: &'a Playpen,
    token: String,
}

impl User<'_> {
    #[track_caller]
    fn leat(&self, arguments: &[&str]) -> Ended {
        let mut command = self.server.command(self.playpen, arguments);
        wait(command.env("LEAT_TOKEN", &self.token).spawn().expect("leat starts"))
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.leat(&[arguments, &["--format", "json"]].concat()).succeeds();
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{ended}"))
    }

    /// Has somebody else a token made, as this user; what it prints is the token and nothing else.
    #[track_caller]
    fn token(&self, options: &[&str]) -> Self {
        let made = self.leat(&[&["token", "create", "--label", "test"], options].concat()).succeeds();
        let token = made.stdout.strip_suffix('\n').expect("a line").to_owned();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        assert!(token.starts_with("leat_") && token.len() == 54 && token.chars().all(is_plain), "{made}");
        assert!(made.stderr.contains("until 20") && !made.stderr.contains(&token), "{made}");
        User { token, ..*self }
    }

    /// The name of its own token.
    #[track_caller]
    fn id(&self) -> String {
        self.json(&["whoami"])["token"].as_str().expect("a token of an account").to_owned()
    }
}

fn administrator<'a>(server: &'a Server, playpen: &'a Playpen) -> User<'a> {
    User { server, playpen, token: server.token() }
}

#[test]
fn a_service_account_submits_in_its_playpen_and_sees_no_other() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    let root = administrator(&server, &playpen);
    let elsewhere = server.submit(&playpen, &["p.strm", "--group", "desk", "--wait"]);

    let made = root
        .leat(&["account", "create", "nightly", "--kind", "service", "--playpen", "risk", "--group", "jobs"])
        .succeeds();
    assert!(made.stdout.contains("nightly: service, playpen risk, groups jobs"), "{made}");
    root.leat(&["account", "create", "nightly"]).fails(1, &["already-there"]);
    let nightly = root.token(&["--account", "nightly", "--expires", "30d"]);
    nightly.leat(&["submit", "p.strm"]).fails(1, &["forbidden", "runs.submit"]);
    let granted = root.leat(&["role", "grant", "submitter", "--group", "jobs", "--playpen", "risk"]).succeeds();
    assert!(granted.stdout.contains("group jobs has submitter in risk"), "{granted}");

    let run = nightly.leat(&["submit", "p.strm", "--quiet", "--wait"]).succeeds().stdout.trim().to_owned();
    let seen = root.json(&["status", &run]);
    assert_eq!(
        (&seen["user"], &seen["group"], &seen["state"]),
        (&json!("nightly"), &json!("risk"), &json!("succeeded"))
    );
    nightly.leat(&["fetch", &run, "--output", "there"]).succeeds();
    assert!(playpen.read("there/made/out.csv").starts_with("id,"));
    assert_eq!(nightly.json(&["runs"])["items"].as_array().unwrap().len(), 1);
    for command in ["status", "logs", "cancel", "pause", "resume", "retry"] {
        let theirs = nightly.leat(&[command, &elsewhere]).fails(1, &["not-found"]);
        let none = nightly.leat(&[command, NONE]).fails(1, &["not-found"]);
        assert_eq!(theirs.stderr.replace(&elsewhere, ""), none.stderr.replace(NONE, ""), "{command}");
    }
    nightly.leat(&["submit", "p.strm", "--group", "desk"]).fails(1, &["forbidden", "desk"]);
    for command in [["account", "list"], ["role", "list"], ["audit", "list"]] {
        nightly.leat(&command).fails(1, &["forbidden"]);
    }

    let shown = root.leat(&["account", "show", "nightly"]).succeeds();
    assert!(shown.stdout.contains("submitter in risk, by the group jobs"), "{shown}");
    root.leat(&["role", "revoke", "submitter", "--group", "jobs", "--playpen", "risk"]).succeeds();
    nightly.leat(&["runs"]).fails(1, &["forbidden"]);
    root.leat(&["account", "disable", "nightly"]).succeeds();
    nightly.leat(&["whoami"]).fails(1, &["does not know who asks", "unauthenticated"]);
    root.leat(&["account", "enable", "nightly"]).succeeds();
    let who = nightly.leat(&["whoami"]).succeeds();
    assert!(who.stdout.contains("nightly") && who.stdout.contains("may do nothing here"), "{who}");
}

#[test]
fn a_token_does_what_it_was_narrowed_to_until_it_expires_or_is_revoked() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    let root = administrator(&server, &playpen);
    root.leat(&["account", "create", "ada"]).succeeds();
    root.leat(&["role", "grant", "submitter", "--account", "ada"]).succeeds();
    let run = server.submit(&playpen, &["p.strm", "--group", "risk"]);

    let narrow = root.token(&["--account", "ada", "--scope", "runs.read", "--playpen", "risk"]);
    let who = narrow.json(&["whoami"]);
    assert_eq!((&who["user"], &who["permissions"]), (&json!("ada"), &json!([])));
    assert_eq!((&who["playpens"], &who["group"]), (&json!({ "risk": ["runs.read"] }), &json!("risk")));
    let who = narrow.leat(&["whoami"]).succeeds();
    assert!(who.stdout.contains("of a person, until 20") && who.stdout.contains("in risk    runs.read\n"), "{who}");
    narrow.leat(&["status", &run]).succeeds();
    narrow.leat(&["cancel", &run]).fails(1, &["forbidden", "runs.control"]);
    // What is made with it is no wider.
    narrow
        .leat(&["token", "create", "--label", "x", "--scope", "runs.control"])
        .fails(1, &["forbidden", "reach beyond"]);
    let narrower = narrow.token(&["--expires", "10d"]);
    assert_eq!(narrower.json(&["whoami"])["playpens"], json!({ "risk": ["runs.read"] }));

    let short = root.token(&["--account", "ada", "--expires", "1s"]);
    until("it has expired", || short.leat(&["whoami"]).stderr.contains("unauthenticated"));
    let listed = root.leat(&["token", "list", "--account", "ada"]).succeeds();
    assert_eq!(listed.stdout.matches("expired 20").count(), 1, "{listed}");
    assert_eq!(listed.stdout.matches("valid until 20").count(), 2, "{listed}");

    let id = narrow.id();
    root.leat(&["token", "revoke", &id]).succeeds();
    narrow.leat(&["status", &run]).fails(1, &["unauthenticated"]);
    let kept = root.json(&["token", "list", "--account", "ada"]);
    let revoked = kept["items"].as_array().unwrap().iter().find(|token| token["id"] == json!(id)).unwrap();
    assert!(revoked["revoked"].is_string() && revoked["label"] == "test", "{kept}");
    for text in [&narrow.token, &short.token] {
        assert!(!kept.to_string().contains(text), "a token's text is told once");
    }
    root.leat(&["token", "revoke", "nothing"]).fails(1, &["not-found"]);
    root.leat(&["token", "create", "--label", "x", "--account", "ada", "--expires", "400d"]).fails(1, &["366 days"]);
    root.leat(&["token", "create", "--label", "x"]).fails(1, &["name the account"]);
}

#[test]
fn a_role_of_ones_own_is_made_given_and_gone() {
    let server = Server::start(&[]);
    let playpen = Playpen::new();
    let root = administrator(&server, &playpen);
    root.leat(&["account", "create", "eve", "--group", "night"]).succeeds();
    root.leat(&["role", "create", "watch", "--permission", "runs.read,hosts.read"]).succeeds();
    root.leat(&["role", "create", "odd", "--permission", "runs.*"]).fails(1, &["runs.control"]);
    root.leat(&["role", "grant", "watch", "--account", "eve"]).succeeds();
    let again = root.leat(&["role", "grant", "watch", "--account", "eve"]).succeeds();
    assert!(again.stdout.contains("eve had already watch everywhere"), "{again}");
    let eve = root.token(&["--account", "eve"]);
    eve.leat(&["hosts"]).succeeds();
    eve.leat(&["hosts", "drain", "local"]).fails(1, &["forbidden", "hosts.control"]);
    let listed = root.leat(&["role", "list"]).succeeds();
    assert!(listed.stdout.contains("watch") && listed.stdout.contains("administrator"), "{listed}");
    assert_eq!(root.json(&["role", "list"])["held"][0]["account"], json!("eve"));

    root.leat(&["account", "change", "eve", "--playpen", "desk", "--no-groups"]).succeeds();
    let changed = &root.json(&["account", "list"])["items"][0];
    assert_eq!((&changed["playpen"], &changed["groups"]), (&json!("desk"), &json!([])));
    root.leat(&["role", "delete", "watch"]).succeeds();
    root.leat(&["role", "delete", "reader"]).fails(1, &["not-found"]);
    eve.leat(&["hosts"]).fails(1, &["forbidden"]);
    let rows = root.json(&["audit", "list", "--who", "eve", "--outcome", "refused"]);
    let done: Vec<_> = rows["items"].as_array().unwrap().iter().map(|row| (&row["action"], &row["on"])).collect();
    assert_eq!(done, [(&json!("api.call"), &json!("GET /api/v1/hosts")), (&json!("host.drain"), &json!("host local"))]);
}
