//! How many schedules run.

use std::env;

use crate::binary_fault::BINARY_FAULTS;
use crate::fault_classes::FAULT_CLASSES;

/// Schedules for each fault class in `make faults`; one in `make test`.
const ROUNDS: u64 = 40;

/// Schedules for each fault against the real binaries in `make faults`.
const ROUNDS_OF_BINARIES: u64 = 4;

/// Faults against the real binaries in `make test`: a lost response, a process killed in a request, a killed `watch`, hidden
/// events, calls that time out with their effect, and renewed subscriptions.
const BINARY_SEEDS: [u64; 6] = [6, 8, 12, 14, 15, 16];

/// Integrations in a fault class of many teams: 50 in `make faults`.
pub(crate) fn teams() -> usize {
    if is_full() { 50 } else { 5 }
}

/// The seeds of the schedules in one process: `HOOKPOST_FAULTS_ROUNDS` for each fault class, or `HOOKPOST_FAULTS_SEED`
/// alone, if set.
pub(crate) fn seeds() -> Vec<u64> {
    let rounds = number("HOOKPOST_FAULTS_ROUNDS").unwrap_or(if is_full() { ROUNDS } else { 1 });
    number("HOOKPOST_FAULTS_SEED")
        .map_or_else(|| (0..FAULT_CLASSES.len() as u64 * rounds).collect(), |seed| vec![seed])
}

/// The seeds of the schedules against the real binaries; `HOOKPOST_FAULTS_REAL_SEED` alone, if set.
pub(crate) fn binary_seeds() -> Vec<u64> {
    match number("HOOKPOST_FAULTS_REAL_SEED") {
        Some(seed) => vec![seed],
        None if is_full() => (0..BINARY_FAULTS.len() as u64 * ROUNDS_OF_BINARIES).collect(),
        None => BINARY_SEEDS.to_vec(),
    }
}

/// Whether `make faults` is running, which sets `HOOKPOST_FAULTS_FULL`: all schedules, with their figures.
pub(crate) fn is_full() -> bool {
    env::var_os("HOOKPOST_FAULTS_FULL").is_some()
}

#[expect(clippy::disallowed_methods, reason = "a test has no main to read its settings in")]
fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is not a number")))
}
