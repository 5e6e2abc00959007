//! How much is simulated.

use std::env;
use std::path::PathBuf;

/// Schedules in `make test`: each class twice.
const SCHEDULES: u64 = 42;

/// The seeds of the schedules.
pub(crate) fn seeds() -> Vec<u64> {
    match number("HOOKPOST_FAULTS_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("HOOKPOST_FAULTS_SCHEDULES").unwrap_or(SCHEDULES)).collect(),
    }
}

/// The seeds of the schedules against the real binaries: in `make test`, some; for figures, each trouble four times.
pub(crate) fn real_seeds() -> Vec<u64> {
    match number("HOOKPOST_FAULTS_REAL_SEED") {
        Some(seed) => vec![seed],
        None if is_full() => (0..56).collect(),
        None => vec![6, 8, 12],
    }
}

/// Whether figures are wanted, and not just a test.
pub(crate) fn is_full() -> bool {
    report().is_some()
}

/// The folder for figures, when they are wanted.
pub(crate) fn report() -> Option<PathBuf> {
    env::var_os("HOOKPOST_FAULTS_REPORT").map(PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "a test has no main to read its settings in")]
fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is not a number")))
}
