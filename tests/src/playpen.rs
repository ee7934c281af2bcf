//! A playpen in a temporary directory and the `leat` executable to run in it, as a user would. Used by the end-to-end
//! cases; knows nothing of how leat is made.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::guests;

/// Far more than any case needs: a leat that is still running then hangs, and the case fails.
const DEADLINE: Duration = Duration::from_secs(120);

/// The executable, built on demand with the profile that the demo uses.
pub fn leat() -> &'static Path {
    static LEAT: OnceLock<PathBuf> = OnceLock::new();
    LEAT.get_or_init(|| {
        let root = guests::repository();
        // Of the whole workspace, as everything is built: another selection would have dependencies compiled anew.
        let status = guests::cargo()
            .current_dir(&root)
            .args(["build", "--release", "--quiet", "--workspace", "--bin", "leat"])
            .status()
            .expect("cargo starts");
        assert!(status.success(), "leat does not build; see the messages above");
        guests::target_directory().join("release/leat")
    })
}

/// What a command did.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; nothing where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ended {
    /// Fails the case unless the command succeeded.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    /// Fails the case unless the command failed with this exit code and said each of these on standard error.
    #[track_caller]
    pub fn fails(self, code: i32, said: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        for text in said {
            assert!(self.stderr.contains(text), "standard error does not say {text:?}\n{self}");
        }
        let panicked = ["cli/", "host/", "stream/"].map(|folder| format!("panicked at {folder}"));
        assert!(!panicked.iter().any(|text| self.stderr.contains(text)), "leat panicked\n{self}");
        self
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// A playpen of one case; gone when it is dropped.
#[derive(Debug)]
pub struct Playpen {
    dir: TempDir,
}

impl Default for Playpen {
    fn default() -> Self {
        Playpen::new()
    }
}

impl Playpen {
    /// An empty playpen.
    pub fn new() -> Self {
        let playpen = Playpen { dir: tempfile::tempdir().expect("a temporary directory") };
        playpen.file("playpen.toml", "name = \"case\"\n");
        playpen
    }

    /// A copy of an example in `plugins`, with the components that `cargo xtask test` has built of its nodes.
    pub fn of_example(name: &str) -> Self {
        let example = guests::repository().join("plugins").join(name);
        let playpen = Playpen { dir: tempfile::tempdir().expect("a temporary directory") };
        assert!(example.join("build").is_dir(), "the nodes of {name} are not built: run `leat build plugins/{name}`");
        for part in ["build", "in", "risk"] {
            let folder = example.join(part);
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let bytes = std::fs::read(entry.path()).expect("a readable file");
                playpen.file(&format!("{part}/{}", entry.file_name().to_string_lossy()), bytes);
            }
        }
        for entry in std::fs::read_dir(&example).expect("the example is there").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".strm") || name == "playpen.toml" {
                playpen.file(&name, std::fs::read(entry.path()).expect("a readable file"));
            }
        }
        playpen
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file below the root.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(name);
        std::fs::create_dir_all(path.parent().expect("below the root")).expect("a writable directory");
        std::fs::write(&path, bytes).expect("a writable directory");
        path
    }

    /// Puts a guest of `tests/guests` where a node of that name is looked for.
    pub fn guest(&self, name: &str) -> &Self {
        let bytes = std::fs::read(guests::component(name)).expect("a component that was just built");
        self.file(&format!("build/{name}.wasm"), bytes);
        self
    }

    /// A file below the root as text.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        let path = self.root().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The report of the run in a directory below the root.
    #[track_caller]
    pub fn report(&self, run_directory: &str) -> Value {
        serde_json::from_str(&self.read(&format!("{run_directory}/report.json"))).expect("a report is JSON")
    }

    /// A command of leat in this playpen, not started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(leat());
        command.current_dir(self.root()).args(arguments);
        command.env("LEAT_CACHE_DIR", guests::target_directory().join("leat-test-cache"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs leat to its end.
    #[track_caller]
    pub fn leat(&self, arguments: &[&str]) -> Ended {
        wait(self.command(arguments).spawn().expect("leat starts"))
    }
}

/// Waits for a child's end; one that does not end is killed and the case fails.
#[track_caller]
pub fn wait(mut child: Child) -> Ended {
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let mut status = None;
    let ended = holds_in_time(|| {
        status = child.try_wait().expect("a child can be waited for");
        status.is_some()
    });
    if !ended {
        child.kill().expect("a child that runs can be killed");
        child.wait().expect("a killed child ends");
    }
    let (stdout, stderr) = (stdout.join().expect("reads to the end"), stderr.join().expect("reads to the end"));
    let ended = Ended { code: status.and_then(|status| status.code()), stdout, stderr };
    assert!(status.is_some(), "leat did not end in {DEADLINE:?}\n{ended}");
    ended
}

/// Waits until something holds; fails the case where it does not in good time.
#[track_caller]
pub fn until(what: &str, condition: impl FnMut() -> bool) {
    assert!(holds_in_time(condition), "waited {DEADLINE:?} in vain until {what}");
}

/// Waits until what is looked at is right, and answers it; fails the case with what was seen last where that is not in good time.
#[track_caller]
pub fn until_right(what: &str, mut look: impl FnMut() -> Value, is_right: impl Fn(&Value) -> bool) -> Value {
    let mut seen = Value::Null;
    let is_in_time = holds_in_time(|| {
        seen = look();
        is_right(&seen)
    });
    assert!(is_in_time, "waited {DEADLINE:?} in vain until {what}; the last that was seen: {seen}");
    seen
}

fn holds_in_time(mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if condition() {
            return true;
        }
        if start.elapsed() > DEADLINE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Reads a pipe to its end on a thread of its own, so that a full pipe never blocks the child.
fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
