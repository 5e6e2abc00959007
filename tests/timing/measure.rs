//! Measures two classes in turns that nobody can foresee, batch by batch.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::statistics::{Finding, Sets};

/// Measurements of one experiment, of both classes together.
const MEASUREMENTS: usize = 4_000_000;

/// Made before, to find the thresholds, and not counted.
const BEFORE: usize = 20_000;

/// Inputs made ahead, so that making them does not disturb the measurement, and few enough to stay in the cache.
const BATCH: usize = 200;

/// A slow machine ends an experiment earlier.
const LONGEST: Duration = Duration::from_secs(14);

/// What one experiment came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) measurements: usize,
    pub(crate) finding: Finding,
}

/// Makes inputs of the first or the second class, and measures how long `run` takes with each. What `run` returns is
/// dropped when the clock has stopped.
///
/// Each batch has a scene of its own, with other names and another seed in its hash map: where a map puts an entry makes
/// a difference of a cycle, which says nothing of the class.
pub(crate) fn measure<S, I, O>(
    scene: impl Fn(&mut Random) -> S,
    make: impl Fn(&S, bool, &mut Random) -> I,
    run: impl Fn(&S, I) -> O,
) -> Measured {
    let mut random = Random(0x5eed);
    let mut inputs = Vec::with_capacity(BATCH);
    let mut batch = |taken: &mut dyn FnMut(bool, f64)| {
        let scene = scene(&mut random);
        for _ in 0..BATCH {
            let second = random.coin();
            inputs.push((second, make(&scene, second, &mut random)));
        }
        for (second, input) in inputs.drain(..) {
            let began = Instant::now();
            let output = black_box(run(&scene, black_box(input)));
            let took = began.elapsed();
            drop(output);
            taken(second, nanoseconds(took));
        }
    };
    let mut before = Vec::with_capacity(BEFORE);
    while before.len() < BEFORE {
        batch(&mut |_, took| before.push(took));
    }
    let mut sets = Sets::cropped_by(before);
    let (mut measurements, began) = (0, Instant::now());
    while measurements < MEASUREMENTS && began.elapsed() < LONGEST {
        batch(&mut |second, took| sets.add(second, took));
        measurements += BATCH;
    }
    Measured { measurements, finding: sets.finding() }
}

fn nanoseconds(took: Duration) -> f64 {
    f64::from(u32::try_from(took.as_nanos()).unwrap_or(u32::MAX))
}

/// `SplitMix64`: not for secrets, but good enough to have no pattern.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// Any of the digits.
    pub(crate) fn digit(&mut self) -> u8 {
        b'0' + u8::try_from(self.next() % 10).unwrap_or(0)
    }

    /// In any order: what was made next to what makes a difference of a cycle, too.
    pub(crate) fn shuffled<T, const N: usize>(&mut self, mut things: [T; N]) -> [T; N] {
        for place in (1..N).rev() {
            things.swap(place, usize::try_from(self.next()).unwrap_or(0) % (place + 1));
        }
        things
    }

    /// A name for an integration, always as long.
    pub(crate) fn name(&mut self) -> String {
        (0..9).map(|_| char::from(b'a' + u8::try_from(self.next() % 26).unwrap_or(0))).collect()
    }
}
