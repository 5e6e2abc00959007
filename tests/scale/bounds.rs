//! The bounds, in one place: counts of calls, bytes and passes. Tighten them here.

use crate::row::Row;
use crate::scenarios::{
    ANSWER, BYTES, CALLS, CHECKPOINT, DOUBLED, IS_LEVEL, KILLED, LINE, LOST, PASSES, QUEUE_CALLS, REPEATED,
    RUNS, SECRET_CALLS, SUBSCRIPTIONS, healthy, late, operator, outage, receivers,
};

/// What a figure of a row has to be.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// The scenario of the row.
    pub scenario: &'static str,
    /// The extent of the row; `None` for every row of the scenario.
    pub extent: Option<u64>,
    /// The name of the figure.
    pub figure: &'static str,
    /// Its least and greatest value.
    pub within: (u64, u64),
}

const fn most(scenario: &'static str, extent: Option<u64>, figure: &'static str, most: u64) -> Bound {
    Bound { scenario, extent, figure, within: (0, most) }
}

const fn done(scenario: &'static str) -> Bound {
    Bound { scenario, extent: None, figure: IS_LEVEL, within: (1, 1) }
}

/// Largest checkpoint: SQS takes 262,144 bytes.
const CHECKPOINT_MAX: u64 = 240_000;

/// Longest line of a log: CloudWatch Logs takes 262,144 bytes.
const LINE_MAX: u64 = 64_000;

/// Largest answer: `setup` cuts its lists at 2 MB. Lambda takes 6 MiB.
const ANSWER_MAX: u64 = 2_100_000;

/// Of the short form: what was measured, and a little more.
pub const SHORT: &[Bound] = &[
    most(receivers::SCENARIO, None, receivers::REFUSED, 0),
    most(receivers::SCENARIO, None, receivers::GIVEN_UP, 0),
    most(receivers::SCENARIO, None, SECRET_CALLS, 30),
    most(healthy::SCENARIO, Some(1), CALLS, 9),
    // The integrations, the published names, a configuration and a password's versions.
    most(healthy::SCENARIO, Some(1), SECRET_CALLS, 4),
    // Checkpoints and overview: each is received, sent and deleted.
    most(healthy::SCENARIO, Some(1), QUEUE_CALLS, 6),
    most(healthy::SCENARIO, Some(8), healthy::LISTINGS, 6),
    most(healthy::SCENARIO, Some(8), CALLS, 9),
    most(healthy::SCENARIO, Some(8), SECRET_CALLS, 18),
    most(healthy::SCENARIO, Some(8), BYTES, 200_000),
    done(late::SCENARIO),
    most(late::SCENARIO, None, PASSES, 2),
    most(late::SCENARIO, None, CALLS, 65),
    most(late::SCENARIO, None, REPEATED, 0),
    most(late::SCENARIO, None, KILLED, 0),
    most(late::SCENARIO, None, CHECKPOINT, 1_000),
    done(outage::FAILURES),
    most(outage::FAILURES, None, PASSES, 6),
    most(outage::FAILURES, None, CALLS, 800),
    most(outage::FAILURES, None, LOST, 0),
    most(outage::FAILURES, None, REPEATED, 0),
    most(outage::FAILURES, None, KILLED, 0),
    most(outage::FAILURES, None, CHECKPOINT, 1_000),
    done(outage::CREATOR_LEFT),
    most(outage::CREATOR_LEFT, None, PASSES, 3),
    most(outage::CREATOR_LEFT, None, CALLS, 220),
    most(outage::CREATOR_LEFT, None, CHECKPOINT, 5_000),
    most(outage::CREATOR_LEFT, None, LINE, 4_500),
    most(outage::CREATOR_LEFT, None, KILLED, 0),
    done("connect"),
    most("connect", None, RUNS, 2),
    most("connect", None, DOUBLED, 0),
    done("status"),
    most("status", None, CALLS, 9),
    most("status", None, ANSWER, 1_000),
    most("repositories", None, ANSWER, 50_000),
    done("rotate-password"),
    most("rotate-password", None, RUNS, 2),
    done("replay"),
    most("replay", None, RUNS, 1),
    most("replay", None, CALLS, 10),
    done("unlink"),
    most("unlink", None, RUNS, 1),
    most("unlink", None, SUBSCRIPTIONS, 0),
    most(operator::BESIDE, None, DOUBLED, 0),
    most(operator::BESIDE, None, operator::SUPERFLUOUS, 0),
];

/// Of `make scale`: what the issue asks for.
pub const BOUNDS: &[Bound] = &[
    most(receivers::SCENARIO, None, receivers::REFUSED, 0),
    most(receivers::SCENARIO, None, receivers::GIVEN_UP, 0),
    most(healthy::SCENARIO, Some(1), CALLS, 9),
    most(healthy::SCENARIO, Some(1), SECRET_CALLS, 6),
    most(healthy::SCENARIO, Some(50), healthy::LISTINGS, 12),
    most(healthy::SCENARIO, Some(200), healthy::LISTINGS, 12),
    done(late::SCENARIO),
    most(late::SCENARIO, None, PASSES, 24),
    most(late::SCENARIO, None, KILLED, 0),
    most(late::SCENARIO, None, REPEATED, 0),
    most(late::SCENARIO, None, CHECKPOINT, CHECKPOINT_MAX),
    done(outage::FAILURES),
    most(outage::FAILURES, None, LOST, 0),
    most(outage::FAILURES, None, REPEATED, 0),
    most(outage::FAILURES, None, KILLED, 0),
    most(outage::FAILURES, None, CHECKPOINT, CHECKPOINT_MAX),
    done(outage::CREATOR_LEFT),
    most(outage::CREATOR_LEFT, None, CHECKPOINT, CHECKPOINT_MAX),
    most(outage::CREATOR_LEFT, None, LINE, LINE_MAX),
    most(outage::CREATOR_LEFT, None, KILLED, 0),
    done("connect"),
    most("connect", None, RUNS, 2),
    most("connect", None, KILLED, 0),
    most("connect", None, DOUBLED, 0),
    done("connect, throttled"),
    most("connect, throttled", None, DOUBLED, 0),
    done(operator::BESIDE),
    most(operator::BESIDE, None, DOUBLED, 0),
    most(operator::BESIDE, None, operator::SUPERFLUOUS, 0),
    done("rotate-password"),
    most("rotate-password", None, KILLED, 0),
    done("replay"),
    most("replay", None, KILLED, 0),
    done("unlink"),
    most("unlink", None, KILLED, 0),
    most("status", None, ANSWER, ANSWER_MAX),
    most("repositories", None, ANSWER, ANSWER_MAX),
    most("status of all", None, ANSWER, ANSWER_MAX),
    most("status of all", None, BYTES, 40_000_000),
];

/// The figures that are out of bounds, in sentences.
pub fn exceeded(rows: &[Row], bounds: &[Bound]) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows {
        let own = bounds.iter().filter(|bound| bound.scenario == row.scenario);
        for bound in own.filter(|bound| bound.extent.is_none_or(|extent| extent == row.extent)) {
            let Some(value) = row.figures.get(bound.figure) else { continue };
            let (least, most) = bound.within;
            if *value < least || *value > most {
                let allowed = if least == most { format!("{most}") } else { format!("{least} to {most}") };
                found.push(format!(
                    "{} ({}): {} is {value}, and must be {allowed}",
                    row.scenario, row.size, bound.figure
                ));
            }
        }
    }
    found
}
