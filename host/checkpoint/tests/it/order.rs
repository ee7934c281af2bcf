//! The order of delivery is the flow engine's own, whatever the ports and batches.

// The engine's file, so that the two cannot drift apart.
#[path = "../../../flow/src/inputs/order.rs"]
mod engine;

use leat_checkpoint::order::Order;

use crate::simulation::chance::Chance;

#[test]
fn the_order_is_that_of_the_engine_and_survives_being_written_and_read() {
    for seed in 0..500 {
        let mut chance = Chance::new(seed);
        let mut ports = Vec::new();
        let mut port = 0;
        let mut first = chance.once_in(3);
        for _ in 0..1 + chance.below(5) {
            if chance.once_in(2) {
                port += 1;
                first = chance.once_in(3);
            }
            ports.push((port, first));
        }
        let mut left: Vec<usize> = ports.iter().map(|_| chance.below(6)).collect();
        let mut engine = engine::DeliveryOrder::new(ports.iter().copied());
        let mut order = Order::new(ports.iter().copied());
        while let Some(end) = engine.wanted() {
            assert_eq!(order.wanted(), Some(end), "seed {seed}");
            if left[end] > 0 {
                left[end] -= 1;
                engine.delivered();
                order.delivered();
            } else {
                assert_eq!(order.ended(), engine.ended(), "seed {seed}");
            }
            let written = serde_json::to_string(&order).unwrap();
            order = serde_json::from_str(&written).unwrap();
            assert!(order.fits(ports.len()));
        }
        assert_eq!(order.wanted(), None);
    }
}
