//! `leat secret`: secrets put into this user's encrypted file, listed by their places, taken out. No value is ever printed, and none
//! is taken from the command line, which other users of the machine can read.

mod asked;

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use leat_secrets::{SecretPath, SecretValue};
use leat_secrets_file::{FileSecrets, KeyPlace};
use zeroize::Zeroizing;

use crate::args::{SecretCommand, SecretPlace};
use crate::config::Environment;
use crate::failure::Kind;
use crate::own_secrets::{SecretFolder, leave_no_core_file, own};

pub(crate) fn run(command: &SecretCommand, environment: &Environment) -> anyhow::Result<ExitCode> {
    leave_no_core_file()?;
    match command {
        SecretCommand::Set { path, from_file, place } => {
            let store = store(place, environment)?;
            let value = match from_file {
                Some(file) => of_file(file)?,
                None => fit(without_line_end(from_standard_input(path)?))?,
            };
            store.set(path, value)?;
            println!("{path} is kept in {}", store.folder().display());
        }
        SecretCommand::List { place } => {
            for path in store(place, environment)?.list()? {
                println!("{path}");
            }
        }
        SecretCommand::Rm { path, place } => {
            let store = store(place, environment)?;
            if !store.remove(path)? {
                anyhow::bail!(
                    "there is no {path} in {}; `leat secret list` shows what there is",
                    store.folder().display()
                );
            }
            println!("{path} is removed from {}", store.folder().display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn store(place: &SecretPlace, environment: &Environment) -> anyhow::Result<FileSecrets> {
    let own = match &place.folder {
        // The key of the user's own store is not that of another.
        Some(folder) => SecretFolder { folder: folder.clone(), key: KeyPlace::Beside },
        None => {
            own(environment)?.ok_or_else(|| Kind::Usage("HOME is not set; name a folder with --folder".to_owned()))?
        }
    };
    Ok(FileSecrets::new(own.folder, place.key.clone().unwrap_or(own.key)))
}

/// The secret that a file holds, as it is.
pub(super) fn of_file(file: &Path) -> anyhow::Result<SecretValue> {
    let read = File::open(file).and_then(bounded);
    fit(read.with_context(|| format!("cannot read {}", file.display()))?)
}

fn from_standard_input(path: &SecretPath) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return asked::unseen(&format!("{path}: "));
    }
    bounded(stdin.lock()).context("cannot read the secret from standard input")
}

/// All that is there, in memory that was never moved and left behind.
fn bounded(source: impl Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let bytes_max = SecretValue::BYTES_MAX + LINE_END_BYTES_MAX;
    // One more, which tells what is too long; and one that reading to the end asks for.
    let mut value = Zeroizing::new(Vec::with_capacity(bytes_max + 64));
    source.take(bytes_max as u64 + 1).read_to_end(&mut value)?;
    Ok(value)
}

const LINE_END_BYTES_MAX: usize = 2;

fn without_line_end(mut value: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    if value.ends_with(b"\n") {
        value.pop();
        if value.ends_with(b"\r") {
            value.pop();
        }
    }
    value
}

/// A value that a node can be given.
fn fit(mut value: Zeroizing<Vec<u8>>) -> anyhow::Result<SecretValue> {
    if value.is_empty() {
        anyhow::bail!("the secret is empty; nothing was kept");
    }
    if str::from_utf8(&value).is_err() {
        anyhow::bail!(
            "the secret is no UTF-8 text, which is all that a node can be given; encode it, as with `base64`"
        );
    }
    Ok(SecretValue::new(std::mem::take(&mut *value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let value = without_line_end(Zeroizing::new(text.as_bytes().to_vec()));
        fit(value).map_or_else(|error| error.to_string(), |value| value.expose_text().unwrap_or_default().to_owned())
    }

    #[test]
    fn the_end_of_the_line_is_no_part_of_a_secret_and_blanks_are() {
        assert_eq!(of("hunter2\n"), "hunter2");
        assert_eq!(of("hunter2\r\n"), "hunter2");
        assert_eq!(of(" hunter2 \n\n"), " hunter2 \n");
    }

    #[test]
    fn what_no_node_could_be_given_is_refused() {
        assert!(of("\n").contains("empty"));
        let refused = |bytes: &[u8]| fit(Zeroizing::new(bytes.to_vec())).unwrap_err().to_string();
        assert!(refused(&[0xff]).contains("no UTF-8"));
        let long = bounded(std::io::repeat(b'a')).unwrap();
        assert!(refused(&long).contains("65536"));
        assert!(long.capacity() > long.len(), "it was read without being moved");
    }
}
