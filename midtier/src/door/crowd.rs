//! Who is there, by address: one of them who comes with many and says nothing takes no place that others need. One for those who are at their
//! handshake, one for those who have a connection.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// How many are there from each address.
pub(super) struct Crowd {
    of_one_max: usize,
    there: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them, until it is dropped.
pub(crate) struct Turn {
    crowd: Arc<Crowd>,
    of: IpAddr,
}

impl Crowd {
    /// Of each address so many at the same time.
    pub(super) fn new(of_one_max: usize) -> Arc<Self> {
        Arc::new(Crowd { of_one_max, there: Mutex::default() })
    }

    /// Somebody from there; nothing where too many are.
    pub(super) fn turn(self: &Arc<Self>, from: IpAddr) -> Option<Turn> {
        let of = whose(from);
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        let count = there.entry(of).or_default();
        if *count >= self.of_one_max {
            return None;
        }
        *count += 1;
        Some(Turn { crowd: Arc::clone(self), of })
    }
}

impl Turn {
    /// Of which address.
    pub(super) fn of(&self) -> IpAddr {
        self.of
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut there = self.crowd.there.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = there.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                there.remove(&self.of);
            }
        }
    }
}

/// What counts as one address: of IPv6 all that a network of one's own has, the first 64 bits (RFC 4291, section 2.5.4).
fn whose(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        of_four => of_four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_its_places_and_takes_nobody_elses() {
        let crowd = Crowd::new(2);
        let turn = |from: &str| crowd.turn(from.parse().unwrap());
        let held = [turn("10.0.0.1").unwrap(), turn("::ffff:10.0.0.1").unwrap()];
        assert!(turn("10.0.0.1").is_none() && turn("10.0.0.2").is_some());
        drop(held);
        assert!(turn("10.0.0.1").is_some());
        let _held = [turn("fd00::1").unwrap(), turn("fd00::2").unwrap()];
        assert!(turn("fd00::3").is_none() && turn("fd00:0:0:1::3").is_some());
    }

    #[test]
    fn who_has_left_is_forgotten() {
        let crowd = Crowd::new(1);
        drop(crowd.turn("10.0.0.1".parse().unwrap()));
        assert!(crowd.there.lock().unwrap().is_empty());
    }
}
