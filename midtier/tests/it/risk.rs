//! Risk objects: put in versions, found, read back.

use leat_bundle::Digest;
use serde_json::json;

use crate::support::{ADA, BOB, Server};

const TABLE: &[u8] = b"key,lgd\nretail,0.4\n";
const OTHER: &[u8] = b"key,lgd\nretail,0.5\n";

#[tokio::test]
async fn each_content_of_an_object_is_a_version() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let first = api.put("/risk/lgd.table.csv", TABLE).await.of_status(201);
    assert_eq!(
        (&first["name"], &first["version"], &first["file"]),
        (&json!("lgd.table"), &json!(1), &json!("lgd.table.csv"))
    );
    assert_eq!((&first["digest"], &first["user"]), (&json!(Digest::of(TABLE).to_string()), &json!("ada")));
    assert_eq!(server.api(BOB).put("/risk/lgd.table.csv", OTHER).await.of_status(201)["version"], 2);
    assert_eq!(api.put("/risk/lgd.table.csv", TABLE).await.of_status(200)["version"], 1);
    let listed = api.get("/risk").await.of_status(200);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["version"]), (1, &json!(2)));
    let versions = api.get("/risk/lgd.table").await.of_status(200)["items"].clone();
    assert_eq!(
        versions.as_array().unwrap().iter().map(|version| version["version"].clone()).collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(api.get("/risk/lgd.table/content").await.body, OTHER);
    assert_eq!(api.get("/risk/lgd.table/content?version=1").await.body, TABLE);
    api.get("/risk/lgd.table/content?version=3").await.refused(404, "not-found");
    api.get("/risk/lgd.table/content?version=x").await.refused(400, "malformed-request");
}

#[tokio::test]
async fn a_files_name_says_what_an_object_is() {
    let server = Server::start().await;
    let api = server.api(ADA);
    for file in [
        "lgd",
        "lgd.csv",
        "lgd.table",
        "lgd.table.toml",
        "lgd.study.csv",
        ".table.csv",
        "-a.table.csv",
        "a%2fb.table.csv",
    ] {
        api.put(&format!("/risk/{file}"), TABLE).await.refused(422, "invalid-request");
    }
    for name in ["lgd.table", "lgd", "%00", "..%2f"] {
        api.get(&format!("/risk/{name}")).await.refused(404, "not-found");
        api.get(&format!("/risk/{name}/content")).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn an_object_that_a_run_would_refuse_is_refused_here() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let detail = api.put("/risk/a.matrix.csv", b"a,b\nc").await.refused(422, "faulty-object");
    assert_eq!(detail, "a.matrix.csv:2: 0 numbers, where the header has 1 keys");
    api.put("/risk/a.table.csv", b"\xff\xfe").await.refused(422, "faulty-object");
}

#[tokio::test]
async fn a_large_simulation_is_put_by_its_digest() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let digest = api.blob(b"PAR1...").await;
    let kept = api.put(&format!("/risk/paths.simulation.parquet?digest={digest}"), b"").await.of_status(201);
    assert_eq!((&kept["name"], &kept["bytes"]), (&json!("paths.simulation"), &json!(7)));
    let gone = Digest::of(b"gone");
    api.put(&format!("/risk/paths.simulation.parquet?digest={gone}"), b"").await.refused(409, "missing-contents");
    api.put(&format!("/risk/lgd.table.csv?digest={digest}"), b"").await.refused(422, "invalid-request");
    api.put("/risk/paths.simulation.parquet?digest=x", b"").await.refused(422, "invalid-request");
}
