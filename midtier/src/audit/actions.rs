//! What of the API is written down, and by which name: every endpoint and call stands here, with its action or with the reason why it
//! has none. A test compares it with the tables of permissions.
//!
//! Names of actions are stable: people filter by them for years. What is refused for want of a permission is written down of every
//! endpoint, whatever stands here.

use crate::permissions::Endpoint;

/// What is written down where an endpoint was used.
#[derive(Clone, Copy, Debug)]
pub enum Audited {
    /// This.
    As(Action),
    /// Nothing, for this reason.
    Not(&'static str),
}

/// An action.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// Its stable name.
    pub name: &'static str,
    /// What the variable parts of the endpoint's path are, in their order.
    pub(crate) words: &'static [&'static str],
    /// Whether hosts do it too often to be told of: what they do for runs follows from the runs.
    pub(crate) of_people: bool,
}

const WATCHED: &str = "asked every few seconds by what watches the service; tells no names";
const LOOKED_AT: &str = "looks at what is there, and is asked again and again";
const NAMELESS: &str = "a content means nothing until a bundle, a risk object or an output names it by its digest, and that is written down";

const BEGINS: &str = "begins a login; its end is written down";

const fn action(name: &'static str, words: &'static [&'static str]) -> Audited {
    Audited::As(Action { name, words, of_people: false })
}

const fn of_people(name: &'static str, words: &'static [&'static str]) -> Audited {
    Audited::As(Action { name, words, of_people: true })
}

/// An endpoint's or call's line: method, path as the router has it, and what is written down.
pub type AuditedLine = (&'static str, &'static str, Audited);

/// The endpoints of REST.
pub const AUDITED_ENDPOINTS: &[AuditedLine] = &[
    ("GET", "/metrics", Audited::Not(WATCHED)),
    ("GET", "/api/v1/version", Audited::Not(WATCHED)),
    ("GET", "/api/v1/health/live", Audited::Not(WATCHED)),
    ("GET", "/api/v1/health/ready", Audited::Not(WATCHED)),
    ("GET", "/api/v1/openapi.json", Audited::Not("the same for everyone")),
    ("POST", "/api/v1/blobs/missing", Audited::Not(NAMELESS)),
    ("PUT", "/api/v1/blobs/{digest}", Audited::Not(NAMELESS)),
    ("PATCH", "/api/v1/blobs/{digest}", Audited::Not(NAMELESS)),
    ("GET", "/api/v1/blobs/{digest}", of_people("content.read", &["content"])),
    ("POST", "/api/v1/bundles", action("bundle.put", &[])),
    ("GET", "/api/v1/bundles/{digest}", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/processes", Audited::Not(LOOKED_AT)),
    ("POST", "/api/v1/runs", action("run.submit", &[])),
    ("GET", "/api/v1/runs", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/runs/{id}", Audited::Not(LOOKED_AT)),
    ("POST", "/api/v1/runs/{id}/cancel", action("run.cancel", &["run"])),
    ("POST", "/api/v1/runs/{id}/pause", action("run.pause", &["run"])),
    ("POST", "/api/v1/runs/{id}/resume", action("run.resume", &["run"])),
    ("POST", "/api/v1/runs/{id}/retry", action("run.retry", &["run"])),
    ("GET", "/api/v1/runs/{id}/events", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/runs/{id}/logs", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/runs/{id}/logs/{node}", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/runs/{id}/report", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/runs/{id}/outputs", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/runs/{id}/outputs/{*path}", action("output.read", &["run", "output"])),
    ("GET", "/api/v1/events", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/hosts", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/hosts/{id}", Audited::Not(LOOKED_AT)),
    ("POST", "/api/v1/hosts/{id}/drain", action("host.drain", &["host"])),
    ("POST", "/api/v1/hosts/{id}/power", action("host.power", &["host"])),
    ("POST", "/api/v1/hosts/{id}/keep-on", action("host.keep-on", &["host"])),
    ("GET", "/api/v1/accounts", Audited::Not(LOOKED_AT)),
    ("POST", "/api/v1/accounts", action("account.create", &[])),
    ("GET", "/api/v1/accounts/{name}", Audited::Not(LOOKED_AT)),
    ("PATCH", "/api/v1/accounts/{name}", action("account.change", &["account"])),
    ("GET", "/api/v1/roles", Audited::Not(LOOKED_AT)),
    ("POST", "/api/v1/roles", action("role.create", &[])),
    ("DELETE", "/api/v1/roles/{name}", action("role.remove", &["role"])),
    ("POST", "/api/v1/roles/{name}/grant", action("role.grant", &["role"])),
    ("POST", "/api/v1/roles/{name}/revoke", action("role.revoke", &["role"])),
    ("GET", "/api/v1/whoami", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/tokens", Audited::Not(LOOKED_AT)),
    ("POST", "/api/v1/tokens", action("token.create", &[])),
    ("POST", "/api/v1/tokens/{id}/revoke", action("token.revoke", &["token"])),
    ("GET", "/login", Audited::Not("shows how somebody can log in")),
    ("GET", "/login/{provider}", Audited::Not(BEGINS)),
    ("GET", "/login/{provider}/callback", action("login", &["provider"])),
    ("POST", "/login/{provider}/allow", Audited::Not("the token that a program fetches then is written down")),
    ("POST", "/logout", action("logout", &[])),
    ("GET", "/api/v1/login", Audited::Not("shows how somebody can log in")),
    ("POST", "/api/v1/login/token", action("login.token", &[])),
    ("POST", "/api/v1/login/device", Audited::Not(BEGINS)),
    ("POST", "/api/v1/login/device/token", action("login.device", &[])),
    ("GET", "/api/v1/risk", Audited::Not(LOOKED_AT)),
    ("PUT", "/api/v1/risk/{name}", action("risk.put", &["risk"])),
    ("GET", "/api/v1/risk/{name}", Audited::Not(LOOKED_AT)),
    ("GET", "/api/v1/risk/{name}/content", action("risk.read", &["risk"])),
    ("GET", "/api/v1/audit", action("audit.read", &[])),
    ("GET", "/api/v1/audit/export", action("audit.export", &[])),
    ("GET", "/api/v1/audit/verify", action("audit.verify", &[])),
];

/// The calls of gRPC. What they are on is in their first message; see `grpc/first.rs`. Sessions of agents are written down where they
/// begin and end (`audit/sessions.rs`).
pub const AUDITED_CALLS: &[AuditedLine] = &[
    ("POST", "/grpc.health.v1.Health/Check", Audited::Not(WATCHED)),
    ("POST", "/grpc.health.v1.Health/List", Audited::Not(WATCHED)),
    ("POST", "/grpc.health.v1.Health/Watch", Audited::Not(WATCHED)),
    ("POST", "/leat.api.v1.Runs/Submit", action("run.submit", &["bundle"])),
    ("POST", "/leat.api.v1.Runs/Get", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Runs/List", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Runs/Cancel", action("run.cancel", &["run"])),
    ("POST", "/leat.api.v1.Runs/Pause", action("run.pause", &["run"])),
    ("POST", "/leat.api.v1.Runs/Resume", action("run.resume", &["run"])),
    ("POST", "/leat.api.v1.Runs/Retry", action("run.retry", &["run"])),
    ("POST", "/leat.api.v1.Runs/Events", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Runs/LoggedNodes", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Runs/Logs", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Runs/Facts", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Runs/Outputs", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.Processes/List", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.RiskObjects/List", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.RiskObjects/Versions", Audited::Not(LOOKED_AT)),
    ("POST", "/leat.api.v1.RiskObjects/Get", action("risk.read", &["risk"])),
    ("POST", "/leat.api.v1.RiskObjects/Put", action("risk.put", &["risk"])),
];

/// What is written down of an endpoint or call; nothing where nothing is.
pub(crate) fn action_of(endpoint: &Endpoint) -> Option<&'static Action> {
    let lines = AUDITED_ENDPOINTS.iter().chain(AUDITED_CALLS);
    let mut audited = lines.filter(|(method, path, _)| (*method, *path) == (endpoint.method, endpoint.path));
    match audited.next() {
        Some((_, _, Audited::As(action))) => Some(action),
        _ => None,
    }
}

impl Action {
    /// What a request is on, by its path: `run 0199… output values.csv`.
    pub(crate) fn on(&self, template: &str, path: &str) -> String {
        let mut said = Vec::new();
        let mut words = self.words.iter();
        let mut steps = path.split('/');
        for part in template.split('/') {
            let step = if part.starts_with("{*") {
                steps.by_ref().collect::<Vec<_>>().join("/")
            } else {
                steps.next().unwrap_or_default().to_owned()
            };
            if let Some(word) = part.starts_with('{').then(|| words.next()).flatten() {
                said.push(format!("{word} {}", unescaped(&step)));
            }
        }
        said.join(" ")
    }
}

/// A step of a path as it was meant: `%20` is a blank. What is no text there becomes `\u{fffd}`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match byte.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::{CALLS, Demand, ENDPOINTS};

    #[test]
    fn every_endpoint_and_call_is_written_down_or_has_a_reason() {
        let of = |table: &[Endpoint]| table.iter().map(|one| (one.method, one.path)).collect::<Vec<_>>();
        let audited = |table: &[AuditedLine]| table.iter().map(|line| (line.0, line.1)).collect::<Vec<_>>();
        for (table, lines) in [(ENDPOINTS, AUDITED_ENDPOINTS), (CALLS, AUDITED_CALLS)] {
            let (mut table, mut lines) = (of(table), audited(lines));
            table.sort_unstable();
            lines.sort_unstable();
            assert_eq!(table, lines);
        }
    }

    #[test]
    fn whatever_changes_something_is_written_down_and_nothing_open_is() {
        for endpoint in ENDPOINTS.iter().chain(CALLS) {
            let is_audited = action_of(endpoint).is_some();
            assert!(!is_audited || endpoint.demand != Demand::Open, "{endpoint:?}");
            let is_login = endpoint.demand == Demand::Login;
            let changes = endpoint.method != "GET"
                && !endpoint.path.starts_with("/leat.")
                && !endpoint.path.starts_with("/grpc.");
            assert!(!changes || is_audited || is_login || endpoint.path.contains("/blobs/"), "{endpoint:?}");
        }
    }

    #[test]
    fn a_path_has_a_word_for_each_variable_part() {
        for (_, path, audited) in AUDITED_ENDPOINTS {
            if let Audited::As(action) = audited {
                assert_eq!(action.words.len(), path.matches('{').count(), "{path}");
            }
        }
    }

    #[test]
    fn what_a_request_is_on_is_told_with_its_names() {
        let on = |path: &str, asked: &str| {
            let found = AUDITED_ENDPOINTS.iter().find(|line| line.1 == path);
            let Some((_, _, Audited::As(action))) = found else { panic!("{path}") };
            action.on(path, asked)
        };
        assert_eq!(on("/api/v1/runs/{id}/cancel", "/api/v1/runs/r%201/cancel"), "run r 1");
        let path = "/api/v1/runs/{id}/outputs/{*path}";
        assert_eq!(on(path, "/api/v1/runs/r1/outputs/a/b%2Fc%zz%f.csv"), "run r1 output a/b/c%zz%f.csv");
        assert_eq!(on(path, "/api/v1/runs/r1/outputs/%ff%0a"), "run r1 output \u{fffd}\n");
        assert_eq!(on("/api/v1/runs", "/api/v1/runs"), "");
    }
}
