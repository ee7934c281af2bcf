//! `leat run --watch`: a process run again whenever a file that it depends on has changed, its nodes rebuilt first.
//!
//! What is watched is what the check asked for: stream files, inputs, components and the sources of nodes. Files are looked
//! at ten times a second, which needs nothing of the system that a container or a network disk lacks.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use leat_worker::Control;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use super::{Attempt, execute};
use crate::args::RunArgs;
use crate::commands::build;
use crate::config::Environment;
use crate::playpen::{PLAYPEN_FILE, Playpen};
use crate::surroundings::{Asked, Checkup, Stamps};
use crate::{clock, failure};

/// How often files are looked at, and how long they must stay as they are before a change counts as over.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// How often nodes are built before a run where their sources change while cargo compiles them.
const BUILDS_MAX: usize = 5;
/// Clears a terminal and what scrolled out of it, and goes to its first line.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Runs the process again and again until Ctrl-C.
pub(super) fn run(args: &RunArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    if args.file() == Path::new("-") {
        let message = "--watch needs a stream file that can be read again, and standard input cannot";
        return Err(failure::Kind::Usage(message.to_owned()).into());
    }
    let ending = Ending::listen()?;
    let mut watched = Watched::of(args);
    let mut news = None;
    for round in 1_u64.. {
        heading(args, round, news.as_deref(), environment);
        let begun = watched.round(args, &ending, environment);
        if ending.came() {
            break;
        }
        eprintln!("watching {}; Ctrl-C ends", watched.described());
        let Some(changed) = watched.await_change(begun, &ending) else { break };
        news = Some(changed);
    }
    Ok(ExitCode::SUCCESS)
}

fn heading(args: &RunArgs, round: u64, news: Option<&Path>, environment: &Environment) {
    if environment.terminal && round > 1 {
        eprint!("{CLEAR}");
    }
    let news = news.map(|path| format!(": {} changed", path.display())).unwrap_or_default();
    eprintln!("--- {}, run {round}{news}", args.file().display());
}

/// What is looked at.
struct Watched {
    root: PathBuf,
    asked: Asked,
    /// Files that are watched whatever the check asked for.
    always: Vec<PathBuf>,
    /// As the files were when they were read.
    stamps: Stamps,
}

impl Watched {
    fn of(args: &RunArgs) -> Self {
        let root = Playpen::around_file(args.file()).map_or_else(|_| PathBuf::from("."), |playpen| playpen.root);
        let always = vec![args.file().to_owned(), root.join(PLAYPEN_FILE)];
        Watched { root, asked: Asked::default(), always, stamps: Stamps::new() }
    }

    /// Builds what must be built, checks and runs. What goes wrong is shown. Answers when the files were read.
    fn round(&mut self, args: &RunArgs, ending: &Ending, environment: &Environment) -> SystemTime {
        let mut begun = now();
        let mut checked = Checkup::of(args.file(), &args.given, environment);
        for _ in 0..BUILDS_MAX {
            let stale = checked.as_ref().map(|checkup| checkup.asked().stale_nodes()).unwrap_or_default();
            if stale.is_empty() {
                break;
            }
            if let Err(error) = build::nodes(&self.root, &stale, args.quiet, environment) {
                failure::report(&error);
                self.look(checked.ok().as_ref());
                return begun;
            }
            begun = now();
            checked = Checkup::of(args.file(), &args.given, environment);
        }
        self.look(checked.as_ref().ok());
        let done = checked.and_then(|checkup| {
            let directory = match (&args.output, checkup.plan()) {
                (None, Some(plan)) => Some(self.root.join("runs").join(format!("{}-watch", plan.process))),
                (output, _) => output.clone(),
            };
            let attempt = Attempt { started: clock::now(), output: directory.as_deref(), control: &ending.control() };
            execute(args, &checkup, &attempt, environment).map(drop)
        });
        if let Err(error) = done {
            failure::report(&error);
        }
        begun
    }

    /// Remembers what a check asked for, and what these files are like.
    fn look(&mut self, checkup: Option<&Checkup>) {
        if let Some(checkup) = checkup {
            self.asked = checkup.asked().clone();
        }
        self.stamps = self.now();
    }

    fn now(&self) -> Stamps {
        let mut stamps = self.asked.stamps(&self.root);
        let always = self.always.iter().filter_map(|path| {
            let metadata = path.metadata().ok()?;
            Some((path.clone(), (metadata.modified().ok()?, metadata.len())))
        });
        stamps.extend(always);
        stamps
    }

    fn described(&self) -> String {
        match self.stamps.len() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        }
    }

    /// Waits until a file is another than it was, and until changing is over: the first that was. Nothing where Ctrl-C
    /// came first.
    fn await_change(&mut self, begun: SystemTime, ending: &Ending) -> Option<PathBuf> {
        // What changed while the check read it may not be what it read.
        let mut changed = self.stamps.iter().find(|(_, (time, _))| *time > begun).map(|(path, _)| path.clone());
        while changed.is_none() {
            if ending.came() {
                return None;
            }
            thread::sleep(LOOK_INTERVAL);
            changed = first_difference(&self.stamps, &self.now());
        }
        let mut last = self.now();
        loop {
            thread::sleep(LOOK_INTERVAL);
            let now = self.now();
            if now == last || ending.came() {
                return changed.filter(|_| !ending.came());
            }
            last = now;
        }
    }
}

/// A file that is in one of them alone, or differs.
fn first_difference(before: &Stamps, now: &Stamps) -> Option<PathBuf> {
    let other = |(path, stamp): &(&PathBuf, &(SystemTime, u64))| before.get(*path) != Some(*stamp);
    let gone = before.keys().find(|path| !now.contains_key(*path));
    now.iter().find(other).map(|(path, _)| path).or(gone).cloned()
}

fn now() -> SystemTime {
    SystemTime::from(clock::now())
}

/// Whether Ctrl-C (or SIGTERM) came, and the run that it is to stop.
struct Ending {
    came: Arc<AtomicBool>,
    current: Arc<Mutex<Control>>,
}

impl Ending {
    /// The first signal ends the watch and its run; a second one does what it does to any program.
    fn listen() -> anyhow::Result<Self> {
        let ending = Ending { came: Arc::default(), current: Arc::default() };
        let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot listen for signals")?;
        let (came, current) = (Arc::clone(&ending.came), Arc::clone(&ending.current));
        let listen = move || {
            for signal in signals.forever() {
                if came.swap(true, Ordering::SeqCst) {
                    let _ = low_level::emulate_default_handler(signal);
                }
                current.lock().unwrap_or_else(PoisonError::into_inner).stop();
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(listen).context("cannot start a thread")?;
        Ok(ending)
    }

    fn came(&self) -> bool {
        self.came.load(Ordering::SeqCst)
    }

    /// The control of the next run.
    fn control(&self) -> Control {
        let control = Control::new();
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = control.clone();
        if self.came() {
            control.stop();
        }
        control
    }
}
