//! Secrets of a test: each in a file, told with `--secret NAME=FILE`. A component under test gets those and no others; a process gets them
//! in place of this user's own.

use std::collections::BTreeMap;
use std::path::Path;

use leat_secrets::{Allowed, SecretName, SecretValue};
use leat_stream::diagnostic::nearest;
use leat_stream::plan::Plan;

use crate::args::TestArgs;
use crate::commands::secret::of_file;
use crate::failure::Kind;
use crate::playpen::Playpen;

/// Where the secrets of a component under test lie in the process around it. Nobody looks there.
const MOUNT: &str = "test";

/// The playpen, whose policy has no say in what a test gives.
pub(super) fn allowed_by(playpen: Playpen) -> Playpen {
    let tests = Allowed::new([format!("{MOUNT}/*")]).expect("a place and a star are a pattern");
    Playpen { secrets: playpen.secrets.or(tests), root: playpen.root }
}

/// `secret x = "test/x#value"` for each, as lines.
pub(super) fn declared(args: &TestArgs) -> anyhow::Result<String> {
    let mut lines = String::new();
    for (name, _) in &args.secrets {
        let name = name_of(name)?;
        lines.push_str(&format!("secret {name} = \"{MOUNT}/{name}#value\"\n"));
    }
    Ok(lines)
}

/// ` secrets=…` for the node; nothing where it is given none.
pub(super) fn named(args: &TestArgs) -> String {
    let names: Vec<&str> = args.secrets.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!(" secrets={}", names.join(",")) }
}

/// What the files hold, by the names of the plan's secrets.
pub(super) fn given(args: &TestArgs, plan: &Plan) -> anyhow::Result<BTreeMap<SecretName, SecretValue>> {
    let mut given = BTreeMap::new();
    for (name, file) in &args.secrets {
        if !plan.secrets.iter().any(|secret| secret.name == *name) {
            let known = plan.secrets.iter().map(|secret| secret.name.as_str());
            let hint = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Kind::Usage(format!("--secret {name}: no node is given a secret `{name}`{hint}")).into());
        }
        given.insert(name_of(name)?, of_file(Path::new(file))?);
    }
    Ok(given)
}

fn name_of(name: &str) -> anyhow::Result<SecretName> {
    Ok(name.parse::<SecretName>().map_err(|error| Kind::Usage(format!("--secret {name}: {error}")))?)
}
