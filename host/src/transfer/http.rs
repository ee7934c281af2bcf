//! The client that contents go through, made anew where the certificates are that it shows and trusts.

use std::sync::Arc;
use std::time::Duration;

use leat_tls::{ClientConfig, Renewed, Trust};
use reqwest::{Client, redirect};

/// How long a connection may take to come about, and how long one may be silent.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// The client for the next request, whichever certificates there are by then.
pub(super) struct Http(Renewed<Client, reqwest::Error>);

impl Http {
    /// # Errors
    /// Where no client can be made.
    pub(super) fn new(trust: Arc<Trust>) -> Result<Self, reqwest::Error> {
        Renewed::new(trust, client).map(Http)
    }

    /// The client for the next request. What is under way goes on with the one that it began with.
    pub(super) fn client(&self) -> Client {
        self.0.get()
    }
}

fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    // A proxy is a word of the environment, which nobody below the command line reads.
    let builder = Client::builder().no_proxy().connect_timeout(CONNECT_PATIENCE).read_timeout(SILENCE_MAX);
    // No midtier redirects, and whoever does would have contents and questions sent where nobody looked at the address.
    builder.redirect(redirect::Policy::none()).tls_backend_preconfigured(tls).build()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn nobody_is_sent_elsewhere_by_an_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            head.take_while(|line| !line.is_empty()).for_each(drop);
            let answer =
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let http = Http::new(Arc::new(Trust::nobody())).unwrap();
        let answered = http.client().get(url).send().await.expect("the answer itself, and nothing of another place");
        assert_eq!(answered.status(), 307);
        serving.join().unwrap();
    }
}
