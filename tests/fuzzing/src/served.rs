//! Broken answers, served over HTTP to what asks others: the client under test asks as it always does, and is answered what a case says.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

/// No request of a client under test is larger, bytes.
const BODY_BYTES_MAX: usize = 1 << 20;

/// A server on the loopback address that answers what it was last told to. It goes on until the test's process ends.
#[derive(Clone, Debug)]
pub struct Served {
    address: SocketAddr,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Served {
    /// Begins to serve.
    ///
    /// # Panics
    /// Where nothing can be listened on: then there is no test.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback address is free");
        let address = listener.local_addr().expect("it has an address");
        let served = Served { address, said: Arc::default() };
        let said = Arc::clone(&served.said);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let said = Arc::clone(&said);
                // A client that hangs up ends its connection and nothing else.
                thread::spawn(move || drop(serve(&stream, &said)));
            }
        });
        served
    }

    /// Where it is: `http://127.0.0.1:40000`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What is answered from now on: a JSON object of paths and what each answers, as `{"/v1/a": {"b": 1}}`; with `PUT /v1/a` for a method alone, and
    /// `/v1/*` for all that begin so. A path that it has not is not found. A member `status` is the status of all answers, where it can be one. Where
    /// the input is no object, it is itself the answer to all.
    pub fn answer(&self, input: &[u8]) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = input.to_vec();
    }
}

/// Answers the requests of one connection until its client hangs up.
fn serve(stream: &TcpStream, said: &Mutex<Vec<u8>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let request = line.split(['?', '\r']).next().unwrap_or_default();
        let request = request.strip_suffix(" HTTP/1.1").unwrap_or(request).to_owned();
        let length = body_length(&mut reader)?;
        reader.read_exact(&mut vec![0; length.min(BODY_BYTES_MAX)])?;
        let (status, body) = answer(&said.lock().unwrap_or_else(PoisonError::into_inner), &request);
        let head =
            format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        (&*stream).write_all(&[head.as_bytes(), &body].concat())?;
        line.clear();
    }
    Ok(())
}

/// Reads the rest of a request's head.
fn body_length(reader: &mut impl BufRead) -> Result<usize> {
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    Ok(length)
}

/// What a request such as `GET /v1/a` is answered.
fn answer(said: &[u8], request: &str) -> (u64, Vec<u8>) {
    let Ok(Value::Object(answers)) = serde_json::from_slice(said) else { return (200, said.to_vec()) };
    let status = answers.get("status").and_then(Value::as_u64).filter(|status| (200..600).contains(status));
    let path = request.split_once(' ').map_or(request, |(_, path)| path);
    let begins =
        |key: &str| key.strip_suffix('*').is_some_and(|start| path.starts_with(start) || request.starts_with(start));
    let of_all = || answers.iter().find_map(|(key, answer)| begins(key).then_some(answer));
    match answers.get(request).or_else(|| answers.get(path)).or_else(of_all) {
        // These have no content, and what came behind would be taken for the next answer.
        Some(_) if matches!(status, Some(204 | 304)) => (200, Vec::new()),
        Some(answer) => (status.unwrap_or(200), answer.to_string().into_bytes()),
        None => (404, br#"{"errors":[]}"#.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_is_answered_what_the_case_says() {
        let served = Served::start();
        served.answer(br#"{"/a":[1],"status":503}"#);
        let mut stream = TcpStream::connect(served.address).unwrap();
        for request in ["GET /a?b=c HTTP/1.1\r\n\r\n", "PUT /a HTTP/1.1\r\nContent-Length: 3\r\n\r\n{\n}"] {
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = [0; 256];
            let length = stream.read(&mut answer).unwrap();
            let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
            assert!(answer.starts_with("HTTP/1.1 503") && answer.ends_with("\r\n\r\n[1]"), "{answer}");
        }
        assert_eq!(answer(b"{}", "GET /a").0, 404);
        assert_eq!(answer(b"no JSON", "GET /a"), (200, b"no JSON".to_vec()));
        let said = br#"{"PUT /a/b":1,"/a/b":2,"/a/*":3}"#;
        let answered = ["PUT /a/b", "GET /a/b", "GET /a/c"].map(|request| answer(said, request).1);
        assert_eq!(answered, [b"1".to_vec(), b"2".to_vec(), b"3".to_vec()]);
    }
}
