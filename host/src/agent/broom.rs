//! Directories of ended runs: kept for a while, for whoever wants to look, then removed.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::directory::remove_all;

/// How many directories are kept, whatever their age.
const KEPT_MAX: usize = 1000;

/// The directories that are to be removed, the next one first.
#[derive(Debug)]
pub(super) struct Broom {
    keep: Duration,
    kept: VecDeque<(Instant, PathBuf)>,
}

impl Broom {
    pub(super) fn new(keep: Duration) -> Self {
        Broom { keep, kept: VecDeque::new() }
    }

    /// Nobody needs it any more.
    pub(super) fn take(&mut self, directory: PathBuf, now: Instant) {
        self.kept.push_back((now + self.keep, directory));
    }

    /// When the next directory is to go.
    pub(super) fn due(&self) -> Option<Instant> {
        self.kept.front().map(|(due, _)| *due)
    }

    /// Removes what is due, on a thread that may wait for the disk.
    pub(super) fn sweep(&mut self, now: Instant, chores: &TaskTracker) {
        while let Some((due, _)) = self.kept.front()
            && (*due <= now || self.kept.len() > KEPT_MAX)
            && let Some((_, directory)) = self.kept.pop_front()
        {
            chores.spawn_blocking(move || {
                if let Err(error) = remove_all(&directory) {
                    tracing::warn!(file.path = %directory.display(), "the directory of a run cannot be removed: {error}");
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn a_directory_goes_when_its_time_has_come() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("run");
        fs::create_dir_all(directory.join("logs")).unwrap();
        let (mut broom, now) = (Broom::new(Duration::from_secs(60)), Instant::now());
        let chores = TaskTracker::new();
        broom.take(directory.clone(), now);
        broom.sweep(now, &chores);
        assert!(directory.exists());
        assert_eq!(broom.due(), Some(now + Duration::from_secs(60)));
        broom.sweep(now + Duration::from_secs(60), &chores);
        chores.close();
        chores.wait().await;
        assert!(!directory.exists());
        assert_eq!(broom.due(), None);
    }

    #[tokio::test]
    async fn only_so_many_are_kept() {
        let (mut broom, now) = (Broom::new(Duration::from_secs(60)), Instant::now());
        for _ in 0..KEPT_MAX + 3 {
            broom.take("/nowhere/at/all".into(), now);
        }
        broom.sweep(now, &TaskTracker::new());
        assert_eq!(broom.kept.len(), KEPT_MAX);
    }
}
