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
    let mut largest = Difference::default();
    for threshold in crops.chain([f64::INFINITY]) {
        let [first, second] =
            classes.each_ref().map(|class| &class[..class.partition_point(|value| *value < threshold)]);
        if first.len().min(second.len()) >= 10_000 {
            let (t, means) = welch(first, second);
            if t.abs() > largest.t {
                largest = Difference { t: t.abs(), means };
            }
        }
    }
    largest
}

/// The difference of two means in units of its standard error, and by how much the second exceeds the first.
fn welch(first: &[f64], second: &[f64]) -> (f64, f64) {
    let [(first, first_error), (second, second_error)] = [first, second].map(mean);
    let apart = second - first;
    (if apart == 0.0 { 0.0 } else { apart / (first_error + second_error).sqrt() }, apart)
}

/// The mean, and its variance.
#[expect(clippy::cast_precision_loss, reason = "some million values")]
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean, squares / (count - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A published example of Welch's test; t was computed elsewhere from its definition.
    #[test]
    fn t_is_as_published() {
        let first =
            [19.0, 19.0, 19.6, 20.1, 21.0, 21.4, 21.7, 21.9, 22.6, 23.1, 23.6, 16.9, 17.0, 17.9, 27.5];
        let second =
            [20.2, 20.5, 20.8, 21.9, 22.0, 22.0, 22.1, 22.9, 23.4, 23.4, 23.5, 24.4, 24.8, 25.8, 27.1];
        assert!((welch(&first, &second).0 - 2.455_356_398_286_006).abs() < 1e-9);
    }

    /// Evenly spread values with rare spikes, as interruptions make them. `make timing` also runs a control and a leak.
    #[test]
    fn a_difference_that_spikes_hide_is_found() {
        let mut classes = [Vec::new(), Vec::new()];
        for n in 0..100_000_u32 {
            let second = n.wrapping_mul(0x9e37_79b9) & 0x0001_0000 != 0;
            let noise = f64::from(n.wrapping_mul(2_654_435_761) >> 16) / 6_553.6;
            let spike = if n % 997 == 0 { 100_000.0 } else { 0.0 };
            classes[usize::from(second)].push(noise + spike + f64::from(u8::from(second)));
        }
        let difference = cropped_welch(classes);
        assert!(difference.t > 10.0 && difference.means > 0.0, "{difference:?}");
    }
}
