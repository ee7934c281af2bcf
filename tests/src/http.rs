//! A plain HTTP client, as any program has one: it knows nothing of leat. Used by the end-to-end cases.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

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

/// Asks with one connection for one request.
///
/// # Panics
/// Where nobody answers, or not in HTTP/1.1.
#[track_caller]
pub fn ask(method: &str, url: &str, token: &str, body: Option<&Value>) -> Answered {
    let rest = url.strip_prefix("http://").expect("a URL of HTTP");
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(host).unwrap_or_else(|error| panic!("{url}: {error}"));
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("a server that reads");
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).expect("a server that answers");
    let status = line.split_whitespace().nth(1).and_then(|code| code.parse().ok());
    let status = status.unwrap_or_else(|| panic!("{url}: no answer of HTTP: {line:?}"));
    let mut chunked = false;
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a whole head");
        let header = line.trim_end().to_ascii_lowercase();
        chunked |= header == "transfer-encoding: chunked";
        if header.is_empty() {
            break;
        }
    }
    let mut body = Vec::new();
    if chunked {
        read_chunks(&mut reader, &mut body);
    } else {
        reader.read_to_end(&mut body).expect("a whole body");
    }
    Answered { status, body }
}

fn read_chunks(reader: &mut impl BufRead, body: &mut Vec<u8>) {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a whole chunk");
        let length = usize::from_str_radix(line.trim(), 16).expect("the length of a chunk");
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk).expect("a whole chunk");
        if length == 0 {
            return;
        }
        body.extend_from_slice(&chunk[..length]);
    }
}
