//! `make bench`: measures everyone in turns, prints the tables, writes the report.

use std::fs;
use std::process::Command;

use hookpost_perf::statistics::median;
use hookpost_perf::{machine, table};

use crate::contestant::{Contestant, folder};
use crate::deliveries::{self, Event};
use crate::gate::zip_bytes;
use crate::instance::{Calls, Instance, Services};
use crate::{bars, equality};

/// How often everything is measured. Odd, so that there is a value in the middle.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    cold: usize,
    warm: usize,
}

pub(crate) const FULL: Rounds = Rounds { cold: 21, warm: 7 };
/// Writes no report.
pub(crate) const QUICK: Rounds = Rounds { cold: 5, warm: 3 };

/// Everything that is known of one contestant: medians over all rounds. Times in seconds.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) cold: Cold,
    pub(crate) small: Calls,
    pub(crate) large: Calls,
    /// In bytes.
    pub(crate) peak_memory: f64,
    /// Of a compiled contestant.
    pub(crate) zip_bytes: Option<u64>,
}

/// A cold start over TLS.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cold {
    /// From the start of the process until it asks for work.
    pub(crate) init: f64,
    /// From the first event to its response.
    pub(crate) first_call: f64,
    /// Processor time until the process asks for work again.
    pub(crate) cpu: f64,
    peak_memory: f64,
}

pub(crate) async fn run(rounds: Rounds) {
    pin_to_one_processor();
    let (services, contestants) = (Services::start().await, Contestant::all());
    let (small, large) = (deliveries::small_push(), deliveries::large_push());
    println!("comparing messages");
    equality::check(&contestants, &[small.clone(), large.clone(), deliveries::push_of_tags()], &services)
        .await;
    println!("cold starts");
    let cold = cold_starts(&contestants, &small, &services, rounds.cold).await;
    println!("warm calls");
    let warm = warm_calls(&contestants, [(&small, 400), (&large, 200)], &services, rounds.warm).await;
    let measured = contestants.iter().zip(cold).zip(warm);
    let figures: Vec<Figures> = measured
        .map(|((contestant, cold), ([small, large], peak_memory))| Figures {
            name: contestant.name,
            cold,
            small,
            large,
            peak_memory: peak_memory.max(cold.peak_memory),
            zip_bytes: contestant.binary().map(zip_bytes),
        })
        .collect();
    let tables = format!("{}\n{}", table::markdown(&rows(&figures)), table::markdown(&bars::rows(&figures)));
    println!("\n{tables}");
    if rounds.cold == FULL.cold {
        let (cold, warm) = (rounds.cold, rounds.warm);
        let rounds = format!("{cold} cold starts and {warm} rounds of warm calls each, interleaved; medians");
        let report = format!("{HEAD}{}; {}; {rounds}.\n\n{tables}", machine::describe(), versions());
        fs::write(folder().join("REPORT.md"), report).expect("the report can be written");
    }
}

/// Starts every contestant once in each round.
async fn cold_starts(
    contestants: &[Contestant],
    event: &Event,
    services: &Services,
    rounds: usize,
) -> Vec<Cold> {
    let mut starts: Vec<Vec<Cold>> = vec![Vec::new(); contestants.len()];
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            // Rotated, so that nobody always finds the caches as the same predecessor left them.
            let index = (turn + round) % contestants.len();
            let mut instance = Instance::start(&contestants[index], services, &services.tls, &[], &[]).await;
            let init = instance.init().await;
            let (latencies, _) = instance.deliver(event, 1).await;
            let (cpu, peak_memory) = (instance.cpu().await, instance.peak_memory());
            starts[index].push(Cold { init, first_call: latencies[0], cpu, peak_memory });
        }
    }
    let of = |starts: &[Cold], figure: fn(&Cold) -> f64| median(starts.iter().map(figure));
    let medians = starts.iter().map(|starts| Cold {
        init: of(starts, |start| start.init),
        first_call: of(starts, |start| start.first_call),
        cpu: of(starts, |start| start.cpu),
        peak_memory: of(starts, |start| start.peak_memory),
    });
    medians.collect()
}

/// Keeps a process of each contestant, and gives each in turn some calls of each event. Returns the calls by event, and the
/// peak memory.
async fn warm_calls(
    contestants: &[Contestant],
    events: [(&Event, usize); 2],
    services: &Services,
    rounds: usize,
) -> Vec<([Calls; 2], f64)> {
    let mut instances = Vec::new();
    for contestant in contestants {
        let mut instance = Instance::start(contestant, services, &services.http, &[], &[]).await;
        instance.init().await;
        instances.push((instance, [Calls::default(); 2]));
    }
    for (number, (event, calls)) in events.into_iter().enumerate() {
        let mut batches = vec![Vec::new(); instances.len()];
        for (instance, _) in &mut instances {
            instance.deliver(event, instance.contestant.warm_up).await;
        }
        for _ in 0..rounds {
            for ((instance, _), batches) in instances.iter_mut().zip(&mut batches) {
                batches.push(instance.measure(event, calls).await);
            }
        }
        let of = |batches: &[Calls], figure: fn(&Calls) -> f64| median(batches.iter().map(figure));
        for ((_, medians), batches) in instances.iter_mut().zip(&batches) {
            medians[number] = Calls {
                cpu: of(batches, |calls| calls.cpu),
                p50: of(batches, |calls| calls.p50),
                p99: of(batches, |calls| calls.p99),
                log_bytes: of(batches, |calls| calls.log_bytes),
            };
        }
    }
    // Once each, and once more after five minutes.
    let requests = services.http.password_requests();
    assert!(
        requests <= 10 * contestants.len(),
        "a password was requested {requests} times: somebody caches none"
    );
    instances.into_iter().map(|(instance, medians)| (medians, instance.peak_memory())).collect()
}

fn rows(figures: &[Figures]) -> Vec<Vec<String>> {
    let head = HEADINGS.map(str::to_owned).to_vec();
    let row = |figures: &Figures| {
        let Figures { name, cold, small, large, peak_memory, zip_bytes } = figures;
        vec![
            (*name).to_owned(),
            format!("{:.2}", cold.init * 1e3),
            format!("{:.2}", cold.first_call * 1e3),
            format!("{:.2}", cold.cpu * 1e3),
            format!("{:.0}", small.cpu * 1e6),
            format!("{:.0}", large.cpu * 1e6),
            format!("{:.0}", small.p50 * 1e6),
            format!("{:.0}", small.p99 * 1e6),
            format!("{:.1}", peak_memory / 1e6),
            zip_bytes.map_or_else(|| "–".to_owned(), |bytes| format!("{:.2}", bars::megabytes(bytes))),
            format!("{:.0}", small.log_bytes),
        ]
    };
    std::iter::once(head).chain(figures.iter().map(row)).collect()
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

/// Of the compiler and the interpreters.
fn versions() -> String {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().expect("it is installed");
        String::from_utf8_lossy(&output.stdout).split(" (").next().unwrap_or_default().trim().to_owned()
    };
    format!("{}, Node {}, {}", version("rustc"), version("node"), version("python3"))
}

const HEADINGS: [&str; 11] = [
    "",
    "INIT ms",
    "first call ms",
    "cold CPU ms",
    "CPU 3 KB µs",
    "CPU 60 KB µs",
    "p50 3 KB µs",
    "p99 3 KB µs",
    "peak MB",
    "zip MB",
    "log bytes",
];

const HEAD: &str = "\
# What a delivery costs

Written by `make bench`; [README.md](../README.md) says how it is measured and what it cannot see.
**Trust the ratios, not the absolutes**: all contestants took turns in one run on one machine.

";
