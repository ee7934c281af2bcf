//! A midtier and a host whose certificates are issued by a Vault, which is OpenBao here: nobody puts a key anywhere.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use leat_bundle::Digest;
use leat_tests::guarded::write_guarded;
use leat_tests::guests;
use leat_tests::http::ask;
use leat_tests::installation::variable;
use leat_tests::playpen::{Ended, Playpen, leat, until, wait};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::playpen;

const ADMIN: &str = "admin-of-the-issued";
const HOST: &str = "token-of-an-issued-host";

/// A request to the store by whoever keeps it.
fn keep(path: &str, body: Value) -> Value {
    let url = format!("{}/v1/{path}", variable("LEAT_TEST_OPENBAO_URL"));
    let method = if body.is_null() { "GET" } else { "POST" };
    let body = Some(&body).filter(|body| !body.is_null());
    let answered = ask(method, &url, &variable("LEAT_TEST_OPENBAO_TOKEN"), body);
    assert!((200..300).contains(&answered.status), "{path}: {}", String::from_utf8_lossy(&answered.body));
    serde_json::from_slice(&answered.body).unwrap_or(Value::Null)
}

/// Where everything is.
struct Place {
    folder: TempDir,
    port: u16,
    /// What the mounts of this case are called.
    mounts: String,
    services: Vec<Child>,
}

impl Place {
    /// With an authority at the store, and a role and a login for each of the two.
    fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mounts = format!("e2e-{}", std::process::id());
        let place = Place { folder: tempfile::tempdir().unwrap(), port, mounts, services: Vec::new() };
        let mounts = &place.mounts;
        keep(&format!("sys/mounts/pki-{mounts}"), json!({"type": "pki"}));
        keep(&format!("sys/auth/approle-{mounts}"), json!({"type": "approle"}));
        let authority = json!({"common_name": "leat", "ttl": "24h", "key_type": "ec", "key_bits": 256});
        let made = keep(&format!("pki-{mounts}/root/generate/internal"), authority);
        std::fs::write(place.path("ca.pem"), made["data"]["certificate"].as_str().unwrap()).unwrap();
        let role = json!({
            "allowed_domains": ["localhost", "c1"], "allow_bare_domains": true, "allowed_uri_sans": ["leat://host/c1"],
            "key_type": "ec", "key_bits": 256, "ttl": "1h",
        });
        for name in ["m1", "c1"] {
            keep(&format!("pki-{mounts}/roles/{name}"), role.clone());
            let policy = format!("path \"pki-{mounts}/issue/{name}\" {{ capabilities = [\"update\"] }}");
            keep(&format!("sys/policies/acl/{mounts}-{name}"), json!({"policy": policy}));
            let login = json!({"token_policies": format!("{mounts}-{name}"), "token_period": "1h"});
            keep(&format!("auth/approle-{mounts}/role/{name}"), login);
        }
        place
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// What a service says of the store, and that its certificate comes from there.
    fn secrets(&self, name: &str) -> String {
        let role = format!("auth/approle-{}/role/{name}", self.mounts);
        let role_id = keep(&format!("{role}/role-id"), Value::Null)["data"]["role_id"].as_str().unwrap().to_owned();
        let secret_id = keep(&format!("{role}/secret-id"), json!({}));
        write_guarded(self.path(&format!("{name}.secret")), secret_id["data"]["secret_id"].as_str().unwrap());
        format!(
            "[secrets]\nkind = \"vault\"\naddress = \"{}\"\nlogin_mount = \"approle-{}\"\nrole_id = \"{role_id}\"\nsecret_id_file = \"{}\"\n",
            variable("LEAT_TEST_OPENBAO_URL"),
            self.mounts,
            self.path(&format!("{name}.secret"))
        )
    }

    fn issuer(&self, name: &str, names: &str) -> String {
        format!("issuer = {{ mount = \"pki-{}\", role = \"{name}\", names = {names} }}\n", self.mounts)
    }

    fn midtier(&mut self) {
        let (digest, of_host) = (Digest::of(ADMIN.as_bytes()), Digest::of(HOST.as_bytes()));
        let text = format!(
            "name = \"m1\"\nlisten = \"127.0.0.1:{}\"\n[tls]\nclient_ca = \"{}\"\n{}{}[store]\nkind = \"sqlite\"\npath = \"{}\"\n\
             [contents]\nkind = \"directory\"\npath = \"{}\"\n[[tokens]]\nrole = \"admin\"\nname = \"ops\"\nsha256 = \"{digest}\"\n\
             [[tokens]]\nrole = \"host\"\nname = \"c1\"\nsha256 = \"{of_host}\"\n",
            self.port,
            self.path("ca.pem"),
            self.issuer("m1", "[\"localhost\"]"),
            self.secrets("m1"),
            self.path("state.db"),
            self.path("contents"),
        );
        self.service("midtier", "m1", &text);
    }

    fn host(&mut self) {
        write_guarded(self.path("c1.token"), HOST);
        let cache = guests::target_directory().join("leat-test-cache");
        let text = format!(
            "name = \"c1\"\nmidtiers = [\"{}\"]\ntoken_file = \"{}\"\ndirectory = \"{}\"\nengine_cache = {cache:?}\ncpus = 1\n\
             memory = \"1 GiB\"\n[tls]\nca_file = \"{}\"\n{}{}",
            self.url(),
            self.path("c1.token"),
            self.path("c1"),
            self.path("ca.pem"),
            self.issuer("c1", "[]"),
            self.secrets("c1"),
        );
        self.service("host", "c1", &text);
    }

    fn service(&mut self, kind: &str, name: &str, text: &str) {
        let file = self.path(&format!("{name}.toml"));
        std::fs::write(&file, text).unwrap();
        let log = std::fs::File::create(self.path(&format!("{name}.log"))).unwrap();
        let mut command = Command::new(leat());
        command.args([kind, "--config", &file]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.services.push(command.spawn().expect("leat starts"));
    }

    fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    fn leat(&self, playpen: &Playpen, arguments: &[&str]) -> Ended {
        let mut command = playpen.command(arguments);
        command.env("LEAT_SERVER", self.url()).env("LEAT_TOKEN", ADMIN).env("LEAT_CA_FILE", self.path("ca.pem"));
        wait(command.spawn().expect("leat starts"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for child in &mut self.services {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let said = |name: &str| std::fs::read_to_string(self.path(name)).unwrap_or_default();
            #[expect(clippy::print_stderr, reason = "whoever reads the results is to know what they said")]
            {
                eprintln!("{}\n{}", said("m1.log"), said("c1.log"));
            }
        }
    }
}

/// Whether a file below this folder holds a key.
fn holds_a_key(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| match path.is_dir() {
        true => holds_a_key(&path),
        false => std::fs::read(&path).unwrap_or_default().windows(11).any(|window| window == b"PRIVATE KEY"),
    })
}

#[test]
fn a_run_goes_to_a_host_whose_certificate_is_issued_as_its_midtiers_is_and_no_key_lies_on_a_disk() {
    let mut place = Place::new();
    let playpen = playpen("doubling", 100);
    place.midtier();
    until("the midtier answers with its certificate", || place.leat(&playpen, &["hosts"]).code == Some(0));
    place.host();
    until("the host is ready", || place.leat(&playpen, &["hosts"]).stdout.contains("ready"));
    place.leat(&playpen, &["submit", "p.strm", "--wait"]).succeeds();
    assert!(!holds_a_key(place.folder.path()));
}
