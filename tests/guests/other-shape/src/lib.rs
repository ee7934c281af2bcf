//! Says that it is of this version of the contract, with other functions.

wit_bindgen::generate!({ path: "wit", world: "node" });

struct Shape;

impl exports::leat::node::guest::Guest for Shape {
    fn describe() -> String {
        "Not what you expect.".into()
    }
}

export!(Shape);
