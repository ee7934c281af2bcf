//! A midtier at a Vault, which is OpenBao here: the database's users come from there and change under load, runs are given their secrets by tokens
//! of their own, and the store goes away and comes back.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use leat_tests::guarded::write_guarded;
use leat_tests::http::{Request, ask};
use leat_tests::installation::{ADMIN, variable};
use leat_tests::playpen::{Ended, Playpen, leat, until, wait};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::hosts::slow_and_last;

/// The root token of a store of a case's own.
const ROOT: &str = "root-of-a-case";
/// The hosts.
const HOSTS: [&str; 2] = ["c1", "c2"];
/// The secret that runs are given.
const CANARY: &str = "canary-of-a-vault";
/// How long a request may take: longer than a midtier waits for its database.
const ANSWER: Duration = Duration::from_secs(60);

/// A store, and a midtier at it.
struct Place {
    home: TempDir,
    store: Option<Child>,
    store_port: u16,
    midtier: Option<Child>,
    hosts: Vec<Child>,
    port: u16,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn psql(sql: &str) {
    let status = Command::new("psql").args([&variable("LEAT_TEST_POSTGRES_URL"), "-qc", sql]).status();
    assert!(status.expect("psql starts").success(), "{sql}");
}

impl Place {
    /// Users live for `life`, and are renewed to `life_max` at most.
    fn with_users_of(life: &str, life_max: &str) -> Place {
        let home = tempfile::tempdir().unwrap();
        let mut place =
            Place { home, store: None, store_port: free_port(), midtier: None, hosts: Vec::new(), port: free_port() };
        place.start_store();
        let (database, owner) = place.make_database();
        place.set_up_store(&owner, life, life_max);
        place.write_configuration(&database);
        let log = std::fs::File::create(place.path("midtier.log")).unwrap();
        let mut command = Command::new(leat());
        command.args(["midtier", "--config"]).arg(place.path("midtier.toml"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        place.midtier = Some(command.spawn().expect("leat starts"));
        until("the midtier is ready", || place.status("/health/ready") == Some(200));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn start_store(&mut self) {
        let data = self.path("store");
        std::fs::create_dir_all(&data).unwrap();
        let log = std::fs::File::options().create(true).append(true).open(self.path("store.log")).unwrap();
        let mut command = Command::new(variable("LEAT_TEST_OPENBAO_PROGRAM"));
        command.args(["-address", &format!("127.0.0.1:{}", self.store_port), "-token", ROOT, "-data"]).arg(data);
        self.store =
            Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("OpenBao starts"));
        let health = format!("http://127.0.0.1:{}/v1/sys/health", self.store_port);
        let request = Request { method: "GET", url: &health, token: "", key: None, body: None, patience: ANSWER };
        until("the store is awake", || request.send().is_ok_and(|answered| answered.status == 200));
    }

    fn kill_store(&mut self) {
        let mut store = self.store.take().expect("it runs");
        store.kill().unwrap();
        store.wait().unwrap();
    }

    /// A request to the store by whoever keeps it.
    fn keep(&self, path: &str, body: Value) -> Value {
        let url = format!("http://127.0.0.1:{}/v1/{path}", self.store_port);
        let method = if body.is_null() { "GET" } else { "POST" };
        let answered = ask(method, &url, ROOT, Some(&body).filter(|body| !body.is_null()));
        assert!((200..300).contains(&answered.status), "{path}: {}", String::from_utf8_lossy(&answered.body));
        serde_json::from_slice(&answered.body).unwrap_or(Value::Null)
    }

    /// A database, and the role that owns what is in it.
    fn make_database(&self) -> (String, String) {
        static DATABASES: AtomicUsize = AtomicUsize::new(0);
        let database = format!("leat_bao_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::SeqCst));
        let owner = format!("{database}_owner");
        psql(&format!("CREATE ROLE {owner}"));
        psql(&format!("CREATE DATABASE {database} OWNER {owner}"));
        (database, owner)
    }

    fn set_up_store(&self, owner: &str, life: &str, life_max: &str) {
        self.keep("sys/mounts/database", json!({"type": "database"}));
        let connection = json!({
            "plugin_name": "postgresql-database-plugin",
            "allowed_roles": "leat",
            "connection_url": format!("{}?sslmode=disable", variable("LEAT_TEST_POSTGRES_URL")),
        });
        self.keep("database/config/leat", connection);
        // What docs/secrets.md says: whoever comes acts as the owner, so that what one user makes the next may use.
        let role = json!({
            "db_name": "leat",
            "creation_statements": [
                format!("CREATE ROLE \"{{{{name}}}}\" LOGIN PASSWORD '{{{{password}}}}' VALID UNTIL '{{{{expiration}}}}' IN ROLE {owner}"),
                format!("ALTER ROLE \"{{{{name}}}}\" SET ROLE {owner}"),
            ],
            "revocation_statements": [
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'",
                "DROP ROLE IF EXISTS \"{{name}}\"",
            ],
            "default_ttl": life,
            "max_ttl": life_max,
        });
        self.keep("database/roles/leat", role);
        self.keep("sys/mounts/rabbitmq", json!({"type": "rabbitmq"}));
        let api = variable("LEAT_TEST_RABBITMQ_API_URL");
        let (user, address) = api.trim_start_matches("http://").split_once('@').unwrap();
        let (user, password) = user.split_once(':').unwrap();
        let connection = json!({"connection_uri": format!("http://{address}"), "username": user, "password": password});
        self.keep("rabbitmq/config/connection", connection);
        // As docs/vault.md has it.
        let policy = [
            ("kv/data/risk/*", "\"read\""),
            ("sys/policies/acl/leat-grant-*", "\"create\", \"update\""),
            ("auth/token/create/leat-grants", "\"create\", \"update\""),
            ("auth/token/lookup-accessor", "\"create\", \"update\""),
            ("auth/token/renew-accessor", "\"create\", \"update\""),
            ("auth/token/revoke-accessor", "\"create\", \"update\""),
            ("sys/leases/renew", "\"create\", \"update\""),
            ("database/creds/leat", "\"read\""),
            ("rabbitmq/roles/leat-*", "\"create\", \"update\", \"delete\""),
            ("rabbitmq/creds/leat-*", "\"read\""),
        ];
        let path = |(path, may): (&str, &str)| format!("path \"{path}\" {{ capabilities = [{may}] }}\n");
        let policy: String = policy.into_iter().map(path).collect();
        self.keep("sys/policies/acl/leat-midtier", json!({"policy": policy}));
        let role = json!({"allowed_policies_glob": "leat-grant-*", "orphan": true, "renewable": true});
        self.keep("auth/token/roles/leat-grants", role);
        self.keep("sys/mounts/kv", json!({"type": "kv", "options": {"version": "2"}}));
        self.keep("kv/data/risk/warehouse", json!({"data": {"password": CANARY, "user": "other"}}));
        self.keep("sys/auth/approle", json!({"type": "approle"}));
        self.keep("auth/approle/role/leat", json!({"token_policies": "leat-midtier", "token_period": "1h"}));
        let secret_id = self.keep("auth/approle/role/leat/secret-id", json!({}));
        write_guarded(self.path("secret-id"), secret_id["data"]["secret_id"].as_str().unwrap());
    }

    fn write_configuration(&self, database: &str) {
        let role = self.keep("auth/approle/role/leat/role-id", Value::Null);
        let role_id = role["data"]["role_id"].as_str().unwrap();
        let url = variable("LEAT_TEST_POSTGRES_URL");
        let address = url.rsplit_once('@').unwrap().1.split('/').next().unwrap();
        write_guarded(self.path("url"), &format!("postgres://{address}/{database}"));
        let url = variable("LEAT_TEST_RABBITMQ_URL");
        write_guarded(self.path("broker"), &format!("amqp://{}", url.rsplit_once('@').unwrap().1));
        let digest = leat_bundle::Digest::of(ADMIN.as_bytes());
        let tokens: String = HOSTS.iter().fold(String::new(), |text, host| {
            let digest = leat_bundle::Digest::of(host_token(host).as_bytes());
            text + &format!("[[tokens]]\nrole = \"host\"\nname = \"{host}\"\nsha256 = \"{digest}\"\n")
        });
        let (here, port, store) = (self.home.path().display(), self.port, self.store_port);
        let text = format!(
            "name = \"m\"\nlisten = \"127.0.0.1:{port}\"\n\
             [secrets]\nkind = \"vault\"\naddress = \"http://127.0.0.1:{store}\"\nrole_id = \"{role_id}\"\n\
             secret_id_file = \"{here}/secret-id\"\ntimeout = \"3s\"\n\
             [store]\nkind = \"postgres\"\nurl_file = \"{here}/url\"\nvault = {{ mount = \"database\", role = \"leat\" }}\n\
             [broker]\nurl_file = \"{here}/broker\"\nvault = {{ mount = \"rabbitmq\" }}\n\
             [contents]\nkind = \"database\"\n[[tokens]]\nrole = \"admin\"\nname = \"ops\"\nsha256 = \"{digest}\"\n\
             {tokens}[playpens.ops]\nsecrets = [\"kv/risk/*\"]\n",
        );
        std::fs::write(self.path("midtier.toml"), text).unwrap();
    }

    /// Starts the agent of a host.
    fn start_host(&mut self, name: &str) {
        write_guarded(self.path(&format!("{name}.token")), &host_token(name));
        let cache = leat_tests::guests::target_directory().join("leat-test-cache");
        let (here, port) = (self.home.path().display(), self.port);
        let text = format!(
            "name = \"{name}\"\nmidtiers = [\"http://127.0.0.1:{port}\"]\ntoken_file = \"{here}/{name}.token\"\ndirectory = \"{here}/{name}\"\n\
             engine_cache = \"{}\"\ncpus = 1\nmemory = \"2 GiB\"\n",
            cache.display()
        );
        let file = self.path(&format!("{name}.toml"));
        std::fs::write(&file, text).unwrap();
        let log = std::fs::File::create(self.path(&format!("{name}.log"))).unwrap();
        let mut command = Command::new(leat());
        command.args(["host", "--config"]).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.hosts.push(command.spawn().expect("leat starts"));
    }

    /// Runs leat to its end, asking the midtier.
    #[track_caller]
    fn leat(&self, playpen: &Playpen, arguments: &[&str]) -> Ended {
        let mut command = playpen.command(arguments);
        command.env("LEAT_SERVER", format!("http://127.0.0.1:{}", self.port)).env("LEAT_TOKEN", ADMIN);
        wait(command.spawn().expect("leat starts"))
    }

    /// What a request is answered; nothing where nobody answers.
    fn status(&self, path: &str) -> Option<u16> {
        let url = format!("http://127.0.0.1:{}/api/v1{path}", self.port);
        let request = Request { method: "GET", url: &url, token: ADMIN, key: None, body: None, patience: ANSWER };
        request.send().ok().map(|answered| answered.status)
    }

    /// How many users of the broker the store has out for a run.
    fn broker_users(&self, run: &str) -> usize {
        let url = format!("http://127.0.0.1:{}/v1/sys/leases/lookup/rabbitmq/creds/?list=true", self.store_port);
        let listed = ask("GET", &url, ROOT, None);
        if listed.status == 404 {
            return 0;
        }
        let listed = listed.json();
        let roles = listed["data"]["keys"].as_array().expect("the store lists its leases");
        roles.iter().filter(|role| role.as_str().is_some_and(|role| role.starts_with(&format!("leat-{run}-")))).count()
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.path("midtier.log")).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let services = [self.midtier.take(), self.store.take()].into_iter().flatten();
        for mut child in self.hosts.drain(..).chain(services) {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            // Where the case failed before there was a midtier, it has said nothing; a second panic would take all other cases along.
            let said = std::fs::read_to_string(self.path("midtier.log")).unwrap_or_default();
            #[expect(clippy::print_stderr, reason = "whoever reads the results is to know what it said")]
            {
                eprintln!("{said}");
            }
        }
    }
}

fn host_token(name: &str) -> String {
    format!("token-of-{name}")
}

#[test]
fn users_of_the_database_change_under_load_without_a_request_that_fails() {
    let place = Place::with_users_of("3s", "6s");
    let over = AtomicBool::new(false);
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for path in ["/runs", "/health/ready", "/hosts", "/health/ready"] {
            let (place, over, answered) = (&place, &over, &answered);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let status = place.status(path);
                    if status == Some(429) {
                        // It asks faster than anybody may; what it waits for is counted by the users that change.
                        std::thread::sleep(Duration::from_millis(50));
                        continue;
                    }
                    if status != Some(200) {
                        over.store(true, Ordering::Relaxed);
                    }
                    assert_eq!(status, Some(200), "{path}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        until("there were five users", || {
            over.load(Ordering::Relaxed) || place.said().matches("used as another user").count() >= 4
        });
        over.store(true, Ordering::Relaxed);
    });
    assert!(answered.load(Ordering::Relaxed) > 100, "{answered:?}");
    let ready = ask("GET", &format!("http://127.0.0.1:{}/api/v1/health/ready", place.port), "", None).json();
    let names: Vec<&str> = ready["held"].as_array().unwrap().iter().filter_map(|held| held["name"].as_str()).collect();
    assert_eq!(names, ["database/creds/leat", "token"]);
    let metrics = ask("GET", &format!("http://127.0.0.1:{}/metrics", place.port), ADMIN, None);
    let metrics = String::from_utf8(metrics.body).unwrap();
    assert!(metrics.contains("leat_held_seconds_left{name=\"token\"}"), "{metrics}");
    assert!(!place.said().contains("postgres://"), "no URL is told: {}", place.said());
}

#[test]
fn a_midtier_whose_user_has_ended_is_not_ready_until_the_store_is_back() {
    let mut place = Place::with_users_of("9s", "600s");
    place.kill_store();
    let killed = Instant::now();
    until("the end is reported ahead", || place.said().contains("could not be renewed and ends in"));
    assert_eq!(place.status("/runs"), Some(200), "it is held to its end");
    until("the user has ended", || place.status("/health/ready") == Some(503));
    assert!(killed.elapsed() < ANSWER, "{:?}", killed.elapsed());
    assert_eq!(place.status("/health/live"), Some(200));
    place.start_store();
    until("all is well again", || place.status("/health/ready") == Some(200));
}

/// A process whose node is given the secret.
fn playpen() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("asks-secrets");
    playpen.file("playpen.toml", "name = \"case\"\n[secrets]\nallow = [\"kv/risk/*\"]\n");
    playpen.file(
        "p.strm",
        "name p\nsecret pg_password = \"kv/risk/warehouse#password\"\nin \"in/rows.csv\" -> rows\n\
         node asks(rows)(made) component=\"build/asks-secrets.wasm\" secrets=pg_password\nout made -> \"out.csv\"\n",
    );
    playpen.file("in/rows.csv", "id,x\n1,1.5\n2,2.5\n");
    playpen
}

#[test]
fn a_submitted_run_is_given_its_secret_by_a_token_of_its_own_that_is_revoked_at_its_end() {
    let mut place = Place::with_users_of("600s", "3600s");
    place.start_host("c1");
    let playpen = playpen();
    let submitted = place.leat(&playpen, &["submit", "p.strm", "--quiet"]).succeeds();
    let run = submitted.stdout.trim().to_owned();
    until("the run has succeeded", || {
        let ended = place.leat(&playpen, &["status", &run, "--format", "json"]).succeeds();
        let ended: Value = serde_json::from_str(&ended.stdout).expect("status prints JSON");
        assert!(ended["state"] != "failed", "{ended}");
        ended["state"] == "succeeded"
    });
    until("the grant is revoked", || place.said().contains("a grant of secrets is revoked"));
    place.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    let counters = &playpen.report("there")["nodes"][1]["counters"];
    assert_eq!(counters["secret_bytes"], CANARY.len(), "{counters}");
    for log in ["midtier.log", "c1.log"] {
        let said = std::fs::read_to_string(place.path(log)).unwrap();
        assert!(!said.contains(CANARY), "{said}");
    }
    place.kill_store();
    until("the store is found away", || {
        let refused = place.leat(&playpen, &["submit", "p.strm"]);
        refused.code != Some(0) && refused.stderr.contains("secret store unreachable")
    });
}

#[test]
fn a_divided_run_has_users_of_the_broker_of_its_own_that_are_gone_at_its_end() {
    let mut place = Place::with_users_of("600s", "3600s");
    HOSTS.iter().for_each(|host| place.start_host(host));
    let playpen = slow_and_last();
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let submit = ["submit", "p.strm", "--spread", "--quiet"];
    let run = place.leat(&playpen, &submit).succeeds().stdout.trim().to_owned();
    until("each of its hosts has one", || place.broker_users(&run) == 2);
    until("the run has succeeded", || {
        let ended = place.leat(&playpen, &["status", &run, "--format", "json"]).succeeds();
        let ended: Value = serde_json::from_str(&ended.stdout).expect("status prints JSON");
        assert!(ended["state"] != "failed", "{ended}");
        ended["state"] == "succeeded"
    });
    until("both are gone", || place.broker_users(&run) == 0);
    assert_eq!(place.said().matches("a user of the broker is revoked").count(), 2);
    place.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    assert_eq!(playpen.read("there/out.csv"), playpen.read("here/out.csv"));
    for log in ["midtier.log", "c1.log", "c2.log"] {
        let said = std::fs::read_to_string(place.path(log)).unwrap();
        assert!(!said.contains("amqp://"), "no URL is told: {said}");
    }
    place.kill_store();
    until("the store is found away", || {
        let refused = place.leat(&playpen, &submit);
        refused.code != Some(0) && refused.stderr.contains("secret store unreachable")
    });
}
