//! Secrets in a plan: what they are called and where they lie, and never what they are.

use leat_secrets::{SecretName, SecretPath};
use serde::{Deserialize, Serialize};

use super::Plan;

/// A secret that nodes of the process are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// What nodes ask for it by.
    pub name: String,
    /// Where it lies: `kv/risk/warehouse#password`.
    pub path: String,
}

impl Secret {
    /// Its name and path, read.
    ///
    /// # Errors
    /// Where one of them is none; of a plan from [`Plan::from_json`] or a check both are.
    pub fn read(&self) -> Result<(SecretName, SecretPath), String> {
        let of =
            |why: &dyn std::fmt::Display| format!("the secret `{}` cannot be used: {why}", self.name.escape_debug());
        let name = self.name.parse().map_err(|error| of(&error))?;
        let path = self.path.parse().map_err(|error| of(&error))?;
        Ok((name, path))
    }
}

impl Plan {
    /// The secrets that its nodes are given, each once, in the plan's order: of a [share](Plan::share) those of its own nodes.
    pub fn given_secrets(&self) -> impl Iterator<Item = &Secret> {
        let is_given = |place: usize| {
            let mut components = self.nodes.iter().filter_map(|node| node.kind.component());
            components.any(|component| component.secrets.contains(&place))
        };
        self.secrets.iter().enumerate().filter(move |(place, _)| is_given(*place)).map(|(_, secret)| secret)
    }
}
