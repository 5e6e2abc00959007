//! Measures two classes in unpredictable turns, batch by batch.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fastrand::Rng;
use hookpost_perf::statistics::{Difference, cropped_welch};

/// Measurements of one experiment, of both classes together.
const MEASUREMENTS: usize = 4_000_000;

/// Inputs made ahead, so that making them does not disturb the measurement, and few enough to stay in the cache.
const BATCH: usize = 200;

/// A slow machine ends an experiment earlier.
const LONGEST: Duration = Duration::from_secs(14);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) count: usize,
    /// In nanoseconds.
    pub(crate) difference: Difference,
}

/// Measures how long `run` takes with inputs of the first or the second class. What `run` returns is dropped after the
/// clock has stopped.
///
/// Each batch has a fixture of its own, with other names and another seed in its hash map: where a map puts an entry
/// makes a difference of a cycle, which says nothing about the class.
pub(crate) fn measure<Fixture, Input, Output>(
    fixture: impl Fn(&mut Rng) -> Fixture,
    make: impl Fn(&Fixture, bool, &mut Rng) -> Input,
    run: impl Fn(&Fixture, Input) -> Output,
) -> Measured {
    let mut random = Rng::with_seed(0x5eed);
    let mut classes = [(); 2].map(|()| Vec::with_capacity(MEASUREMENTS));
    let (mut count, began) = (0, Instant::now());
    while count < MEASUREMENTS && began.elapsed() < LONGEST {
        let fixture = fixture(&mut random);
        let input = |_| {
            let second = random.bool();
            (second, make(&fixture, second, &mut random))
        };
        let inputs: Vec<(bool, Input)> = (0..BATCH).map(input).collect();
        for (second, input) in inputs {
            let began = Instant::now();
            let output = black_box(run(&fixture, black_box(input)));
            let took = began.elapsed();
            drop(output);
            classes[usize::from(second)].push(took.as_secs_f64() * 1e9);
        }
        count += BATCH;
    }
    Measured { count, difference: cropped_welch(classes) }
}
