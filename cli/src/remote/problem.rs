//! What went wrong, as a server says it (problem+json, RFC 9457), and as the network does.

use anyhow::anyhow;
use reqwest::{Response, StatusCode};
use serde::Deserialize;

use super::Server;

/// How much of an answer that is no problem of ours is shown.
const SHOWN_CHARS_MAX: usize = 300;

#[derive(Deserialize)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    code: Option<String>,
}

/// The error of a response that is one.
pub(super) async fn of(server: &Server, response: Response) -> anyhow::Error {
    let status = response.status();
    let body = response.text().await.unwrap_or_default();
    let error = match serde_json::from_str::<Problem>(&body) {
        Ok(Problem { title, detail, code }) => {
            let said = detail.or(title).unwrap_or_else(|| status.to_string());
            let code = code.map(|code| format!(" [{code}]")).unwrap_or_default();
            anyhow!("{said}{code}")
        }
        Err(_) => {
            let shown: String = body.trim().chars().take(SHOWN_CHARS_MAX).collect();
            anyhow!("{} answered {status}: {shown}", server.url)
        }
    };
    match status {
        StatusCode::UNAUTHORIZED => error.context(format!(
            "the server {} does not know who asks; give it a token with LEAT_TOKEN or token_file in servers.toml",
            server.name
        )),
        _ => error,
    }
}

/// The error of a request that had no answer.
pub(super) fn unreachable(server: &Server, error: &reqwest::Error) -> anyhow::Error {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let hint = if server.is_local() { "; `leat serve` starts one on this machine" } else { "" };
    anyhow!("cannot reach the server {} at {}: {cause}{hint}", server.name, server.url)
}
