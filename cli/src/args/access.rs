//! `leat whoami`, `leat token`, `leat account` and `leat role`: who may do what at a server.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{ServerArgs, TextOrJson};
use crate::units::Span;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  leat whoami\n  leat whoami --format json | jq -r .until")]
pub(crate) struct WhoamiArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

/// How a list is asked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token: its text alone goes to standard output, this once
    #[command(
        after_help = "Examples:\n  (umask 077; leat token create --account nightly --label 'the nightly job' --expires 30d > nightly.token)\n  leat token create --label ci --scope runs.read,runs.submit --playpen risk\n\nWhat else there is to say goes to standard error. Without --scope and --playpen it may do all that its account may. A token that\nis made with another one is no wider than that and does not outlive it."
    )]
    Create(TokenCreateArgs),
    /// List tokens, without their texts: one's own, or everybody's where that may be seen
    #[command(
        after_help = "Examples:\n  leat token list\n  leat token list --account nightly --format json | jq -r '.items[].id'"
    )]
    List {
        /// Only those of this account
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        #[command(flatten)]
        list: ListArgs,
    },
    /// End a token for ever: at every midtier within a second
    Revoke {
        /// The token's name, as `leat token list` shows it; not its text
        id: String,
        #[command(flatten)]
        server: ServerArgs,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TokenCreateArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Whose it is (default: whoever asks)
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// What it is for
    #[arg(long)]
    pub(crate) label: String,
    /// A permission that it is narrowed to, as runs.submit (may be given again, or with commas)
    #[arg(long, value_name = "PERMISSION", value_delimiter = ',')]
    pub(crate) scope: Vec<String>,
    /// A playpen that it is narrowed to (may be given again)
    #[arg(long, value_name = "PLAYPEN")]
    pub(crate) playpen: Vec<String>,
    /// How long it lives, as 30d or 12h (default: the server's)
    #[arg(long, value_name = "TIME", value_parser = life)]
    pub(crate) expires: Option<Span>,
}

/// A life of whole seconds, one at least: the server counts in them.
fn life(text: &str) -> Result<Span, String> {
    let Span(life) = text.parse()?;
    match life.as_secs() {
        0 => Err("a token lives for a second at least; write it as 30d or 12h".to_owned()),
        _ => Ok(Span(life)),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account
    #[command(
        after_help = "Examples:\n  leat account create ada --group quants\n  leat account create nightly --kind service --playpen risk\n\nIt may do what it and its groups are given with `leat role grant`. People who log in have an account without this."
    )]
    Create {
        /// What it is called
        name: String,
        /// What it is of
        #[arg(long, value_enum, default_value_t)]
        kind: AccountKind,
        /// The playpen of the runs it submits, where a submission names no other (default: its name)
        #[arg(long)]
        playpen: Option<String>,
        /// A group that it is in (may be given again)
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
        /// The login provider whose person of this name has it from their first login on (default: nobody's)
        #[arg(long, value_name = "PROVIDER")]
        login: Option<String>,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// List accounts, in the order of their names
    List(ListArgs),
    /// Show an account, and which roles it has
    Show {
        #[command(flatten)]
        account: AccountRefArgs,
        /// How it is printed
        #[arg(long, value_enum, default_value_t)]
        format: TextOrJson,
    },
    /// Change an account's playpen or groups
    #[command(
        after_help = "Examples:\n  leat account change ada --group quants --group desk-heads     in these and no others\n  leat account change ada --no-groups"
    )]
    Change {
        #[command(flatten)]
        account: AccountRefArgs,
        #[command(flatten)]
        change: AccountChangeArgs,
    },
    /// Refuse all tokens of an account, until it is enabled
    Disable(AccountRefArgs),
    /// Take the tokens of an account again
    Enable(AccountRefArgs),
}

/// An account that a command is about.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct AccountRefArgs {
    /// The account's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// What is to be another way; one of it at least.
#[derive(Clone, Debug, ClapArgs)]
#[group(required = true, multiple = true)]
pub(crate) struct AccountChangeArgs {
    /// The playpen of the runs it submits, where a submission names no other
    #[arg(long)]
    pub(crate) playpen: Option<String>,
    /// A group that it is in, and in no others than are given here (may be given again)
    #[arg(long = "group", value_name = "GROUP", conflicts_with = "no_groups")]
    pub(crate) groups: Vec<String>,
    /// Take it out of all groups
    #[arg(long)]
    pub(crate) no_groups: bool,
}

/// What an account is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccountKind {
    /// A person
    #[default]
    Person,
    /// A program
    Service,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    /// List the roles, what may be done with each, and who has which
    List {
        #[command(flatten)]
        server: ServerArgs,
        /// How they are printed
        #[arg(long, value_enum, default_value_t)]
        format: TextOrJson,
    },
    /// Make a role beside those that come with Leat; nobody has it yet
    #[command(
        after_help = "Example:\n  leat role create desk-head --permission runs.read,runs.control --permission hosts.read"
    )]
    Create {
        /// What it is called: small letters, digits and dashes
        name: String,
        /// A permission, as runs.read (may be given again, or with commas)
        #[arg(long = "permission", value_name = "PERMISSION", value_delimiter = ',', required = true)]
        permissions: Vec<String>,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Remove a role, and take it from everyone
    Delete {
        /// What it is called
        name: String,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Give an account or a group a role, in a playpen or everywhere
    #[command(
        after_help = "Examples:\n  leat role grant submitter --account nightly --playpen risk\n  leat role grant auditor --group compliance          everywhere\n\nNobody gives what they do not have there themselves."
    )]
    Grant(RoleGivenArgs),
    /// Take a role from an account or a group, where it was given
    #[command(after_help = "Example:\n  leat role revoke submitter --account nightly --playpen risk")]
    Revoke(RoleGivenArgs),
}

/// A role that somebody is to have, or not to have any more.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RoleGivenArgs {
    /// The role, as `leat role list` shows it
    pub(crate) role: String,
    #[command(flatten)]
    pub(crate) holder: HolderArgs,
    /// The playpen that it counts in (default: everywhere)
    #[arg(long)]
    pub(crate) playpen: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// Who: one of the two.
#[derive(Clone, Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub(crate) struct HolderArgs {
    /// An account
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Everyone in a group
    #[arg(long)]
    pub(crate) group: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::super::{Args, Command};
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        let read = Args::try_parse_from(line.split(' '));
        read.map(|args| args.command).map_err(|error| error.to_string())
    }

    #[test]
    fn no_two_options_of_a_command_are_in_each_others_way() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_a_token_is_narrowed_to_is_given_again_or_with_commas() {
        let line =
            "leat token create --label ci --scope runs.read,runs.submit --scope hosts.read --playpen a --expires 30d";
        let Ok(Command::Token(TokenCommand::Create(args))) = read(line) else { panic!("{line}") };
        assert_eq!(args.scope, ["runs.read", "runs.submit", "hosts.read"]);
        assert_eq!((args.playpen, args.account), (vec!["a".to_owned()], None));
        assert_eq!(args.expires.map(|life| life.0.as_secs()), Some(30 * 86_400));
        for life in ["0", "500ms"] {
            let refused = read(&format!("leat token create --label ci --expires {life}")).unwrap_err();
            assert!(refused.contains("a second at least"), "{refused}");
        }
        assert!(read("leat token create").unwrap_err().contains("--label"));
    }

    #[test]
    fn a_role_is_given_to_an_account_or_a_group() {
        let Ok(Command::Role(RoleCommand::Grant(args))) = read("leat role grant reader --group g --playpen p") else {
            panic!("a grant");
        };
        assert_eq!(
            (args.role.as_str(), args.holder.group.as_deref(), args.playpen.as_deref()),
            ("reader", Some("g"), Some("p"))
        );
        for line in ["leat role grant reader", "leat role revoke reader --account a --group g", "leat role create r"] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_change_of_an_account_says_what_is_to_be_another_way() {
        let line = "leat account change ada --group a --group b";
        let Ok(Command::Account(AccountCommand::Change { change, .. })) = read(line) else { panic!("{line}") };
        assert_eq!((change.groups, change.playpen), (vec!["a".to_owned(), "b".to_owned()], None));
        assert!(read("leat account change ada --no-groups --playpen p").is_ok());
        for line in ["leat account change ada", "leat account change ada --no-groups --group a"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
