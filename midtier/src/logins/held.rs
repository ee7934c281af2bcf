//! What the midtier needs to go on with a login, as it is kept in the store.

use leat_bundle::Digest;
use serde::{Deserialize, Serialize};

/// What a login that has begun waits for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Held {
    /// A browser is at the provider.
    Browser {
        /// The provider's own.
        kept: String,
        /// SHA-256 of what the browser that went there holds in a cookie.
        browser: String,
        /// What it is for.
        goal: Goal,
    },
    /// Somebody is asked whether a program of theirs may have a token.
    Asked {
        /// Whose.
        account: String,
        /// Where the program listens, on their browser's machine.
        port: u16,
        /// SHA-256 of what only the program knows.
        challenge: String,
        /// What it recognises its own login by.
        state: String,
    },
    /// A program is to fetch its token.
    Granted {
        /// Whose.
        account: String,
        /// SHA-256 of what only the program knows that began.
        challenge: String,
    },
    /// A provider waits for somebody to type a code on another device.
    Device {
        /// The provider's own.
        kept: String,
    },
}

/// What a login in a browser is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// The browser is to be logged in, and goes on there.
    Browser {
        /// A path of this installation.
        return_to: String,
    },
    /// A program on the browser's machine is.
    Program {
        /// Where it listens, on that machine.
        port: u16,
        /// SHA-256 of what only it knows.
        challenge: String,
        /// What it recognises its own login by.
        state: String,
    },
}

impl Held {
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).expect("what is held are texts and numbers")
    }

    /// Nothing for what another version has written.
    pub(crate) fn of(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// What of a program's challenge is short enough to be compared with the eye: the program shows it, and so does the page that asks for it.
pub(crate) fn code_of(challenge: &str) -> String {
    let shown: String = challenge.chars().take(8).map(|char| char.to_ascii_uppercase()).collect();
    let (one, other) = shown.split_at(shown.len() / 2);
    format!("{one}-{other}")
}

/// Whether this is the SHA-256 of what was brought. Digests are compared, so the time it takes tells nothing of what was right.
pub(crate) fn is_digest_of(digest: &str, brought: &str) -> bool {
    Digest::of(brought.as_bytes()).to_string() == digest
}
