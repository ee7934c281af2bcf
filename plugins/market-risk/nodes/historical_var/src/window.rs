//! A rolling window of losses: the last so many, in order of their size.

use std::collections::VecDeque;

use leat_sdk::serde::{Deserialize, Serialize};

/// The last losses, by day and by size.
#[derive(Serialize, Deserialize)]
#[serde(crate = "leat_sdk::serde")]
pub struct Window {
    days: usize,
    by_day: VecDeque<f64>,
    by_size: Vec<f64>,
}

impl Window {
    /// A window of so many days, empty.
    pub fn new(days: usize) -> Self {
        Window { days, by_day: VecDeque::with_capacity(days), by_size: Vec::with_capacity(days) }
    }

    /// The losses from small to large, once there are as many as the window has days.
    pub fn full(&self) -> Option<&[f64]> {
        (self.by_day.len() == self.days).then_some(&self.by_size)
    }

    /// Adds the next day's loss; the oldest leaves a full window.
    ///
    /// Finding the place takes a search by halves and making room moves memory: far less than sorting the window anew.
    pub fn push(&mut self, loss: f64) {
        if self.by_day.len() == self.days
            && let Some(oldest) = self.by_day.pop_front()
        {
            let place = self.place(oldest);
            self.by_size.remove(place);
        }
        let place = self.place(loss);
        self.by_size.insert(place, loss);
        self.by_day.push_back(loss);
    }

    fn place(&self, loss: f64) -> usize {
        self.by_size.partition_point(|other| other.total_cmp(&loss).is_lt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_last_losses_in_order_of_size() {
        let losses = [3.0, -1.0, 3.0, 0.0, -0.0, 7.0, 3.0, -1.0, -1.0, 2.0];
        let mut window = Window::new(4);
        for (day, loss) in losses.into_iter().enumerate() {
            window.push(loss);
            let Some(full) = window.full() else {
                assert!(day < 3);
                continue;
            };
            let mut last: Vec<f64> = losses[day - 3..=day].to_vec();
            last.sort_by(f64::total_cmp);
            assert_eq!(full, last);
        }
    }
}
