//! The rules on PostgreSQL.

use std::sync::Arc;

use leat_store_sql::SqlBlobs;

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
                    let bench = super::Bench::postgres().await;
                    crate::suite::$module::$rule(&bench).await;
                    bench.remove().await;
                }
            )*
        }
    )*};
}

for_every_rule!(rules);

macro_rules! rules_of_blobs {
    ($($rule:ident)*) => {
        mod blobbing {
            $(
                #[tokio::test]
                async fn $rule() {
                    let bench = super::Bench::postgres().await;
                    crate::suite::blobbing::$rule(&super::shelf(&bench)).await;
                    bench.remove().await;
                }
            )*
        }
    };
}

for_every_rule_of_blobs!(rules_of_blobs);

fn shelf(bench: &Bench) -> Shelf {
    let clock = Hands::at(at(0));
    Shelf { blobs: Arc::new(SqlBlobs::new(&bench.store, Arc::clone(&clock) as _)), clock }
}
