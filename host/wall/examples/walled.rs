//! A program that raises a wall around itself, or none, and then tries one thing: what the tests start.
//!
//! `walled [--bare] [--wait] [--read P]… [--write P]… [--port N]… [--files N] ATTEMPT [ARGUMENT]…` prints `done`, or
//! `refused N` with the number of the system's error. `--bare` raises no wall; `--wait` does nothing before there is a line on
//! standard input. An attempt of the name `raised` prints what became of the wall.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of the tests, which read what it prints")]

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
    #[cfg(not(target_os = "linux"))]
    println!("{}", leat_wall::raise(&leat_wall::Wall::default()).unwrap());
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, File, OpenOptions, Permissions};
    use std::hint::black_box;
    use std::io::{self, Write};
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixDatagram;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;
    use std::thread;
    use std::time::{Duration, Instant};

    use leat_wall::{Network, Wall, raise};

    pub(super) fn main() {
        let (mut wall, mut is_bare, mut waits) = (Wall::default(), false, false);
        let mut arguments = std::env::args().skip(1);
        let attempt = loop {
            let word = arguments.next().unwrap();
            let mut value = || arguments.next().unwrap();
            match word.as_str() {
                "--bare" => is_bare = true,
                "--wait" => waits = true,
                "--read" => wall.read.push(value().into()),
                "--write" => wall.write.push(value().into()),
                "--port" => {
                    let port = value().parse().unwrap();
                    match &mut wall.network {
                        Network::To(ports) => ports.push(port),
                        Network::None => wall.network = Network::To(vec![port]),
                    }
                }
                "--files" => wall.open_files_max = Some(value().parse().unwrap()),
                _ => break word,
            }
        };
        let arguments: Vec<String> = arguments.collect();
        if waits {
            io::stdin().read_line(&mut String::new()).unwrap();
        }
        if attempt == "raise-beside-a-thread" {
            thread::spawn(thread::park);
            println!("{}", raise(&wall).unwrap_err());
            return;
        }
        // Opened before the wall, as the pipes of a worker are.
        let open = File::open("/proc/self/status").unwrap();
        let began = Instant::now();
        let raised = (!is_bare).then(|| raise(&wall).unwrap());
        let took = began.elapsed();
        match attempt.as_str() {
            "raised" => println!("{}", raised.unwrap()),
            "time" => println!("{}", took.as_nanos()),
            "status" => print!("{}", io::read_to_string(open).unwrap()),
            _ => match tried(&attempt, &arguments, &open) {
                Ok(()) => println!("done"),
                Err(error) => println!("refused {}", error.raw_os_error().unwrap_or(0)),
            },
        }
    }

    fn tried(attempt: &str, arguments: &[String], open: &File) -> io::Result<()> {
        let path = || Path::new(&arguments[0]);
        let number = || arguments[0].parse::<u64>().unwrap();
        match attempt {
            "read" => fs::read(path()).map(drop),
            "list" => fs::read_dir(path()).map(drop),
            "write" => fs::write(path(), "x"),
            "append" => OpenOptions::new().append(true).open(path())?.write_all(b"x"),
            "cut-off" => File::options().write(true).open(path())?.set_len(0),
            "make-folder" => fs::create_dir(path()),
            "remove" => fs::remove_file(path()),
            "rename" => fs::rename(path(), &arguments[1]),
            "link" => symlink(path(), &arguments[1]),
            "chmod" => fs::set_permissions(path(), Permissions::from_mode(0o600)),
            "connect" => TcpStream::connect(("127.0.0.1", number() as u16)).map(drop),
            "listen" => TcpListener::bind("127.0.0.1:0").map(drop),
            "udp" => UdpSocket::bind("127.0.0.1:0").map(drop),
            "unix" => UnixDatagram::unbound().map(drop),
            "pair" => UnixDatagram::pair().map(drop),
            "exec" => Err(Command::new(path()).exec()),
            "spawn" => Command::new(path()).status().map(drop),
            "thread" => thread::Builder::new().spawn(|| ())?.join().map_err(|_| io::Error::other("it panicked")),
            "signal-parent" => Ok(rustix::process::test_kill_process(rustix::process::getppid().unwrap())?),
            "signal-self" => Ok(rustix::process::test_kill_process(rustix::process::getpid())?),
            "open-files" => (0..number()).map(|_| open.try_clone()).collect::<io::Result<Vec<_>>>().map(drop),
            "allocate" => allocate(number()),
            "spin" => spin(Duration::from_millis(number())),
            _ => call(attempt),
        }
    }

    /// Calls of the kernel that no library offers without a way to do harm.
    const CALLS: [(&str, libc::c_long); 17] = [
        ("ptrace", libc::SYS_ptrace),
        ("mount", libc::SYS_mount),
        ("umount2", libc::SYS_umount2),
        ("unshare", libc::SYS_unshare),
        ("setns", libc::SYS_setns),
        ("process_vm_readv", libc::SYS_process_vm_readv),
        ("perf_event_open", libc::SYS_perf_event_open),
        ("io_uring_setup", libc::SYS_io_uring_setup),
        ("bpf", libc::SYS_bpf),
        ("userfaultfd", libc::SYS_userfaultfd),
        ("keyctl", libc::SYS_keyctl),
        ("add_key", libc::SYS_add_key),
        ("kexec_load", libc::SYS_kexec_load),
        ("init_module", libc::SYS_init_module),
        ("swapon", libc::SYS_swapon),
        ("quotactl", libc::SYS_quotactl),
        ("clone3", libc::SYS_clone3),
    ];

    /// Calls the kernel with zeros alone, which say the least that can be said: no address, no file, no flag.
    #[allow(unsafe_code, reason = "a call by its number is what is tried, and no safe function makes one")]
    fn call(name: &str) -> io::Result<()> {
        let (_, number) = CALLS.iter().find(|(known, _)| *known == name).unwrap();
        // SAFETY: none of these calls reads or writes memory of this process at the address zero and for the length zero,
        // nor ends or replaces it; each answers a number or an error.
        match unsafe { libc::syscall(*number, 0, 0, 0, 0, 0, 0) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Uses so many mebibytes of memory.
    fn allocate(mebibytes: u64) -> io::Result<()> {
        let bytes = usize::try_from(mebibytes << 20).map_err(io::Error::other)?;
        // Every page is written to, or it would not be memory yet.
        black_box(vec![1_u8; bytes]);
        Ok(())
    }

    /// Keeps a processor busy until so much time has passed on the clock, and says how many rounds it did.
    fn spin(time: Duration) -> io::Result<()> {
        let began = Instant::now();
        let mut rounds = 0_u64;
        while began.elapsed() < time {
            rounds = black_box(rounds + 1);
        }
        println!("{rounds}");
        Ok(())
    }
}
