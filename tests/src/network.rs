//! Hosts in network namespaces of their own, joined by a bridge: they share nothing with the machine but the addresses on
//! that bridge. Where the machine does not allow that, hosts are plain processes, and the loopback interface stands for the
//! bridge. Used by the end-to-end cases; knows nothing of leat.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

/// The networks of this process: several cases run at the same time.
static NETWORKS: AtomicU8 = AtomicU8::new(0);

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
        let process = std::process::id();
        let number = NETWORKS.fetch_add(1, Ordering::SeqCst);
        // Interfaces have names of at most 15 characters. The third byte of the address is made of the process too: two test
        // runs on one machine rarely meet.
        let name = format!("lt{process}x{number}");
        let address = Ipv4Addr::new(10, 213, (process % 200) as u8 ^ number, 1);
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

fn ip(arguments: &str) -> Result<(), String> {
    let output =
        Command::new("ip").args(arguments.split_whitespace()).output().map_err(|error| format!("ip: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("ip {arguments}: {}", said.trim())) }
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
