//! The API as a client sees it.

use std::net::SocketAddr;

use leat_bundle::{BundleFile, BundleParameter, BundlePart, Content, Digest, Manifest, Needs, Origin, Role, VERSION};
use leat_tls::Trust;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// Talks to a service with a token.
#[derive(Clone)]
pub(crate) struct Api {
    base: String,
    token: String,
    client: Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answered { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}: {self:?}")).to_str().unwrap()
    }

    /// The document of an answer that went well.
    pub(crate) fn of_status(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// A refusal's detail, after its status and code were checked.
    pub(crate) fn refused(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)), "{problem}");
        assert_eq!(problem["type"], json!(format!("urn:leat:problem:{code}")));
        assert_eq!(problem["request"].as_str().unwrap(), self.header("x-request-id"));
        problem["detail"].as_str().unwrap().to_owned()
    }
}

impl Api {
    pub(crate) fn new(address: SocketAddr, token: &str) -> Self {
        Api::trusting(&Trust::nobody(), &format!("http://{address}"), token)
    }

    /// Talks to whoever is there at a URL, if they are trusted.
    pub(crate) fn trusting(trust: &Trust, base: &str, token: &str) -> Self {
        let client = Client::builder().no_proxy().tls_backend_preconfigured(trust.http()).build().unwrap();
        Api { base: base.to_owned(), token: token.to_owned(), client }
    }

    /// A request below `/api/v1`, or anywhere where the path begins with two slashes.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(path) => format!("{}/{path}", self.base),
            None => format!("{}/api/v1{path}", self.base),
        };
        let request = self.client.request(method, url);
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answered {
        Answered::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answered {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &[u8]) -> Answered {
        self.send(self.request(Method::PUT, path).body(body.to_vec())).await
    }

    /// Uploads a content; answers its digest.
    pub(crate) async fn blob(&self, content: &[u8]) -> String {
        let digest = Digest::of(content).to_string();
        let answer = self.put(&format!("/blobs/{digest}"), content).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
        digest
    }

    /// Uploads a bundle of a process of two parts, `load` and `price`; answers its digest.
    pub(crate) async fn divided_bundle(&self) -> String {
        let needs = manifest("price").needs;
        let part = |name: &str| BundlePart { name: name.to_owned(), needs, feeds: Vec::new(), secrets: Vec::new() };
        self.bundle_of(&Manifest { parts: ["load", "price"].map(part).into(), ..manifest("price") }).await
    }

    /// Uploads a bundle of a process; answers its digest.
    pub(crate) async fn bundle(&self, process: &str) -> String {
        self.bundle_of(&manifest(process)).await
    }

    /// Uploads a bundle of a process that needs these secrets; answers its digest.
    pub(crate) async fn bundle_with(&self, secrets: &[&str]) -> String {
        let secrets = secrets.iter().map(|path| (*path).to_owned()).collect();
        self.bundle_of(&Manifest { secrets, ..manifest("price") }).await
    }

    /// Uploads a bundle with contents as [`manifest`] has them; answers its digest.
    async fn bundle_of(&self, manifest: &Manifest) -> String {
        for content in ["{}", "asm"] {
            self.blob(content.as_bytes()).await;
        }
        let answer = self.send(self.request(Method::POST, "/bundles").body(manifest.to_bytes())).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
        answer.json()["digest"].as_str().unwrap().to_owned()
    }

    /// Uploads a bundle that can be run with other parameters, as [`FakeRecheck`](super::FakeRecheck) reads them.
    pub(crate) async fn open_bundle(&self, process: &str, world: &str) -> String {
        for content in ["{}", "asm", world] {
            self.blob(content.as_bytes()).await;
        }
        let body = self.request(Method::POST, "/bundles").body(open_manifest(process, world).to_bytes());
        self.send(body).await.of_status(201)["digest"].as_str().unwrap().to_owned()
    }

    /// Submits a run of a new bundle; answers its id.
    pub(crate) async fn run(&self, process: &str) -> String {
        let bundle = self.bundle(process).await;
        let answer = self.post("/runs", &json!({ "bundle": bundle })).await;
        answer.of_status(201)["id"].as_str().unwrap().to_owned()
    }
}

/// A manifest of two contents, `{}` and `asm`.
pub(crate) fn manifest(process: &str) -> Manifest {
    let file =
        BundleFile { path: "build/price.wasm".to_owned(), role: Role::Component, digest: Digest::of(b"asm"), bytes: 3 };
    Manifest {
        bundle: VERSION,
        process: process.to_owned(),
        leat_version: "0.1.0".to_owned(),
        plan: Content { digest: Digest::of(b"{}"), bytes: 2 },
        files: vec![file],
        needs: Needs { cpu_millis: 1_000, memory_bytes: 1 << 30 },
        parts: Vec::new(),
        secrets: Vec::new(),
        origin: None,
    }
}

/// The same with what a check was answered: a process with the parameter `day`, which is `22`.
pub(crate) fn open_manifest(process: &str, world: &str) -> Manifest {
    let day = BundleParameter { name: "day".to_owned(), value_type: "text".to_owned(), value: "22".to_owned() };
    let world = Content { digest: Digest::of(world.as_bytes()), bytes: world.len() as u64 };
    let origin = Origin { world, of: None, given: Default::default(), parameters: vec![day] };
    Manifest { origin: Some(origin), ..manifest(process) }
}
