//! Remembers which target has which delivery, so that it does not get it again.

use std::collections::{HashSet, VecDeque};

/// Most deliveries that are remembered, each for one target: some 2 MB. The oldest is forgotten.
const KNOWN_MAX: usize = 10_000;

/// The deliveries that targets have, by the index of the target and the id of the delivery.
#[derive(Debug, Default)]
pub(crate) struct KnownDeliveries {
    known: HashSet<(usize, String)>,
    oldest_first: VecDeque<(usize, String)>,
}

impl KnownDeliveries {
    pub(crate) fn contains(&self, target: usize, id: &str) -> bool {
        self.known.contains(&(target, id.to_owned()))
    }

    pub(crate) fn insert(&mut self, target: usize, id: &str) {
        let key = (target, id.to_owned());
        if self.known.insert(key.clone()) {
            self.oldest_first.push_back(key);
        }
        if self.oldest_first.len() > KNOWN_MAX
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let mut known = KnownDeliveries::default();
        for number in 0..=KNOWN_MAX {
            known.insert(0, &number.to_string());
        }
        assert!(!known.contains(0, "0") && known.contains(0, "1") && known.contains(0, "10000"));
        assert!(!known.contains(1, "1"), "another target");
    }
}
