//! SSH keys that the store signs.

use std::time::Duration;

use leat_secrets_vault::SshRole;
use serde_json::json;

use super::bench::Corner;

/// A key of nobody's.
const PUBLIC_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZkGTE01WQC7N9Odg7S4JrPQXwwDDR6lB/ES90ZVZAq nobody";

/// The bytes of a text in base64.
fn base64(text: &str) -> Vec<u8> {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for sign in text.bytes().filter(|sign| *sign != b'=') {
        let value = SIGNS.iter().position(|known| *known == sign).expect("a sign of base64");
        bits = bits << 6 | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn a_key_is_signed_for_whom_and_for_how_long_it_was_asked() {
    let corner = Corner::new().await;
    let mount = format!("ssh-{}", corner.number);
    corner.root.post(&format!("sys/mounts/{mount}"), json!({"type": "ssh"})).await;
    corner.root.post(&format!("{mount}/config/ca"), json!({"generate_signing_key": true})).await;
    let role = json!({"key_type": "ca", "allow_user_certificates": true, "allowed_users": "power", "default_user": "power", "max_ttl": "10m"});
    corner.root.post(&format!("{mount}/roles/power"), role).await;
    corner.allow(&format!("path \"{mount}/sign/power\" {{ capabilities = [\"create\", \"update\"] }}")).await;
    let leat = corner.leat().await;
    let role = |principals: &[&str]| SshRole {
        mount: mount.clone(),
        role: "power".to_owned(),
        principals: principals.iter().map(|name| (*name).to_owned()).collect(),
        life: Duration::from_secs(120),
    };
    let certificate = leat.vault.sign_ssh_key(&role(&["power"]), PUBLIC_KEY).await.unwrap();
    let [kind, content] = certificate.split_whitespace().collect::<Vec<_>>()[..2] else { panic!("{certificate}") };
    assert_eq!(kind, "ssh-ed25519-cert-v01@openssh.com");
    let content = base64(content);
    assert!(content.windows(5).any(|part| part == b"power"), "it names whom it is for");
    let error = leat.vault.sign_ssh_key(&role(&["root"]), PUBLIC_KEY).await.unwrap_err().to_string();
    assert!(error.contains("/sign/power"), "{error}");
}
