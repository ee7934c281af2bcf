//! Names of accounts, groups, roles and permissions, as requests say them; and pages of what has names.

use super::checks::plain;
use crate::access::{Permission, Permissions};
use crate::audit::Who;
use crate::problem::{Answer, Problem};

/// How many things a page has, where the request does not say, and at most.
const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

/// How long a role's name may be.
const ROLE_BYTES_MAX: usize = 64;

/// Which page someone asks for.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) limit: Option<u32>,
    /// The name of the last of the page before.
    pub(crate) cursor: Option<String>,
}

impl Page {
    /// Behind which name, and how many.
    pub(crate) fn read(self) -> Answer<(Option<String>, u32)> {
        let limit = self.limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(Problem::invalid(format!("limit must be from 1 to {PAGE_MAX}")));
        }
        self.cursor.as_deref().map_or(Ok(()), |cursor| plain("cursor", cursor))?;
        Ok((self.cursor, limit))
    }
}

/// Refuses what no account may be called, whoever says so: requests, providers of logins. Names stand in logs, in addresses and beside
/// others in lists.
pub(crate) fn account(name: &str) -> Answer<()> {
    plain("a name", name)?;
    if is_odd(name) || name.contains('/') {
        let rule = "must not begin with a dot or dash, and must hold no spaces, slashes, quotes or any of ?#%,<>";
        return Err(Problem::invalid(format!("the name {name:?} {rule}")));
    }
    Ok(())
}

/// Refuses what no account that is to be may be called: beside what none is called, what the service itself is in the audit log.
pub(crate) fn new_account(name: &str) -> Answer<()> {
    account(name)?;
    match name == Who::SERVICE {
        true => Err(Problem::invalid(format!("the name {name:?} is the service's own: call the account otherwise"))),
        false => Ok(()),
    }
}

/// Refuses what no group may be called. Providers of logins have groups within groups: `acme/risk`.
pub(crate) fn group(name: &str) -> Answer<()> {
    plain("a group's name", name)?;
    if is_odd(name) || name.split('/').any(str::is_empty) {
        let rule = "must not begin with a dot, dash or slash, and must hold no spaces, quotes or any of \\?#%,<>";
        return Err(Problem::invalid(format!("the group {name:?} {rule}")));
    }
    Ok(())
}

fn is_odd(name: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || matches!(c, '\\' | '?' | '#' | '%' | '"' | '\'' | ',' | '<' | '>');
    name.chars().any(is_odd) || name.starts_with('.') || name.starts_with('-')
}

/// Refuses what no role may be called.
pub(crate) fn role(name: &str) -> Answer<()> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || name.len() > ROLE_BYTES_MAX || !name.chars().all(is_plain) {
        let rule = format!("1 to {ROLE_BYTES_MAX} small letters, digits and dashes, a letter first");
        return Err(Problem::invalid(format!("the role {name:?} is called by {rule}")));
    }
    Ok(())
}

/// The permissions of these names.
pub(crate) fn permissions(names: &[String]) -> Answer<Permissions> {
    let of_name = |name: &String| {
        let known = || Permissions::ALL.to_string();
        let shown: String = name.chars().take(80).collect();
        let unknown = || Problem::invalid(format!("there is no permission {shown:?}: {}", known()));
        Permission::of_name(name).ok_or_else(unknown)
    };
    let permissions: Permissions = names.iter().map(of_name).collect::<Answer<_>>()?;
    if permissions.is_empty() {
        return Err(Problem::invalid(format!("at least one permission must be named: {}", Permissions::ALL)));
    }
    Ok(permissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_taken_for_something_else_are_refused() {
        for good in ["ada", "ada.lovelace@example.com", "Änne", "svc-nightly_2", "okta:quants"] {
            assert!(account(good).is_ok(), "{good}");
        }
        let bad =
            ["", ".", "..", "../x", "a/b", "a\\b", "a b", "a\nb", "a%2fb", "a?b", "-rf", "\u{0}", "a\u{a0}b", "\"a"];
        for bad in bad.into_iter().chain([str::repeat("a", 201).as_str()]) {
            assert!(account(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn groups_may_be_within_groups_and_are_called_as_accounts_are_beside_that() {
        for good in ["quants", "acme/risk", "corp/desk/fx", "okta:quants"] {
            assert!(group(good).is_ok(), "{good}");
        }
        for bad in ["", "/", "/a", "a/", "a//b", "../x", "-rf", "Risk Team", "a\\b", "a\nb", "a,b"] {
            assert!(group(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_permission_that_there_is_not_is_told_with_those_that_there_are() {
        let said = permissions(&["runs.read".to_owned(), "runs.write".to_owned()]).unwrap_err();
        assert!(said.told().contains("\"runs.write\"") && said.told().contains("runs.control"), "{said:?}");
        assert!(permissions(&[]).is_err());
    }
}
