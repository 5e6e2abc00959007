//! Medians, quantiles, and Welch's t-test as dudect applies it.

/// The value that this share of the values is below; of no values, 0.
pub fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    quantile_of_sorted(&values, share)
}

/// The value in the middle; of an even number of values, the upper of two.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an index into some million values"
)]
fn quantile_of_sorted(values: &[f64], share: f64) -> f64 {
    let index = (values.len() as f64 * share) as usize;
    values.get(index).or(values.last()).copied().unwrap_or_default()
}

/// The difference between two classes of measurements.
#[derive(Clone, Copy, Debug, Default)]
pub struct Difference {
    /// The largest |t| of all crops.
    pub t: f64,
    /// In that crop, by how much the mean of the second class exceeds the mean of the first.
    pub means: f64,
}

/// Welch's t-test on all measurements, and on those below each of 100 thresholds.
///
/// Interruptions make a measurement slow, so the test is repeated without the slowest. Thresholds are percentiles of both
/// classes, denser toward the slow end. A crop with fewer than 10,000 measurements of a class does not count.
/// Source: Reparaz, Balasch, Verbauwhede, "Dude, is my code constant time?", 2017.
pub fn cropped_welch(mut classes: [Vec<f64>; 2]) -> Difference {
    let mut all = classes.concat();
    all.sort_by(f64::total_cmp);
    let crops = (1..=100).map(|crop| quantile_of_sorted(&all, 1.0 - 0.5_f64.powf(f64::from(crop) / 10.0)));
    for class in &mut classes {
        class.sort_by(f64::total_cmp);
    }
    let mut samples = classes.each_ref().map(|class| Sample::of(class));
    let mut largest = Difference::default();
    for threshold in crops.chain([f64::INFINITY]) {
        for sample in &mut samples {
            sample.grow_to(threshold);
        }
        let [first, second] = &samples;
        let t = welch(first, second).abs();
        if first.count.min(second.count) >= 10_000.0 && t > largest.t {
            largest = Difference { t, means: second.mean - first.mean };
        }
    }
    largest
}

/// The difference of two means, in units of its standard error.
fn welch(first: &Sample<'_>, second: &Sample<'_>) -> f64 {
    let difference = first.mean - second.mean;
    let error = (first.variance_of_mean() + second.variance_of_mean()).sqrt();
    if difference == 0.0 { 0.0 } else { difference / error }
}

/// Count, mean and variance of the values so far (Welford).
struct Sample<'a> {
    remaining: &'a [f64],
    count: f64,
    mean: f64,
    squares: f64,
}

impl<'a> Sample<'a> {
    /// Empty, to be filled from sorted values.
    fn of(remaining: &'a [f64]) -> Self {
        Self { remaining, count: 0.0, mean: 0.0, squares: 0.0 }
    }

    /// Adds the values below the threshold.
    fn grow_to(&mut self, threshold: f64) {
        let (below, rest) =
            self.remaining.split_at(self.remaining.partition_point(|value| *value < threshold));
        for value in below {
            self.count += 1.0;
            let from_old_mean = value - self.mean;
            self.mean += from_old_mean / self.count;
            self.squares += from_old_mean * (value - self.mean);
        }
        self.remaining = rest;
    }

    fn variance_of_mean(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_of_the_set() {
        assert!((median([5.0, 1.0, 3.0]) - 3.0).abs() < 1e-9);
        assert!((quantile((0..1000).map(f64::from), 0.99) - 990.0).abs() < 1e-9);
        assert!((quantile([7.0], 1.0) - 7.0).abs() < 1e-9);
        assert!(median([]).abs() < 1e-9);
    }

    /// A published example of Welch's test; t was computed elsewhere from its definition, in two passes.
    #[test]
    fn t_is_as_published() {
        let first =
            [19.0, 19.0, 19.6, 20.1, 21.0, 21.4, 21.7, 21.9, 22.6, 23.1, 23.6, 16.9, 17.0, 17.9, 27.5];
        let second =
            [20.2, 20.5, 20.8, 21.9, 22.0, 22.0, 22.1, 22.9, 23.4, 23.4, 23.5, 24.4, 24.8, 25.8, 27.1];
        let [mut first, mut second] = [Sample::of(&first), Sample::of(&second)];
        first.grow_to(f64::INFINITY);
        second.grow_to(f64::INFINITY);
        assert!((welch(&first, &second) + 2.455_356_398_286_006).abs() < 1e-9);
    }

    /// Evenly spread values with rare spikes, as interruptions make them.
    fn found(apart: f64, measurements: u32) -> Difference {
        let noise = |n: u32| f64::from(n.wrapping_mul(2_654_435_761) >> 16) / 6_553.6;
        let mut classes = [Vec::new(), Vec::new()];
        for n in 0..measurements {
            let second = n.wrapping_mul(0x9e37_79b9) & 0x0001_0000 != 0;
            let spike = if n % 997 == 0 { 100_000.0 } else { 0.0 };
            classes[usize::from(second)].push(noise(n) + spike + if second { apart } else { 0.0 });
        }
        cropped_welch(classes)
    }

    #[test]
    fn a_difference_that_spikes_hide_is_found_and_no_difference_is_not() {
        let difference = found(1.0, 100_000);
        assert!(difference.t > 10.0 && difference.means > 0.0, "{difference:?}");
        assert!(found(0.0, 100_000).t < 4.5);
        assert!(found(50.0, 10_000).t.abs() < 1e-9, "too few measurements");
    }
}
