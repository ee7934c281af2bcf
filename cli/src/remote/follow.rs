//! A run watched until it ends, through the midtier's server-sent events (WHATWG HTML, section 9.2).

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::{Remote, Run, problem};

/// How often a stream of events that broke off is opened again without anything having come.
const TRIES: u32 = 20;
/// How long before that.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one line of a stream may be.
const LINE_BYTES_MAX: usize = 4 << 20;

/// One event of a run.
#[derive(Debug, Default)]
pub(crate) struct RunEvent {
    /// Its number.
    id: String,
    /// What it says.
    pub(crate) data: Value,
}

impl Remote {
    /// Calls `seen` with every event of a run, until the run has ended: answers the run as it then is.
    pub(crate) async fn follow(&self, run: &str, mut seen: impl FnMut(&RunEvent)) -> anyhow::Result<Run> {
        let path = format!("/runs/{}/events", super::escaped(run));
        let (mut last, mut tries) = (String::new(), TRIES);
        loop {
            let mut request = self.request(Method::GET, &path).header("Accept", "text/event-stream");
            if !last.is_empty() {
                request = request.header("Last-Event-ID", &last);
            }
            let broken = match request.send().await {
                Ok(mut response) if response.status().is_success() => {
                    let mut events = Events::default();
                    loop {
                        match response.chunk().await {
                            Ok(Some(piece)) => {
                                tries = TRIES;
                                for event in events.take(&piece)? {
                                    last.clone_from(&event.id);
                                    seen(&event);
                                }
                            }
                            Ok(None) => break None,
                            Err(error) => break Some(error),
                        }
                    }
                }
                // A midtier that is being replaced answers so.
                Ok(response) if response.status().is_server_error() && tries > 0 => None,
                Ok(response) => return Err(problem::of(&self.server, response).await),
                Err(error) => Some(error),
            };
            if let Some(error) = &broken
                && tries == 0
            {
                return Err(problem::unreachable(&self.server, error));
            }
            if broken.is_none() {
                let now: Run = self.get(&format!("/runs/{}", super::escaped(run)), &[]).await?;
                if now.has_ended() {
                    return Ok(now);
                }
            }
            tries = tries.saturating_sub(1);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Events from pieces of a stream.
#[derive(Default)]
struct Events {
    line: Vec<u8>,
    event: RunEvent,
    data: String,
}

impl Events {
    fn take(&mut self, piece: &[u8]) -> anyhow::Result<Vec<RunEvent>> {
        let mut done = Vec::new();
        for &byte in piece {
            if byte != b'\n' {
                anyhow::ensure!(self.line.len() < LINE_BYTES_MAX, "the server sent a line without an end");
                self.line.push(byte);
                continue;
            }
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).trim_end_matches('\r').to_owned();
            if line.is_empty() {
                if !self.data.is_empty() {
                    let data = serde_json::from_str(&std::mem::take(&mut self.data)).unwrap_or_default();
                    done.push(RunEvent { data, ..std::mem::take(&mut self.event) });
                }
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => value.clone_into(&mut self.event.id),
                "data" if self.data.is_empty() => value.clone_into(&mut self.data),
                "data" => self.data = format!("{}\n{value}", self.data),
                _ => {}
            }
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_however_the_stream_is_cut() {
        let stream = b": keep-alive\n\nid: 7\nevent: run\ndata: {\"state\":\"queued\"}\n\nid: 8\r\ndata: {\r\ndata: \"a\":1}\r\n\r\n";
        for cut in 0..stream.len() {
            let mut events = Events::default();
            let mut seen = events.take(&stream[..cut]).unwrap();
            seen.extend(events.take(&stream[cut..]).unwrap());
            let seen: Vec<(String, String)> = seen.into_iter().map(|e| (e.id, e.data.to_string())).collect();
            let wanted = [("7", "{\"state\":\"queued\"}"), ("8", "{\"a\":1}")];
            assert_eq!(seen, wanted.map(|(id, data)| (id.to_owned(), data.to_owned())));
        }
    }
}
