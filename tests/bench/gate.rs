//! `make gate`: what can be counted, held against recorded bounds. A busy machine makes no difference to it.

use std::fs;

use crate::bounds::{Bound, Verdict};
use crate::callgrind::Valgrind;
use crate::comparison::Stubs;
use crate::contestant::{CODE_PUSHED, Contestant, PULL_REQUEST, Places};
use crate::deliveries::Event;
use crate::running::Failure;
use crate::{size, table, workload};

/// Names of `bounds.json`, with what was counted.
type Counts = Vec<(String, u64)>;

pub(crate) fn run(places: &Places) -> Result<(), Failure> {
    let Some(valgrind) = Valgrind::find(&places.scratch()) else { return without_valgrind() };
    let file = places.bench.join("bounds.json");
    let bounds: Vec<Bound> = serde_json::from_str(&fs::read_to_string(&file)?)
        .map_err(|error| Failure(format!("`{}`: {error}", file.display())))?;
    let counts = count(places, &valgrind)?;
    let mut rows = vec![["", "counted", "bound", ""].map(str::to_owned).to_vec()];
    let mut trouble = Vec::new();
    for (what, counted) in &counts {
        let Some(bound) = bounds.iter().find(|bound| bound.what == *what) else {
            trouble.push(format!("`{what}` has no bound in {}; it is {counted} now", file.display()));
            continue;
        };
        let verdict = match bound.judge(*counted) {
            Verdict::Within => "within",
            Verdict::Slack => "far below: lower the bound",
            Verdict::Over => {
                trouble.push(format!("`{what}` is {counted}, over {}: {}", bound.at_most, bound.reason));
                "OVER"
            }
        };
        rows.push(vec![what.clone(), counted.to_string(), bound.at_most.to_string(), verdict.to_owned()]);
    }
    for bound in bounds.iter().filter(|bound| !counts.iter().any(|(what, _)| *what == bound.what)) {
        trouble.push(format!("`{}` has a bound, and nothing counts it", bound.what));
    }
    print!("{}", table::text(&rows));
    if trouble.is_empty() { Ok(()) } else { Err(Failure(trouble.join("\n"))) }
}

fn count(places: &Places, valgrind: &Valgrind) -> Result<Counts, Failure> {
    let (stubs, contestants) = (Stubs::start(places)?, places.contestants());
    let [small, pull_request, large, _] = workload::all();
    let mut counts = Vec::new();
    let receiver = |name: &str| {
        let found = contestants.iter().find(|contestant| contestant.name == name);
        found.ok_or_else(|| Failure(format!("there is no `{name}`")))
    };
    let (pushes, pull_requests) = (receiver(CODE_PUSHED)?, receiver(PULL_REQUEST)?);
    let mut warm = |contestant: &Contestant, workload: &str, event: &Event| {
        let counted = valgrind.per_call(contestant, event, &stubs.http, &stubs.certificates)?;
        counts.push((format!("instructions of a warm {workload}"), counted.instructions));
        counts.push((format!("allocations of a warm {workload}"), counted.allocations));
        Ok::<_, Failure>(())
    };
    warm(pushes, small.name, &small.event)?;
    warm(pull_requests, pull_request.name, &pull_request.event)?;
    warm(pushes, large.name, &large.event)?;
    let cold = valgrind.run(pushes, &small.event, 1, &stubs.tls, &stubs.certificates)?;
    counts.push(("instructions from the start to the first 202 over TLS".to_owned(), cold.instructions));
    for contestant in [pushes, pull_requests] {
        let size = size::of(&contestant.artefact, &places.bench)?;
        counts.push((format!("bytes of the zip of {}", contestant.name), size.zip_bytes));
    }
    Ok(counts)
}

/// Leaves a profile of warm calls behind, for `callgrind_annotate`.
pub(crate) fn profile(places: &Places) -> Result<(), Failure> {
    let Some(valgrind) = Valgrind::find(&places.scratch()) else { return without_valgrind() };
    let (stubs, contestants) = (Stubs::start(places)?, places.contestants());
    for contestant in contestants.iter().filter(|contestant| contestant.name == CODE_PUSHED) {
        let [small, ..] = workload::all();
        valgrind.run(contestant, &small.event, PROFILED, &stubs.http, &stubs.certificates)?;
        println!("{}", valgrind.profile_of(contestant).display());
    }
    Ok(())
}

/// Says so, and fails where it is not to be left out.
fn without_valgrind() -> Result<(), Failure> {
    let how = "valgrind is not installed (on Debian and Ubuntu: apt install valgrind)";
    #[expect(clippy::disallowed_methods, reason = "a bench has no other settings")]
    let is_required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
    if is_required {
        return Err(Failure(format!("{how}, and {REQUIRED} is 1")));
    }
    println!("SKIPPED: instructions, allocations and sizes were not held against their bounds: {how}.");
    Ok(())
}

/// So many calls that INIT weighs little.
const PROFILED: usize = 500;

const REQUIRED: &str = "HOOKPOST_REQUIRE_GATE";
