//! The order of delivery survives being written and read, wherever that happens.

use leat_checkpoint::order::Order;

use crate::simulation::chance::Chance;

#[test]
fn an_order_that_was_written_and_read_goes_on_as_the_one_it_was_written_of() {
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
        let mut undisturbed = Order::new(ports.iter().copied());
        let mut order = undisturbed.clone();
        while let Some(end) = undisturbed.wanted() {
            assert_eq!(order.wanted(), Some(end), "seed {seed}");
            if left[end] > 0 {
                left[end] -= 1;
                undisturbed.delivered();
                order.delivered();
            } else {
                assert_eq!(order.ended(), undisturbed.ended(), "seed {seed}");
            }
            let written = serde_json::to_string(&order).unwrap();
            order = serde_json::from_str(&written).unwrap();
            assert!(order.fits(ports.len()));
        }
        assert_eq!(order.wanted(), None, "seed {seed}");
    }
}
