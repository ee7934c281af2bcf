//! Collectors with TLS: who is believed, and that somebody else is from one message to the next.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leat_certificates::Authority;
use leat_otlp::Exporter;
use leat_spans::{Kind, Recorder};
use leat_tls::{Files, Refresh, Trust};
use tempfile::TempDir;

use crate::collector::Collector;
use crate::{PATIENCE, config};

/// Long before what the tests issue ends.
fn early() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// Trusts this authority alone, which stands in a file.
fn trusting(home: &TempDir, authority: &Authority) -> Arc<Trust> {
    let source = Files { own: None, authorities: Some(authority.write(home.path(), "ca")) };
    Arc::new(Trust::new(Box::new(source), early()).unwrap())
}

fn record(exporter: &Exporter) {
    Recorder::new(|| 1, exporter.spans()).begin("x", Kind::Internal, None).end();
}

#[tokio::test]
async fn a_collector_with_tls_is_believed_where_its_authority_is_trusted() {
    let (home, authority) = (TempDir::new().unwrap(), Authority::new("ca"));
    let collector = Collector::encrypted(&authority.server(&["localhost"])).await;
    let exporter = Exporter::start(config(&collector.url), trusting(&home, &authority)).unwrap();
    record(&exporter);
    assert_eq!(exporter.end(PATIENCE).await, 0);
    assert_eq!(collector.spans(), 1);
}

#[tokio::test]
async fn a_collector_of_another_authority_or_name_gets_nothing() {
    let (home, authority, other) = (TempDir::new().unwrap(), Authority::new("ca"), Authority::new("other"));
    for own in [other.server(&["localhost"]), authority.server(&["elsewhere"])] {
        let collector = Collector::encrypted(&own).await;
        let exporter = Exporter::start(config(&collector.url), trusting(&home, &authority)).unwrap();
        record(&exporter);
        assert_eq!(exporter.end(PATIENCE).await, 1, "it is counted as lost");
        assert_eq!(collector.spans(), 0);
    }
}

#[tokio::test]
async fn nothing_goes_as_plain_text_to_a_collector_that_should_have_tls() {
    let (home, authority) = (TempDir::new().unwrap(), Authority::new("ca"));
    let collector = Collector::start().await;
    let encrypted = collector.url.replace("http://", "https://");
    let exporter = Exporter::start(config(&encrypted), trusting(&home, &authority)).unwrap();
    record(&exporter);
    assert_eq!(exporter.end(PATIENCE).await, 1);
    assert_eq!(collector.spans(), 0);
}

#[tokio::test]
async fn another_authority_counts_without_a_restart() {
    let (home, old, new) = (TempDir::new().unwrap(), Authority::new("old"), Authority::new("new"));
    let collector = Collector::encrypted(&new.server(&["localhost"])).await;
    let trust = trusting(&home, &old);
    let exporter = Exporter::start(config(&collector.url), Arc::clone(&trust)).unwrap();
    record(&exporter);
    new.write(home.path(), "ca");
    trust.refresh(early());
    assert_eq!(trust.standing().changes, 1);
    let arrived = tokio::time::timeout(PATIENCE, async {
        while collector.spans() == 0 {
            record(&exporter);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    arrived.await.expect("spans arrive at a collector of the new authority");
    exporter.end(PATIENCE).await;
}
