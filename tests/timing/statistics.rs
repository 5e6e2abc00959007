//! Welch's t on cropped sets of measurements, as dudect does it (Reparaz, Balasch, Verbauwhede: "Dude, is my code
//! constant time?", 2017).
//!
//! Two classes of input are measured. If their means differ by more than chance explains, the time depends on the class.
//! What disturbs measurements makes them slow, so the test is repeated without the slowest, at many thresholds.

/// From here on it may be more than chance.
pub(crate) const SUSPICIOUS: f64 = 4.5;

/// From here on it is more than chance.
pub(crate) const LEAKY: f64 = 10.0;

/// How many thresholds there are.
const CROPS: u8 = 100;

/// A set with fewer measurements of a class than this says nothing.
const ENOUGH: f64 = 10_000.0;

/// Count, mean and variance of what was added, in one pass (Welford).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Sample {
    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1.0;
        let from_old_mean = value - self.mean;
        self.mean += from_old_mean / self.count;
        self.squares += from_old_mean * (value - self.mean);
    }

    fn variance_of_mean(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

/// The difference of two means, in units of what chance makes of it.
pub(crate) fn welch(one: &Sample, other: &Sample) -> f64 {
    let difference = one.mean - other.mean;
    if difference == 0.0 {
        return 0.0;
    }
    difference / (one.variance_of_mean() + other.variance_of_mean()).sqrt()
}

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Finding {
    /// The largest |t| of all sets.
    pub(crate) t: f64,
    /// In that set, by how much the second class is slower than the first.
    pub(crate) difference: f64,
}

/// Two classes, whole and cropped at each threshold.
#[derive(Debug)]
pub(crate) struct Sets {
    sets: Vec<(f64, [Sample; 2])>,
}

impl Sets {
    /// Thresholds are percentiles of measurements made before, denser towards the slow end.
    pub(crate) fn cropped_by(mut before: Vec<f64>) -> Self {
        before.sort_by(f64::total_cmp);
        let share = |crop: u8| 1.0 - 0.5_f64.powf(10.0 * f64::from(crop) / f64::from(CROPS));
        let thresholds = (1..=CROPS).map(|crop| percentile(&before, share(crop)));
        Self { sets: thresholds.chain([f64::INFINITY]).map(|limit| (limit, Default::default())).collect() }
    }

    pub(crate) fn add(&mut self, second: bool, value: f64) {
        for (limit, classes) in &mut self.sets {
            if value < *limit {
                classes[usize::from(second)].add(value);
            }
        }
    }

    pub(crate) fn finding(&self) -> Finding {
        let enough =
            self.sets.iter().filter(|(_, classes)| classes.iter().all(|class| class.count >= ENOUGH));
        let findings = enough.map(|(_, [first, second])| Finding {
            t: welch(first, second).abs(),
            difference: second.mean - first.mean,
        });
        findings.max_by(|one, other| one.t.total_cmp(&other.t)).unwrap_or_default()
    }
}

/// The value below which a share of the sorted values lies.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an index into a few thousand values"
    )]
    let index = (share * sorted.len() as f64) as usize;
    sorted.get(index).or(sorted.last()).copied().unwrap_or(f64::INFINITY)
}
