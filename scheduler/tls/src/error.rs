//! What may be wrong with certificates, keys and authorities. Read by whoever keeps them, at three in the morning.

use std::io;

use crate::files::FILE_BYTES_MAX;

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or may not be read.
    #[error("cannot read {place}")]
    Unreadable {
        /// Which.
        place: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A file is no certificate, by its size alone.
    #[error("{0} has more than {FILE_BYTES_MAX} bytes, which no certificate and no list of authorities has")]
    TooLarge(String),
    /// A key is not its owner's alone.
    #[error("the key {place} is open to others than its owner (mode {mode:04o}, wanted 0600): chmod 600 {place}")]
    Exposed {
        /// Which.
        place: String,
        /// The permissions it has.
        mode: u32,
    },
    /// What is wanted is not there.
    #[error("{place} holds no {wanted}; it is read as PEM, which says -----BEGIN {label}-----")]
    Empty {
        /// Where.
        place: String,
        /// `certificate`, `private key`.
        wanted: &'static str,
        /// What begins one.
        label: &'static str,
    },
    /// What is there makes no sense.
    #[error("{place} cannot be used: {reason}")]
    Broken {
        /// Where.
        place: String,
        /// Why not.
        reason: String,
    },
    /// Two files do not belong together.
    #[error(
        "the key {key} is not the one that the certificate {certificate} was made for; put both there as they were issued"
    )]
    Unlike {
        /// The certificate.
        certificate: String,
        /// The key.
        key: String,
    },
    /// It was good once.
    #[error("the certificate {place} has ended {} ago; have it issued anew", crate::kept::span_text(*.seconds))]
    Ended {
        /// Which.
        place: String,
        /// How long ago.
        seconds: u64,
    },
    /// It was to be issued, and was not.
    #[error("no certificate was issued: {reason}")]
    NotIssued {
        /// Why not.
        reason: String,
    },
    /// A server has nothing to show.
    #[error("a server needs a certificate and its key")]
    Missing,
    /// Nobody is trusted by this machine.
    #[error("this machine has no list of authorities ({reason}); name one of your own as ca_file")]
    NoSystem {
        /// What its lookup says.
        reason: String,
    },
}

/// An error with what caused it, on one line and nothing said twice: why a connection does not come about, or a certificate is of no use, for
/// whoever reads of it.
pub fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}
