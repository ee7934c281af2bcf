#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop where it is")]

//! Certificates as operators have them: good, wrong, replaced while they are in use; and connections between both sides.

mod connecting;
mod reading;
mod reload;
mod speaking;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leat_certificates::{Authority, Issued};
use leat_tls::{Acceptor, Files, TlsError, Trust};

/// A moment of 2026, so that no case depends on when it runs, but for what rustls itself compares with the clock.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_383_316)
}

/// Files of a server: its certificate, and whose clients it asks for one.
fn server_files(directory: &Path, issued: &Issued, clients: Option<&Authority>) -> Files {
    let own = Some(issued.write(directory, "server"));
    Files { own, authorities: clients.map(|authority| authority.write(directory, "clients")) }
}

fn acceptor(files: Files) -> Result<Acceptor, TlsError> {
    Acceptor::new(Box::new(files), now())
}

/// A client that trusts this authority alone, and shows this. Its clock is far behind: what has ended is for the server to see.
fn trust(directory: &Path, authority: &Authority, own: Option<&Issued>) -> Trust {
    static CLIENTS: AtomicU64 = AtomicU64::new(0);
    let name = format!("client{}", CLIENTS.fetch_add(1, Ordering::SeqCst));
    let own = own.map(|issued| issued.write(directory, &name));
    let files = Files { own, authorities: Some(authority.write(directory, &name)) };
    Trust::new(Box::new(files), UNIX_EPOCH).expect("the files of the test are good")
}
