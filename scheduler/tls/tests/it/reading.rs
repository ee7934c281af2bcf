//! What is wrong with a file is told with its name and the way out.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use leat_certificates::Authority;
use leat_tls::{Files, TlsError, Trust};

use crate::{acceptor, now, server_files};

#[track_caller]
fn refused(files: Files) -> String {
    let error = acceptor(files).expect_err("it is wrong");
    match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[test]
fn a_key_that_others_may_read_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let files = server_files(directory.path(), &Authority::new("ca").server(&["localhost"]), None);
    let key = files.own.clone().unwrap().1;
    for mode in [0o644, 0o640, 0o602] {
        fs::set_permissions(&key, PermissionsExt::from_mode(mode)).unwrap();
        let said = refused(files.clone());
        assert!(said.contains(&format!("mode {mode:04o}")) && said.ends_with(&format!("chmod 600 {}", key.display())));
    }
    fs::set_permissions(&key, PermissionsExt::from_mode(0o400)).unwrap();
    acceptor(files).unwrap();
}

#[test]
fn a_key_that_belongs_to_another_certificate_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let mut issued = authority.server(&["localhost"]);
    issued.key = authority.server(&["localhost"]).key;
    let said = refused(server_files(directory.path(), &issued, None));
    assert!(said.contains("server.key is not the one that the certificate") && said.contains("server.crt"), "{said}");
}

#[test]
fn a_certificate_that_has_ended_serves_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let said = refused(server_files(directory.path(), &Authority::new("ca").ended(&["localhost"], 2024), None));
    assert!(said.contains("server.crt has ended 1056 days ago"), "{said}");
}

#[test]
fn files_that_hold_something_else_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let mut issued = authority.server(&["localhost"]);
    let (certificate, key) = (issued.certificate.clone(), issued.key.clone());
    issued.certificate = key.clone();
    let said = refused(server_files(directory.path(), &issued, None));
    assert!(said.contains("server.crt holds no certificate"), "{said}");
    (issued.certificate, issued.key) = (certificate.clone(), certificate.clone());
    let said = refused(server_files(directory.path(), &issued, None));
    assert!(said.contains("server.key holds no private key"), "{said}");
    (issued.certificate, issued.key) = (certificate.replace("MII", "MIJ"), key);
    let said = refused(server_files(directory.path(), &issued, None));
    assert!(said.contains("server.crt cannot be used"), "{said}");
    issued.certificate = "x".repeat(2 << 20);
    let said = refused(server_files(directory.path(), &issued, None));
    assert!(said.contains("server.crt has more than 1048576 bytes"), "{said}");
    issued.certificate = certificate;
    let mut files = server_files(directory.path(), &issued, Some(&authority));
    fs::remove_file(files.authorities.as_ref().unwrap()).unwrap();
    let said = refused(files.clone());
    assert!(said.contains("cannot read") && said.contains("clients.pem"), "{said}");
    files.own = None;
    files.authorities = None;
    assert!(matches!(acceptor(files), Err(TlsError::Missing)));
}

#[test]
fn the_end_of_a_certificate_is_known_ahead() {
    let directory = tempfile::tempdir().unwrap();
    let left = Duration::from_secs(3_600);
    let since_1970 = now().duration_since(std::time::UNIX_EPOCH).unwrap() + left;
    let issued = Authority::new("ca").ending(&["localhost"], since_1970);
    let server = acceptor(server_files(directory.path(), &issued, None)).unwrap();
    assert_eq!(server.standing().seconds_left(now()), Some(3_600));
    assert_eq!(server.standing().seconds_left(now() + left * 2), Some(-3_600));
}

#[test]
fn without_a_file_of_authorities_the_systems_count() {
    let trust = Trust::new(Box::new(Files::default()), now());
    match trust {
        Ok(trust) => assert!(!trust.anchors().is_empty()),
        Err(error) => assert!(matches!(error, TlsError::NoSystem { .. }), "{error}"),
    }
}
