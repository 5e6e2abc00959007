//! How long it took, by rank.

use std::time::Duration;

/// Durations in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn of(durations: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<Duration> = durations.into_iter().collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    /// The smallest one that so many of a thousand do not exceed.
    pub(crate) fn per_mille(&self, share: usize) -> Duration {
        let rank = (self.0.len() * share).div_ceil(1000);
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn longest(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }

    /// For drawing: pairs of how many there are for each one that takes as long or longer, and how long that is. Denser
    /// towards the slow end, and with each of the slowest.
    pub(crate) fn curve(&self) -> Vec<(f64, Duration)> {
        let all = self.0.len();
        let mut points = Vec::new();
        let mut slower = all;
        while slower > 0 {
            points.push((number(all) / number(slower), self.0[all - slower]));
            slower -= slower.div_ceil(40).min(slower);
        }
        points
    }
}

/// Exact up to four thousand million.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
