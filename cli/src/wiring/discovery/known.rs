//! The midtiers that were found last, in a file: an agent that is begun while Consul is away asks those.

use std::fs;
use std::path::PathBuf;

use leat_discovery::Service;

use super::here::BOOT;

use crate::remote::write_private;

/// How much of the file is read, and how many midtiers.
const MIDTIERS_MAX: usize = 1_000;
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A file with a URL on each line, and behind it which machine it was on, where that was said.
pub(in crate::wiring) struct Known(PathBuf);

impl Known {
    pub(in crate::wiring) fn at(file: PathBuf) -> Self {
        Known(file)
    }

    /// Those that were written last; none where nothing can be read.
    pub(super) fn read(&self) -> Vec<Service> {
        let is_small = fs::metadata(&self.0).is_ok_and(|file| file.len() <= FILE_BYTES_MAX);
        let text = if is_small { fs::read_to_string(&self.0).unwrap_or_default() } else { String::new() };
        let service = |line: &str| {
            let (url, boot) = line.split_once(' ').map_or((line, None), |(url, boot)| (url, Some(boot)));
            let service = Service::midtier(url, url).ok()?;
            Some(boot.into_iter().fold(service, |service, boot| service.with(BOOT, boot)))
        };
        text.lines().filter_map(service).take(MIDTIERS_MAX).collect()
    }

    /// Keeps these. Where that fails, the next agent has the ones before.
    pub(super) fn write(&self, midtiers: &[Service]) {
        let line = |service: &Service| {
            // Anybody may have written it: a word, or nothing.
            let boot = service.facts.get(BOOT).filter(|boot| boot.bytes().all(|byte| byte.is_ascii_graphic()));
            Some(format!(
                "{}{}{}\n",
                service.url()?,
                if boot.is_some() { " " } else { "" },
                boot.map_or("", |boot| boot)
            ))
        };
        let text: String = midtiers.iter().filter_map(line).collect();
        if let Err(error) = write_private(&self.0, text.as_bytes()) {
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
        let urls = || known.read().iter().filter_map(Service::url).collect::<Vec<_>>();
        assert_eq!(known.read(), []);
        let midtier = |url| Service::midtier("m1", url).unwrap();
        known.write(&[midtier("http://m1:7700").with(BOOT, "b"), midtier("https://[fd00::1]:7700")]);
        assert_eq!(urls(), ["http://m1:7700", "https://[fd00::1]:7700"]);
        let boots: Vec<_> = known.read().iter().map(|known| known.facts.get(BOOT).cloned()).collect();
        assert_eq!(boots, [Some("b".to_owned()), None]);
        fs::write(&known.0, "nonsense\nhttp://m1:7700\n\u{0}\n").unwrap();
        assert_eq!(urls(), ["http://m1:7700"]);
        known.write(&[midtier("http://m1:7700").with(BOOT, "b\nhttp://m2:7700")]);
        assert_eq!(urls(), ["http://m1:7700"]);
    }
}
