//! A secret typed at a terminal, which does not show it.

use std::io::{BufRead, Write};

use anyhow::Context;
use leat_secrets::SecretValue;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

/// What Ctrl-C is while it is no signal.
const INTERRUPT: u8 = 3;

/// Gives the terminal its ways back, whatever comes.
struct Restore(Termios);

impl Drop for Restore {
    fn drop(&mut self) {
        // Best effort: there is nobody to tell.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.0);
        let _ = std::io::stderr().write_all(b"\n");
    }
}

/// Asks for a line, which is not shown while it is typed.
pub(super) fn unseen(prompt: &str) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let before = tcgetattr(std::io::stdin()).context("cannot ask at this terminal")?;
    let mut during = before.clone();
    // Without signals, so that Ctrl-C does not leave a terminal that shows nothing.
    during.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
    let restore = Restore(before);
    tcsetattr(std::io::stdin(), OptionalActions::Flush, &during)
        .context("cannot keep this terminal from showing it")?;
    let mut terminal = std::io::stderr();
    terminal.write_all(prompt.as_bytes()).and_then(|()| terminal.flush()).context("cannot ask at this terminal")?;
    let mut line = Zeroizing::new(Vec::with_capacity(SecretValue::BYTES_MAX));
    std::io::stdin().lock().read_until(b'\n', &mut line).context("cannot read from this terminal")?;
    drop(restore);
    if line.contains(&INTERRUPT) {
        anyhow::bail!("nothing was kept");
    }
    Ok(line)
}
