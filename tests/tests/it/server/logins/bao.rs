//! OpenBao as a provider of logins with one person, and before it a door that has the page which OpenBao's own web pages would be.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use leat_tests::http::ask;
use leat_tests::installation::variable;
use serde_json::{Value, json};

/// The provider, as `leat midtier` is told of it.
pub(super) struct Bao {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) scope: String,
    pub(super) account: String,
}

impl Bao {
    /// A provider that sends browsers back to this address.
    pub(super) fn new(redirect: &str) -> Self {
        let (url, root) = (variable("LEAT_TEST_OPENBAO_URL"), variable("LEAT_TEST_OPENBAO_TOKEN"));
        let door = door(url.clone());
        let name = format!("browser-{}-{}", std::process::id(), door.rsplit(':').next().unwrap());
        let put = |path: &str, body: Value| {
            let told = ask("POST", &format!("{url}/v1/{path}"), &root, Some(&body));
            let text = String::from_utf8_lossy(&told.body).into_owned();
            assert!((200..300).contains(&told.status), "{path}: {} {text}", told.status);
            serde_json::from_str::<Value>(&text).unwrap_or_default()
        };
        put(&format!("sys/auth/{name}"), json!({ "type": "userpass" }));
        let policy = "path \"identity/oidc/provider/+/authorize\" { capabilities = [\"read\", \"update\"] }";
        put(&format!("sys/policy/{name}"), json!({ "policy": policy }));
        put(&format!("auth/{name}/users/ada"), json!({ "password": "correct horse", "token_policies": [name] }));
        let mounts = ask("GET", &format!("{url}/v1/sys/auth"), &root, None).json();
        let account = format!("ada-{name}");
        let entity = put("identity/entity", json!({ "name": account }))["data"]["id"].clone();
        let accessor = &mounts[format!("{name}/")]["accessor"];
        put("identity/entity-alias", json!({ "name": "ada", "canonical_id": entity, "mount_accessor": accessor }));
        let at = |kind: &str| format!("identity/oidc/{kind}/{name}");
        put(&at("assignment"), json!({ "entity_ids": [entity], "group_ids": [] }));
        put(&at("key"), json!({ "allowed_client_ids": ["*"], "algorithm": "ES256" }));
        put(&at("client"), json!({ "redirect_uris": [redirect], "assignments": [name], "key": name }));
        put(&at("scope"), json!({ "template": r#"{ "preferred_username": {{identity.entity.name}} }"# }));
        let client = ask("GET", &format!("{url}/v1/{}", at("client")), &root, None).json()["data"].clone();
        let provider =
            json!({ "issuer": door, "allowed_client_ids": [client["client_id"]], "scopes_supported": [name] });
        put(&at("provider"), provider);
        let text = |key: &str| client[key].as_str().unwrap().to_owned();
        Bao {
            issuer: format!("{door}/v1/identity/oidc/provider/{name}"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            scope: name,
            account,
        }
    }
}

/// Where somebody gives their password: it logs in with OpenBao's own API, and goes back with the code.
const PAGE: &str = r#"<!doctype html><meta charset=utf-8><title>OpenBao</title>
<form id=form><input id=password type=password><button id=enter>Sign in</button></form><p id=said></p>
<script>
document.getElementById('form').onsubmit = async event => {
  event.preventDefault();
  const name = location.pathname.split('/').at(-2), query = new URLSearchParams(location.search);
  const login = await fetch(`/v1/auth/${name}/login/ada`, { method: 'POST', body: JSON.stringify({ password: document.getElementById('password').value }) });
  if (!login.ok) { document.getElementById('said').textContent = 'wrong password'; return; }
  const token = (await login.json()).auth.client_token;
  const asked = await fetch(`/v1/identity/oidc/provider/${name}/authorize?${query}`, { headers: { 'X-Vault-Token': token } });
  const told = await asked.json();
  const back = new URL(query.get('redirect_uri'));
  back.searchParams.set('code', told.code);
  back.searchParams.set('state', told.state);
  location.href = back;
};
</script>"#;

/// A door to OpenBao, which hands on all but the page; it stands until the case's process ends.
fn door(to: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let to = to.strip_prefix("http://").unwrap().to_owned();
            std::thread::spawn(move || drop(serve(stream, &to)));
        }
    });
    format!("http://{address}")
}

fn serve(mut stream: TcpStream, to: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length, mut line) = (String::new(), 0, String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let lower = line.trim_end().to_ascii_lowercase();
        if let Some(said) = lower.strip_prefix("content-length: ") {
            length = said.parse().unwrap_or(0);
        }
        if !lower.starts_with("connection:") {
            head += &line;
        }
        if lower.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if head.starts_with("GET /ui/") {
        let length = PAGE.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{PAGE}"
        )?;
        return Ok(());
    }
    let mut onwards = TcpStream::connect(to)?;
    let head = head.trim_end().to_owned() + "\r\nconnection: close\r\n\r\n";
    onwards.write_all(head.as_bytes())?;
    onwards.write_all(&body)?;
    std::io::copy(&mut onwards, &mut stream)?;
    Ok(())
}
