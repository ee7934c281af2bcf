//! What breaks below leat: the broker that all cases share, and disks that are too small. Used by the end-to-end cases; knows
//! nothing of how leat is made.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::guests;

/// One case at a time does something to the broker: a restart would end another one's lack of memory.
static BROKER: Mutex<()> = Mutex::new(());

/// Stops the broker and starts it again. Whoever else uses it loses the connection too.
pub fn restart_broker() {
    let _turn = BROKER.lock().unwrap_or_else(PoisonError::into_inner);
    chore("restart-rabbitmq");
}

/// The broker while it has no memory left: it takes nothing from those who send, until this is dropped.
pub struct StarvedBroker {
    _turn: MutexGuard<'static, ()>,
}

impl StarvedBroker {
    /// Takes the memory away. Whoever else sends through the broker waits too.
    pub fn new() -> Self {
        let starved = StarvedBroker { _turn: BROKER.lock().unwrap_or_else(PoisonError::into_inner) };
        chore("starve-rabbitmq");
        starved
    }
}

impl Default for StarvedBroker {
    fn default() -> Self {
        StarvedBroker::new()
    }
}

impl Drop for StarvedBroker {
    fn drop(&mut self) {
        chore("feed-rabbitmq");
    }
}

fn chore(name: &str) {
    let chore = ["run", "--quiet", "--release", "--package", "xtask", "--", "services", name];
    let status = guests::cargo().current_dir(guests::repository()).args(chore).status();
    // Not where another failure is on its way: a second one would end all cases.
    assert!(status.is_ok_and(|status| status.success()) || std::thread::panicking(), "`services {name}` failed");
}

/// A disk of its own below a folder, in memory; gone when it is dropped.
pub struct Disk {
    place: PathBuf,
}

impl Disk {
    /// A disk of so many MiB at a folder, which is made where it is missing.
    ///
    /// # Panics
    /// Where the machine does not let this process mount one.
    pub fn at(place: &Path, mebibytes: u32) -> Self {
        std::fs::create_dir_all(place).expect("a writable directory");
        mount(place, &format!("size={mebibytes}m"));
        Disk { place: place.to_owned() }
    }

    /// Gives it more room; what is on it stays.
    pub fn grow(&self, mebibytes: u32) {
        mount(&self.place, &format!("remount,size={mebibytes}m"));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: who still uses it ends soon.
        let _ = Command::new("umount").arg("--lazy").arg(&self.place).status();
    }
}

fn mount(place: &Path, options: &str) {
    let output = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(place).output();
    let said = output.map(|output| (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()));
    assert!(
        matches!(said, Ok((true, _))),
        "this case needs a disk that gets full, and may not mount one (tmpfs at {}): {said:?}; run it as root, and in a \
         container with CAP_SYS_ADMIN",
        place.display()
    );
}
