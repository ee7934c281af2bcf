//! Secrets: a node has those that the process gave it, and of any other it learns nothing.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array};
use leat_runtime::NodeSecret;
use leat_secrets::SecretValue;
use leat_stream::schema::{DataType, Field};

use super::bench::{Bench, Input, guest};

/// What the guest reads, and what it carries.
fn rows(values: &[f64]) -> Input {
    let fields = vec![Field::new("x", DataType::Float64, false), Field::new("id", DataType::Int64, false)];
    let ids: Int64Array = (0_i64..).take(values.len()).collect();
    Input::new(fields, vec![Arc::new(Float64Array::from(values.to_vec())), Arc::new(ids)])
}

fn asking(name: &'static str) -> Bench {
    let mut bench = guest("asks-secrets").parameter("name", name).parameter("how", "passes on");
    let value = |text: &str| Some(Arc::new(SecretValue::new(text.as_bytes().to_vec()).unwrap()));
    bench.secrets = vec![
        NodeSecret { name: "pg_password".to_owned(), value: value("canary") },
        NodeSecret { name: "unfilled".to_owned(), value: None },
        NodeSecret { name: "key".to_owned(), value: Some(Arc::new(SecretValue::new(vec![0xff]).unwrap())) },
    ];
    bench
}

fn denied(name: &'static str) -> String {
    asking(name).run(&rows(&[1.0])).0.unwrap_err().to_string()
}

#[test]
fn a_node_has_the_secrets_that_it_is_given() {
    let record = asking("pg_password").succeeds(&rows(&[1.0, 2.0]));
    assert_eq!((record.rows(), record.counts.as_slice()), (2, [("secret_bytes".to_owned(), 6)].as_slice()));
    assert!(record.log.is_empty(), "{:?}", record.log);
}

#[test]
fn a_node_that_asks_for_an_undeclared_secret_is_denied_and_told_no_more() {
    for name in ["pg_user", "PG_PASSWORD", "pg_password ", "kv/risk/warehouse#password", "", "../pg_password", "*"] {
        let said = denied(name);
        assert!(said.contains("is not given to this node"), "{name:?}: {said}");
        assert!(!said.contains("canary") && !said.contains("unfilled"), "{name:?}: {said}");
    }
    let none = guest("asks-secrets").parameter("name", "pg_password").parameter("how", "passes on");
    assert!(none.run(&rows(&[1.0])).0.unwrap_err().to_string().contains("is not given to this node"));
}

#[test]
fn a_secret_without_a_text_is_one_that_was_not_granted() {
    for name in ["unfilled", "key"] {
        let said = denied(name);
        assert!(said.contains("was not granted to this run"), "{said}");
    }
}
