//! What becomes of a host that no midtier answers: it must not run for ever, for nobody.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{Instant, timeout};

use crate::config::OrphanAction;

/// How long the command that powers the host off may take.
const COMMAND_PATIENCE: Duration = Duration::from_secs(60);

/// When a host is an orphan, and what is done then.
#[derive(Debug)]
pub(super) struct Orphan {
    timeout: Duration,
    action: OrphanAction,
    /// When a midtier was last heard, or the action last tried.
    heard: Instant,
}

impl Orphan {
    /// The time begins now.
    pub(super) fn new(timeout: Duration, action: OrphanAction) -> Self {
        Orphan { timeout, action, heard: Instant::now() }
    }

    /// A midtier has spoken.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
    }

    /// When the host is an orphan, unless a midtier is heard first.
    pub(super) fn due(&self) -> Instant {
        self.heard + self.timeout
    }

    /// Takes the action. Answers whether the agent is to end; else it is tried again after another timeout.
    pub(super) async fn act(&mut self) -> bool {
        let silence = self.heard.elapsed().as_secs();
        let OrphanAction::Command { program, arguments } = &self.action else {
            tracing::warn!(
                midtier.silence_s = silence,
                "no midtier answers this host and it runs nothing: the agent ends"
            );
            return true;
        };
        tracing::warn!(
            midtier.silence_s = silence, command.program = %program.display(),
            "no midtier answers this host and it runs nothing: it is powered off"
        );
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let why = match timeout(COMMAND_PATIENCE, command.status()).await {
            Ok(Ok(status)) if status.success() => return true,
            Ok(Ok(status)) => status.to_string(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it has not ended after {} s", COMMAND_PATIENCE.as_secs()),
        };
        tracing::error!(
            command.program = %program.display(), retry.wait_s = self.timeout.as_secs(),
            "the command that powers this host off has failed, so the host stays on for nobody: {why}"
        );
        self.heard = Instant::now();
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(program: &str) -> Orphan {
        let action = OrphanAction::Command { program: program.into(), arguments: Vec::new() };
        Orphan::new(Duration::from_secs(60), action)
    }

    #[tokio::test]
    async fn a_command_that_fails_is_tried_again_later() {
        let mut orphan = command("/bin/false");
        let first = orphan.due();
        assert!(!orphan.act().await);
        assert!(orphan.due() > first);
        assert!(!command("/nowhere/at/all").act().await);
        assert!(command("/bin/true").act().await);
    }
}
