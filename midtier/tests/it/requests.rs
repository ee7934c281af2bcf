//! Requests broken byte by byte, on connections of their own: whatever comes, the service answers in words of its own or hangs up, and
//! serves the next.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use leat_fuzzing::{Fuzz, Shape};
use leat_midtier::{Config, Rate};

use crate::support::{ADA, PATIENCE, Server};

/// How much of an answer is looked at, bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 10;
/// How long an answer is waited for before it is said that nothing more comes.
const MOMENT: Duration = Duration::from_millis(3);

fn good() -> Vec<Vec<u8>> {
    let head =
        |line: &str| format!("{line} HTTP/1.1\r\nhost: leat\r\nauthorization: Bearer {ADA}\r\nconnection: close\r\n");
    let digest = "0".repeat(64);
    let body = format!("{{\"bundle\":\"{digest}\",\"priority\":1,\"labels\":{{\"disk\":\"fast\"}}}}");
    let json = format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let chunked = format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let requests = [
        format!("{}\r\n", head("GET /api/v1/version")),
        format!("{}range: bytes=0-9\r\n\r\n", head(&format!("GET /api/v1/blobs/{digest}"))),
        format!("{}\r\n", head("GET /api/v1/runs?limit=5&state=queued")),
        format!("{}\r\n", head("GET /api/v1/runs/x/outputs/a%2fb.csv")),
        format!("{}idempotency-key: k\r\n{json}", head("POST /api/v1/runs")),
        format!("{}content-type: application/json\r\n{chunked}", head("POST /api/v1/runs")),
        format!("{}content-length: 3\r\n\r\nabc", head(&format!("PUT /api/v1/blobs/{digest}"))),
        format!("{}upload-offset: 0\r\ncontent-length: 1\r\n\r\na", head(&format!("PATCH /api/v1/blobs/{digest}"))),
        format!("{}traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n", head("GET /metrics")),
    ];
    let mut good: Vec<Vec<u8>> = requests.into_iter().map(String::into_bytes).collect();
    // HTTP/2: its preface, settings, and a frame of headers that says nothing known.
    good.push(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\x05\0\0\0\x01\x82".to_vec());
    good
}

/// What is answered to bytes on a connection of their own; nothing where it just ends. A request that is not whole is waited for, so after a
/// moment it is said that nothing more comes.
fn answer(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("the service takes connections");
    // The service may have hung up on what it has read so far; then there is nothing more to be sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    for wait in [MOMENT, PATIENCE] {
        stream.set_read_timeout(Some(wait)).unwrap();
        if (&stream).take(ANSWER_BYTES_MAX).read_to_end(&mut answer).is_ok() {
            break;
        }
        let _ = stream.shutdown(Shutdown::Write);
    }
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fuzzed_requests_are_answered_or_hung_up_on() {
    let rate = Rate { per_second: 1_000_000, burst: 1_000_000 };
    let server = Server::with(Config { rate, ..Config::default() }).await;
    let address = server.address;
    let tried = tokio::task::spawn_blocking(move || {
        let words = [
            "%00",
            "%ff",
            "..%2f",
            "\r\n",
            "\r\n\r\n",
            "chunked",
            "content-length: 18446744073709551615\r\n",
            "HTTP/9.9",
            "Bearer ",
        ];
        Fuzz::new("requests", Shape::Bytes, good()).words(words).run(|bytes| {
            let answer = answer(address, bytes);
            let status =
                answer.strip_prefix(b"HTTP/1.1 ").or(answer.strip_prefix(b"HTTP/1.0 ")).and_then(<[u8]>::first);
            assert_ne!(status, Some(&b'5'), "{}", String::from_utf8_lossy(&answer));
            true
        })
    });
    tried.await.unwrap();
    server.api(ADA).get("/runs").await.of_status(200);
    server.end().await;
}
