//! `leat account`: accounts made, looked at, disabled, and put into groups.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::runs::shown_time;
use super::whoami::place;
use super::{connect, parsed, print_json, show_list};
use crate::args::{AccountChangeArgs, AccountCommand, AccountKind, AccountRefArgs, ListArgs, ServerArgs, TextOrJson};
use crate::config::Environment;
use crate::remote::{Account, Page, RoleHeld, Roles, block_on, escaped};
use crate::view::{Table, plain};

pub(crate) fn run(command: &AccountCommand, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        AccountCommand::Create { name, kind, playpen, groups, login, server } => {
            let kind = match kind {
                AccountKind::Person => "person",
                AccountKind::Service => "service",
            };
            let wish = json!({ "name": name, "kind": kind, "playpen": playpen, "groups": groups, "login": login });
            create(&wish, server, environment)
        }
        AccountCommand::List(asked) => list(asked, environment),
        AccountCommand::Show { account, format } => show(account, *format, environment),
        AccountCommand::Change { account, change } => patch(account, &wanted(change), environment),
        AccountCommand::Disable(account) => patch(account, &json!({ "disabled": true }), environment),
        AccountCommand::Enable(account) => patch(account, &json!({ "disabled": false }), environment),
    }
}

fn create(wish: &Value, server: &ServerArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(server, environment)?;
    let made: Account = block_on(remote.post("/accounts", wish))?;
    println!("{}", said(&made));
    Ok(ExitCode::SUCCESS)
}

fn list(asked: &ListArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&asked.server, environment)?;
    let answer: Value = block_on(remote.get("/accounts", &[("limit", asked.limit.to_string())]))?;
    show_list(&answer, asked.format, |page: &Page<Account>| {
        let mut table = Table::new(&["account", "kind", "playpen", "groups", "since", "by", "state"]);
        for account in &page.items {
            let state = if account.disabled { "disabled" } else { "" };
            table.row(vec![
                account.name.clone(),
                account.kind.clone(),
                account.playpen.clone(),
                account.groups.join(","),
                shown_time(&account.created),
                account.created_by.clone(),
                state.to_owned(),
            ]);
        }
        match page.items.is_empty() {
            true => println!("no accounts; `leat account create` makes one"),
            false => print!("{}", table.text()),
        }
        if page.next.is_some() {
            println!("and more; --limit shows them");
        }
    })
}

fn show(args: &AccountRefArgs, format: TextOrJson, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    block_on(async {
        let answer: Value = remote.get(&format!("/accounts/{}", escaped(&args.name)), &[]).await?;
        if format == TextOrJson::Json {
            print_json(&answer)?;
            return Ok(ExitCode::SUCCESS);
        }
        let roles: Roles = remote.get("/roles", &[]).await?;
        print!("{}", text(&parsed(&answer)?, &roles.held));
        Ok(ExitCode::SUCCESS)
    })
}

/// An account for people, with the roles that it and its groups have.
fn text(account: &Account, held: &[RoleHeld]) -> String {
    let is_of = |held: &&RoleHeld| {
        held.account.as_ref() == Some(&account.name)
            || held.group.as_ref().is_some_and(|group| account.groups.contains(group))
    };
    let lines = held.iter().filter(is_of).map(|held| {
        let by = held.group.as_ref().map(|group| format!(", by the group {group}")).unwrap_or_default();
        plain(&format!("role       {} {}{by}", held.role, place(held.playpen.as_deref()))) + "\n"
    });
    let since = format!("since      {} by {}", shown_time(&account.created), plain(&account.created_by));
    format!("account    {}\n{since}\n{}", said(account), lines.collect::<String>())
}

/// What is to be another way, for the server: what was not said stays.
fn wanted(change: &AccountChangeArgs) -> Value {
    let groups = (change.no_groups || !change.groups.is_empty()).then_some(&change.groups);
    json!({ "playpen": change.playpen, "groups": groups })
}

fn patch(args: &AccountRefArgs, change: &Value, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    let changed: Account = block_on(remote.patch(&format!("/accounts/{}", escaped(&args.name)), change))?;
    println!("{}", said(&changed));
    Ok(ExitCode::SUCCESS)
}

/// An account in one line.
fn said(account: &Account) -> String {
    let groups = match account.groups.as_slice() {
        [] => String::new(),
        groups => format!(", groups {}", groups.join(" ")),
    };
    let login = account.login.as_ref().map(|login| format!(", by login {login}")).unwrap_or_default();
    let state = if account.disabled { "; disabled: its tokens are refused" } else { "" };
    plain(&format!("{}: {}, playpen {}{groups}{login}{state}", account.name, account.kind, account.playpen))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada(disabled: bool) -> Account {
        let account = json!({
            "name": "ada", "kind": "person", "playpen": "risk", "groups": ["quants"], "disabled": disabled,
            "created": "2026-11-01T08:00:00.25Z", "created_by": "root"
        });
        parsed(&account).unwrap()
    }

    fn held(role: &str, account: Option<&str>, group: Option<&str>, playpen: Option<&str>) -> RoleHeld {
        let held = json!({ "role": role, "account": account, "group": group, "playpen": playpen, "created": "", "created_by": "" });
        parsed(&held).unwrap()
    }

    #[test]
    fn an_account_is_shown_with_its_own_roles_and_those_of_its_groups() {
        let all = [
            held("auditor", Some("ada"), None, None),
            held("submitter", None, Some("quants"), Some("risk")),
            held("operator", Some("bob"), None, None),
            held("reader", None, Some("others"), None),
        ];
        assert_eq!(
            text(&ada(false), &all),
            "account    ada: person, playpen risk, groups quants\nsince      2026-11-01 08:00:00Z by root\n\
             role       auditor everywhere\nrole       submitter in risk, by the group quants\n"
        );
        assert!(said(&ada(true)).ends_with("tokens are refused"));
    }

    #[test]
    fn what_is_not_said_of_an_account_stays() {
        let change = |playpen: Option<&str>, groups: &[&str], no_groups| {
            let groups = groups.iter().map(|group| (*group).to_owned()).collect();
            wanted(&AccountChangeArgs { playpen: playpen.map(str::to_owned), groups, no_groups })
        };
        assert_eq!(change(Some("desk"), &[], false), json!({ "playpen": "desk", "groups": null }));
        assert_eq!(change(None, &["a", "b"], false), json!({ "playpen": null, "groups": ["a", "b"] }));
        assert_eq!(change(None, &[], true), json!({ "playpen": null, "groups": [] }));
    }
}
