//! Processes in cells. They need control groups that this user may make: root, or a service with `Delegate=yes`.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};

use leat_wall::{Cell, CellError, CellLimits};

use crate::program;

const SIGKILL: Option<i32> = Some(9);

fn cell(name: &str, limits: CellLimits) -> Cell {
    Cell::create(name, &limits).unwrap_or_else(|error| panic!("this test needs control groups: {error}"))
}

/// A process that waits to be told to begin.
fn waiting(attempt: &[&str]) -> Child {
    let mut program = program();
    program.args(["--bare", "--wait"]).args(attempt).stdin(Stdio::piped()).stdout(Stdio::piped());
    program.spawn().unwrap()
}

fn begin(child: &mut Child) {
    child.stdin.take().unwrap().write_all(b"begin\n").unwrap();
}

/// The folders of the cell that a process is in.
fn groups_of(child: &Child) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{}/cgroup", child.id())).unwrap();
    let own = format!("/leat-{}-", std::process::id());
    text.lines().filter(|line| line.contains(&own)).map(str::to_owned).collect()
}

#[test]
fn who_allocates_beyond_the_limit_is_killed_and_told_from_others() {
    for (name, limit, status, out_of_memory) in
        [("too-little", 64 << 20, SIGKILL, true), ("enough", 512 << 20, None, false)]
    {
        let cell = cell(name, CellLimits { memory_bytes_max: Some(limit), ..CellLimits::default() });
        assert_eq!(cell.missing(), [] as [String; 0]);
        let mut child = waiting(&["allocate", "200"]);
        cell.put(child.id()).unwrap();
        begin(&mut child);
        let ended = child.wait().unwrap();
        assert_eq!((ended.signal(), cell.ran_out_of_memory()), (status, out_of_memory), "{name}: {ended}");
    }
}

#[test]
fn a_cell_is_killed_as_a_whole_and_leaves_nothing_behind() {
    let limits = CellLimits { memory_bytes_max: Some(1 << 30), cpus_max: Some(1.0), threads_max: Some(50) };
    let cell = cell("whole", limits);
    assert_eq!(cell.missing(), [] as [String; 0]);
    let mut children = [waiting(&["thread"]), waiting(&["thread"])];
    for child in &children {
        cell.put(child.id()).unwrap();
        assert!(!groups_of(child).is_empty(), "the kernel knows of it");
    }
    let folders = folders("whole");
    assert!(!folders.is_empty());
    cell.kill().unwrap();
    for child in &mut children {
        assert_eq!(child.wait().unwrap().signal(), SIGKILL);
    }
    assert!(!cell.ran_out_of_memory(), "it was killed, which is something else");
    drop(cell);
    assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?}");
}

/// The folders of a cell of this process, wherever they are.
fn folders(name: &str) -> Vec<std::path::PathBuf> {
    let wanted = format!("leat-{}-{name}", std::process::id());
    let mut found = Vec::new();
    let mut waiting = vec![std::path::PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_name() == wanted.as_str() {
                found.push(entry.path());
            } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(entry.path());
            }
        }
    }
    found
}

#[test]
fn no_more_threads_are_started_than_the_limit() {
    for (name, limit, expected) in [("one-thread", 1, "refused 11"), ("two-threads", 2, "done")] {
        let cell = cell(name, CellLimits { threads_max: Some(limit), ..CellLimits::default() });
        let mut child = waiting(&["thread"]);
        cell.put(child.id()).unwrap();
        begin(&mut child);
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        child.wait().unwrap();
        assert_eq!(said.trim(), expected, "{name}");
    }
}

#[test]
fn a_share_of_a_processor_is_kept() {
    let rounds = |name: &str, cpus: f64| -> f64 {
        let cell = cell(name, CellLimits { cpus_max: Some(cpus), ..CellLimits::default() });
        let mut child = waiting(&["spin", "1000"]);
        cell.put(child.id()).unwrap();
        begin(&mut child);
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        child.wait().unwrap();
        said.lines().next().unwrap().parse().unwrap()
    };
    // A tenth is measured against a tenth of ten: what else the machine does would have to take most of it.
    let (tenth, whole) = (rounds("tenth", 0.1), rounds("whole-one", 1.0));
    assert!(tenth < whole / 2.0, "{tenth} rounds with a tenth of a processor, {whole} with one");
}

#[test]
fn a_name_is_taken_once() {
    let limits = CellLimits { memory_bytes_max: Some(1 << 30), ..CellLimits::default() };
    let _first = cell("once", limits);
    let again = Cell::create("once", &limits).err();
    assert!(
        matches!(again, Some(CellError::Unavailable(ref why)) if why.contains("memory is not bounded")),
        "{again:?}"
    );
}
