//! Which crate may depend on which: the arrows of ARCHITECTURE.md as a table.

use serde_json::Value;

/// A crate and the names of everything it depends on, for its build and its tests too.
pub(super) struct CrateDependencies {
    pub(super) name: String,
    pub(super) dependencies: Vec<String>,
}

/// Reads one element of `packages` of `cargo metadata`.
pub(super) fn dependencies_of(package: &Value) -> CrateDependencies {
    let name = |value: &Value| value["name"].as_str().expect("everything in the metadata has a name").to_owned();
    let dependencies = package["dependencies"].as_array().expect("a package has dependencies");
    CrateDependencies { name: name(package), dependencies: dependencies.iter().map(name).collect() }
}

/// The crates of the workspace, from the top floor down, with the crates each may depend on. An arrow that is not
/// here does not exist; a new crate needs a line here and a place in ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "leat-tests",
        &[
            "leat-certificates",
            "leat-bundle",
            "leat-worker",
            "leat-runtime",
            "leat-sql",
            "leat-io",
            "leat-risk",
            "leat-flow",
            "leat-checkpoint",
            "leat-stream",
            "leat-secrets",
            "leat-objects",
        ],
    ),
    (
        "leat",
        &[
            "leat-store-sql",
            "leat-midtier",
            "leat-oidc",
            "leat-discovery-consul",
            "leat-discovery",
            "leat-secrets-file",
            "leat-secrets-vault",
            "leat-secrets",
            "leat-power-process",
            "leat-power-command",
            "leat-scheduler",
            "leat-simulator",
            "leat-planner",
            "leat-otlp",
            "leat-spans",
            "leat-host",
            "leat-wire",
            "leat-bundle",
            "leat-worker",
            "leat-rabbitmq",
            "leat-runtime",
            "leat-sql",
            "leat-io",
            "leat-risk",
            "leat-flow",
            "leat-stream",
            "leat-objects",
            "leat-tls",
        ],
    ),
    ("leat-oidc", &["leat-midtier", "leat-scheduler", "leat-tls", "leat-certificates", "leat-fuzzing"]),
    ("leat-secrets-vault", &["leat-secrets", "leat-tls", "leat-contracts", "leat-fuzzing"]),
    ("leat-store-sql", &["leat-midtier", "leat-secrets", "leat-scheduler", "leat-spans", "leat-bundle"]),
    (
        "leat-midtier",
        &[
            "leat-secrets",
            "leat-scheduler",
            "leat-spans",
            "leat-wire",
            "leat-bundle",
            "leat-objects",
            "leat-tls",
            "leat-certificates",
            "leat-fuzzing",
        ],
    ),
    ("leat-power-process", &["leat-scheduler"]),
    ("leat-power-command", &["leat-scheduler"]),
    ("leat-scheduler", &["leat-planner", "leat-spans"]),
    ("leat-simulator", &["leat-planner"]),
    ("leat-planner", &[]),
    (
        "leat-host",
        &[
            "leat-secrets",
            "leat-spans",
            "leat-wire",
            "leat-bundle",
            "leat-worker",
            "leat-stream",
            "leat-tls",
            "leat-fuzzing",
        ],
    ),
    ("leat-wire", &[]),
    (
        "leat-worker",
        &[
            "leat-wall",
            "leat-rabbitmq",
            "leat-runtime",
            "leat-sql",
            "leat-io",
            "leat-risk",
            "leat-flow",
            "leat-checkpoint",
            "leat-bundle",
            "leat-stream",
            "leat-secrets",
        ],
    ),
    ("leat-wall", &[]),
    ("leat-rabbitmq", &["leat-flow", "leat-stream", "leat-tls", "leat-certificates", "leat-fuzzing"]),
    ("leat-runtime", &["leat-risk", "leat-flow", "leat-stream", "leat-secrets", "leat-draws", "leat-objects"]),
    ("leat-sql", &["leat-flow", "leat-stream"]),
    ("leat-io", &["leat-flow", "leat-bundle", "leat-stream", "leat-fuzzing"]),
    ("leat-risk", &["leat-stream", "leat-objects"]),
    ("leat-flow", &["leat-checkpoint", "leat-bundle", "leat-stream"]),
    ("leat-checkpoint", &["leat-bundle"]),
    ("leat-bundle", &["leat-fuzzing"]),
    ("leat-otlp", &["leat-spans", "leat-tls", "leat-certificates"]),
    ("leat-discovery-consul", &["leat-discovery", "leat-tls", "leat-contracts", "leat-fuzzing"]),
    ("leat-secrets-file", &["leat-secrets", "leat-contracts"]),
    ("leat-contracts", &["leat-discovery", "leat-secrets"]),
    ("leat-discovery", &[]),
    ("leat-tls", &["leat-certificates", "leat-fuzzing"]),
    ("leat-certificates", &[]),
    ("leat-spans", &["leat-fuzzing"]),
    ("leat-stream", &["leat-secrets", "leat-fuzzing"]),
    ("leat-secrets", &["leat-fuzzing"]),
    ("leat-sdk", &["leat-sdk-derive", "leat-draws", "leat-objects"]),
    ("leat-objects", &["leat-fuzzing"]),
    ("leat-fuzzing", &["leat-draws"]),
    ("leat-draws", &[]),
    ("leat-sdk-derive", &[]),
    ("xtask", &[]),
];

/// What a playpen's node or a guest may use of ours, and what the fuzz target may.
const GUEST_ARROWS: &[&str] = &["leat-sdk", "leat-sdk-derive"];
const FUZZ_ARROWS: &[(&str, &[&str])] = &[("leat-stream-fuzz", &["leat-stream"])];

/// A dependency, by the beginning of its name, and the only crates that may name it.
const BANS: &[(&str, &[&str])] = &[
    ("wasmtime", &["leat-runtime"]),
    ("cap-std", &["leat-runtime"]),
    ("cap-primitives", &["leat-runtime"]),
    ("wit-bindgen", &["leat-sdk"]),
    // The data path is plain threads. DataFusion alone is async by nature, and is driven by its node's one thread.
    // Beyond it, async code is for the control plane and for what talks to a server.
    (
        "tokio",
        &[
            "leat-sql",
            "leat-rabbitmq",
            "leat-host",
            "leat-scheduler",
            "leat-otlp",
            "leat-power-process",
            "leat-power-command",
            "leat-midtier",
            "leat-oidc",
            "leat-secrets-vault",
            "leat-store-sql",
            "leat-discovery-consul",
            "leat-tls",
            "leat",
        ],
    ),
    ("async-std", &[]),
    ("futures", &["leat-sql", "leat-rabbitmq"]),
    ("datafusion", &["leat-sql"]),
    ("parquet", &["leat-io", "leat-risk"]),
    // The worker's wall is raised in one place, which is tested for what it holds.
    ("landlock", &["leat-wall"]),
    ("seccompiler", &["leat-wall"]),
    ("caps", &["leat-wall"]),
    // Each gets one small adapter crate of its own when its time comes.
    ("lapin", &["leat-rabbitmq"]),
    ("async-rs", &["leat-rabbitmq"]),
    ("sqlx", &["leat-store-sql"]),
    ("opentelemetry", &["leat-otlp"]),
    ("opentelemetry_sdk", &["leat-otlp"]),
    ("vaultrs", &["leat-secrets-vault"]),
    ("rustify", &["leat-secrets-vault"]),
    ("rustls", &["leat-tls"]),
    ("tokio-rustls", &["leat-tls"]),
    ("aes-gcm-siv", &["leat-secrets-file"]),
    ("linux-keyutils", &["leat-secrets-file"]),
    ("openidconnect", &["leat-oidc"]),
    // Errors are typed in libraries; `anyhow` is for wiring and tests.
    ("anyhow", &["leat", "leat-tests", "xtask"]),
];

fn is_ours(name: &str) -> bool {
    name == "leat" || name.starts_with("leat-") || name == "xtask"
}

/// Arrows between crates of the workspace that are not drawn in [`ARROWS`], and crates that are not there at all.
pub(super) fn undrawn_edges(crates: &[CrateDependencies]) -> Vec<String> {
    let mut problems = Vec::new();
    for from in crates {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == from.name) else {
            problems.push(format!("the crate `{}` has no line in the table of arrows", from.name));
            continue;
        };
        for to in from.dependencies.iter().filter(|to| is_ours(to)) {
            if !allowed.contains(&to.as_str()) {
                problems.push(format!("`{}` must not depend on `{to}`", from.name));
            }
        }
    }
    problems
}

/// Dependencies from outside that stand in another crate than the one that owns them.
pub(super) fn banned_dependencies(crates: &[CrateDependencies]) -> Vec<String> {
    let mut problems = Vec::new();
    for from in crates {
        for to in &from.dependencies {
            let ban = BANS.iter().find(|(name, _)| is_of_family(to, name));
            if let Some((_, owners)) = ban.filter(|(_, owners)| !owners.contains(&from.name.as_str())) {
                let owners = match owners {
                    [] => "no crate may have it".to_owned(),
                    some => format!("only {} may", some.join(", ")),
                };
                problems.push(format!("`{}` must not depend on `{to}`: {owners}", from.name));
            }
        }
    }
    problems
}

/// `wasmtime-wasi` is of the family `wasmtime`; `futuresque` is not of the family `futures`.
fn is_of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Crates of ours, other than the SDK, that a node or a guest depends on.
pub(super) fn host_edges_of_guests(crates: &[CrateDependencies]) -> Vec<String> {
    let siblings: Vec<&str> = crates.iter().map(|c| c.name.as_str()).collect();
    let mut problems = Vec::new();
    for from in crates {
        let allowed =
            FUZZ_ARROWS.iter().find(|(name, _)| *name == from.name).map_or(GUEST_ARROWS, |(_, allowed)| allowed);
        for to in from.dependencies.iter().filter(|to| is_ours(to)) {
            if !allowed.contains(&to.as_str()) && !siblings.contains(&to.as_str()) {
                problems.push(format!("`{}` must not depend on `{to}`: nodes use the SDK alone", from.name));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn krate(name: &str, dependencies: &[&str]) -> CrateDependencies {
        CrateDependencies {
            name: name.to_owned(),
            dependencies: dependencies.iter().map(|d| (*d).to_owned()).collect(),
        }
    }

    #[test]
    fn dependencies_of_every_kind_are_read() {
        let package = serde_json::json!({
            "name": "leat-io",
            "dependencies": [{ "name": "memchr", "kind": null }, { "name": "csv", "kind": "dev" }],
        });
        let read = dependencies_of(&package);
        assert_eq!((read.name.as_str(), read.dependencies), ("leat-io", vec!["memchr".to_owned(), "csv".to_owned()]));
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let crates = [krate("leat-stream", &["serde", "leat-flow"])];
        assert_eq!(undrawn_edges(&crates), ["`leat-stream` must not depend on `leat-flow`"]);
    }

    #[test]
    fn a_crate_without_a_line_is_found() {
        assert_eq!(
            undrawn_edges(&[krate("leat-common", &[])]),
            ["the crate `leat-common` has no line in the table of arrows"]
        );
    }

    #[test]
    fn an_arrow_downwards_is_fine() {
        assert!(undrawn_edges(&[krate("leat-io", &["leat-stream", "memchr"])]).is_empty());
    }

    #[test]
    fn the_table_itself_points_only_downwards() {
        for (place, (from, allowed)) in ARROWS.iter().enumerate() {
            for to in *allowed {
                let below = ARROWS[place + 1..].iter().any(|(name, _)| name == to);
                assert!(below, "{from} → {to} does not point down the list");
            }
        }
    }

    #[test]
    fn a_banned_dependency_is_found_with_its_whole_family() {
        let crates = [krate("leat-worker", &["wasmtime-wasi", "tokio"])];
        assert_eq!(
            banned_dependencies(&crates),
            [
                "`leat-worker` must not depend on `wasmtime-wasi`: only leat-runtime may",
                "`leat-worker` must not depend on `tokio`: only leat-sql, leat-rabbitmq, leat-host, leat-scheduler, leat-otlp, leat-power-process, leat-power-command, leat-midtier, leat-oidc, leat-secrets-vault, leat-store-sql, leat-discovery-consul, leat-tls, leat may",
            ]
        );
    }

    #[test]
    fn the_owner_of_a_dependency_may_have_it() {
        assert!(banned_dependencies(&[krate("leat-runtime", &["wasmtime", "cap-std", "tokyo"])]).is_empty());
    }

    #[test]
    fn a_node_with_a_host_crate_is_found() {
        let crates = [krate("price", &["leat-sdk", "leat-runtime"]), krate("helper", &["price"])];
        assert_eq!(
            host_edges_of_guests(&crates),
            ["`price` must not depend on `leat-runtime`: nodes use the SDK alone"]
        );
    }
}
