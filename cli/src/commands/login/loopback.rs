//! A port of this machine that a browser comes back to with a code.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::Context;

/// How much of a request is read, bytes, and for how long.
const REQUEST_BYTES_MAX: usize = 8 << 10;
const REQUEST_TIME_MAX: Duration = Duration::from_secs(5);
/// How often it is looked whether somebody has come.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A port that waits for one browser.
pub(super) struct Loopback {
    listener: TcpListener,
    state: String,
}

impl Loopback {
    /// Opens a port that nobody else has. Only who brings this state is believed.
    pub(super) fn open(state: String) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Loopback { listener, state })
    }

    pub(super) fn port(&self) -> u16 {
        self.listener.local_addr().map(|address| address.port()).unwrap_or_default()
    }

    /// The code, once a browser brings it.
    pub(super) fn wait(&self, until: Instant) -> anyhow::Result<String> {
        while Instant::now() < until {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    if let Ok(Some(code)) = self.heard(stream) {
                        return Ok(code);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(LOOK_EVERY),
                Err(error) => return Err(error).context("cannot listen for the browser"),
            }
        }
        anyhow::bail!("no browser has come back in time; begin again")
    }

    /// The code, where this is the browser that is waited for. Whoever else comes learns nothing.
    fn heard(&self, mut stream: TcpStream) -> io::Result<Option<String>> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(REQUEST_TIME_MAX))?;
        stream.set_write_timeout(Some(REQUEST_TIME_MAX))?;
        let mut request = Vec::new();
        let (mut piece, end) = ([0; 1024], Instant::now() + REQUEST_TIME_MAX);
        while !request.windows(2).any(|two| two == b"\r\n") && request.len() < REQUEST_BYTES_MAX && Instant::now() < end
        {
            match stream.read(&mut piece)? {
                0 => break,
                read => request.extend_from_slice(&piece[..read]),
            }
        }
        let code = code_of(&request, &self.state);
        let (status, text) = match code {
            Some(_) => ("200 OK", "You are logged in. This page can be closed."),
            None => ("404 Not Found", "There is nothing here."),
        };
        let length = text.len();
        // A browser that is gone has brought what it was waited for nonetheless.
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nreferrer-policy: no-referrer\r\n\
             connection: close\r\n\r\n{text}"
        );
        Ok(code)
    }
}

/// The code of a request `GET /?code=…&state=…` with this state.
fn code_of(request: &[u8], state: &str) -> Option<String> {
    let line = request.split(|byte| *byte == b'\r').next()?;
    let target = std::str::from_utf8(line).ok()?.strip_prefix("GET /?")?.strip_suffix(" HTTP/1.1")?;
    let value = |name: &str| target.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let code =
        value("code").filter(|code| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    (value("state") == Some(state)).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_brings_the_state_of_this_login_is_believed() {
        let of = |line: &str| code_of(format!("{line}\r\nhost: 127.0.0.1\r\n\r\n").as_bytes(), "s1");
        assert_eq!(of("GET /?code=abc&state=s1 HTTP/1.1"), Some("abc".to_owned()));
        for other in [
            "GET /?code=abc&state=s2 HTTP/1.1",
            "GET /?code=abc HTTP/1.1",
            "GET /?code=&state=s1 HTTP/1.1",
            "GET /?code=a%20b&state=s1 HTTP/1.1",
            "POST /?code=abc&state=s1 HTTP/1.1",
            "GET /favicon.ico HTTP/1.1",
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_browser_that_is_gone_before_its_answer_has_brought_the_code() {
        let loopback = Loopback::open("s1".to_owned()).unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, loopback.port())).unwrap();
        write!(stream, "GET /?code=good&state=s1 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").unwrap();
        let (heard, _) = loop {
            if let Ok(heard) = loopback.listener.accept() {
                break heard;
            }
        };
        // The way back is closed: what is written there fails at once.
        heard.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(loopback.heard(heard).unwrap().as_deref(), Some("good"));
    }

    #[test]
    fn strangers_do_not_end_the_wait() {
        let loopback = Loopback::open("s1".to_owned()).unwrap();
        let port = loopback.port();
        let visits = std::thread::spawn(move || {
            for target in ["/favicon.ico", "/?code=evil&state=guess", "/?code=good&state=s1"] {
                let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
                write!(stream, "GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
            }
        });
        assert_eq!(loopback.wait(Instant::now() + Duration::from_secs(60)).unwrap(), "good");
        visits.join().unwrap();
    }
}
