//! Logins from end to end: a real browser, a real provider, `leat midtier` and `leat login`.

mod bao;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use leat_tests::browser::Browser;
use leat_tests::guarded::write_guarded;
use leat_tests::http::ask;
use leat_tests::playpen::{leat, until, wait};
use serde_json::json;
use tempfile::TempDir;

use bao::Bao;

/// A midtier that people log in to through OpenBao; ended when it is dropped.
struct Midtier {
    directory: TempDir,
    url: String,
    account: String,
    child: Child,
}

impl Drop for Midtier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Midtier {
    fn start() -> Self {
        let directory = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (url, here) = (format!("http://127.0.0.1:{port}"), directory.path().display().to_string());
        let bao = Bao::new(&format!("{url}/login/bao/callback"));
        write_guarded(directory.path().join("secret"), &bao.client_secret);
        let text = format!(
            "name = \"m1\"\nlisten = \"127.0.0.1:{port}\"\ntokens = []\n[store]\nkind = \"sqlite\"\npath = \"{here}/state.db\"\n\
             [contents]\nkind = \"database\"\n[login]\nurl = \"{url}\"\n[login.providers.bao]\nkind = \"oidc\"\ntitle = \"OpenBao\"\n\
             issuer = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = \"{here}/secret\"\nscopes = [\"{}\"]\n",
            bao.issuer, bao.client_id, bao.scope
        );
        std::fs::write(directory.path().join("m1.toml"), text).unwrap();
        let log = std::fs::File::create(directory.path().join("m1.log")).unwrap();
        let child = Command::new(leat())
            .args(["midtier", "--config"])
            .arg(directory.path().join("m1.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let midtier = Midtier { directory, url, account: bao.account, child };
        let log = midtier.directory.path().join("m1.log");
        until("the midtier listens", || std::fs::read_to_string(&log).unwrap().contains("the midtier listens"));
        midtier
    }

    /// A command of somebody whose settings are all in this directory.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(leat());
        command.args(arguments).env("XDG_CONFIG_HOME", self.directory.path().join("config")).env_remove("LEAT_TOKEN");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn give_password(browser: &mut Browser, password: &str) {
    until("the provider's page is there", || browser.value("document.title") == "OpenBao");
    browser.value(&format!("document.getElementById('password').value = '{password}'"));
    browser.click("#enter");
}

#[test]
fn a_browser_logs_in_through_openbao_and_out_again() {
    let midtier = Midtier::start();
    let mut browser = Browser::start();
    browser.go(&format!("{}/login", midtier.url));
    browser.click("#login-bao");
    give_password(&mut browser, "wrong");
    browser.until_shown("wrong password");
    give_password(&mut browser, "correct horse");
    browser.until_shown(&format!("You are logged in as {}", midtier.account));
    // The token is no script's business; what changes something is said with the second cookie.
    let cookies = browser.value("document.cookie");
    assert!(cookies.starts_with("leat-csrf=") && !cookies.contains("leat_"), "{cookies}");
    browser.go(&format!("{}/api/v1/whoami", midtier.url));
    browser.until_shown(&midtier.account);
    browser.go(&format!("{}/login", midtier.url));
    browser.click("#logout");
    until("nobody is logged in", || !browser.value("document.documentElement.innerText").contains("You are logged in"));
    browser.until_shown("Log in with OpenBao");
}

#[test]
fn leat_login_comes_back_from_openbao_with_a_token_of_its_own() {
    let midtier = Midtier::start();
    let mut login = midtier.command(&["login", "--server", &midtier.url, "--no-browser"]).spawn().unwrap();
    let mut said = BufReader::new(login.stdout.take().unwrap()).lines();
    let address =
        said.find_map(|line| line.unwrap().trim().strip_prefix("http").map(|rest| format!("http{rest}"))).unwrap();
    let mut browser = Browser::start();
    browser.go(&address);
    give_password(&mut browser, "correct horse");
    let code =
        said.find_map(|line| line.unwrap().split_once("shows the code ").map(|(_, code)| code.to_owned())).unwrap();
    browser.until_shown(&code);
    browser.click("#allow");
    browser.until_shown("You are logged in. This page can be closed.");
    let last = said.map(Result::unwrap).last().unwrap_or_default();
    assert!(last.contains(&format!("as {} for 12.0 h", midtier.account)), "{last}");
    wait(login).succeeds();

    let file =
        midtier.directory.path().join("config/leat/tokens").join(midtier.url.replace("http://", "").replace(':', "-"));
    let token = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let who = ask("GET", &format!("{}/api/v1/whoami", midtier.url), &token, None).json();
    assert_eq!((&who["user"], &who["identified_by"]), (&json!(midtier.account), &json!("token")));
    // The browser that went through it is not logged in itself.
    browser.go(&format!("{}/login", midtier.url));
    browser.until_shown("Log in with OpenBao");
    assert!(!browser.value("document.documentElement.innerText").contains("You are logged in"));

    wait(midtier.command(&["logout"]).spawn().unwrap()).succeeds();
    assert!(!file.exists());
    assert_eq!(ask("GET", &format!("{}/api/v1/whoami", midtier.url), &token, None).status, 401);
    wait(midtier.command(&["logout"]).spawn().unwrap()).fails(1, &["nobody is logged in"]);
}
