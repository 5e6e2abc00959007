//! Medians and percentiles.

use std::time::Duration;

/// The middle one; of an even number, the upper of the two in the middle. Nothing has a median of zero.
pub(crate) fn median<T: Copy + PartialOrd + Default>(values: impl IntoIterator<Item = T>) -> T {
    percentile(values, 50)
}

/// The value that so many percent are below.
pub(crate) fn percentile<T: Copy + PartialOrd + Default>(
    values: impl IntoIterator<Item = T>,
    percent: usize,
) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    let at = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(at).copied().unwrap_or_default()
}

/// How many times as much.
pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}
