//! Warm calls: every contestant keeps one process, and they take turns.

use std::time::Duration;

use crate::contestant::Contestant;
use crate::running::{Batch, Failure, Running};
use crate::statistics::{median, percentile};
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;
use crate::workload::{HUGE_PUSH, Workload};

/// What the warm calls of one contestant came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warm {
    /// By workload; `None` where it takes no such delivery.
    pub(crate) calls: Vec<Option<Calls>>,
    /// The most memory it had before the largest workload, in bytes.
    pub(crate) peak_memory: u64,
    /// And after it.
    pub(crate) peak_memory_large: u64,
    /// What it wrote to its log for one call of the first workload that it takes.
    pub(crate) log_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calls {
    /// Processor time of one call; the median of the rounds.
    pub(crate) cpu: Duration,
    /// From being handed a delivery to its answer.
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Lets them take turns at each workload, the largest last of all.
pub(crate) fn measure(
    contestants: &[Contestant],
    workloads: &[Workload],
    aws: &Aws,
    certificates: &Certificates,
    rounds: usize,
) -> Result<Vec<Warm>, Failure> {
    aws.passwords();
    let mut runnings = Vec::new();
    for contestant in contestants {
        let running = Running::start(contestant, aws, certificates, &[])?;
        running.init()?;
        runnings.push(running);
    }
    let mut results = vec![Warm::default(); contestants.len()];
    for (index, workload) in workloads.iter().enumerate() {
        let is_huge = index == HUGE_PUSH;
        for (running, warm) in runnings.iter().zip(&mut results).filter(|_| is_huge) {
            warm.peak_memory = running.process.peak_memory()?;
        }
        let batches = take_turns(&runnings, workload, usize::from(!is_huge), rounds)?;
        for (batches, warm) in batches.into_iter().zip(&mut results) {
            if warm.log_bytes == 0 {
                warm.log_bytes = median(batches.iter().map(|batch| batch.log_bytes));
            }
            warm.calls.push((!batches.is_empty()).then(|| calls(&batches)));
        }
    }
    let senders = contestants.iter().filter(|contestant| contestant.work.sends()).count();
    let asked = aws.passwords();
    // Once each, and once more after five minutes.
    if asked > 10 * senders {
        return Err(Failure(format!(
            "passwords were asked for {asked} times: somebody does not remember them"
        )));
    }
    for (running, warm) in runnings.iter().zip(&mut results) {
        warm.peak_memory_large = running.process.peak_memory()?;
        if workloads.len() <= HUGE_PUSH {
            warm.peak_memory = warm.peak_memory_large;
        }
    }
    Ok(results)
}

/// The batches of each, none for those that take no such delivery.
fn take_turns(
    runnings: &[Running<'_>],
    workload: &Workload,
    warm_ups: usize,
    rounds: usize,
) -> Result<Vec<Vec<Batch>>, Failure> {
    let events = std::slice::from_ref(&workload.event);
    let mut batches = vec![Vec::new(); runnings.len()];
    let takers = || runnings.iter().enumerate().filter(|(_, it)| workload.is_for(it.contestant.work));
    for (_, running) in takers() {
        running.answer(events, running.contestant.warm_up * warm_ups + workload.calls)?;
    }
    for _ in 0..rounds {
        for (index, running) in takers() {
            batches[index].push(running.measure(events, workload.calls)?);
        }
    }
    Ok(batches)
}

fn calls(batches: &[Batch]) -> Calls {
    let latencies = || batches.iter().flat_map(|batch| batch.latencies.iter().copied());
    Calls {
        cpu: median(batches.iter().map(|batch| batch.cpu)),
        p50: median(latencies()),
        p99: percentile(latencies(), 99),
    }
}
