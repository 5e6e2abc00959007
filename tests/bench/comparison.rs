//! `make bench`: measures everybody, prints the table, writes the report and the pictures.

use std::fs;
use std::time::Instant;

use crate::callgrind::Valgrind;
use crate::contestant::{Contestant, Places};
use crate::deliveries;
use crate::measured::Figures;
use crate::running::Failure;
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;
use crate::workload::{self, LARGE_PUSH, PULL_REQUEST, SMALL_PUSH, Workload};
use crate::{bar, cold, curve, equality, growth, picture, pin, report, size, table, warm};

/// How often everything is measured. Odd, so that there is one in the middle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounds {
    pub(crate) cold: usize,
    pub(crate) warm: usize,
}

impl Rounds {
    pub(crate) const FULL: Self = Self { cold: 21, warm: 7 };
    pub(crate) const QUICK: Self = Self { cold: 5, warm: 3 };
}

/// The stubs.
#[derive(Debug)]
pub(crate) struct Stubs {
    pub(crate) certificates: Certificates,
    pub(crate) http: Aws,
    pub(crate) tls: Aws,
}

impl Stubs {
    pub(crate) fn start(places: &Places) -> Result<Self, Failure> {
        let certificates = Certificates::make(&places.scratch())?;
        let tls = Aws::start(Some(certificates.server.clone()))?;
        Ok(Self { certificates, http: Aws::start(None)?, tls })
    }
}

pub(crate) fn run(places: &Places, rounds: Rounds) -> Result<(), Failure> {
    let began = Instant::now();
    if !pin::to_one_processor() {
        say("not pinned to one processor: `taskset` (util-linux) is missing; figures will scatter more");
    }
    let (stubs, contestants, workloads) = (Stubs::start(places)?, places.contestants(), workload::all());
    say("comparing messages");
    compare_messages(&contestants, &workloads, &stubs)?;
    let figures = measure(places, &contestants, &workloads, &stubs, rounds)?;
    say("growth");
    let curves = growth::measure(&contestants, &stubs.http, &stubs.certificates, rounds.warm)?;
    let bars = bar::all(&figures).unwrap_or_default();
    println!("\n{}\n{}", table::text(&table::rows(&figures)), table::text(&bar::rows(&bars)));
    print!("{}", table::text(&report::growth_rows(&curves)));
    fs::write(places.bench.join("comparison.svg"), picture::svg(&figures))?;
    fs::write(places.bench.join("growth.svg"), curve::svg(&curves))?;
    let text = report::text(&figures, &bars, &curves, &workloads, rounds);
    fs::write(places.bench.join("REPORT.md"), text)?;
    say(&format!(
        "done in {} s: REPORT.md, comparison.svg and growth.svg are in tests/bench",
        began.elapsed().as_secs()
    ));
    Ok(())
}

fn say(what: &str) {
    println!("{what}");
}

/// Of pushes small, large and cut to fit, of many refs, and of pull requests.
fn compare_messages(
    contestants: &[Contestant],
    workloads: &[Workload],
    stubs: &Stubs,
) -> Result<(), Failure> {
    let sending = |is_push: bool| -> Vec<&Contestant> {
        let takes = |work: crate::contestant::Work| {
            if is_push { work.takes_pushes() } else { work.takes_pull_requests() }
        };
        contestants.iter().filter(|contestant| contestant.work.sends() && takes(contestant.work)).collect()
    };
    for is_push in [true, false] {
        let events = workloads.iter().filter(|workload| workload.is_push == is_push);
        let mut events: Vec<_> = events.map(|workload| workload.event.clone()).collect();
        if is_push {
            events.push(deliveries::push_of_refs(30));
        }
        equality::check(&sending(is_push), &events, &stubs.http, &stubs.certificates)?;
    }
    Ok(())
}

fn measure(
    places: &Places,
    contestants: &[Contestant],
    workloads: &[Workload],
    stubs: &Stubs,
    rounds: Rounds,
) -> Result<Vec<Figures>, Failure> {
    let Stubs { certificates, http, tls } = stubs;
    say("cold starts");
    let cold = cold::measure(contestants, workloads, tls, certificates, rounds.cold)?;
    say("warm calls over HTTP");
    let warm = warm::measure(contestants, workloads, http, certificates, rounds.warm)?;
    say("warm calls over TLS");
    let warm_tls = warm::measure(contestants, &workloads[..LARGE_PUSH], tls, certificates, rounds.warm)?;
    let valgrind = Valgrind::find(&places.scratch());
    say(if valgrind.is_some() { "instructions" } else { "no instructions: valgrind is not installed" });
    let mut figures = Vec::new();
    for (((contestant, cold), warm), warm_tls) in contestants.iter().zip(cold).zip(warm).zip(warm_tls) {
        let workload = if contestant.work.takes_pushes() { SMALL_PUSH } else { PULL_REQUEST };
        let event = &workloads[workload].event;
        let count = |valgrind: &Valgrind| valgrind.per_call(contestant, event, http, certificates);
        // An interpreter that compiles while it runs gives no figure that means anything.
        let counted = valgrind.as_ref().filter(|_| contestant.is_compiled).map(count).transpose()?;
        let size = size::of(&contestant.artefact, &places.bench)?;
        figures.push(Figures { contestant: contestant.clone(), cold, warm, warm_tls, counted, size });
    }
    Ok(figures)
}
