//! A way to the broker that can break: it cuts connections, and can claim that the broker takes nothing more.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// `connection.blocked` with the reason "low on memory", and `connection.unblocked`, as frames on channel 0.
const BLOCKED: &[u8] = b"\x01\0\0\0\0\0\x12\0\x0a\0\x3c\x0dlow on memory\xce";
const UNBLOCKED: &[u8] = b"\x01\0\0\0\0\0\x04\0\x0a\0\x3d\xce";

/// Listens on the loopback interface and passes on what comes.
pub(crate) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What goes through a proxy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Frames, which it passes on one by one, so that it can put in some of its own.
    Frames,
    /// Bytes that it does not understand, as those of TLS.
    Bytes,
}

struct Shared {
    broker: String,
    content: Content,
    connections: Mutex<Vec<Pair>>,
    /// All that clients have sent.
    seen: Mutex<Vec<u8>>,
    blocked: Mutex<bool>,
    unblocked: Condvar,
    closed: AtomicBool,
}

/// The two connections that make one.
struct Pair {
    /// Whole frames are written to it under a lock, so that one can be put between them.
    client: Arc<Mutex<TcpStream>>,
    broker: TcpStream,
}

impl Proxy {
    /// A way to the broker at `host:port`.
    pub(crate) fn new(broker: &str, content: Content) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            broker: broker.to_owned(),
            content,
            connections: Mutex::default(),
            seen: Mutex::default(),
            blocked: Mutex::new(false),
            unblocked: Condvar::new(),
            closed: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.closed.load(Ordering::SeqCst) {
                    return;
                }
                let _ = accepting.join(client.unwrap());
            }
        });
        Proxy { address, shared }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Cuts all connections that there are at the moment; answers how many they were.
    pub(crate) fn cut(&self) -> usize {
        let cut = std::mem::take(&mut *self.shared.connections.lock().unwrap());
        for pair in &cut {
            let _ = pair.broker.shutdown(Shutdown::Both);
            let _ = pair.client.lock().unwrap().shutdown(Shutdown::Both);
        }
        cut.len()
    }

    /// Whether clients have sent these bytes, as somebody on the way sees it.
    pub(crate) fn has_seen(&self, bytes: &[u8]) -> bool {
        self.shared.seen.lock().unwrap().windows(bytes.len()).any(|window| window == bytes)
    }

    /// Tells all clients that the broker takes nothing more, or takes messages again, and passes on what they send accordingly.
    pub(crate) fn block(&self, blocked: bool) {
        assert!(self.shared.content == Content::Frames || !blocked, "no frame can be put between bytes");
        *self.shared.blocked.lock().unwrap() = blocked;
        self.shared.unblocked.notify_all();
        if self.shared.content == Content::Bytes {
            return;
        }
        let frame = if blocked { BLOCKED } else { UNBLOCKED };
        for pair in self.shared.connections.lock().unwrap().iter() {
            let _ = pair.client.lock().unwrap().write_all(frame);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.block(false);
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn join(self: &Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        let broker = TcpStream::connect(&self.broker)?;
        client.set_nodelay(true)?;
        broker.set_nodelay(true)?;
        let (from_client, from_broker, to_broker) = (client.try_clone()?, broker.try_clone()?, broker.try_clone()?);
        let to_client = Arc::new(Mutex::new(client));
        self.connections.lock().unwrap().push(Pair { client: Arc::clone(&to_client), broker });
        let shared = Arc::clone(self);
        std::thread::spawn(move || shared.pass_on_to_broker(from_client, to_broker));
        match self.content {
            Content::Frames => std::thread::spawn(move || pass_on_frames(from_broker, &to_client)),
            Content::Bytes => std::thread::spawn(move || pass_on_bytes(from_broker, &to_client)),
        };
        Ok(())
    }

    fn pass_on_to_broker(&self, mut client: TcpStream, mut broker: TcpStream) {
        let mut part = vec![0; 64 << 10];
        while let Ok(length @ 1..) = client.read(&mut part) {
            let mut blocked = self.blocked.lock().unwrap();
            while *blocked {
                blocked = self.unblocked.wait(blocked).unwrap();
            }
            drop(blocked);
            self.seen.lock().unwrap().extend_from_slice(&part[..length]);
            if broker.write_all(&part[..length]).is_err() {
                break;
            }
        }
        let _ = broker.shutdown(Shutdown::Both);
    }
}

fn pass_on_bytes(mut broker: TcpStream, client: &Mutex<TcpStream>) {
    let mut part = vec![0; 64 << 10];
    while let Ok(length @ 1..) = broker.read(&mut part) {
        if client.lock().unwrap().write_all(&part[..length]).is_err() {
            break;
        }
    }
    let _ = client.lock().unwrap().shutdown(Shutdown::Both);
}

fn pass_on_frames(mut broker: TcpStream, client: &Mutex<TcpStream>) {
    let mut frame = Vec::new();
    loop {
        // Type, channel and length; then so many bytes and the end mark.
        frame.resize(7, 0);
        if broker.read_exact(&mut frame).is_err() {
            break;
        }
        let length = u32::from_be_bytes(frame[3..7].try_into().unwrap()) as usize;
        frame.resize(7 + length + 1, 0);
        if broker.read_exact(&mut frame[7..]).is_err() || client.lock().unwrap().write_all(&frame).is_err() {
            break;
        }
    }
    let _ = client.lock().unwrap().shutdown(Shutdown::Both);
}
