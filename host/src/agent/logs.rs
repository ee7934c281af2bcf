//! What nodes have logged, read from their files piece by piece for the reports.
//!
//! A piece counts as sent for good when the report that it went with is answered. What a session took with it unanswered
//! is sent again in the next.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::wire::LogPiece;
use crate::run::{LogSources, RunId};

/// How much of logs goes with one report.
const REPORT_BYTES_MAX: usize = 256 << 10;

/// How much of one log goes with one report, so that a node that logs a lot leaves room for others.
const PIECE_BYTES_MAX: usize = 64 << 10;

/// How much of the logs of one run is sent in all. The rest stays in the run's directory.
const RUN_BYTES_MAX: u64 = 64 << 20;

/// Stands where the sent part of a log ends before the log does.
const REST_IS_ELSEWHERE: &[u8] =
    b"\n(the logs of this run are longer than 64 MiB: the rest is only on its host, in the run's directory)\n";

/// The logs of all runs that are held.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    runs: BTreeMap<RunId, RunLogs>,
    /// The run that comes first in the next report.
    turn: usize,
}

#[derive(Debug)]
struct RunLogs {
    generation: u64,
    sources: Arc<LogSources>,
    places: Vec<Place>,
    /// What went with reports that are not answered: the report, the node, and where its piece ended.
    under_way: VecDeque<(u64, usize, u64)>,
    /// Whether the last look found nothing more to send.
    at_end: bool,
    /// Whether the run logs more than is sent.
    cut: bool,
}

/// How far a log is sent, bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    sent: u64,
    /// The midtier has it.
    answered: u64,
}

impl Logs {
    /// The nodes of a run log here from now on.
    pub(crate) fn follow(&mut self, run: &RunId, generation: u64, sources: &Arc<LogSources>) {
        if self.runs.get(run).is_some_and(|logs| logs.generation == generation) {
            return;
        }
        let places = vec![Place::default(); sources.nodes.len()];
        let sources = Arc::clone(sources);
        let logs = RunLogs { generation, sources, places, under_way: VecDeque::new(), at_end: false, cut: false };
        self.runs.insert(run.clone(), logs);
    }

    /// The run is held no more.
    pub(crate) fn forget(&mut self, run: &RunId) {
        self.runs.remove(run);
    }

    /// Whether everything that stood in the run's logs when they were last read was sent in this session or is answered.
    pub(crate) fn is_at_end(&self, run: &RunId) -> bool {
        self.runs.get(run).is_none_or(|logs| logs.at_end)
    }

    /// A session begins: what was not answered is sent again.
    pub(crate) fn open(&mut self) {
        for logs in self.runs.values_mut() {
            logs.under_way.clear();
            (logs.at_end, logs.cut) = (false, false);
            for place in &mut logs.places {
                place.sent = place.answered;
            }
        }
    }

    /// The report of this number is answered, and all before it.
    pub(crate) fn answered(&mut self, number: u64) {
        for logs in self.runs.values_mut() {
            while let Some(&(report, node, end)) = logs.under_way.front()
                && report <= number
            {
                logs.under_way.pop_front();
                logs.places[node].answered = end;
            }
        }
    }

    /// Reads what goes with the report of this number. Reads files: not for a thread that drives tasks.
    pub(crate) fn read(&mut self, report: u64) -> Vec<LogPiece> {
        let (mut pieces, mut room) = (Vec::new(), REPORT_BYTES_MAX);
        let count = self.runs.len();
        self.turn = (self.turn + 1) % count.max(1);
        let turn = self.turn;
        let (first, second): (Vec<_>, Vec<_>) = self.runs.iter_mut().enumerate().partition(|(place, _)| *place >= turn);
        for (_, (run, logs)) in first.into_iter().chain(second) {
            logs.read(run, report, &mut room, &mut pieces);
        }
        pieces
    }

    /// Whether a run has more to send than went with the last report.
    pub(crate) fn has_more(&self) -> bool {
        self.runs.values().any(|logs| !logs.at_end)
    }
}

impl RunLogs {
    fn read(&mut self, run: &RunId, report: u64, room: &mut usize, pieces: &mut Vec<LogPiece>) {
        self.at_end = true;
        for node in 0..self.places.len() {
            let offset = self.places[node].sent;
            let left = RUN_BYTES_MAX.saturating_sub(self.places.iter().map(|place| place.sent).sum());
            let most = PIECE_BYTES_MAX.min(*room).min(usize::try_from(left).unwrap_or(usize::MAX));
            let (name, path) = &self.sources.nodes[node];
            let (mut text, more) = match read_from(path, offset, most) {
                Ok(read) => read,
                Err(error) => {
                    // The run goes on without; its report names the log's place. Said with every report, so not aloud.
                    tracing::debug!(run.id = %run, node.name = name, "a log cannot be read: {error}");
                    continue;
                }
            };
            if more && left == 0 {
                if self.cut {
                    continue;
                }
                self.cut = true;
                text = REST_IS_ELSEWHERE.to_vec();
            } else {
                self.at_end &= !more;
                if text.is_empty() {
                    continue;
                }
                *room -= text.len();
                self.places[node].sent = offset + text.len() as u64;
                self.under_way.push_back((report, node, self.places[node].sent));
            }
            let (run, node) = (run.clone(), name.clone());
            pieces.push(LogPiece { run, generation: self.generation, node, offset, text });
        }
    }
}

/// Up to `most` bytes of a file from a place on, and whether there are more. One that is not there is empty.
fn read_from(path: &Path, offset: u64, most: usize) -> io::Result<(Vec<u8>, bool)> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), false)),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len().saturating_sub(offset);
    if length == 0 {
        return Ok((Vec::new(), false));
    }
    let mut text = Vec::with_capacity(most.min(usize::try_from(length).unwrap_or(usize::MAX)));
    file.seek(SeekFrom::Start(offset))?;
    file.take(most as u64).read_to_end(&mut text)?;
    let more = (text.len() as u64) < length;
    Ok((text, more))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::PathBuf;

    use super::*;

    fn followed(files: &[PathBuf]) -> (Logs, RunId) {
        let nodes = files.iter().enumerate().map(|(number, file)| (format!("n{number}"), file.clone())).collect();
        let (mut logs, run) = (Logs::default(), RunId("a".to_owned()));
        logs.follow(&run, 1, &Arc::new(LogSources { nodes }));
        (logs, run)
    }

    fn texts(pieces: &[LogPiece]) -> Vec<(u64, String)> {
        pieces.iter().map(|piece| (piece.offset, String::from_utf8_lossy(&piece.text).into_owned())).collect()
    }

    #[test]
    fn a_log_is_sent_as_it_grows() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("n0.log");
        let (mut logs, run) = followed(std::slice::from_ref(&file));
        assert!(logs.read(1).is_empty());
        fs::write(&file, "one\n").unwrap();
        assert_eq!(texts(&logs.read(2)), [(0, "one\n".to_owned())]);
        assert!(logs.is_at_end(&run));
        File::options().append(true).open(&file).unwrap().write_all(b"two\n").unwrap();
        assert_eq!(texts(&logs.read(3)), [(4, "two\n".to_owned())]);
        assert!(logs.read(4).is_empty());
    }

    #[test]
    fn what_a_broken_session_took_with_it_is_sent_again() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("n0.log");
        let (mut logs, _) = followed(std::slice::from_ref(&file));
        fs::write(&file, "one\n").unwrap();
        logs.read(1);
        logs.answered(1);
        fs::write(&file, "one\ntwo\n").unwrap();
        logs.read(2);
        logs.open();
        assert_eq!(texts(&logs.read(1)), [(4, "two\n".to_owned())]);
    }

    #[test]
    fn a_report_takes_only_so_much_and_every_log_gets_its_share() {
        let directory = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> = (0..6).map(|number| directory.path().join(format!("{number}.log"))).collect();
        for file in &files {
            fs::write(file, vec![b'x'; 100 << 10]).unwrap();
        }
        let (mut logs, run) = followed(&files);
        let mut sent = 0;
        for report in 1..=20 {
            let pieces = logs.read(report);
            let bytes: usize = pieces.iter().map(|piece| piece.text.len()).sum();
            assert!(bytes <= REPORT_BYTES_MAX && pieces.iter().all(|piece| piece.text.len() <= PIECE_BYTES_MAX));
            assert_eq!(logs.is_at_end(&run), sent + bytes == 600 << 10);
            sent += bytes;
        }
        assert_eq!(sent, 600 << 10);
    }

    #[test]
    fn of_logs_without_end_the_beginning_is_sent_and_that_there_is_more() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("n0.log");
        File::create(&file).unwrap().set_len(RUN_BYTES_MAX + 1).unwrap();
        let (mut logs, run) = followed(&[file]);
        logs.runs.get_mut(&run).unwrap().places[0].sent = RUN_BYTES_MAX - 1;
        assert_eq!(logs.read(1)[0].text.len(), 1);
        let last = logs.read(2);
        assert_eq!((last[0].offset, last[0].text.as_slice()), (RUN_BYTES_MAX, REST_IS_ELSEWHERE));
        assert!(logs.read(3).is_empty());
        assert!(logs.is_at_end(&run), "the run's end waits for it no more");
    }
}
