//! What is put in the place of a certificate counts for the next connection, if it is whole and its key is there.

use std::convert::Infallible;
use std::fs;
use std::sync::Arc;

use leat_certificates::Authority;
use leat_tls::{Refresh, Renewed};

use crate::speaking::{Way, shown_to};
use crate::{acceptor, now, server_files, trust};

#[tokio::test]
async fn a_new_certificate_is_shown_to_the_next_connection() {
    let directory = tempfile::tempdir().unwrap();
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let way = Way::to(acceptor(server_files(directory.path(), &old.server(&["localhost"]), None)).unwrap()).await;
    let (of_old, of_new) = (trust(directory.path(), &old, None), trust(directory.path(), &new, None));
    assert!(way.meet(&of_old).await.is_ok() && way.meet(&of_new).await.is_err());
    way.server.refresh(now());
    assert_eq!(way.server.standing().changes, 0, "nothing is new");
    new.server(&["localhost"]).write(directory.path(), "server");
    way.server.refresh(now());
    assert_eq!(way.server.standing().changes, 1);
    assert!(way.meet(&of_old).await.is_err() && way.meet(&of_new).await.is_ok());
}

#[tokio::test]
async fn what_is_not_whole_changes_nothing_until_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let files = server_files(directory.path(), &authority.server(&["localhost"]), None);
    let way = Way::to(acceptor(files.clone()).unwrap()).await;
    let client = trust(directory.path(), &authority, None);
    let (certificate, key) = files.own.unwrap();
    let next = authority.server(&["localhost"]);
    fs::write(&certificate, &next.certificate).unwrap();
    way.server.refresh(now());
    let trouble = way.server.standing().trouble.expect("the key is still the old one's");
    assert!(trouble.contains("server.key is not the one"), "{trouble}");
    assert!(way.meet(&client).await.is_ok(), "the old one stays");
    fs::write(&key, &next.key).unwrap();
    way.server.refresh(now());
    assert_eq!((way.server.standing().trouble, way.server.standing().changes), (None, 1));
    authority.ended(&["localhost"], 2020).write(directory.path(), "server");
    way.server.refresh(now());
    assert!(way.server.standing().trouble.expect("it has ended").contains("has ended"));
    assert!(way.meet(&client).await.is_ok(), "the one before stays");
    fs::remove_file(&key).unwrap();
    way.server.refresh(now());
    assert!(way.server.standing().trouble.expect("the key is gone").contains("cannot read"));
    assert!(way.meet(&client).await.is_ok());
}

#[tokio::test]
async fn whom_a_server_trusts_is_taken_over_too() {
    let directory = tempfile::tempdir().unwrap();
    let (authority, old, new) = (Authority::new("ca"), Authority::new("old"), Authority::new("new"));
    let files = server_files(directory.path(), &authority.server(&["localhost"]), Some(&old));
    let way = Way::to(acceptor(files).unwrap()).await;
    let client = trust(directory.path(), &authority, Some(&old.host("c1")));
    assert_eq!(shown_to(&way, &client).await.unwrap().unwrap().hosts(), ["c1"]);
    new.write(directory.path(), "clients");
    way.server.refresh(now());
    assert!(shown_to(&way, &client).await.is_err(), "nobody trusts that authority any more");
}

#[tokio::test]
async fn a_client_shows_its_new_certificate_from_its_next_connection_on() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let files = server_files(directory.path(), &authority.server(&["localhost"]), Some(&authority));
    let way = Way::to(acceptor(files).unwrap()).await;
    let own = authority.host("c1").write(directory.path(), "host");
    let files = leat_tls::Files { own: Some(own), authorities: Some(authority.write(directory.path(), "ca")) };
    let client = leat_tls::Trust::new(Box::new(files), now()).unwrap();
    assert!(shown_to(&way, &client).await.unwrap().unwrap().is_host("c1"));
    let next = authority.host("c2");
    next.write(directory.path(), "host");
    client.refresh(now());
    assert_eq!(client.standing().changes, 1);
    assert_eq!(*client.own_pem().unwrap().chain.text, next.certificate.into_bytes());
    assert!(shown_to(&way, &client).await.unwrap().unwrap().is_host("c2"));
}

#[tokio::test]
async fn a_client_is_made_anew_where_whom_it_trusts_has_changed_and_not_before() {
    let directory = tempfile::tempdir().unwrap();
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let way = Way::to(acceptor(server_files(directory.path(), &new.server(&["localhost"]), None)).unwrap()).await;
    let authorities = Some(old.write(directory.path(), "ca"));
    let trust = Arc::new(leat_tls::Trust::new(Box::new(leat_tls::Files { own: None, authorities }), now()).unwrap());
    let client = Renewed::new(Arc::clone(&trust), |tls| Ok::<_, Infallible>(Arc::new(tls))).unwrap();
    let first = client.get();
    assert!(way.both(first.as_ref().clone(), "localhost").await.1.is_err(), "nobody trusts that authority yet");
    new.write(directory.path(), "ca");
    trust.refresh(now());
    let second = client.get();
    assert!(way.both(second.as_ref().clone(), "localhost").await.1.is_ok());
    assert!(Arc::ptr_eq(&second, &client.get()) && !Arc::ptr_eq(&first, &second));
}
