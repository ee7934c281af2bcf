//! Whom a provider is trusted by: authorities that are replaced while the midtier runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leat_certificates::Authority;
use leat_midtier::logins::{Provider, ProviderError};
use leat_oidc::{Oidc, OidcConfig};
use leat_tls::{Acceptor, Files, Refresh, Trust};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use crate::fake::{Fake, REDIRECT};

/// A time at which what is made here is valid.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// Speaks TLS before a provider, with a certificate of this authority; where it is reached.
async fn encrypted(fake: &Fake, authority: &Authority, directory: &Path) -> String {
    let own = Some(authority.server(&["localhost"]).write(directory, "provider"));
    let acceptor = Acceptor::new(Box::new(Files { own, authorities: None }), now()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, behind) = (listener.local_addr().unwrap().port(), fake.address);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Who trusts nobody here hangs up.
            let Ok(mut arrival) = acceptor.accept(stream).await else { continue };
            let mut behind = TcpStream::connect(behind).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut arrival.stream, &mut behind).await });
        }
    });
    format!("https://localhost:{port}")
}

/// What the provider says of itself, as it is reached through TLS.
fn says_it_is(fake: &Fake, base: &str) {
    let plain = format!("http://{}", fake.address);
    fake.ways(|ways| {
        for value in ways.document.as_object_mut().unwrap().values_mut() {
            *value = Value::String(value.as_str().unwrap().replace(&plain, base));
        }
    });
}

fn trusting(authorities: PathBuf) -> Arc<Trust> {
    let source = Files { own: None, authorities: Some(authorities) };
    Arc::new(Trust::new(Box::new(source), now()).unwrap())
}

#[tokio::test]
async fn a_provider_of_a_new_authority_is_reached_once_its_file_was_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let fake = Fake::new().await;
    let issuer = encrypted(&fake, &new, directory.path()).await;
    says_it_is(&fake, &issuer);
    let trust = trusting(old.write(directory.path(), "ca"));
    let provider = Oidc::new(OidcConfig { issuer, ..fake.config() }, Arc::clone(&trust)).unwrap();
    let refused = provider.begin(REDIRECT, "the-state").await.err().unwrap();
    assert!(matches!(refused, ProviderError::Unreachable { .. }), "{refused:?}");
    assert_eq!(fake.asked("/.well-known/openid-configuration"), 0, "nobody vouches for it");
    new.write(directory.path(), "ca");
    trust.refresh(now());
    provider.begin(REDIRECT, "the-state").await.unwrap();
}
