//! The worker as a child process: its three pipes, each with a thread of its own, so that nobody ever waits for a worker
//! that neither reads nor writes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::{SuperviseError, Supervision};
use crate::job::Job;
use crate::wire::{Event, Order};

/// How long one line of a worker may be.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// How much of what a worker wrote to standard error is kept, from its end.
const COMPLAINT_BYTES_MAX: usize = 8 << 10;

/// Lines of a worker that wait for the supervisor.
const LINES_WAITING_MAX: usize = 64;

/// A worker that was started.
pub(super) struct Worker {
    child: Child,
    /// Lines it said. Disconnected once it has closed its standard output.
    pub(super) said: Receiver<Said>,
    orders: Sender<Order>,
    complaint: Arc<Mutex<Vec<u8>>>,
    listening: JoinHandle<()>,
    complaining: JoinHandle<()>,
}

/// A line of a worker.
pub(super) enum Said {
    /// One that was understood.
    Event(Box<Event>),
    /// One that was not: it is no worker, or none of this version.
    Nonsense(String),
}

impl Worker {
    /// Starts the worker in a process group of its own, without any environment, has it `bounded`, and hands it its job.
    pub(super) fn start(
        job: &Job,
        supervision: &Supervision,
        bounded: impl FnOnce(u32),
    ) -> Result<Self, SuperviseError> {
        let failed = |source| SuperviseError::Start { program: supervision.program.clone(), source };
        let mut child = Command::new(&supervision.program)
            .args(&supervision.arguments)
            .env_clear()
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        // It waits for its job, so nothing that it does comes before.
        bounded(child.id());
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            unreachable!("all three pipes were asked for");
        };
        let mut order = serde_json::to_vec(job).map_err(|error| failed(error.into()))?;
        order.push(b'\n');
        let secrets = job.secrets.take_line(&job.plan).unwrap_or_default();
        let (orders, ordered) = mpsc::channel();
        let (saying, said) = mpsc::sync_channel(LINES_WAITING_MAX);
        let complaint = Arc::new(Mutex::new(Vec::new()));
        let complaints = Arc::clone(&complaint);
        spawn("worker-orders", move || give_orders(stdin, (&order, secrets), &ordered)).map_err(failed)?;
        let listening = spawn("worker-events", move || listen(stdout, &saying)).map_err(failed)?;
        let complaining = spawn("worker-stderr", move || collect(stderr, &complaints)).map_err(failed)?;
        Ok(Worker { child, said, orders, complaint, listening, complaining })
    }

    /// Asks it for something.
    pub(super) fn order(&self, order: Order) {
        // A worker that takes no orders any more is on its way out.
        let _ = self.orders.send(order);
    }

    /// Ends it at once.
    pub(super) fn kill(&mut self) {
        // It fails where the worker has ended meanwhile.
        let _ = self.child.kill();
    }

    /// Waits for its end, and kills it if that takes longer than `patience`. Answers how it ended and the last of what
    /// it wrote to standard error.
    pub(super) fn wait(mut self, patience: Duration) -> io::Result<(ExitStatus, String)> {
        let deadline = Instant::now() + patience;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if Instant::now() >= deadline {
                self.kill();
                break self.child.wait()?;
            }
            thread::park_timeout(Duration::from_millis(1));
        };
        drop(self.said);
        // With the process its pipes are closed, so both threads come to their end.
        let _ = self.listening.join();
        let _ = self.complaining.join();
        let complaint = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((status, String::from_utf8_lossy(&complaint).trim().to_owned()))
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).stack_size(256 << 10).spawn(run)
}

/// Writes the job and its secrets, which are gone from this process then; and each order. Ends with the supervisor, which closes the
/// worker's standard input.
fn give_orders(mut stdin: ChildStdin, (job, secrets): (&[u8], Zeroizing<Vec<u8>>), orders: &Receiver<Order>) {
    // What cannot be written is noticed by the worker's end.
    if stdin.write_all(job).and_then(|()| stdin.write_all(&secrets)).is_err() {
        return;
    }
    drop(secrets);
    while let Ok(order) = orders.recv() {
        if writeln!(stdin, "{order}").is_err() {
            return;
        }
    }
}

fn listen(stdout: ChildStdout, saying: &SyncSender<Said>) {
    let mut lines = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if read.is_err() || line.is_empty() {
            return;
        }
        let said = match serde_json::from_slice(&line) {
            Ok(event) => Said::Event(Box::new(event)),
            Err(_) => Said::Nonsense(String::from_utf8_lossy(&line[..line.len().min(200)]).trim().to_owned()),
        };
        if saying.send(said).is_err() {
            return;
        }
    }
}

fn collect(mut stderr: ChildStderr, complaint: &Mutex<Vec<u8>>) {
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stderr.read(&mut piece) {
        let mut kept = complaint.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(&piece[..length]);
        let excess = kept.len().saturating_sub(COMPLAINT_BYTES_MAX);
        kept.drain(..excess);
    }
}
