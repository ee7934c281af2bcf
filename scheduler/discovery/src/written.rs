//! The list of services that stands in a configuration: nobody announces themselves there, and it never changes.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use async_trait::async_trait;

use crate::{Discovery, DiscoveryError, Health, Lock, Look, Seen, Service, ServiceKind};

/// The midtiers that a configuration names.
#[derive(Clone, Debug)]
pub struct Written {
    midtiers: Vec<Service>,
}

impl Written {
    /// The midtiers at these URLs, named by them.
    ///
    /// # Errors
    /// Where one of them is no URL of a midtier.
    pub fn new(midtiers: &[String]) -> Result<Self, DiscoveryError> {
        let midtiers: Result<Vec<Service>, _> = midtiers.iter().map(|url| Service::midtier(url, url)).collect();
        let mut midtiers = midtiers?;
        midtiers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Written { midtiers })
    }
}

#[async_trait]
impl Discovery for Written {
    fn place(&self) -> String {
        "the list in the configuration".to_owned()
    }

    fn announce_every(&self) -> Option<Duration> {
        None
    }

    async fn announce(&self, _: &Service, _: &Health) -> Result<(), DiscoveryError> {
        Ok(())
    }

    async fn withdraw(&self, _: &Service) -> Result<(), DiscoveryError> {
        Ok(())
    }

    async fn find(&self, kind: ServiceKind, seen: Option<Seen>) -> Result<Look<Vec<Service>>, DiscoveryError> {
        if seen.is_some() {
            pending::<()>().await;
        }
        let value = if kind == ServiceKind::Midtier { self.midtiers.clone() } else { Vec::new() };
        Ok(Look { value, seen: Seen(1) })
    }

    async fn settings(&self, seen: Option<Seen>) -> Result<Look<BTreeMap<String, String>>, DiscoveryError> {
        if seen.is_some() {
            pending::<()>().await;
        }
        Ok(Look { value: BTreeMap::new(), seen: Seen(1) })
    }

    async fn lock(&self, _: &str, _: &str) -> Result<Option<Box<dyn Lock>>, DiscoveryError> {
        Err(DiscoveryError::NotOffered { place: self.place(), what: "locks" })
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// What a call answers that never waits; nothing where it does.
    fn at_once<T>(call: impl Future<Output = T>) -> Option<T> {
        match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    fn list() -> Written {
        Written::new(&["http://m2:7700".to_owned(), "http://m1:7700/".to_owned()]).unwrap()
    }

    #[test]
    fn what_is_written_down_is_found_and_never_changes() {
        let look = at_once(list().find(ServiceKind::Midtier, None)).unwrap().unwrap();
        let urls: Vec<_> = look.value.iter().filter_map(Service::url).collect();
        assert_eq!(urls, ["http://m1:7700", "http://m2:7700"]);
        assert!(at_once(list().find(ServiceKind::Midtier, Some(look.seen))).is_none());
        assert!(at_once(list().settings(Some(look.seen))).is_none());
        assert_eq!(at_once(list().find(ServiceKind::Host, None)).unwrap().unwrap().value, []);
    }

    #[test]
    fn a_list_has_no_locks_and_says_what_has() {
        let refused = at_once(list().lock("leader", "m1")).unwrap().err().unwrap();
        assert_eq!(
            refused.to_string(),
            "the list in the configuration has no locks; `[discovery] kind = \"consul\"` has"
        );
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        assert!(Written::new(&["m1:7700".to_owned()]).is_err());
    }
}
