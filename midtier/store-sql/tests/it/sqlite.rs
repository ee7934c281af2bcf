//! The rules on SQLite, in a file.

use std::sync::Arc;

use leat_midtier::blobs::Blobs;
use leat_store_sql::{SqlBlobs, SqlStore};

use crate::bench::Bench;
use crate::draft::at;
use crate::suite::blobbing::{Hands, Shelf};
use crate::suite::{for_every_rule, for_every_rule_of_blobs};

macro_rules! rules {
    ($($module:ident { $($rule:ident)* })*) => {$(
        mod $module {
            $(
                #[tokio::test]
                async fn $rule() {
                    let bench = super::Bench::sqlite().await;
                    crate::suite::$module::$rule(&bench).await;
                    bench.remove().await;
                }
            )*
        }
    )*};
}

for_every_rule!(rules);

macro_rules! rules_of_blobs {
    ($($module:ident { $($rule:ident)* })*) => {$(
        mod $module {
            $(
                #[tokio::test]
                async fn $rule() {
                    let bench = super::Bench::sqlite().await;
                    crate::suite::$module::$rule(&super::shelf(&bench).await).await;
                    bench.remove().await;
                }
            )*
        }
    )*};
}

for_every_rule_of_blobs!(rules_of_blobs);

async fn shelf(bench: &Bench) -> Shelf {
    let clock = Hands::at(at(0));
    let blobs = |store: &SqlStore| Arc::new(SqlBlobs::new(store, Arc::clone(&clock) as _)) as Arc<dyn Blobs>;
    Shelf { blobs: blobs(&bench.store), other: blobs(&bench.another().await), clock: Arc::clone(&clock) }
}
