//! From what a provider claims of somebody to their account and groups. Decides alone: no claim is fetched here, and whether one is
//! true has been found out before.

use std::collections::{BTreeMap, BTreeSet};

use leat_midtier::logins::{GROUPS_MAX, Person};
use serde_json::{Map, Value};

/// How long the name of an account or group may be, characters.
const NAME_CHARS_MAX: usize = 128;

/// How claims become an account and groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRules {
    /// The claim that an account is called by. The default is `preferred_username`. Where it is `email`, the provider must claim
    /// `email_verified` too. Dots lead into objects where no claim has the whole name.
    pub account: String,
    /// What stands before the names of its accounts, so that those of two providers are told apart.
    pub account_prefix: String,
    /// The claim that holds groups. The default is `groups`.
    pub groups: String,
    /// What stands before the names of groups that are not in [`Self::renamed`].
    pub group_prefix: String,
    /// Groups that are called otherwise here, by the provider's names.
    pub renamed: BTreeMap<String, String>,
    /// Whether groups that are not in [`Self::renamed`] are left out.
    pub only_renamed: bool,
    /// Who may log in: those in one of these groups, by the provider's names. None for everybody that the provider knows.
    pub admitted: BTreeSet<String>,
    /// What names of accounts and groups begin with that are other providers': this one gives none that begins so, unless it is in
    /// [`Self::renamed`]. See [`tell_apart`].
    pub others: OtherPrefixes,
}

/// What the names of other providers begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherPrefixes {
    accounts: Vec<String>,
    groups: Vec<String>,
}

impl Default for ClaimRules {
    fn default() -> Self {
        ClaimRules {
            account: "preferred_username".to_owned(),
            account_prefix: String::new(),
            groups: "groups".to_owned(),
            group_prefix: String::new(),
            renamed: BTreeMap::new(),
            only_renamed: false,
            admitted: BTreeSet::new(),
            others: OtherPrefixes::default(),
        }
    }
}

/// What a provider claims of somebody.
pub(crate) type Claims = Map<String, Value>;

impl ClaimRules {
    /// Whether something that is needed is not there, and is worth a question more.
    pub(crate) fn lack(&self, claims: &Claims) -> bool {
        find(claims, &self.account).is_none() || find(claims, &self.groups).is_none()
    }

    /// Who this is; in words, why nobody.
    pub(crate) fn person(&self, claims: &Claims) -> Result<Person, String> {
        let subject = claims.get("sub").and_then(Value::as_str).filter(|subject| !subject.is_empty());
        let subject = subject.ok_or("there is no subject (`sub`)")?;
        let groups = self.groups_of(claims)?;
        if !self.admitted.is_empty() && !groups.iter().any(|group| self.admitted.contains(*group)) {
            return Err("they are in none of the groups that may log in here".to_owned());
        }
        let here: BTreeSet<String> = groups.into_iter().filter_map(|group| self.group(group)).collect();
        Ok(Person {
            subject: subject.to_owned(),
            account: self.account_of(claims)?,
            groups: here.into_iter().collect(),
            called: claims.get("name").and_then(Value::as_str).filter(|name| is_name(name)).map(str::to_owned),
        })
    }

    fn account_of(&self, claims: &Claims) -> Result<String, String> {
        let claim = &self.account;
        let name = find(claims, claim).and_then(Value::as_str);
        let name =
            name.ok_or_else(|| format!("the claim `{claim}`, which accounts are called by, is not there or no text"))?;
        if claim == "email" && claims.get("email_verified") != Some(&Value::Bool(true)) {
            return Err("accounts are called by the claim `email`, and the provider has not verified it".to_owned());
        }
        let account = format!("{}{name}", self.account_prefix);
        if name.is_empty() || account.len() > NAME_CHARS_MAX || !account.chars().all(is_of_account) {
            let may = format!("1 to {NAME_CHARS_MAX} of a–z, A–Z, 0–9 and . _ - + @ :");
            return Err(format!("no account can be called `{name}` (claim `{claim}`): {may} were expected"));
        }
        if self.others.accounts.iter().any(|prefix| account.starts_with(prefix.as_str())) {
            return Err(format!("the account `{name}` (claim `{claim}`) is called as those of another login provider"));
        }
        Ok(account)
    }

    fn groups_of<'a>(&self, claims: &'a Claims) -> Result<Vec<&'a str>, String> {
        let claim = &self.groups;
        let elsewhere = claims.get("_claim_names").and_then(|names| names.get(claim)).is_some();
        let groups = match find(claims, claim) {
            None if elsewhere => return Err(format!("the claim `{claim}` is kept elsewhere, since it is too long")),
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(some)) => {
                let texts: Option<Vec<&str>> = some.iter().map(Value::as_str).collect();
                texts.ok_or_else(|| {
                    format!("the claim `{claim}` holds what is no text, where names of groups were expected")
                })?
            }
            Some(_) => return Err(format!("the claim `{claim}` holds no names of groups")),
        };
        // A provider that cuts its own list at some number says so or leaves the claim out; whoever has more here is refused, since some
        // of them would be lost silently.
        if groups.len() > GROUPS_MAX {
            return Err(format!("they are in {} groups, and {GROUPS_MAX} were expected at most", groups.len()));
        }
        Ok(groups)
    }

    /// What a group of the provider's is called here; nothing where it is none here.
    fn group(&self, theirs: &str) -> Option<String> {
        if let Some(ours) = self.renamed.get(theirs) {
            return Some(ours.clone());
        }
        let ours = format!("{}{theirs}", self.group_prefix);
        let is_others = self.others.groups.iter().any(|prefix| ours.starts_with(prefix.as_str()));
        (!self.only_renamed && !theirs.is_empty() && !is_others && is_name(&ours)).then_some(ours)
    }
}

/// Tells the names of several providers apart, by the rules of each under its name: what one calls an account or a group, no other can.
/// Has each refuse what begins as the names of another do.
///
/// # Errors
/// In words, where two share a prefix or have none, or one begins with another. Whose groups are only renamed ones needs none for them.
pub fn tell_apart(rules: &mut BTreeMap<String, ClaimRules>) -> Result<(), String> {
    let accounts: Vec<Prefix> = rules.iter().map(|(name, one)| (name.clone(), one.account_prefix.clone())).collect();
    let named = rules.iter().filter(|(_, one)| !one.only_renamed);
    let groups: Vec<Prefix> = named.map(|(name, one)| (name.clone(), one.group_prefix.clone())).collect();
    require_apart("an account", "claims.account_prefix", &accounts)?;
    require_apart("a group", "claims.group_prefix (or claims.only_renamed)", &groups)?;
    let others = |all: &[Prefix], own: &str| {
        let others = all.iter().filter(|(name, prefix)| name != own && !prefix.is_empty());
        others.map(|(_, prefix)| prefix.clone()).collect()
    };
    for (name, one) in rules.iter_mut() {
        one.others = OtherPrefixes { accounts: others(&accounts, name), groups: others(&groups, name) };
    }
    Ok(())
}

/// A provider's name, and its prefix.
type Prefix = (String, String);

fn require_apart(what: &str, key: &str, prefixes: &[Prefix]) -> Result<(), String> {
    for (place, (name, prefix)) in prefixes.iter().enumerate() {
        for (other, others) in &prefixes[..place] {
            // One of them may have none: it gives no name that begins as the others' do.
            let is_one_bare = prefix.is_empty() != others.is_empty();
            if !is_one_bare && (prefix.starts_with(others.as_str()) || others.starts_with(prefix.as_str())) {
                return Err(format!(
                    "login.providers: `{other}` and `{name}` could each call {what} as the other does; \
                     give all but one a {key}, and none that begins as another does"
                ));
            }
        }
    }
    Ok(())
}

/// A claim by its name, or by the way to it: `realm_access.roles`.
fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(whole) = claims.get(name) {
        return Some(whole);
    }
    let (first, rest) = name.split_once('.')?;
    rest.split('.').try_fold(claims.get(first)?, |at, step| at.get(step))
}

/// Letters of other scripts are left out, since some look like these.
fn is_of_account(char: char) -> bool {
    char.is_ascii_alphanumeric() || "._-+@:".contains(char)
}

/// Whether a name can be shown. What may be called so is the midtier's to say.
fn is_name(name: &str) -> bool {
    name.chars().count() <= NAME_CHARS_MAX && name.trim() == name && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        let Value::Object(claims) = value else { panic!("{value}") };
        claims
    }

    fn of(rules: &ClaimRules, value: Value) -> Result<Person, String> {
        rules.person(&claims(value))
    }

    #[test]
    fn claims_become_an_account_and_groups() {
        let rules = ClaimRules::default();
        let ada = of(
            &rules,
            json!({ "sub": "1", "preferred_username": "ada", "groups": ["risk", "desk", "risk"], "name": "Ada L." }),
        );
        let groups = vec!["desk".to_owned(), "risk".to_owned()];
        let called = Some("Ada L.".to_owned());
        assert_eq!(ada, Ok(Person { subject: "1".to_owned(), account: "ada".to_owned(), groups, called }));
        let one = of(&rules, json!({ "sub": "1", "preferred_username": "ada", "groups": "risk" })).unwrap();
        assert_eq!((one.groups, one.called), (vec!["risk".to_owned()], None));
        assert!(of(&rules, json!({ "sub": "1", "preferred_username": "ada" })).unwrap().groups.is_empty());
    }

    #[test]
    fn names_are_found_where_the_rules_say_and_put_as_they_say() {
        let rules = ClaimRules {
            account: "https://example.com/user".to_owned(),
            account_prefix: "hub:".to_owned(),
            groups: "realm_access.roles".to_owned(),
            group_prefix: "hub/".to_owned(),
            renamed: [("Risk Team".to_owned(), "risk".to_owned())].into(),
            ..ClaimRules::default()
        };
        let value =
            json!({ "sub": "1", "https://example.com/user": "ada", "realm_access": { "roles": ["Risk Team", "all"] } });
        let ada = of(&rules, value.clone()).unwrap();
        assert_eq!((ada.account.as_str(), ada.groups), ("hub:ada", vec!["hub/all".to_owned(), "risk".to_owned()]));
        let ada = of(&ClaimRules { only_renamed: true, ..rules }, value).unwrap();
        assert_eq!(ada.groups, ["risk"]);
    }

    #[test]
    fn whoever_is_in_no_admitted_group_is_refused() {
        let rules = ClaimRules { admitted: ["staff".to_owned()].into(), ..ClaimRules::default() };
        let eve = of(&rules, json!({ "sub": "2", "preferred_username": "eve", "groups": ["guests"] }));
        assert_eq!(eve, Err("they are in none of the groups that may log in here".to_owned()));
        assert!(of(&rules, json!({ "sub": "1", "preferred_username": "ada", "groups": ["staff"] })).is_ok());
    }

    #[test]
    fn an_address_that_nobody_verified_is_no_account() {
        let rules = ClaimRules { account: "email".to_owned(), ..ClaimRules::default() };
        for verified in [json!(null), json!(false), json!("true")] {
            let refused = of(&rules, json!({ "sub": "1", "email": "ada@example.com", "email_verified": verified }));
            assert!(refused.unwrap_err().contains("not verified"), "{verified}");
        }
        let ada = of(&rules, json!({ "sub": "1", "email": "ada@example.com", "email_verified": true }));
        assert_eq!(ada.unwrap().account, "ada@example.com");
    }

    #[test]
    fn names_that_could_pass_for_others_are_no_accounts() {
        for bad in ["", "ada\nroot", "a da", "аdmin", "a/b", "a\u{202e}b", &"a".repeat(129)] {
            let refused = of(&ClaimRules::default(), json!({ "sub": "1", "preferred_username": bad }));
            assert!(refused.is_err(), "{bad:?}");
        }
        let odd = json!({ "sub": "1", "preferred_username": "ada", "groups": ["a\nb", " c", "", "d"] });
        assert_eq!(of(&ClaimRules::default(), odd).unwrap().groups, ["d"]);
    }

    #[test]
    fn no_provider_can_call_anybody_as_another_does() {
        let with = |account: &str, group: &str| ClaimRules {
            account_prefix: account.to_owned(),
            group_prefix: group.to_owned(),
            ..ClaimRules::default()
        };
        let told = |one: ClaimRules, other: ClaimRules| {
            let mut rules = BTreeMap::from([("corp".to_owned(), one), ("hub".to_owned(), other)]);
            tell_apart(&mut rules).map(|()| rules)
        };
        for (one, other, what) in [
            (with("", "corp/"), with("", ""), "account_prefix"),
            (with("x:", "corp/"), with("x:", ""), "account_prefix"),
            (with("x:", "corp/"), with("x:y:", ""), "account_prefix"),
            (with("", ""), with("hub:", ""), "group_prefix"),
            (with("", "a/"), with("hub:", "a/b/"), "group_prefix"),
        ] {
            let refused = told(one, other).unwrap_err();
            assert!(refused.contains("`corp` and `hub`") && refused.contains(what), "{refused}");
        }
        let renamed = ClaimRules { only_renamed: true, ..with("hub:", "") };
        assert!(told(with("", ""), renamed).is_ok());
        let rules = told(with("", ""), with("hub:", "hub/")).unwrap();
        let claims = |account: &str| json!({ "sub": "1", "preferred_username": account, "groups": ["hub/a", "b"] });
        assert!(of(&rules["corp"], claims("hub:ada")).unwrap_err().contains("another login provider"));
        assert_eq!(of(&rules["corp"], claims("ada")).unwrap().groups, ["b"]);
        assert_eq!(of(&rules["hub"], claims("ada")).unwrap().groups, ["hub/b", "hub/hub/a"]);
    }

    #[test]
    fn claims_that_are_none_are_refused_in_words() {
        let too_many: Vec<String> = (0..=GROUPS_MAX).map(|number| number.to_string()).collect();
        let bad = [
            (json!({ "preferred_username": "ada" }), "`sub`"),
            (json!({ "sub": "", "preferred_username": "ada" }), "`sub`"),
            (json!({ "sub": "1" }), "`preferred_username`"),
            (json!({ "sub": "1", "preferred_username": 7 }), "`preferred_username`"),
            (json!({ "sub": "1", "preferred_username": "ada", "groups": 7 }), "`groups`"),
            (json!({ "sub": "1", "preferred_username": "ada", "groups": ["a", 7] }), "`groups`"),
            (json!({ "sub": "1", "preferred_username": "ada", "groups": too_many }), "501 groups"),
            (json!({ "sub": "1", "preferred_username": "ada", "_claim_names": { "groups": "src" } }), "kept elsewhere"),
        ];
        for (value, what) in bad {
            let refused = of(&ClaimRules::default(), value.clone()).unwrap_err();
            assert!(refused.contains(what), "{value}: {refused}");
        }
    }
}
