//! `make bench`: measures everyone in turns, prints the tables, writes the report.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use hookpost_perf::statistics::{median, quantile};

use crate::contestant::Contestant;
use crate::deliveries::{large_push, push_of_tags, small_push};
use crate::gate::zip_bytes;
use crate::instance::Instance;
use crate::report::{COLD_CPU, FIRST_CALL, Figures, INIT, LARGE_CPU, LOG, P50, P99, PEAK, SMALL_CPU, ZIP};
use crate::services::Services;
use crate::{equality, report};

/// What was measured of one contestant, by column.
type Samples = BTreeMap<&'static str, Vec<f64>>;

/// Of the processes that are kept for warm calls.
const WARM_PEAK: &str = "peak MB, warm";

/// A quick run measures less often, and writes no report.
pub(crate) async fn run(is_quick: bool) {
    pin_to_one_processor();
    let (services, contestants) = (Services::start().await, Contestant::all());
    println!("comparing messages");
    equality::check(&contestants, &[small_push(), large_push(), push_of_tags()], &services).await;
    // Odd, so that there is a value in the middle.
    let (cold, warm) = if is_quick { (5, 3) } else { (21, 7) };
    let mut samples = vec![Samples::new(); contestants.len()];
    println!("cold starts");
    for round in 0..cold {
        for turn in 0..contestants.len() {
            // Rotated, so that nobody always finds the caches as the same predecessor left them.
            let index = (turn + round) % contestants.len();
            cold_start(&contestants[index], &services, &mut samples[index]).await;
        }
    }
    println!("warm calls");
    warm_calls(&contestants, &services, warm, &mut samples).await;
    let figures = contestants.iter().zip(samples).map(|(contestant, samples)| {
        let mut figures: Figures = samples.into_iter().map(|(column, all)| (column, median(all))).collect();
        figures.insert(PEAK, figures[PEAK].max(figures[WARM_PEAK]));
        if let Some(binary) = contestant.binary() {
            figures.insert(ZIP, f64::from(zip_bytes(binary)) / 1e6);
        }
        (contestant.name, figures)
    });
    let figures = figures.collect();
    let tables = report::tables(&contestants, &figures);
    println!("\n{tables}");
    if !is_quick {
        let rounds = format!("{cold} cold starts and {warm} rounds of warm calls each, interleaved; medians");
        report::write(&rounds, &tables);
    }
}

/// Starts a process, and delivers one event over TLS.
async fn cold_start(contestant: &Contestant, services: &Services, samples: &mut Samples) {
    let instance = Instance::start(contestant, services, &services.https).await;
    let (latencies, _) = instance.deliver(&small_push(), 1).await;
    for (column, value) in [
        (INIT, instance.init.as_secs_f64() * 1e3),
        (FIRST_CALL, latencies[0].as_secs_f64() * 1e3),
        (COLD_CPU, instance.cpu().await * 1e3),
        (PEAK, instance.peak_memory() / 1e6),
    ] {
        samples.entry(column).or_default().push(value);
    }
    instance.stop().await;
}

/// Keeps a process of each contestant, and gives each in turn some calls of each event.
#[expect(clippy::cast_precision_loss, reason = "few calls, and short lines")]
async fn warm_calls(contestants: &[Contestant], services: &Services, rounds: usize, all: &mut [Samples]) {
    let mut instances = Vec::new();
    for contestant in contestants {
        instances.push(Instance::start(contestant, services, &services.http).await);
    }
    for (event, calls, cpu_column) in [(small_push(), 400, SMALL_CPU), (large_push(), 200, LARGE_CPU)] {
        for instance in &instances {
            instance.deliver(&event, instance.contestant.warm_up).await;
        }
        for _ in 0..rounds {
            for (instance, samples) in instances.iter().zip(&mut *all) {
                let (cpu, logged) = (instance.cpu().await, instance.log_bytes());
                let (latencies, _) = instance.deliver(&event, calls).await;
                let mut add = |column, value| samples.entry(column).or_default().push(value);
                add(cpu_column, (instance.cpu().await - cpu) / calls as f64 * 1e6);
                if cpu_column == SMALL_CPU {
                    let latencies = latencies.iter().map(|latency| latency.as_secs_f64() * 1e6);
                    add(P50, median(latencies.clone()));
                    add(P99, quantile(latencies, 0.99));
                    add(LOG, (instance.log_bytes() - logged) as f64 / calls as f64);
                }
            }
        }
    }
    for (instance, samples) in instances.iter().zip(all) {
        samples.insert(WARM_PEAK, vec![instance.peak_memory() / 1e6]);
    }
}

/// As a function below 1,769 MB has no more than one processor. On several, the kernel puts a contestant on the processor
/// of the servers or on another as it likes, and waking a process on another one costs twice as much.
fn pin_to_one_processor() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or_default();
    // Such as `0-3,8`: the last, because the first has more interrupts to handle.
    let last = allowed.trim().rsplit([',', '-']).next().unwrap_or_default();
    let pid = std::process::id().to_string();
    let status = Command::new("taskset").args(["--all-tasks", "--pid", "--cpu-list", last, &pid]).output();
    assert!(status.is_ok_and(|output| output.status.success()), "`taskset` (util-linux) is needed");
}
