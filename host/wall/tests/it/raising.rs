//! What a process can do no more once its wall is raised, and what it still can.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use crate::said;

const EPERM: &str = "refused 1";
const EACCES: &str = "refused 13";

/// With the wall the attempt is refused like that; without it, not like that.
fn require_refused(how: &str, grants: &[&str], attempt: &[&str]) {
    // First behind the wall, where it changes nothing.
    assert_eq!(said(&[grants, attempt].concat()), how, "{attempt:?} behind a wall with {grants:?}");
    let bare = said(&[&["--bare"], attempt].concat());
    assert_ne!(bare, how, "{attempt:?} is refused without a wall too, so that nothing is shown");
}

fn require_done(grants: &[&str], attempt: &[&str]) {
    assert_eq!(said(&[grants, attempt].concat()), "done", "{attempt:?} behind a wall with {grants:?}");
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A folder with `in/a.csv` and `out/`, and a file and a folder outside of both.
struct Folders {
    _root: tempfile::TempDir,
    read: String,
    write: String,
    outside: String,
}

impl Folders {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in ["in/deep", "out", "outside"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["in/a.csv", "in/deep/b.csv", "outside/secret", "out/old"] {
            fs::write(root.path().join(file), "x").unwrap();
        }
        let [read, write, outside] = ["in", "out", "outside"].map(|folder| text(&root.path().join(folder)));
        Folders { _root: root, read, write, outside }
    }

    fn grants(&self) -> [&str; 4] {
        ["--read", &self.read, "--write", &self.write]
    }
}

#[test]
fn every_part_stands_on_this_kernel_and_is_named() {
    let raised = said(&["raised"]);
    assert_eq!(
        raised,
        "resource limits: stands; no new privileges: stands; files by grant: stands; no capabilities: stands; \
         calls of the kernel by list: stands"
    );
    assert!(said(&["--port", "5672", "raised"]).contains("; ports by grant: stands"));
}

#[test]
fn a_file_outside_of_the_grants_cannot_be_read_or_written() {
    let folders = Folders::new();
    let grants = folders.grants();
    let secret = format!("{}/secret", folders.outside);
    for attempt in [&["read", &secret][..], &["list", &folders.outside], &["write", &secret], &["append", &secret]] {
        require_refused(EACCES, &grants, attempt);
    }
    require_refused(EACCES, &grants, &["list", "/"]);
    require_refused(EACCES, &grants, &["read", "/etc/passwd"]);
    require_refused(EACCES, &grants, &["write", &format!("{}/new", folders.outside)]);
    require_refused(EACCES, &grants, &["make-folder", &format!("{}/folder", folders.outside)]);
    require_refused(EACCES, &grants, &["remove", &secret]);
}

#[test]
fn what_is_granted_for_reading_is_read_at_any_depth_and_never_written() {
    let folders = Folders::new();
    let grants = folders.grants();
    let (file, deep) = (format!("{}/a.csv", folders.read), format!("{}/deep/b.csv", folders.read));
    require_done(&grants, &["read", &file]);
    require_done(&grants, &["read", &deep]);
    require_done(&grants, &["list", &folders.read]);
    // A file by itself is granted without its folder.
    require_done(&["--read", &file], &["read", &file]);
    require_refused(EACCES, &["--read", &file], &["read", &deep]);
    require_refused(EACCES, &grants, &["append", &file]);
    require_refused(EACCES, &grants, &["cut-off", &file]);
    require_refused(EACCES, &grants, &["remove", &file]);
}

#[test]
fn what_is_granted_for_writing_is_made_renamed_and_removed() {
    let folders = Folders::new();
    let grants = folders.grants();
    let at = |name: &str| format!("{}/{name}", folders.write);
    require_done(&grants, &["write", &at("new")]);
    require_done(&grants, &["read", &at("new")]);
    require_done(&grants, &["make-folder", &at("folder")]);
    require_done(&grants, &["rename", &at("new"), &at("folder/renamed")]);
    require_done(&grants, &["cut-off", &at("folder/renamed")]);
    require_done(&grants, &["remove", &at("folder/renamed")]);
    // Not even there is a link made, which could lead who follows it out of here.
    require_refused(EPERM, &grants, &["link", "/etc", &at("link")]);
    // The name of a file does not get a file out of its folder.
    require_refused(EACCES, &grants, &["rename", &at("old"), &format!("{}/moved", folders.outside)]);
}

#[test]
fn a_link_leads_only_to_what_is_granted() {
    let folders = Folders::new();
    let link = format!("{}/link", folders.read);
    let secret = format!("{}/secret", folders.outside);
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    require_refused(EACCES, &folders.grants(), &["read", &link]);
    // A link that is granted itself stands for what it points at.
    require_done(&["--read", &link], &["read", &link]);
}

#[test]
fn no_program_is_started() {
    require_refused(EPERM, &["--read", "/"], &["exec", "/bin/true"]);
    require_refused(EPERM, &["--read", "/"], &["spawn", "/bin/true"]);
    require_done(&[], &["thread"]);
}

#[test]
fn no_socket_is_opened_without_a_grant() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    for attempt in [&["connect", &port][..], &["listen"], &["udp"], &["unix"]] {
        require_refused(EPERM, &[], attempt);
    }
    // Both ends stay in the process.
    require_done(&[], &["pair"]);
}

#[test]
fn a_grant_of_a_port_is_tcp_to_that_port_and_nothing_else() {
    let listeners = [0, 1].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let [granted, other] = [0, 1].map(|n| listeners[n].local_addr().unwrap().port().to_string());
    let grant = ["--port", &granted];
    require_done(&grant, &["connect", &granted]);
    require_refused(EACCES, &grant, &["connect", &other]);
    require_refused(EPERM, &grant, &["udp"]);
    require_refused(EPERM, &grant, &["unix"]);
    // `bind` is a call that a worker does not make.
    assert_ne!(said(&[&grant[..], &["listen"]].concat()), "done");
}

#[test]
fn the_kernel_is_asked_for_nothing_that_no_worker_needs() {
    for attempt in
        ["ptrace", "mount", "umount2", "unshare", "setns", "process_vm_readv", "perf_event_open", "signal-parent"]
    {
        require_refused(EPERM, &[], &[attempt]);
    }
    // Without a wall these are refused to some users and on some systems, with the same word.
    for attempt in
        ["io_uring_setup", "bpf", "userfaultfd", "keyctl", "add_key", "kexec_load", "init_module", "swapon", "quotactl"]
    {
        assert_eq!(said(&[attempt]), EPERM, "{attempt}");
    }
    require_done(&[], &["signal-self"]);
}

#[test]
fn a_call_that_is_not_known_is_answered_as_by_a_kernel_that_lacks_it() {
    // The C library falls back to `clone` then, which says in a register what it makes.
    let unknown = "refused 38";
    require_refused(unknown, &[], &["clone3"]);
    require_done(&[], &["thread"]);
}

#[test]
fn who_may_do_what_with_a_granted_file_is_not_changed() {
    let folders = Folders::new();
    require_refused(EPERM, &folders.grants(), &["chmod", &format!("{}/old", folders.write)]);
    require_refused(EPERM, &folders.grants(), &["chmod", &format!("{}/secret", folders.outside)]);
}

#[test]
fn the_kernel_says_the_same_of_rights_and_filters() {
    let line = |status: &str, name: &str| -> String {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().to_owned()
    };
    let (bare, walled) = (said(&["--bare", "status"]), said(&["status"]));
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(line(&walled, set), "0000000000000000", "{set}");
    }
    // Who may not take rights out of the bounding set has none that would let a program get them.
    if line(&bare, "CapPrm:") != "0000000000000000" {
        assert_eq!(line(&walled, "CapBnd:"), "0000000000000000");
    }
    assert_eq!((line(&bare, "NoNewPrivs:"), line(&walled, "NoNewPrivs:")), ("0".to_owned(), "1".to_owned()));
    assert_eq!((line(&walled, "Seccomp:"), line(&walled, "Seccomp_filters:")), ("2".to_owned(), "2".to_owned()));
}

#[test]
fn no_more_files_are_open_than_the_limit() {
    let too_many = "refused 24";
    require_refused(too_many, &["--files", "20"], &["open-files", "30"]);
    require_done(&["--files", "60"], &["open-files", "30"]);
}

#[test]
fn a_wall_is_not_raised_where_a_thread_would_stay_outside() {
    assert_eq!(said(&["raise-beside-a-thread"]), "the process has 2 threads, and a wall is raised while it has one");
}

#[test]
fn a_wall_costs_a_run_next_to_nothing() {
    let folders = Folders::new();
    let times = (0..20).map(|_| said(&[&folders.grants()[..], &["time"]].concat()).parse::<u64>().unwrap());
    let least = times.min().unwrap();
    // A run of ten rows takes 28 ms. On a quiet machine this is some hundred microseconds.
    assert!(least < 5_000_000, "raising the wall took {least} ns at best");
}
