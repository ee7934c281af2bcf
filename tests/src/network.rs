//! Hosts in network namespaces of their own, joined by a bridge: they share nothing with the machine but the addresses on
//! that bridge. Where the machine does not allow that, hosts are plain processes, and the loopback interface stands for the
//! bridge. Used by the end-to-end cases; knows nothing of leat.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex, Once, PoisonError};

use crate::processes::is_there;

/// How many networks this process has made: several cases run at the same time.
static NUMBERS: Mutex<u32> = Mutex::new(0);
/// What test runs that were killed have left is removed once.
static SWEPT: Once = Once::new();
/// What the names of all bridges begin with; the number of the process follows.
const PREFIX: &str = "lt";

/// A bridge with a namespace for each host; gone when it is dropped.
pub struct Network {
    /// What the names of its parts begin with; nothing where hosts are plain processes.
    name: Option<String>,
    address: Ipv4Addr,
    hosts: usize,
}

impl Network {
    /// A network for hosts `c1`, `c2`, …; says on standard error where it cannot be had.
    pub fn new(hosts: usize) -> Self {
        SWEPT.call_once(sweep);
        // Whoever looks for an address that nobody has must have it before the next one looks.
        let mut number = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        *number += 1;
        // Interfaces have names of at most 15 characters.
        let name = format!("{PREFIX}{}x{}", std::process::id(), *number);
        let address = free_address();
        let network = Network { name: Some(name), address, hosts };
        match network.make() {
            Ok(()) => network,
            Err(why) => {
                #[expect(clippy::print_stderr, reason = "whoever reads the results is to know what was not tried")]
                {
                    eprintln!("hosts are plain processes here, for there are no network namespaces: {why}");
                }
                network.remove();
                Network { name: None, address: Ipv4Addr::LOCALHOST, hosts }
            }
        }
    }

    /// The address at which hosts reach this machine.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// What a command line begins with so that it runs where the host `c{host}` is.
    pub fn inside(&self, host: usize) -> String {
        self.name.as_ref().map_or_else(String::new, |name| format!("ip netns exec {name}c{host} "))
    }

    fn make(&self) -> Result<(), String> {
        let name = self.name.as_deref().unwrap_or_default();
        let [a, b, c, _] = self.address.octets();
        ip(&format!("link add {name} type bridge"))?;
        ip(&format!("addr add {}/24 dev {name}", self.address))?;
        ip(&format!("link set {name} up"))?;
        for host in 1..=self.hosts {
            let inside = format!("netns exec {name}c{host} ip");
            ip(&format!("netns add {name}c{host}"))?;
            ip(&format!("link add {name}v{host} type veth peer name eth0 netns {name}c{host}"))?;
            ip(&format!("link set {name}v{host} master {name} up"))?;
            ip(&format!("{inside} addr add {a}.{b}.{c}.{}/24 dev eth0", host + 1))?;
            ip(&format!("{inside} link set eth0 up"))?;
            ip(&format!("{inside} link set lo up"))?;
        }
        Ok(())
    }

    fn remove(&self) {
        let Some(name) = &self.name else { return };
        for host in 1..=self.hosts {
            let _ = ip(&format!("netns del {name}c{host}"));
        }
        let _ = ip(&format!("link del {name}"));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.remove();
    }
}

/// An address whose network no interface of this machine is in: with two of them, hosts would answer to the wrong one.
fn free_address() -> Ipv4Addr {
    let taken = ip("-oneline -4 address").unwrap_or_default();
    let first = std::process::id() % 256;
    let mut bytes = (0..256).filter_map(|step| u8::try_from((first + step) % 256).ok());
    let free = bytes.find(|byte| !taken.contains(&format!(" 10.213.{byte}.")));
    Ipv4Addr::new(10, 213, free.expect("no 256 networks are in use"), 1)
}

/// Removes the networks of processes that are gone: a test run that is killed removes none of its own.
fn sweep() {
    let is_left = |name: &&str| {
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('x')).map(|(process, _)| process);
        let process = process.and_then(|process| process.parse::<i32>().ok());
        process.is_some_and(|process| !is_there(process))
    };
    let namespaces = ip("netns list").unwrap_or_default();
    for name in namespaces.lines().filter_map(|line| line.split_whitespace().next()).filter(is_left) {
        let _ = ip(&format!("netns del {name}"));
    }
    let bridges = ip("-oneline link show type bridge").unwrap_or_default();
    for name in bridges.lines().filter_map(|line| line.split(": ").nth(1)).filter(is_left) {
        let _ = ip(&format!("link del {name}"));
    }
}

/// What `ip` prints.
fn ip(arguments: &str) -> Result<String, String> {
    let output =
        Command::new("ip").args(arguments.split_whitespace()).output().map_err(|error| format!("ip: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("ip {arguments}: {}", said.trim())),
    }
}

/// Lets who reaches an address of this machine reach a service that listens on the loopback interface alone. Answers its
/// port there. It ends with the process.
pub fn forward(address: Ipv4Addr, to: String) -> u16 {
    Forward::new(address, to).port
}

/// What stands between a service and those that use it, and can be cut. It ends with the process.
pub struct Forward {
    /// Where it listens.
    pub port: u16,
    /// The connections that are open; nothing while it is cut.
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Forward {
    /// Begins to listen.
    ///
    /// # Panics
    /// Where the address is none of this machine.
    pub fn new(address: Ipv4Addr, to: String) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let port = listener.local_addr().expect("it listens").port();
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let kept = Arc::clone(&open);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&to) else { continue };
                let clones = (client.try_clone(), server.try_clone(), client.try_clone());
                let (Ok(client_too), Ok(server_too), Ok(client_three)) = clones else { continue };
                // Who comes while it is cut is hung up on.
                let Some(open) = &mut *kept.lock().expect("nobody panics with it") else { continue };
                open.push(client_three);
                std::thread::spawn(move || pass(client, server));
                std::thread::spawn(move || pass(server_too, client_too));
            }
        });
        Forward { port, open }
    }

    /// Breaks every connection, and lets none through before [`Forward::mend`].
    pub fn cut(&self) {
        let open = self.open.lock().expect("nobody panics with it").take();
        open.into_iter().flatten().for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        *self.open.lock().expect("nobody panics with it") = Some(Vec::new());
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
