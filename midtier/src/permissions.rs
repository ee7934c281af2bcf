//! Every endpoint with what it asks of its caller: one table for REST, one for gRPC. An endpoint that is in neither answers
//! nobody.

use crate::identity::Role;

/// Who may use an endpoint. What of it they see is decided where it is read: a user sees the runs of their group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Everyone, without a token: it tells no names and no contents.
    Open,
    /// Whoever has a token, hosts too.
    Anyone,
    /// People, and the programs that act for them.
    People,
    /// Those who run the installation.
    Operators,
}

impl Permission {
    /// Whether a caller of this role has it.
    pub fn is_given_to(self, role: &Role) -> bool {
        match (self, role) {
            (Permission::Open | Permission::Anyone, _) | (_, Role::Admin) => true,
            (Permission::People, Role::User) => true,
            (Permission::People | Permission::Operators, _) => false,
        }
    }
}

/// How long the answer to a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As long as any request.
    Quick,
    /// As long as contents go on coming or going; see [`Config::idle_timeout`](crate::Config::idle_timeout).
    Transfer,
}

/// An endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// `GET` stands for `HEAD` too; calls of gRPC are all `POST`.
    pub method: &'static str,
    /// As the router has it.
    pub path: &'static str,
    /// Who may use it.
    pub permission: Permission,
    pub(crate) pace: Pace,
}

const fn quick(method: &'static str, path: &'static str, permission: Permission) -> Endpoint {
    Endpoint { method, path, permission, pace: Pace::Quick }
}

const fn transfer(method: &'static str, path: &'static str, permission: Permission) -> Endpoint {
    Endpoint { method, path, permission, pace: Pace::Transfer }
}

/// Every endpoint of the REST API. A test compares it with the API's description.
pub const ENDPOINTS: &[Endpoint] = &[
    quick("GET", "/metrics", Permission::Open),
    quick("GET", "/api/v1/version", Permission::Open),
    quick("GET", "/api/v1/health/live", Permission::Open),
    quick("GET", "/api/v1/health/ready", Permission::Open),
    quick("GET", "/api/v1/openapi.json", Permission::Open),
    quick("POST", "/api/v1/blobs/missing", Permission::Anyone),
    transfer("PUT", "/api/v1/blobs/{digest}", Permission::Anyone),
    transfer("PATCH", "/api/v1/blobs/{digest}", Permission::Anyone),
    transfer("GET", "/api/v1/blobs/{digest}", Permission::Anyone),
    quick("POST", "/api/v1/bundles", Permission::People),
    quick("GET", "/api/v1/bundles/{digest}", Permission::Anyone),
    quick("GET", "/api/v1/processes", Permission::People),
    quick("POST", "/api/v1/runs", Permission::People),
    quick("GET", "/api/v1/runs", Permission::People),
    quick("GET", "/api/v1/runs/{id}", Permission::People),
    quick("POST", "/api/v1/runs/{id}/cancel", Permission::People),
    quick("POST", "/api/v1/runs/{id}/pause", Permission::People),
    quick("POST", "/api/v1/runs/{id}/resume", Permission::People),
    quick("POST", "/api/v1/runs/{id}/retry", Permission::People),
    quick("GET", "/api/v1/runs/{id}/events", Permission::People),
    quick("GET", "/api/v1/runs/{id}/logs", Permission::People),
    quick("GET", "/api/v1/runs/{id}/logs/{node}", Permission::People),
    quick("GET", "/api/v1/runs/{id}/report", Permission::People),
    quick("GET", "/api/v1/runs/{id}/outputs", Permission::People),
    transfer("GET", "/api/v1/runs/{id}/outputs/{*path}", Permission::People),
    quick("GET", "/api/v1/events", Permission::People),
    quick("GET", "/api/v1/hosts", Permission::People),
    quick("GET", "/api/v1/hosts/{id}", Permission::People),
    quick("POST", "/api/v1/hosts/{id}/drain", Permission::Operators),
    quick("POST", "/api/v1/hosts/{id}/power", Permission::Operators),
    quick("POST", "/api/v1/hosts/{id}/keep-on", Permission::Operators),
    quick("GET", "/api/v1/risk", Permission::People),
    transfer("PUT", "/api/v1/risk/{name}", Permission::People),
    quick("GET", "/api/v1/risk/{name}", Permission::People),
    transfer("GET", "/api/v1/risk/{name}/content", Permission::People),
    quick("GET", "/api/v1/audit", Permission::Operators),
    transfer("GET", "/api/v1/audit/export", Permission::Operators),
    transfer("GET", "/api/v1/audit/verify", Permission::Operators),
];

const fn call(path: &'static str, permission: Permission) -> Endpoint {
    quick("POST", path, permission)
}

/// Every call of gRPC by programs; a stream's pace is that of its beginning. Sessions of agents are no part of it: who may
/// speak for which host is known with their first report. A test compares it with the protocol.
pub const CALLS: &[Endpoint] = &[
    call("/grpc.health.v1.Health/Check", Permission::Open),
    call("/grpc.health.v1.Health/List", Permission::Open),
    call("/grpc.health.v1.Health/Watch", Permission::Open),
    call("/leat.api.v1.Runs/Submit", Permission::People),
    call("/leat.api.v1.Runs/Get", Permission::People),
    call("/leat.api.v1.Runs/List", Permission::People),
    call("/leat.api.v1.Runs/Cancel", Permission::People),
    call("/leat.api.v1.Runs/Pause", Permission::People),
    call("/leat.api.v1.Runs/Resume", Permission::People),
    call("/leat.api.v1.Runs/Retry", Permission::People),
    call("/leat.api.v1.Runs/Events", Permission::People),
    call("/leat.api.v1.Runs/LoggedNodes", Permission::People),
    call("/leat.api.v1.Runs/Logs", Permission::People),
    call("/leat.api.v1.Runs/Facts", Permission::People),
    call("/leat.api.v1.Runs/Outputs", Permission::People),
    call("/leat.api.v1.Processes/List", Permission::People),
    call("/leat.api.v1.RiskObjects/List", Permission::People),
    call("/leat.api.v1.RiskObjects/Versions", Permission::People),
    transfer("POST", "/leat.api.v1.RiskObjects/Get", Permission::People),
    transfer("POST", "/leat.api.v1.RiskObjects/Put", Permission::People),
];

/// The endpoint of a call, by its path.
pub(crate) fn endpoint_of_call(path: &str) -> Option<&'static Endpoint> {
    CALLS.iter().find(|call| call.path == path)
}

/// The endpoint of a request, by the path that the router has matched.
pub(crate) fn endpoint(method: &str, path: &str) -> Option<&'static Endpoint> {
    let method = if method == "HEAD" { "GET" } else { method };
    ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.path == path)
}

/// The methods that a path has.
pub(crate) fn methods(path: &str) -> Vec<&'static str> {
    ENDPOINTS.iter().filter(|endpoint| endpoint.path == path).map(|endpoint| endpoint.method).collect()
}

#[cfg(test)]
mod tests {
    use leat_scheduler::model::HostId;

    use super::*;

    #[test]
    fn a_host_may_use_contents_and_nothing_else() {
        let host = Role::Host(HostId::parse("c1").unwrap());
        for endpoint in ENDPOINTS.iter().chain(CALLS) {
            let of_contents = endpoint.path.contains("/blobs/") || endpoint.path == "/api/v1/bundles/{digest}";
            let given = endpoint.permission.is_given_to(&host);
            assert_eq!(given, of_contents || endpoint.permission == Permission::Open, "{endpoint:?}");
        }
    }

    #[test]
    fn whatever_changes_a_host_is_for_operators() {
        for endpoint in ENDPOINTS.iter().filter(|e| e.path.contains("/hosts") && e.method != "GET") {
            assert!(!endpoint.permission.is_given_to(&Role::User) && endpoint.permission.is_given_to(&Role::Admin));
        }
    }

    #[test]
    fn no_endpoint_stands_twice() {
        let all: Vec<_> = ENDPOINTS.iter().chain(CALLS).map(|endpoint| (endpoint.method, endpoint.path)).collect();
        for (place, one) in all.iter().enumerate() {
            assert!(!all[..place].contains(one), "{one:?}");
        }
    }
}
