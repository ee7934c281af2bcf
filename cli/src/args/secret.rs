//! `leat secret`: the secrets that this user's runs are given.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use leat_secrets::SecretPath;
use leat_secrets_file::KeyPlace;

#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Keep a secret: from standard input, or from a file; never from the command line
    #[command(
        after_help = "Examples:\n  leat secret set kv/risk/warehouse#password          asks for it, and does not show it\n  pass risk/warehouse | leat secret set kv/risk/warehouse#password\n  leat secret set kv/risk/warehouse#key --from-file key.pem\n\nOf standard input the line's end is left out; a file is kept as it is. A stream file names the same place:\n  secret pg_password = \"kv/risk/warehouse#password\""
    )]
    Set {
        /// Where it is to lie: mount/path#field
        path: SecretPath,
        /// Take it from this file
        #[arg(long, value_name = "FILE")]
        from_file: Option<PathBuf>,
        #[command(flatten)]
        place: SecretPlace,
    },
    /// List where secrets lie, without their values
    List {
        #[command(flatten)]
        place: SecretPlace,
    },
    /// Remove a secret
    Rm {
        /// Where it lies: mount/path#field
        path: SecretPath,
        #[command(flatten)]
        place: SecretPlace,
    },
}

/// Which store is meant.
#[derive(Debug, ClapArgs)]
pub(crate) struct SecretPlace {
    /// The folder of the secrets (default: LEAT_SECRETS_DIR, else secrets in the user's data directory)
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Where the key is: a file, or keyring:NAME in the kernel's keyring of this user (default: LEAT_SECRETS_KEY, else the file
    /// `key` in the folder; of a folder that is named here, always that file)
    #[arg(long, value_name = "FILE|keyring:NAME")]
    pub(crate) key: Option<KeyPlace>,
}
