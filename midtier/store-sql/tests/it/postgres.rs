//! The rules on PostgreSQL.

use crate::bench::Bench;
use crate::suite::for_every_rule;

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
