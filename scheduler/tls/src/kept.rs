//! Something that is made of certificates, and made anew when they are: what is whole takes the place of what was, what is not is
//! reported and changes nothing.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use crate::certificates::{Certificates, Papers};
use crate::error::{TlsError, with_sources};
use crate::material::{Material, material, seconds};

/// How often a source is asked for something new, for those who have no other wish.
pub const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How long before its end a certificate is warned of: once a day from then on.
pub const WARN_AHEAD: Duration = Duration::from_secs(14 * DAY.unsigned_abs());

const DAY: i64 = 86_400;

/// How the own certificate is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it ends, as seconds since the beginning of 1970; nothing where there is none.
    pub ends: Option<i64>,
    /// Why what the source has now is not in use.
    pub trouble: Option<String>,
    /// How often something new was taken over.
    pub changes: u64,
}

impl Standing {
    /// Seconds until it ends, below zero once it has.
    pub fn seconds_left(&self, now: SystemTime) -> Option<i64> {
        self.ends.map(|ends| ends.saturating_sub(seconds(now)))
    }
}

/// What can look at its source again.
pub trait Refresh: Send + Sync + 'static {
    /// Looks at the source, and takes over what is new if it is whole. Logs what is taken over, what is not, and what ends soon.
    fn refresh(&self, now: SystemTime);
}

/// Looks at the source every so often, for as long as it is polled.
pub async fn keep_fresh(it: Arc<dyn Refresh>, every: Duration, now: impl Fn() -> SystemTime + Send) {
    loop {
        tokio::time::sleep(every).await;
        let (it, now) = (Arc::clone(&it), now());
        // A panic there is its own end; the next look is another.
        let _ = tokio::task::spawn_blocking(move || it.refresh(now)).await;
    }
}

pub(crate) struct Kept<T> {
    source: Box<dyn Certificates>,
    make: fn(Material) -> Result<T, TlsError>,
    state: RwLock<State<T>>,
}

struct State<T> {
    value: Arc<T>,
    papers: Papers,
    standing: Standing,
    /// When its end was last warned of.
    warned: Option<i64>,
}

impl<T> Kept<T> {
    pub(crate) fn new(
        source: Box<dyn Certificates>,
        make: fn(Material) -> Result<T, TlsError>,
        now: SystemTime,
    ) -> Result<Self, TlsError> {
        let papers = source.read()?;
        let material = material(&papers, now)?;
        let standing = Standing { ends: material.ends, ..Standing::default() };
        let mut state = State { value: Arc::new(make(material)?), papers, standing, warned: None };
        state.warn(now, source.renewed_by());
        Ok(Kept { source, make, state: RwLock::new(state) })
    }

    pub(crate) fn value(&self) -> Arc<T> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner).value)
    }

    pub(crate) fn papers(&self) -> Papers {
        self.state.read().unwrap_or_else(PoisonError::into_inner).papers.clone()
    }

    pub(crate) fn standing(&self) -> Standing {
        self.state.read().unwrap_or_else(PoisonError::into_inner).standing.clone()
    }

    pub(crate) fn refresh(&self, now: SystemTime) {
        let read = self.source.read();
        let is_known = |papers: &Papers| self.papers() == *papers;
        let made = match read {
            Ok(papers) if is_known(&papers) => Ok(None),
            Ok(papers) => self.made(papers, now).map(Some),
            Err(error) => Err(error),
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match made {
            Ok(Some((papers, value, ends))) => state.take_over(papers, value, ends),
            Ok(None) => state.standing.trouble = None,
            Err(error) => state.refuse(&error),
        }
        state.warn(now, self.source.renewed_by());
    }

    fn made(&self, papers: Papers, now: SystemTime) -> Result<(Papers, T, Option<i64>), TlsError> {
        let material = material(&papers, now)?;
        let ends = material.ends;
        Ok((papers, (self.make)(material)?, ends))
    }
}

impl<T> State<T> {
    fn take_over(&mut self, papers: Papers, value: T, ends: Option<i64>) {
        let changes = self.standing.changes + 1;
        tracing::info!(
            certificate = place(&papers),
            "took over new certificates; they hold for connections from now on"
        );
        *self =
            State { value: Arc::new(value), papers, standing: Standing { ends, trouble: None, changes }, warned: None };
    }

    /// Said once for each trouble, not at each look.
    fn refuse(&mut self, error: &TlsError) {
        let said = with_sources(error);
        if self.standing.trouble.as_ref() != Some(&said) {
            tracing::error!(reason = said, "new certificates are not taken over; those from before stay in use");
            self.standing.trouble = Some(said);
        }
    }

    fn warn(&mut self, now: SystemTime, renewed_by: Option<&str>) {
        let (Some(left), now) = (self.standing.seconds_left(now), seconds(now)) else { return };
        let ahead = if renewed_by.is_some() { 0 } else { WARN_AHEAD.as_secs().cast_signed() };
        let is_soon = left <= ahead;
        let was_said = self.warned.is_some_and(|warned| now - warned < DAY && (left > 0 || warned >= now + left));
        if !is_soon || was_said {
            return;
        }
        self.warned = Some(now);
        let (certificate, span) = (place(&self.papers), span_text(left.unsigned_abs()));
        if left > 0 {
            tracing::warn!(
                certificate,
                certificate.seconds_left = left,
                "a certificate ends in {span}; put a new one in its place"
            );
        } else {
            tracing::error!(
                certificate,
                "a certificate has ended {span} ago, and nobody accepts it any more; {}",
                way_out(renewed_by)
            );
        }
    }
}

/// What helps against a certificate that has ended.
fn way_out(renewed_by: Option<&str>) -> String {
    match renewed_by {
        Some(who) => format!("{who} is to issue the next one, and why it does not is in this log where it was asked"),
        None => "put a new one in its place".to_owned(),
    }
}

fn place(papers: &Papers) -> &str {
    let own = papers.own.as_ref().map(|own| own.chain.place.as_str());
    own.or(papers.authorities.as_ref().map(|pem| pem.place.as_str())).unwrap_or("the system's")
}

/// A number of seconds as a person says it.
pub(crate) fn span_text(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_put_a_certificate_there_that_a_store_issues() {
        let said = way_out(Some("the secret store"));
        assert!(said.starts_with("the secret store is to issue") && !said.contains("put a new one"), "{said}");
        assert_eq!(way_out(None), "put a new one in its place");
    }
}
