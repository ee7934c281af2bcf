//! Secrets: what the process gave a node by name, and only for as long as the node holds it.

use std::fmt;

use crate::contract::Denied;
use crate::error::{Error, Result};
use crate::host;

/// A secret that the process gave this node with `secrets=`.
///
/// It has neither `Display` nor a [`State`](crate::State), its `Debug` hides it, and its bytes are overwritten when it is
/// dropped: it gets into a log, a record or a checkpoint only where the node writes [`Secret::expose`] there.
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // So that the compiler takes the zeros for something that is looked at.
        std::hint::black_box(&bytes);
    }
}

/// The secret that the stream file calls by this name. Asks the host each time; the answer is the same for as long as a run takes.
///
/// # Errors
/// The process does not give it to this node, or has no value for it; the words say which.
///
/// ```
/// # fn connect(password: &str) {}
/// # fn open() -> leat_sdk::Result<()> {
/// let password = leat_sdk::secret("pg_password")?;
/// connect(password.expose());
/// # Ok(())
/// # }
/// ```
pub fn secret(name: &str) -> Result<Secret> {
    host::secret(name).map(Secret).map_err(|denied| {
        let name = name.escape_debug();
        Error::new(match denied {
            Denied::NotDeclared => format!(
                "the secret `{name}` is not given to this node: declare it in the stream file (`secret {name} = \"…\"`) and name it in the \
                 node's statement (`secrets={name}`)"
            ),
            Denied::NotGranted => format!("the secret `{name}` was not granted to this run"),
            Denied::Expired => format!("the secret `{name}` is not granted any more"),
            Denied::StoreUnreachable => format!("the secret `{name}` cannot be had: secret store unreachable"),
        })
    })
}
