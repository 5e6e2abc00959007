//! The arithmetic of the timing test, which is a bench, on numbers that are known.

mod statistics;

use statistics::{Finding, LEAKY, SUSPICIOUS, Sample, Sets, percentile, welch};

fn sample(values: &[f64]) -> Sample {
    let mut sample = Sample::default();
    for value in values {
        sample.add(*value);
    }
    sample
}

#[track_caller]
fn check(one: &[f64], other: &[f64], expected: f64) {
    let t = welch(&sample(one), &sample(other));
    assert!((t - expected).abs() < 1e-9, "{t}");
    let back = welch(&sample(other), &sample(one));
    assert!((back + expected).abs() < 1e-9, "{back}");
}

/// The samples are well-known examples of Welch's test; t was worked out from its definition, in two passes, elsewhere.
#[test]
fn t_is_what_others_work_out() {
    check(
        &[30.02, 29.99, 30.11, 29.97, 30.01, 29.99],
        &[29.89, 29.93, 29.72, 29.98, 30.02, 29.98],
        1.959_005_808_108_070_1,
    );
    check(&[3.0, 4.0, 1.0, 2.1], &[490.2, 340.0, 433.9], -9.559_497_721_932_658);
    check(
        &[27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4],
        &[27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4],
        -2.455_356_398_286_006,
    );
}

#[test]
fn equal_means_are_no_difference_even_without_variance() {
    check(&[5.0, 5.0], &[5.0, 5.0], 0.0);
}

#[test]
fn a_share_is_of_the_sorted_values() {
    let sorted: Vec<f64> = (0..100).map(f64::from).collect();
    for (share, expected) in [(0.0, 0.0), (0.5, 50.0), (0.99, 99.0), (1.0, 99.0)] {
        assert!((percentile(&sorted, share) - expected).abs() < 1e-9, "{share}");
    }
    assert!(percentile(&[], 0.5).is_infinite());
}

/// Values that are spread evenly, with a spike now and then, as an interruption makes one.
fn found(apart: f64, measurements: u32) -> Finding {
    let noise = |n: u32| f64::from(n.wrapping_mul(2_654_435_761) >> 16) / 6_553.6;
    let mut sets = Sets::cropped_by((0..10_000).map(noise).collect());
    for n in 0..measurements {
        let second = n.wrapping_mul(0x9e37_79b9) & 0x0001_0000 != 0;
        let spike = if n % 997 == 0 { 100_000.0 } else { 0.0 };
        sets.add(second, noise(n) + spike + if second { apart } else { 0.0 });
    }
    sets.finding()
}

#[test]
fn a_difference_that_spikes_would_hide_is_found_and_none_is_not() {
    let finding = found(1.0, 100_000);
    assert!(finding.t > LEAKY, "{finding:?}");
    assert!(finding.difference > 0.0, "{finding:?}");
    let finding = found(0.0, 100_000);
    assert!(finding.t < SUSPICIOUS, "{finding:?}");
}

#[test]
fn too_few_measurements_say_nothing() {
    assert!(found(50.0, 10_000).t.abs() < 1e-9);
}
