//! Measures two classes in unpredictable turns, batch by batch.

use std::hint::black_box;
use std::time::{Duration, Instant};

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
    fixture: impl Fn(&mut Random) -> Fixture,
    make: impl Fn(&Fixture, bool, &mut Random) -> Input,
    run: impl Fn(&Fixture, Input) -> Output,
) -> Measured {
    let mut random = Random(0x5eed);
    let mut classes = [(); 2].map(|()| Vec::with_capacity(MEASUREMENTS));
    let (mut count, began) = (0, Instant::now());
    while count < MEASUREMENTS && began.elapsed() < LONGEST {
        let fixture = fixture(&mut random);
        let input = |_| {
            let second = random.next() & 1 == 1;
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

/// `SplitMix64`: not for secrets, but without a pattern.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A byte from `first` on, of so many.
    fn byte(&mut self, first: u8, of: u8) -> u8 {
        first + u8::try_from(self.next() % u64::from(of)).unwrap_or(0)
    }

    /// An ASCII digit.
    pub(crate) fn digit(&mut self) -> u8 {
        self.byte(b'0', 10)
    }

    /// A name for an integration, always of the same length.
    pub(crate) fn name(&mut self) -> String {
        (0..9).map(|_| char::from(self.byte(b'a', 26))).collect()
    }

    /// In any order: what was made next to what makes a difference of a cycle, too.
    pub(crate) fn shuffled<T, const N: usize>(&mut self, mut items: [T; N]) -> [T; N] {
        for place in (1..N).rev() {
            items.swap(place, usize::try_from(self.next()).unwrap_or(0) % (place + 1));
        }
        items
    }
}
