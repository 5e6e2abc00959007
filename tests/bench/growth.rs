//! How the cost of a delivery grows with what is in it. Anything steeper than linear is a defect.

use std::time::Duration;

use crate::contestant::{CODE_PUSHED, Contestant};
use crate::deliveries::{self, Event};
use crate::running::{Failure, Running};
use crate::statistics::median;
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;

/// One thing that can grow.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    /// How much of it, and the processor time of one call.
    pub(crate) points: Vec<(usize, Duration)>,
}

impl Curve {
    /// How steep its end is: 1 is linear, 2 is quadratic, 0 is flat.
    pub(crate) fn steepness(&self) -> f64 {
        let [.., from, _, to] = self.points.as_slice() else { return 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "sizes of deliveries")]
        let grown = (to.0 as f64 / from.0 as f64).ln();
        (to.1.as_secs_f64() / from.1.as_secs_f64()).ln() / grown
    }

    /// Noise, and caches that are full, make a linear curve look a little steeper.
    pub(crate) fn is_too_steep(&self) -> bool {
        self.steepness() > 1.2
    }
}

/// What is grown, how far, and what is delivered then.
struct Growing {
    name: &'static str,
    sizes: &'static [usize],
    events: fn(usize) -> Vec<Event>,
}

const GROWING: [Growing; 4] = [
    Growing {
        name: "bytes of text in one commit",
        sizes: &[1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000, 2_000_000],
        events: |chars| vec![deliveries::push_of_text(chars)],
    },
    Growing {
        name: "commits",
        sizes: &[1, 4, 16, 64, 256, 1_024, 2_800],
        events: |commits| vec![deliveries::push_of_commits(commits)],
    },
    Growing {
        name: "refs of one push",
        sizes: &[1, 4, 16, 64, 256, 1_000],
        events: |refs| vec![deliveries::push_of_refs(refs)],
    },
    Growing {
        name: "integrations, taking turns",
        sizes: &[1, 4, 16, 64, 256],
        events: deliveries::push_to_each,
    },
];

/// Measures the receiver for pushes; sizes take turns.
pub(crate) fn measure(
    contestants: &[Contestant],
    aws: &Aws,
    certificates: &Certificates,
    rounds: usize,
) -> Result<Vec<Curve>, Failure> {
    let receiver = contestants.iter().find(|contestant| contestant.name == CODE_PUSHED);
    let receiver = receiver.ok_or_else(|| Failure("there is no receiver for pushes".to_owned()))?;
    GROWING.iter().map(|growing| curve(growing, receiver, aws, certificates, rounds)).collect()
}

fn curve(
    growing: &Growing,
    receiver: &Contestant,
    aws: &Aws,
    certificates: &Certificates,
    rounds: usize,
) -> Result<Curve, Failure> {
    let mut lines = Vec::new();
    for &size in growing.sizes {
        let events = (growing.events)(size);
        let running = Running::start(receiver, aws, certificates, &PATIENT)?;
        running.init()?;
        for (number, event) in events.iter().enumerate() {
            // New names may be asked for only so often.
            if number % NEW_NAMES == NEW_NAMES - 1 {
                std::thread::sleep(INTERVAL);
            }
            running.answer(std::slice::from_ref(event), 1)?;
        }
        let bytes = events.first().map_or(0, |event| event.json.len() + 2_000 * event.messages);
        let calls = (BYTES_PER_BATCH / bytes.max(1)).clamp(4, 300).next_multiple_of(events.len());
        lines.push((size, running, events, calls, Vec::new()));
    }
    for _ in 0..rounds {
        for (_, running, events, calls, cpus) in &mut lines {
            cpus.push(running.measure(events, *calls)?.cpu);
        }
    }
    let points = lines.into_iter().map(|(size, .., cpus)| (size, median(cpus))).collect();
    Ok(Curve { name: growing.name, points })
}

/// So that it may meet twenty new integrations a second, and not in half a minute.
const PATIENT: [(&str, &str); 1] = [("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
const NEW_NAMES: usize = 20;
const INTERVAL: Duration = Duration::from_millis(1_100);

const BYTES_PER_BATCH: usize = 3_000_000;
