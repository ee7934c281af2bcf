//! `leat whoami`: who a server takes this user for, how it knows, until when, and what they may do where.

use std::process::ExitCode;

use serde_json::Value;

use super::runs::shown_time;
use super::{connect, parsed, print_json};
use crate::args::{TextOrJson, WhoamiArgs};
use crate::config::Environment;
use crate::remote::{Whoami, block_on};
use crate::view::plain;

pub(crate) fn run(args: &WhoamiArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    let answer: Value = block_on(remote.get("/whoami", &[]))?;
    match args.format {
        TextOrJson::Json => print_json(&answer)?,
        TextOrJson::Text => print!("{}", text(&parsed(&answer)?)),
    }
    Ok(ExitCode::SUCCESS)
}

fn text(who: &Whoami) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("{name:10} {}\n", plain(value)));
        }
    };
    line("user", &who.user);
    let until = who.until.as_deref().map(|until| format!(", until {}", shown_time(until))).unwrap_or_default();
    match &who.token {
        Some(token) => line("known by", &format!("token {token} of a {}{until}", who.kind)),
        None => line("known by", &format!("a token of the server's configuration{until}")),
    }
    line("playpen", who.group.as_deref().unwrap_or_default());
    line("groups", &who.groups.join(", "));
    let roles = who.roles.iter().map(|held| format!("{} {}", held.role, place(held.playpen.as_deref())));
    line("roles", &roles.collect::<Vec<_>>().join(", "));
    line("everywhere", &who.permissions.join(", "));
    for (playpen, permissions) in who.playpens.iter().filter(|(_, permissions)| !permissions.is_empty()) {
        line(&format!("in {playpen}"), &permissions.join(", "));
    }
    if who.permissions.is_empty() && who.playpens.values().all(Vec::is_empty) {
        text.push_str("and may do nothing here; an administrator gives roles with `leat role grant`\n");
    }
    text
}

/// Where something counts, for a person.
pub(super) fn place(playpen: Option<&str>) -> String {
    playpen.map_or_else(|| "everywhere".to_owned(), |playpen| format!("in {playpen}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(who: &Value) -> String {
        text(&parsed(who).unwrap())
    }

    #[test]
    fn it_says_how_somebody_is_known_and_what_they_may_do_where() {
        let who = json!({
            "user": "ada", "kind": "person", "identified_by": "token", "token": "01", "until": "2026-12-23T08:00:00Z",
            "group": "risk", "groups": ["quants"], "roles": [{ "role": "submitter", "playpen": "risk" }, { "role": "auditor", "playpen": null }],
            "permissions": ["audit.read"], "playpens": { "risk": ["runs.read"], "none": [] }
        });
        assert_eq!(
            told(&who),
            "user       ada\nknown by   token 01 of a person, until 2026-12-23 08:00:00Z\nplaypen    risk\ngroups     quants\n\
             roles      submitter in risk, auditor everywhere\neverywhere audit.read\nin risk    runs.read\n"
        );
    }

    #[test]
    fn who_may_do_nothing_is_told_the_way_out() {
        let who = json!({
            "user": "eve\u{1b}[2J", "kind": "configured", "identified_by": "configuration", "token": null, "until": null, "group": null,
            "groups": [], "roles": [], "permissions": [], "playpens": {}
        });
        let said = told(&who);
        assert!(said.contains("configuration\n") && said.contains("leat role grant"), "{said}");
        assert!(!said.contains('\u{1b}'), "a name steers no terminal");
    }
}
