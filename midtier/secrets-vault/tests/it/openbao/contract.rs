//! The contract of all stores, held against a server, with both kinds of mounts.

use async_trait::async_trait;
use leat_contracts::secrets::{Tried, hold};
use leat_secrets::{Redeem, SecretPath, SecretValue, Secrets};
use leat_secrets_vault::VaultRedeem;

use super::bench::{Corner, Leat, http};

struct Store {
    corner: Corner,
    leat: Leat,
    redeem: VaultRedeem,
    mount: String,
}

#[async_trait]
impl Tried for Store {
    fn secrets(&self) -> &dyn Secrets {
        &self.leat.vault
    }

    fn redeem(&self) -> &dyn Redeem {
        &self.redeem
    }

    async fn put(&self, path: &SecretPath, value: &SecretValue) {
        self.corner.put(path, value).await;
    }

    fn mount(&self) -> &str {
        &self.mount
    }
}

async fn kept_with(mount: &str) {
    let corner = Corner::new().await;
    let leat = corner.leat().await;
    let mount = format!("{mount}-{}", corner.number);
    hold(&Store { corner, leat, redeem: VaultRedeem::new(http()), mount }).await;
}

#[tokio::test]
async fn the_contract_of_all_stores_is_kept_with_versions() {
    kept_with("kv").await;
}

#[tokio::test]
async fn the_contract_of_all_stores_is_kept_without_versions() {
    kept_with("once").await;
}
