//! Every endpoint with what it asks of its caller: one table for REST, one for gRPC. An endpoint that is in neither answers
//! nobody.

use crate::access::Permission;
use crate::identity::{By, Caller};

/// What an endpoint asks of its caller. What of it they see is decided where it is read: by the playpen of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Nothing, not even a token: it tells no names and no contents.
    Open,
    /// Nothing, since whoever logs in has nothing to show yet; but each address can ask only so often.
    Login,
    /// A token of whatever kind, a host's too.
    Identified,
    /// A token of anyone but a host.
    Person,
    /// A host's token, or whatever contents are brought for: the permission to submit runs or to put risk objects.
    Contents,
    /// This permission; where it is of playpens, in any of them.
    Of(Permission),
}

impl Demand {
    /// Whether it is asked of callers who have no token.
    pub fn is_of_strangers(self) -> bool {
        matches!(self, Demand::Open | Demand::Login)
    }

    /// Whether a caller meets it.
    pub fn is_met_by(self, caller: &Caller) -> bool {
        let is_host = matches!(caller.by, By::Host(_));
        match self {
            Demand::Open | Demand::Login | Demand::Identified => true,
            Demand::Person => !is_host,
            Demand::Contents => is_host || CONTENTS.iter().any(|permission| caller.rights.may_somewhere(*permission)),
            Demand::Of(permission) => caller.rights.may_somewhere(permission),
        }
    }

    /// What is demanded, for a person.
    pub(crate) fn said(self) -> String {
        match self {
            Demand::Open | Demand::Login => "nothing".to_owned(),
            Demand::Identified => "a token".to_owned(),
            Demand::Person => "the token of a person or program, and no host's".to_owned(),
            Demand::Contents => {
                let names: Vec<&str> = CONTENTS.iter().map(|permission| permission.name()).collect();
                format!("the permission {}", names.join(" or "))
            }
            Demand::Of(permission) => format!("the permission {}", permission.name()),
        }
    }
}

/// What contents are brought for.
const CONTENTS: [Permission; 2] = [Permission::RunsSubmit, Permission::RiskWrite];

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
    /// What it asks of its caller.
    pub demand: Demand,
    pub(crate) pace: Pace,
}

const fn quick(method: &'static str, path: &'static str, demand: Demand) -> Endpoint {
    Endpoint { method, path, demand, pace: Pace::Quick }
}

const fn transfer(method: &'static str, path: &'static str, demand: Demand) -> Endpoint {
    Endpoint { method, path, demand, pace: Pace::Transfer }
}

/// Where providers send browsers back to, with whatever they like in the query.
pub(crate) const CALLBACK: &str = "/login/{provider}/callback";

/// Every endpoint of the REST API. A test compares it with the API's description.
pub const ENDPOINTS: &[Endpoint] = &[
    quick("GET", "/metrics", Demand::Open),
    quick("GET", "/api/v1/version", Demand::Open),
    quick("GET", "/api/v1/health/live", Demand::Open),
    quick("GET", "/api/v1/health/ready", Demand::Open),
    quick("GET", "/api/v1/openapi.json", Demand::Open),
    quick("POST", "/api/v1/blobs/missing", Demand::Contents),
    transfer("PUT", "/api/v1/blobs/{digest}", Demand::Contents),
    transfer("PATCH", "/api/v1/blobs/{digest}", Demand::Contents),
    transfer("GET", "/api/v1/blobs/{digest}", Demand::Contents),
    quick("POST", "/api/v1/bundles", Demand::Of(Permission::RunsSubmit)),
    quick("GET", "/api/v1/bundles/{digest}", Demand::Contents),
    quick("GET", "/api/v1/processes", Demand::Of(Permission::RunsRead)),
    quick("POST", "/api/v1/runs", Demand::Of(Permission::RunsSubmit)),
    quick("GET", "/api/v1/runs", Demand::Of(Permission::RunsRead)),
    quick("GET", "/api/v1/runs/{id}", Demand::Of(Permission::RunsRead)),
    quick("POST", "/api/v1/runs/{id}/cancel", Demand::Of(Permission::RunsControl)),
    quick("POST", "/api/v1/runs/{id}/pause", Demand::Of(Permission::RunsControl)),
    quick("POST", "/api/v1/runs/{id}/resume", Demand::Of(Permission::RunsControl)),
    quick("POST", "/api/v1/runs/{id}/retry", Demand::Of(Permission::RunsSubmit)),
    quick("GET", "/api/v1/runs/{id}/events", Demand::Of(Permission::RunsRead)),
    quick("GET", "/api/v1/runs/{id}/logs", Demand::Of(Permission::RunsRead)),
    quick("GET", "/api/v1/runs/{id}/logs/{node}", Demand::Of(Permission::RunsRead)),
    quick("GET", "/api/v1/runs/{id}/report", Demand::Of(Permission::RunsRead)),
    quick("GET", "/api/v1/runs/{id}/outputs", Demand::Of(Permission::OutputsRead)),
    transfer("GET", "/api/v1/runs/{id}/outputs/{*path}", Demand::Of(Permission::OutputsRead)),
    quick("GET", "/api/v1/events", Demand::Of(Permission::RunsRead)),
    quick("GET", "/api/v1/hosts", Demand::Of(Permission::HostsRead)),
    quick("GET", "/api/v1/hosts/{id}", Demand::Of(Permission::HostsRead)),
    quick("POST", "/api/v1/hosts/{id}/drain", Demand::Of(Permission::HostsControl)),
    quick("POST", "/api/v1/hosts/{id}/power", Demand::Of(Permission::HostsControl)),
    quick("POST", "/api/v1/hosts/{id}/keep-on", Demand::Of(Permission::HostsControl)),
    quick("GET", "/api/v1/accounts", Demand::Of(Permission::AccountsRead)),
    quick("POST", "/api/v1/accounts", Demand::Of(Permission::AccountsManage)),
    quick("GET", "/api/v1/accounts/{name}", Demand::Of(Permission::AccountsRead)),
    quick("PATCH", "/api/v1/accounts/{name}", Demand::Of(Permission::AccountsManage)),
    quick("GET", "/api/v1/roles", Demand::Of(Permission::AccountsRead)),
    quick("POST", "/api/v1/roles", Demand::Of(Permission::RolesManage)),
    quick("DELETE", "/api/v1/roles/{name}", Demand::Of(Permission::RolesManage)),
    quick("POST", "/api/v1/roles/{name}/grant", Demand::Of(Permission::RolesManage)),
    quick("POST", "/api/v1/roles/{name}/revoke", Demand::Of(Permission::RolesManage)),
    quick("GET", "/api/v1/whoami", Demand::Identified),
    quick("GET", "/api/v1/tokens", Demand::Person),
    quick("POST", "/api/v1/tokens", Demand::Person),
    quick("POST", "/api/v1/tokens/{id}/revoke", Demand::Person),
    quick("GET", "/login", Demand::Login),
    quick("GET", "/login/{provider}", Demand::Login),
    quick("GET", CALLBACK, Demand::Login),
    quick("POST", "/login/{provider}/allow", Demand::Login),
    quick("POST", "/logout", Demand::Person),
    quick("GET", "/api/v1/login", Demand::Login),
    quick("POST", "/api/v1/login/token", Demand::Login),
    quick("POST", "/api/v1/login/device", Demand::Login),
    quick("POST", "/api/v1/login/device/token", Demand::Login),
    quick("GET", "/api/v1/risk", Demand::Of(Permission::RiskRead)),
    transfer("PUT", "/api/v1/risk/{name}", Demand::Of(Permission::RiskWrite)),
    quick("GET", "/api/v1/risk/{name}", Demand::Of(Permission::RiskRead)),
    transfer("GET", "/api/v1/risk/{name}/content", Demand::Of(Permission::RiskRead)),
    quick("GET", "/api/v1/audit", Demand::Of(Permission::AuditRead)),
    transfer("GET", "/api/v1/audit/export", Demand::Of(Permission::AuditRead)),
    transfer("GET", "/api/v1/audit/verify", Demand::Of(Permission::AuditRead)),
];

const fn call(path: &'static str, demand: Demand) -> Endpoint {
    quick("POST", path, demand)
}

/// Every call of gRPC by programs; a stream's pace is that of its beginning. Sessions of agents are no part of it: who may
/// speak for which host is known with their first report. A test compares it with the protocol.
pub const CALLS: &[Endpoint] = &[
    call("/grpc.health.v1.Health/Check", Demand::Open),
    call("/grpc.health.v1.Health/List", Demand::Open),
    call("/grpc.health.v1.Health/Watch", Demand::Open),
    call("/leat.api.v1.Runs/Submit", Demand::Of(Permission::RunsSubmit)),
    call("/leat.api.v1.Runs/Get", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.Runs/List", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.Runs/Cancel", Demand::Of(Permission::RunsControl)),
    call("/leat.api.v1.Runs/Pause", Demand::Of(Permission::RunsControl)),
    call("/leat.api.v1.Runs/Resume", Demand::Of(Permission::RunsControl)),
    call("/leat.api.v1.Runs/Retry", Demand::Of(Permission::RunsSubmit)),
    call("/leat.api.v1.Runs/Events", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.Runs/LoggedNodes", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.Runs/Logs", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.Runs/Facts", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.Runs/Outputs", Demand::Of(Permission::OutputsRead)),
    call("/leat.api.v1.Processes/List", Demand::Of(Permission::RunsRead)),
    call("/leat.api.v1.RiskObjects/List", Demand::Of(Permission::RiskRead)),
    call("/leat.api.v1.RiskObjects/Versions", Demand::Of(Permission::RiskRead)),
    transfer("POST", "/leat.api.v1.RiskObjects/Get", Demand::Of(Permission::RiskRead)),
    transfer("POST", "/leat.api.v1.RiskObjects/Put", Demand::Of(Permission::RiskWrite)),
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
        let host = Caller::host(HostId::parse("c1").unwrap());
        for endpoint in ENDPOINTS.iter().chain(CALLS) {
            let of_contents = endpoint.path.contains("/blobs/") || endpoint.path == "/api/v1/bundles/{digest}";
            let is_free = endpoint.demand.is_of_strangers() || endpoint.demand == Demand::Identified;
            assert_eq!(endpoint.demand.is_met_by(&host), of_contents || is_free, "{endpoint:?}");
        }
    }

    #[test]
    fn whatever_changes_something_asks_for_more_than_to_read() {
        let reading = [Permission::RunsRead, Permission::OutputsRead, Permission::RiskRead, Permission::HostsRead];
        let is_reading = |demand| reading.iter().any(|permission| demand == Demand::Of(*permission));
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method != "GET") {
            assert!(!is_reading(endpoint.demand) && endpoint.demand != Demand::Open, "{endpoint:?}");
        }
    }

    #[test]
    fn an_administrator_meets_every_demand_and_who_has_no_role_hardly_any() {
        let (root, nobody) = (Caller::administrator("root", "ops"), Caller::nobody("eve"));
        for endpoint in ENDPOINTS.iter().chain(CALLS) {
            assert!(endpoint.demand.is_met_by(&root), "{endpoint:?}");
            let of_anyone = matches!(endpoint.demand, Demand::Identified | Demand::Person);
            let is_free = endpoint.demand.is_of_strangers() || of_anyone;
            assert_eq!(endpoint.demand.is_met_by(&nobody), is_free, "{endpoint:?}");
        }
    }

    #[test]
    fn whatever_is_of_logins_is_counted_by_where_it_comes_from() {
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path.contains("/login")) {
            assert_eq!(endpoint.demand, Demand::Login, "{endpoint:?}");
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
