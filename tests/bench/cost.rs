//! What a million deliveries cost, at list prices of us-east-1 for arm64.
//!
//! How long Lambda bills a call is worked out from the processor time measured here and the share of a processor that
//! the function's memory gets. That, the wait for SQS and the number of cold starts are assumptions.

use std::time::Duration;

use crate::measured::Figures;

/// Dollars for a million deliveries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Lambda: requests, and the time billed.
    pub(crate) lambda: f64,
    /// CloudWatch: the log lines taken in.
    pub(crate) log: f64,
    /// With the gateway and the queue, which are the same for everybody.
    pub(crate) all: f64,
}

pub(crate) fn of(figures: &Figures) -> Cost {
    let warm = figures.small().map_or(Duration::ZERO, |calls| calls.cpu);
    let billed = WAIT + stretched(warm);
    // INIT runs on a whole processor; the rest of a cold start does not.
    let cold = figures.cold.init + stretched(figures.cold.first_call);
    let seconds = billed.as_secs_f64() + COLD_SHARE * cold.as_secs_f64();
    let lambda = REQUESTS + 1e6 * seconds * f64::from(MEGABYTES) / 1024.0 * GIGABYTE_SECOND;
    let log = bytes(figures.warm.log_bytes) * 1e6 / 1e9 * LOG_GIGABYTE;
    Cost { lambda, log, all: lambda + log + GATEWAY + QUEUE }
}

/// Processor time as the time it takes on a share of a processor.
fn stretched(cpu: Duration) -> Duration {
    cpu.mul_f64(MEGABYTES_OF_A_PROCESSOR / f64::from(MEGABYTES))
}

#[expect(clippy::cast_precision_loss, reason = "a log line is no longer than a petabyte")]
fn bytes(bytes: u64) -> f64 {
    bytes as f64
}

/// The template's default.
pub(crate) const MEGABYTES: u32 = 256;

/// With so much memory a function has one processor (AWS, "Configure Lambda function memory").
const MEGABYTES_OF_A_PROCESSOR: f64 = 1769.0;

/// Assumed: SQS answers in 8 ms, and handing over takes 2 ms.
pub(crate) const WAIT: Duration = Duration::from_millis(10);

/// Assumed: one call in a hundred starts a process.
pub(crate) const COLD_SHARE: f64 = 0.01;

const REQUESTS: f64 = 0.20;
const GIGABYTE_SECOND: f64 = 0.000_013_333_4;
const LOG_GIGABYTE: f64 = 0.50;
/// A REST API.
pub(crate) const GATEWAY: f64 = 3.50;
/// SQS, FIFO; messages up to 64 KB.
pub(crate) const QUEUE: f64 = 0.50;
