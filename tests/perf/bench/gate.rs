//! `make gate`: holds counts and zip sizes, which a busy machine does not change, against recorded bounds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

use hookpost_perf::table;
use serde::{Deserialize, Serialize};

use crate::callgrind;
use crate::contestant::{Contestant, folder, scratch};
use crate::deliveries;
use crate::services::Services;
use crate::targets::ZIP_BYTES_MAX;

/// What a count must not exceed. A bound changes only in a commit that says why.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Bound {
    what: String,
    at_most: u64,
    /// What the bound guards.
    reason: String,
}

/// Exits with 1 when a bound is exceeded.
#[expect(clippy::exit, reason = "`main` has nothing else to do")]
pub(crate) async fn run() {
    if !callgrind::is_installed() {
        return;
    }
    let mut rows = vec![["", "counted", "bound", ""].map(str::to_owned).to_vec()];
    let mut is_exceeded = false;
    let mut compare = |what: String, count: u64, at_most: u64| {
        is_exceeded |= count > at_most;
        rows.push(vec![what, count.to_string(), at_most.to_string(), verdict(count, at_most).to_owned()]);
    };
    let counts = count().await;
    for (Bound { what, at_most, .. }, (_, count)) in bounds(&counts).into_iter().zip(counts) {
        compare(what, count, at_most);
    }
    for name in RECEIVERS {
        let zip = Contestant::receiver(name).binary().map(zip_bytes).expect("a receiver is compiled");
        compare(format!("bytes of the zip of {name}"), zip.into(), ZIP_BYTES_MAX.into());
    }
    print!("{}", table::markdown(&rows));
    if is_exceeded {
        println!("bounds are exceeded: {} says what each guards", file().display());
        exit(1);
    }
}

/// The recorded bounds, in the order of the counts. With `HOOKPOST_BLESS=1` they become, and are recorded as, what was
/// counted and 6 %, for other compilers and C libraries.
#[expect(clippy::disallowed_methods, reason = "a setting of this program")]
fn bounds(counts: &[(String, u64)]) -> Vec<Bound> {
    let text = fs::read_to_string(file()).expect("there are bounds");
    let mut bounds: Vec<Bound> = serde_json::from_str(&text).expect("bounds are as `Bound` says");
    let same = bounds.iter().map(|bound| &bound.what).eq(counts.iter().map(|(what, _)| what));
    assert!(same, "{} has a bound for each count, in this order: {counts:?}", file().display());
    if std::env::var("HOOKPOST_BLESS").as_deref() == Ok("1") {
        for (bound, (_, count)) in bounds.iter_mut().zip(counts) {
            bound.at_most = count * 106 / 100;
        }
        let text = serde_json::to_string_pretty(&bounds).expect("bounds are JSON") + "\n";
        fs::write(file(), text).expect("bounds can be written");
    }
    bounds
}

fn file() -> PathBuf {
    folder().join("bounds.json")
}

fn verdict(count: u64, at_most: u64) -> &'static str {
    if count > at_most {
        "OVER"
    } else if count < at_most / 100 * 85 {
        "far below: lower the bound"
    } else {
        "within"
    }
}

async fn count() -> Vec<(String, u64)> {
    let services = Services::start().await;
    let [pushes, pull_requests] = RECEIVERS.map(Contestant::receiver);
    let mut counts = Vec::new();
    for (contestant, event, calls) in [
        (&pushes, deliveries::small_push(), 20),
        (&pull_requests, deliveries::pull_request(), 20),
        (&pushes, deliveries::large_push(), 5),
        (&pushes, deliveries::huge_push(), 1),
        (&pushes, deliveries::push_of_text(), 1),
        (&pushes, deliveries::push_of_tags(), 2),
    ] {
        let per_call = callgrind::per_call(contestant, &event, &services, calls).await;
        counts.push((format!("instructions of a warm {}", event.name), per_call.instructions));
        counts.push((format!("allocations of a warm {}", event.name), per_call.allocations));
    }
    let cold = callgrind::run(&pushes, &deliveries::small_push(), &services, &services.https, 1).await;
    counts.push(("instructions from the start to the first 202 over TLS".to_owned(), cold.instructions));
    counts
}

/// `make profile`: leaves a profile of warm calls for `callgrind_annotate`.
pub(crate) async fn profile() {
    if callgrind::is_installed() {
        let (services, receiver) = (Services::start().await, Contestant::receiver(RECEIVERS[0]));
        // So many calls that INIT weighs little.
        callgrind::run(&receiver, &deliveries::small_push(), &services, &services.http, 500).await;
        println!("{}", callgrind::profile(&receiver).display());
    }
}

/// Size of the zip that `make package` makes of a binary.
pub(crate) fn zip_bytes(binary: &Path) -> u32 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let command =
        Command::new("python3").current_dir(root).args(["-c", PACK]).arg(binary).arg(scratch()).output();
    let output = command.expect("Python is installed");
    let bytes = String::from_utf8_lossy(&output.stdout).trim().parse();
    bytes.unwrap_or_else(|_| panic!("not zipped: {}", String::from_utf8_lossy(&output.stderr)))
}

const PACK: &str = "\
from pathlib import Path; from sys import argv; from infra.package.zips import pack
print(pack(Path(argv[1]).name, 'bench', Path(argv[1]), Path(argv[2])).zip_bytes)";

const RECEIVERS: [&str; 2] = ["code-pushed", "pull-request"];
