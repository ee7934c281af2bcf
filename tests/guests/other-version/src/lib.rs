//! Built against a later version of the contract.

wit_bindgen::generate!({ path: "wit", world: "node" });

struct Later;

impl exports::leat::node::guest::Guest for Later {
    fn describe() -> String {
        "A node of the future.".into()
    }
}

export!(Later);
