//! `leat token`: API tokens made, listed and revoked.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::runs::shown_time;
use super::{connect, show_list};
use crate::args::{ListArgs, TokenCommand, TokenCreateArgs};
use crate::clock;
use crate::config::Environment;
use crate::remote::{NewToken, Page, Token, block_on, escaped};
use crate::view::{Table, plain};

pub(crate) fn run(command: &TokenCommand, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        TokenCommand::Create(args) => create(args, environment),
        TokenCommand::List { account, list: asked } => list(account.as_deref(), asked, environment),
        TokenCommand::Revoke { id, server } => {
            let remote = connect(server, environment)?;
            let path = format!("/tokens/{}/revoke", escaped(id));
            let token: Token = block_on(remote.post(&path, &Value::Null))?;
            println!("{}: {}", token.id, state(&token, clock::now()));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Prints the token's text alone, so that it can go into a file; what it is goes to standard error, and first: whoever loses the
/// text can revoke the token still.
fn create(args: &TokenCreateArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    let made: NewToken = block_on(remote.post("/tokens", &wish(args)))?;
    let NewToken { record, token } = made;
    let (of, label) = (plain(&record.account), plain(&record.label));
    eprintln!("token {} of {of}, \"{label}\", until {}", record.id, shown_time(&record.expires));
    eprintln!("its text is told this once; `leat token revoke {}` ends it", record.id);
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{token}").and_then(|()| out.flush());
    written.with_context(|| format!("cannot write the token; revoke it: leat token revoke {}", record.id))?;
    Ok(ExitCode::SUCCESS)
}

/// What the server is asked for; what was not said is left out, and is as the server has it.
fn wish(args: &TokenCreateArgs) -> Value {
    let mut wish = json!({ "label": args.label });
    let given = |names: &[String]| (!names.is_empty()).then(|| json!(names));
    let more = [
        ("account", args.account.as_ref().map(|account| json!(account))),
        ("permissions", given(&args.scope)),
        ("playpens", given(&args.playpen)),
        ("life_seconds", args.expires.map(|life| json!(life.0.as_secs()))),
    ];
    for (name, value) in more.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        wish[name] = value;
    }
    wish
}

fn list(account: Option<&str>, asked: &ListArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&asked.server, environment)?;
    let mut query = vec![("limit", asked.limit.to_string())];
    query.extend(account.map(|account| ("account", account.to_owned())));
    let answer: Value = block_on(remote.get("/tokens", &query))?;
    show_list(&answer, asked.format, |page: &Page<Token>| print!("{}", text(page, clock::now())))
}

fn text(page: &Page<Token>, now: Timestamp) -> String {
    if page.items.is_empty() {
        return "no tokens\n".to_owned();
    }
    let mut table = Table::new(&["token", "account", "label", "scope", "playpens", "last used", "state"]);
    for token in &page.items {
        let names = |names: &Option<Vec<String>>| names.as_deref().map(|names| names.join(",")).unwrap_or_default();
        table.row(vec![
            token.id.clone(),
            token.account.clone(),
            token.label.clone(),
            names(&token.permissions),
            names(&token.playpens),
            token.last_used.as_deref().map(shown_time).unwrap_or_default(),
            state(token, now),
        ]);
    }
    let more = if page.next.is_some() { "and more; --limit and --account show them\n" } else { "" };
    table.text() + more
}

/// Whether it is valid, and until when.
fn state(token: &Token, now: Timestamp) -> String {
    let is_over = token.expires.parse::<Timestamp>().is_ok_and(|expires| expires <= now);
    match &token.revoked {
        Some(revoked) => format!("revoked {}", shown_time(revoked)),
        None if is_over => format!("expired {}", shown_time(&token.expires)),
        None => format!("valid until {}", shown_time(&token.expires)),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    fn asked(line: &str) -> Value {
        match Args::try_parse_from(line.split(' ')).unwrap().command {
            Command::Token(TokenCommand::Create(args)) => wish(&args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_said_of_a_token_is_left_to_the_server() {
        assert_eq!(asked("leat token create --label ci"), json!({ "label": "ci" }));
        let line = "leat token create --label ci --account n --scope runs.read --playpen a --playpen b --expires 12h";
        let whole = json!({
            "label": "ci", "account": "n", "permissions": ["runs.read"], "playpens": ["a", "b"], "life_seconds": 43_200
        });
        assert_eq!(asked(line), whole);
    }

    #[test]
    fn a_list_says_which_tokens_are_valid() {
        let token = |id: &str, expires: &str, revoked: Value| {
            json!({
                "id": id, "account": "ada", "label": "ci", "permissions": ["runs.read"], "playpens": null, "created": "", "created_by": "",
                "expires": expires, "revoked": revoked, "last_used": null
            })
        };
        let (early, late) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        let items = [token("1", late, Value::Null), token("2", early, Value::Null), token("3", late, json!(early))];
        let page: Page<Token> = super::super::parsed(&json!({ "items": items, "next": "3" })).unwrap();
        assert_eq!(
            text(&page, "2026-06-01T00:00:00Z".parse().unwrap()),
            "token  account  label  scope      state\n\
             1      ada      ci     runs.read  valid until 2027-01-01 00:00:00Z\n\
             2      ada      ci     runs.read  expired 2026-01-01 00:00:00Z\n\
             3      ada      ci     runs.read  revoked 2026-01-01 00:00:00Z\n\
             and more; --limit and --account show them\n"
        );
        assert_eq!(text(&Page { items: Vec::new(), next: None }, clock::now()), "no tokens\n");
    }
}
