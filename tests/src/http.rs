//! A plain HTTP client, as any program has one: it knows nothing of leat. Used by the end-to-end cases.

use std::io::{self, BufRead, BufReader, Error, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::Value;

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answered {
    /// The body as JSON; fails the case unless the status is one of success.
    #[track_caller]
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert!((200..300).contains(&self.status), "{}: {text}", self.status);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON: {error}\n{text}"))
    }
}

/// Far longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks with one connection for one request.
///
/// # Panics
/// Where nobody answers, or not in HTTP/1.1.
#[track_caller]
pub fn ask(method: &str, url: &str, token: &str, body: Option<&Value>) -> Answered {
    let request = Request { method, url, token, key: None, body, patience: PATIENCE };
    request.send().unwrap_or_else(|error| panic!("{method} {url}: {error}"))
}

/// A request to one that may be dead, or say nothing.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Where to, with `http://`.
    pub url: &'a str,
    /// Who asks.
    pub token: &'a str,
    /// Makes it safe to send again.
    pub key: Option<&'a str>,
    /// What is sent.
    pub body: Option<&'a Value>,
    /// How long nothing may come.
    pub patience: Duration,
}

impl Request<'_> {
    /// Sends it, with a connection of its own.
    ///
    /// # Errors
    /// Where nobody answers in time, not to the end, or not in HTTP/1.1.
    pub fn send(&self) -> io::Result<Answered> {
        let Request { method, url, token, patience, .. } = self;
        let rest = url.strip_prefix("http://").ok_or_else(|| Error::other("no URL of HTTP"))?;
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let body = self.body.map(Value::to_string).unwrap_or_default();
        let key = self.key.map(|key| format!("Idempotency-Key: {key}\r\n")).unwrap_or_default();
        let address = host.to_socket_addrs()?.next().ok_or_else(|| Error::other("no address"))?;
        let mut stream = TcpStream::connect_timeout(&address, *patience)?;
        stream.set_read_timeout(Some(*patience))?;
        stream.set_write_timeout(Some(*patience))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{key}Content-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()))?;
        read_answer(&mut BufReader::new(stream))
    }
}

fn read_answer(reader: &mut impl BufRead) -> io::Result<Answered> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split_whitespace().nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| Error::other(format!("no answer of HTTP: {line:?}")))?;
    let (mut chunked, mut length) = (false, None);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(Error::other("half a head"));
        }
        let header = line.trim_end().to_ascii_lowercase();
        chunked |= header == "transfer-encoding: chunked";
        length = header.strip_prefix("content-length: ").map_or(length, |length| length.parse::<usize>().ok());
        if header.is_empty() {
            break;
        }
    }
    let mut body = Vec::new();
    if chunked {
        read_chunks(reader, &mut body)?;
    } else {
        reader.read_to_end(&mut body)?;
        if length.is_some_and(|length| body.len() != length) {
            return Err(Error::other("half a body"));
        }
    }
    Ok(Answered { status, body })
}

fn read_chunks(reader: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).map_err(Error::other)?;
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk)?;
        if length == 0 {
            return Ok(());
        }
        body.extend_from_slice(&chunk[..length]);
    }
}
