//! What a call is on, by its first message: read in front of the service that it is for, which reads it again.
//!
//! Called by the gate, for calls that the audit log is to tell of. What cannot be read is on nothing that is known: the service
//! refuses it in its own words.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use leat_wire::REQUEST_BYTES_MAX;
use leat_wire::api_v1::{
    CancelRequest, GetObjectRequest, PauseRequest, PutRequest, ResumeRequest, RetryRequest, SubmitRequest, put_request,
};
use prost::Message;
use tokio::time::{Instant, timeout_at};
use tokio_stream::StreamExt;

/// What stands before a message: whether it is compressed, and how long it is.
const PREFIX_BYTES: usize = 5;

/// What a call is on, and the call as it was.
pub(super) async fn on(request: Request, call: &str, patience: Duration) -> (Option<String>, Request) {
    let (parts, body) = request.into_parts();
    let mut body = body.into_data_stream();
    let (first, error) = first_bytes(&mut body, Instant::now() + patience).await;
    let on = message(&first).and_then(|message| on_of(call, message));
    let first = [Some(Ok(first)), error.map(Err)].into_iter().flatten();
    let body = Body::from_stream(tokio_stream::iter(first).chain(body));
    (on, Request::from_parts(parts, body))
}

/// What came until the first message was there, and the error that it broke off with. In one piece: a caller who sends byte by byte
/// makes it no larger.
async fn first_bytes(body: &mut BodyDataStream, until: Instant) -> (Bytes, Option<axum::Error>) {
    let mut bytes = Vec::new();
    loop {
        let wanted = length(&bytes).map_or(PREFIX_BYTES, |length| PREFIX_BYTES + length);
        if bytes.len() >= wanted || wanted > PREFIX_BYTES + REQUEST_BYTES_MAX {
            return (bytes.into(), None);
        }
        match timeout_at(until, body.next()).await {
            Ok(Some(Ok(piece))) => bytes.extend_from_slice(&piece),
            Ok(Some(Err(error))) => return (bytes.into(), Some(error)),
            Ok(None) | Err(_) => return (bytes.into(), None),
        }
    }
}

fn length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(1..PREFIX_BYTES)?;
    usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()
}

/// The first message, where all of it is there and it is not compressed.
fn message(bytes: &[u8]) -> Option<&[u8]> {
    let is_plain = *bytes.first()? == 0;
    bytes.get(PREFIX_BYTES..PREFIX_BYTES.checked_add(length(bytes)?)?).filter(|_| is_plain)
}

fn on_of(call: &str, message: &[u8]) -> Option<String> {
    let run = |name: String| format!("run {name}");
    let risk = |name: String| format!("risk {name}");
    let (_, name) = call.split_once("/leat.api.v1.")?;
    let read = match name {
        "Runs/Submit" => SubmitRequest::decode(message).map(|asked| format!("bundle {}", asked.bundle)),
        "Runs/Cancel" => CancelRequest::decode(message).map(|asked| run(asked.run)),
        "Runs/Pause" => PauseRequest::decode(message).map(|asked| run(asked.run)),
        "Runs/Resume" => ResumeRequest::decode(message).map(|asked| run(asked.run)),
        "Runs/Retry" => RetryRequest::decode(message).map(|asked| run(asked.run)),
        "RiskObjects/Get" => GetObjectRequest::decode(message).map(|asked| risk(asked.name)),
        "RiskObjects/Put" => match PutRequest::decode(message).map(|asked| asked.part) {
            Ok(Some(put_request::Part::Header(header))) => Ok(risk(header.file)),
            _ => return None,
        },
        _ => return None,
    };
    read.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(message: &impl Message) -> Vec<u8> {
        let body = message.encode_to_vec();
        let mut framed = vec![0];
        framed.extend((body.len() as u32).to_be_bytes());
        framed.extend(body);
        framed
    }

    async fn asked(pieces: Vec<Vec<u8>>) -> (Option<String>, Vec<u8>) {
        let pieces = pieces.into_iter().map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
        let request = Request::new(Body::from_stream(tokio_stream::iter(pieces)));
        let (on, request) = on(request, "/leat.api.v1.Runs/Cancel", Duration::from_secs(5)).await;
        let all = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
        (on, all.to_vec())
    }

    #[tokio::test]
    async fn a_call_is_read_in_whatever_pieces_it_comes_and_goes_on_as_it_was() {
        let message = framed(&CancelRequest { run: "r1".to_owned() });
        let whole = [message.clone(), b"and what follows".to_vec()].concat();
        for size in [1, 3, 7, 1_000] {
            let pieces = whole.chunks(size).map(<[u8]>::to_vec).collect();
            assert_eq!(asked(pieces).await, (Some("run r1".to_owned()), whole.clone()), "{size}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_on_nothing_and_goes_on_as_it_was() {
        let mut compressed = framed(&CancelRequest { run: "r1".to_owned() });
        compressed[0] = 1;
        let huge = [&[0, 0xff, 0xff, 0xff, 0xff][..], &[0; 100]].concat();
        for bytes in [Vec::new(), vec![0, 0], vec![0, 0, 0, 0, 9, 1], compressed, huge, vec![0, 0, 0, 0, 2, 8, 5]] {
            assert_eq!(asked(vec![bytes.clone()]).await, (None, bytes));
        }
    }
}
