//! `leat role`: roles made, given and taken.

use std::process::ExitCode;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::runs::shown_time;
use super::whoami::place;
use super::{connect, parsed, print_json};
use crate::args::{RoleCommand, RoleGivenArgs, ServerArgs, TextOrJson};
use crate::config::Environment;
use crate::remote::{Role, Roles, block_on, escaped};
use crate::view::Table;

pub(crate) fn run(command: &RoleCommand, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        RoleCommand::List { server, format } => list(server, *format, environment),
        RoleCommand::Create { name, permissions, server } => {
            let remote = connect(server, environment)?;
            let wish = json!({ "name": name, "permissions": permissions });
            let made: Role = block_on(remote.post("/roles", &wish))?;
            println!("{}: {}; `leat role grant {}` gives it", made.name, made.permissions.join(", "), made.name);
            Ok(ExitCode::SUCCESS)
        }
        RoleCommand::Delete { name, server } => {
            block_on(connect(server, environment)?.delete(&format!("/roles/{}", escaped(name))))?;
            println!("{name} is gone, and nobody has it any more");
            Ok(ExitCode::SUCCESS)
        }
        RoleCommand::Grant(args) => {
            let status = tell(args, "grant", environment)?;
            let had = if status == StatusCode::CREATED { "has" } else { "had already" };
            println!("{} {had} {} {}", holder(args), args.role, place(args.playpen.as_deref()));
            Ok(ExitCode::SUCCESS)
        }
        RoleCommand::Revoke(args) => {
            tell(args, "revoke", environment)?;
            println!("{} does not have {} {} any more", holder(args), args.role, place(args.playpen.as_deref()));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn tell(args: &RoleGivenArgs, what: &str, environment: &Environment) -> anyhow::Result<StatusCode> {
    let remote = connect(&args.server, environment)?;
    let given = json!({ "account": args.holder.account, "group": args.holder.group, "playpen": args.playpen });
    block_on(remote.tell(&format!("/roles/{}/{what}", escaped(&args.role)), &given))
}

fn holder(args: &RoleGivenArgs) -> String {
    who(args.holder.account.as_deref(), args.holder.group.as_deref())
}

/// Who has something: an account by its name alone.
fn who(account: Option<&str>, group: Option<&str>) -> String {
    account.map(str::to_owned).or_else(|| group.map(|group| format!("group {group}"))).unwrap_or_default()
}

fn list(server: &ServerArgs, format: TextOrJson, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(server, environment)?;
    let answer: Value = block_on(remote.get("/roles", &[]))?;
    match format {
        TextOrJson::Json => print_json(&answer)?,
        TextOrJson::Text => print!("{}", text(&parsed(&answer)?)),
    }
    Ok(ExitCode::SUCCESS)
}

fn text(roles: &Roles) -> String {
    let mut table = Table::new(&["role", "of", "permissions"]);
    for role in &roles.items {
        let of = role.built_in.map_or_else(|| "here".to_owned(), |edition| format!("Leat, version {edition}"));
        table.row(vec![role.name.clone(), of, role.permissions.join(", ")]);
    }
    if roles.held.is_empty() {
        return table.text() + "\nnobody was given any of them yet; `leat role grant` does\n";
    }
    let mut held = Table::new(&["role", "who", "where", "since", "by"]);
    for one in &roles.held {
        held.row(vec![
            one.role.clone(),
            who(one.account.as_deref(), one.group.as_deref()),
            place(one.playpen.as_deref()),
            shown_time(&one.created),
            one.created_by.clone(),
        ]);
    }
    format!("{}\n{}", table.text(), held.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_listed_with_who_has_them() {
        let reader = json!({ "name": "reader", "permissions": ["runs.read", "hosts.read"], "built_in": 1 });
        let own = json!({ "name": "desk-head", "permissions": ["runs.read"], "built_in": null });
        let held = |account: Option<&str>, group: Option<&str>, playpen: Option<&str>| {
            let created = "2026-11-01T08:00:00Z";
            json!({ "role": "reader", "account": account, "group": group, "playpen": playpen, "created": created, "created_by": "root" })
        };
        let held = [held(Some("ada"), None, None), held(None, Some("quants"), Some("risk"))];
        let roles: Roles = parsed(&json!({ "items": [reader, own], "held": held })).unwrap();
        assert_eq!(
            text(&roles),
            "role       of               permissions\n\
             reader     Leat, version 1  runs.read, hosts.read\n\
             desk-head  here             runs.read\n\
             \n\
             role    who           where       since                 by\n\
             reader  ada           everywhere  2026-11-01 08:00:00Z  root\n\
             reader  group quants  in risk     2026-11-01 08:00:00Z  root\n"
        );
        let nobody = Roles { held: Vec::new(), ..roles };
        assert!(text(&nobody).ends_with("`leat role grant` does\n"));
    }
}
