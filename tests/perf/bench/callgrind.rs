//! Instructions and allocations of a warm call, counted by valgrind: the same on a busy machine as on a quiet one.
//!
//! Valgrind emulates a processor without instructions for SHA, so hashing weighs more in counts than in time. The kernel's
//! part is not counted.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::aws::Aws;
use crate::contestant::{Contestant, scratch};
use crate::deliveries::Event;
use crate::instance::{Instance, Services};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) instructions: u64,
    /// Calls of the allocator.
    pub(crate) allocations: u64,
}

/// Whether valgrind is installed. If it is not, says so, and fails where `HOOKPOST_REQUIRE_GATE` is 1.
#[expect(clippy::disallowed_methods, reason = "the only setting of this program")]
pub(crate) fn is_installed() -> bool {
    let is_installed =
        Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_installed {
        let how = "SKIPPED: valgrind is not installed (on Debian and Ubuntu: apt install valgrind)";
        assert!(std::env::var("HOOKPOST_REQUIRE_GATE").as_deref() != Ok("1"), "{how}");
        println!("{how}");
    }
    is_installed
}

/// Of one warm call: what `2 * calls` cost beyond `calls`.
pub(crate) async fn per_call(
    contestant: &Contestant,
    event: &Event,
    services: &Services,
    calls: u64,
) -> Counts {
    let few = run(contestant, event, services, &services.http, calls).await;
    let many = run(contestant, event, services, &services.http, 2 * calls).await;
    Counts {
        instructions: (many.instructions - few.instructions) / calls,
        allocations: (many.allocations - few.allocations) / calls,
    }
}

/// Of a whole process that answers so many deliveries.
pub(crate) async fn run(
    contestant: &Contestant,
    event: &Event,
    services: &Services,
    aws: &Aws,
    calls: u64,
) -> Counts {
    let file = profile(contestant);
    let valgrind = [
        "valgrind".into(),
        "--tool=callgrind".into(),
        format!("--callgrind-out-file={}", file.display()).into(),
    ];
    // Valgrind is some fifty times slower than the processor: no call may run into the deadline and be made twice.
    let deadline = [("HOOKPOST_DEADLINE_MILLISECONDS", "25000")];
    let mut instance = Instance::start(contestant, services, aws, &valgrind, &deadline).await;
    instance.init().await;
    instance.deliver(event, usize::try_from(calls).expect("few calls")).await;
    instance.end().await;
    read(&fs::read_to_string(&file).expect("valgrind wrote it")).expect("a profile has totals")
}

/// Where the last run of a contestant left its profile, for `callgrind_annotate`.
pub(crate) fn profile(contestant: &Contestant) -> PathBuf {
    scratch().join(format!("callgrind.{}", contestant.name))
}

/// Reads the Callgrind Format of valgrind's manual; `None` when it has no totals.
fn read(profile: &str) -> Option<Counts> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let (mut instructions, mut allocations, mut is_allocator) = (None, 0, false);
    for line in profile.lines() {
        if let Some(totals) = line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")) {
            instructions = totals.split(' ').next().and_then(|first| first.parse().ok());
        } else if let Some(function) = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn=")) {
            // A name is written out once, behind its number.
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            let name = if name.is_empty() { names.get(number).copied()? } else { name };
            names.insert(number, name);
            is_allocator = line.starts_with('c') && ALLOCATORS.contains(&name);
        } else if let Some(calls) = line.strip_prefix("calls=").filter(|_| is_allocator) {
            allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
        }
    }
    Some(Counts { instructions: instructions?, allocations })
}

const ALLOCATORS: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_and_calls_of_the_allocator_are_counted() {
        let profile = "fn=(1) main\n0 5\ncfn=(2) malloc\ncalls=3 0\n0 30\ncfn=(3) free\ncalls=9 0\n0 1\nfn=(3)\n\
                       0 2\ncfn=(2)\ncalls=4 0\n0 8\ntotals: 1234\n";
        assert_eq!(read(profile), Some(Counts { instructions: 1234, allocations: 7 }));
        assert_eq!(read("fn=(1) main\n"), None);
    }
}
