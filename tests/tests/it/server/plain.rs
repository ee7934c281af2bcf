//! What goes as plain text beyond this machine is said twice, or does not go.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use leat_tests::playpen::Playpen;

const MIDTIER: &str = "name = \"m1\"\nlisten = \"0.0.0.0:0\"\ntokens = []\n[store]\nkind = \"sqlite\"\npath = \"state.db\"\n\
                       [contents]\nkind = \"directory\"\npath = \"contents\"\n";
const HOST: &str =
    "name = \"c1\"\nmidtiers = [\"http://192.0.2.1:7700\"]\ntoken_file = \"token\"\ndirectory = \"host\"\n";
const KEY: &str = "plain_text_outside_this_machine = true\n";

#[test]
fn a_midtier_that_other_machines_reach_wants_tls_or_two_words() {
    let playpen = Playpen::new();
    playpen.file("m.toml", MIDTIER);
    let refused = playpen.leat(&["midtier", "--config", "m.toml"]);
    refused.fails(64, &["listen 0.0.0.0:0", "[tls]", "plain_text_outside_this_machine = true", "--plain-text"]);
    let refused = playpen.leat(&["midtier", "--config", "m.toml", "--plain-text"]);
    refused.fails(64, &["plain_text_outside_this_machine = true is missing"]);
    playpen.file("m.toml", KEY.to_owned() + MIDTIER);
    let refused = playpen.leat(&["midtier", "--config", "m.toml"]);
    refused.fails(64, &["--plain-text is missing"]);
}

#[test]
fn a_database_or_broker_elsewhere_is_asked_with_tls_or_after_two_words() {
    let playpen = Playpen::new();
    let database = playpen.file("database", "postgres://leat:geheim@192.0.2.1/leat\n");
    let broker = playpen.file("broker", "amqp://leat:geheim@192.0.2.1/leat\n");
    for file in [&database, &broker] {
        fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    }
    let text = MIDTIER.replace("0.0.0.0:0", "127.0.0.1:0");
    let sqlite = "kind = \"sqlite\"\npath = \"state.db\"";
    playpen.file("m.toml", text.replace(sqlite, "kind = \"postgres\"\nurl_file = \"database\""));
    let refused = playpen.leat(&["midtier", "--config", "m.toml"]).fails(64, &["192.0.2.1", "sslmode=verify-full"]);
    assert!(!refused.stderr.contains("geheim"), "{refused}");
    fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    let refused = playpen.leat(&["midtier", "--config", "m.toml"]).fails(64, &["store.url_file: ", "chmod 600 "]);
    assert!(!refused.stderr.contains("geheim"), "{refused}");
    playpen.file("m.toml", text + "[broker]\nurl_file = \"broker\"\n");
    let refused =
        playpen.leat(&["midtier", "--config", "m.toml"]).fails(64, &["the broker 192.0.2.1", "write amqps://"]);
    assert!(!refused.stderr.contains("geheim"), "{refused}");
}

#[test]
fn a_host_sends_its_token_to_another_machine_with_tls_or_after_two_words() {
    let playpen = Playpen::new();
    playpen.file("h.toml", HOST);
    let refused = playpen.leat(&["host", "--config", "h.toml"]);
    refused.fails(64, &["the midtier 192.0.2.1:7700", "write https://"]);
    playpen.file("h.toml", KEY.to_owned() + HOST);
    playpen.leat(&["host", "--config", "h.toml"]).fails(64, &["--plain-text is missing"]);
}

#[test]
fn a_user_asks_another_machine_with_tls_or_after_two_words() {
    let playpen = Playpen::new();
    let ask = ["hosts", "--server", "http://192.0.2.1:7700"];
    playpen.leat(&ask).fails(64, &["the server 192.0.2.1:7700", "LEAT_PLAIN_TEXT=1", "--plain-text"]);
    let said_once = [&ask[..], &["--plain-text"]].concat();
    playpen.leat(&said_once).fails(64, &["is missing in the configuration"]);
}
