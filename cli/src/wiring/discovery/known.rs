//! The midtiers that were found last, in a file: an agent that is begun while Consul is away asks those.

use std::fs;
use std::path::PathBuf;

use leat_discovery::Service;

use crate::remote::write_private;

/// How much of the file is read, and how many midtiers.
const MIDTIERS_MAX: usize = 1_000;
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A file with a URL on each line.
pub(in crate::wiring) struct Known(PathBuf);

impl Known {
    pub(in crate::wiring) fn at(file: PathBuf) -> Self {
        Known(file)
    }

    /// Those that were written last; none where nothing can be read.
    pub(super) fn read(&self) -> Vec<String> {
        let is_small = fs::metadata(&self.0).is_ok_and(|file| file.len() <= FILE_BYTES_MAX);
        let text = if is_small { fs::read_to_string(&self.0).unwrap_or_default() } else { String::new() };
        let urls = text.lines().filter_map(|line| Service::midtier(line, line).ok()?.url());
        urls.take(MIDTIERS_MAX).collect()
    }

    /// Keeps these. Where that fails, the next agent has the ones before.
    pub(super) fn write(&self, urls: &[String]) {
        if let Err(error) = write_private(&self.0, format!("{}\n", urls.join("\n")).as_bytes()) {
            tracing::warn!("the midtiers that were found are not kept for the next start: {error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_last_is_known_again_and_what_is_no_midtier_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let known = Known::at(folder.path().join("agent/midtiers"));
        assert_eq!(known.read(), Vec::<String>::new());
        let urls = ["http://m1:7700".to_owned(), "https://[fd00::1]:7700".to_owned()];
        known.write(&urls);
        assert_eq!(known.read(), urls);
        fs::write(&known.0, "nonsense\nhttp://m1:7700\n\u{0}\n").unwrap();
        assert_eq!(known.read(), ["http://m1:7700"]);
    }
}
