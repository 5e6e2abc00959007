//! Instructions and allocations of a warm call, counted by valgrind: the same on a busy machine as on a quiet one.
//!
//! Valgrind emulates a processor without instructions for SHA, so hashing weighs more in counts than in time. The kernel's
//! part is not counted.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::contestant::{Contestant, scratch};
use crate::deliveries::Event;
use crate::instance::Instance;
use crate::services::Services;

#[derive(Clone, Copy, Debug, Default)]
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
    calls: usize,
) -> Counts {
    let few = run(contestant, event, services, &services.http, calls).await;
    let many = run(contestant, event, services, &services.http, 2 * calls).await;
    let calls = u64::try_from(calls).expect("few calls");
    Counts {
        instructions: (many.instructions - few.instructions) / calls,
        allocations: (many.allocations - few.allocations) / calls,
    }
}

/// Of a whole process that answers so many deliveries, with services at `endpoint`.
pub(crate) async fn run(
    contestant: &Contestant,
    event: &Event,
    services: &Services,
    endpoint: &str,
    calls: usize,
) -> Counts {
    let file = profile(contestant);
    let mut under_valgrind = contestant.clone();
    let output = format!("--callgrind-out-file={}", file.display());
    let valgrind = ["valgrind", "--tool=callgrind", "--compress-strings=no", &output];
    under_valgrind.command.splice(0..0, valgrind.map(PathBuf::from));
    let instance = Instance::start(&under_valgrind, services, endpoint).await;
    instance.deliver(event, calls).await;
    instance.end().await;
    read(&fs::read_to_string(&file).expect("valgrind wrote it"))
}

/// Where the last run of a contestant left its profile, for `callgrind_annotate`.
pub(crate) fn profile(contestant: &Contestant) -> PathBuf {
    scratch().join(format!("callgrind.{}", contestant.name))
}

/// Reads the Callgrind Format of valgrind's manual: `cfn=` names a function, and `calls=` says how often it was called.
fn read(profile: &str) -> Counts {
    let (mut counts, mut called) = (Counts::default(), "");
    for line in profile.lines() {
        let first = |text: &str| text.split(' ').next().and_then(|first| first.parse::<u64>().ok());
        if let Some(name) = line.strip_prefix("cfn=") {
            called = name;
        } else if let Some(calls) = line.strip_prefix("calls=").filter(|_| ALLOCATORS.contains(&called)) {
            counts.allocations += first(calls).expect("a number of calls");
        } else if let Some(totals) = line.strip_prefix("totals: ") {
            counts.instructions = first(totals).expect("a number of instructions");
        }
    }
    assert!(counts.instructions > 0 && counts.allocations > 0, "the profile counts nothing");
    counts
}

const ALLOCATORS: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];
