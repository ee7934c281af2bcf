//! From what a provider claims of somebody to their account and groups. Decides alone: no claim is fetched here, and whether one is
//! true has been found out before.

use std::collections::{BTreeMap, BTreeSet};

use leat_midtier::logins::Person;
use serde_json::{Map, Value};

/// How long the name of an account or group may be, characters.
const NAME_CHARS_MAX: usize = 128;

/// How many groups somebody may be in. A provider that cuts its own list at some number says so or leaves the claim out; whoever has
/// more here is refused, since some of them would be lost silently.
const GROUPS_MAX: usize = 500;

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
            called: claims.get("name").and_then(Value::as_str).filter(|name| is_group_name(name)).map(str::to_owned),
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
        (!self.only_renamed && !theirs.is_empty() && is_group_name(&ours)).then_some(ours)
    }
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

fn is_group_name(name: &str) -> bool {
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
