//! A Consul that goes away, comes back with nothing in it, or is no Consul at all.

use std::io::{Read, Write};
use std::net::TcpListener;

use leat_discovery::{Discovery, DiscoveryError, Health, Service, ServiceKind};
use leat_discovery_consul::{Config, Standing, follow, keep_announced};
use tokio::sync::watch;

use crate::agent::{Agent, adapter};

fn midtier() -> Service {
    Service::midtier("m1", "http://127.0.0.1:7700").unwrap()
}

/// Waits until what is told is as it must be.
async fn until<T: Clone>(told: &mut watch::Receiver<T>, is_so: impl FnMut(&T) -> bool) -> T {
    let waited = tokio::time::timeout(std::time::Duration::from_secs(60), told.wait_for(is_so)).await;
    waited.expect("it comes within a minute").expect("it is still told").clone()
}

#[tokio::test]
async fn who_announces_itself_goes_on_without_consul_and_is_there_again_when_consul_is() {
    let mut agent = Agent::start(false).await;
    let consul = adapter(Config::new(&agent.operator.url));
    let (tell, mut told) = watch::channel(Standing::Unknown);
    let (end, mut ended) = watch::channel(false);
    let (found, mut finds) = watch::channel(Vec::new());
    let service = midtier();
    let announcing =
        keep_announced(&consul, &service, async || Health::Well, |standing| drop(tell.send_replace(standing)), async {
            drop(ended.wait_for(|end| *end).await)
        });
    let following = follow(
        (&consul, "c1", "finding midtiers"),
        async |seen| consul.find(ServiceKind::Midtier, seen).await,
        |services: &Vec<Service>| drop(found.send_replace(services.clone())),
    );
    let story = async {
        until(&mut finds, |services| *services == [midtier()]).await;
        agent.kill();
        until(&mut told, |standing| matches!(standing, Standing::Away(_))).await;
        assert_eq!(*finds.borrow(), [midtier()], "what was found last goes on counting");
        agent.start_again().await;
        until(&mut told, |standing| *standing == Standing::Answers).await;
        assert!(agent.operator.get("agent/services").await.unwrap()["leat-midtier-m1"].is_object());
        end.send_replace(true);
    };
    tokio::select! {
        ((), ()) = async { tokio::join!(announcing, story) } => {}
        () = following => unreachable!("it follows for ever"),
    }
    let left = agent.operator.get("agent/services").await.unwrap();
    assert!(left["leat-midtier-m1"].is_null(), "it has said farewell: {left}");
}

#[tokio::test]
async fn a_lock_counts_as_lost_on_its_holders_own_clock_when_consul_is_gone() {
    let mut agent = Agent::start(false).await;
    let lock_life = std::time::Duration::from_secs(10);
    let consul = adapter(Config { lock_life, ..Config::new(&agent.operator.url) });
    let mut lock = consul.lock("leader", "m1").await.unwrap().unwrap();
    agent.kill();
    let begun = tokio::time::Instant::now();
    let why = lock.lost().await;
    assert!(why.contains("has not renewed it for 10 s"), "{why}");
    assert!(begun.elapsed() <= lock_life + std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn nobody_at_the_address_is_called_unreachable() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let consul = adapter(Config::new(format!("http://127.0.0.1:{port}")));
    let error = consul.find(ServiceKind::Midtier, None).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(
        error.to_string().starts_with(&format!("discovery unreachable: consul at http://127.0.0.1:{port}: ")),
        "{error}"
    );
}

/// Answers every request with these bytes.
fn impostor(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            // Whoever asked may be gone.
            let _ = stream.read(&mut [0; 4_096]).and_then(|_| stream.write_all(answer));
        }
    });
    url
}

#[tokio::test]
async fn whoever_is_no_consul_is_named_with_what_it_said() {
    let consul =
        adapter(Config::new(impostor(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")));
    let error = consul.find(ServiceKind::Midtier, None).await.unwrap_err();
    assert!(
        matches!(error, DiscoveryError::Invalid { .. }) && error.to_string().contains("is it a Consul?"),
        "{error}"
    );
    let consul = adapter(Config::new(impostor(
        b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n",
    )));
    assert!(consul.find(ServiceKind::Midtier, None).await.unwrap_err().is_retryable(), "nobody is followed elsewhere");
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let mut body = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[".to_vec();
    body.resize(17 << 20, b' ');
    let consul = adapter(Config::new(impostor(body.leak())));
    let error = consul.settings(None).await.unwrap_err().to_string();
    assert!(error.contains("larger than 16777216 bytes"), "{error}");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_is_refused_before_anything_is_sent() {
    let refused = |config: Config| {
        leat_discovery_consul::Consul::build(config, std::sync::Arc::new(leat_tls::Trust::nobody()))
            .err()
            .unwrap()
            .to_string()
    };
    let good = Config::new("http://127.0.0.1:8500");
    assert!(refused(Config { prefix: "a/b".to_owned(), ..good.clone() }).contains("letters, digits and hyphens"));
    assert!(refused(Config::new("127.0.0.1:8500")).contains("https://HOST:8501"));
    assert!(refused(Config { token_file: Some("/nowhere/token".into()), ..good }).contains("/nowhere/token"));
}
