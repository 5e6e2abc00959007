//! What was measured, for a terminal and for REPORT.md.

use std::fmt;
use std::path::Path;

use crate::experiments::Experiment;
use crate::measure::Measured;
use crate::statistics::{LEAKY, SUSPICIOUS};

/// One line of the table.
pub(crate) struct Row {
    pub(crate) experiment: &'static Experiment,
    pub(crate) measured: Measured,
    pub(crate) verdict: &'static str,
}

/// The head of the table in a terminal.
pub(crate) const HEAD: &str = "experiment                      first class                   second class                  measured  max |t|      apart  verdict";

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { experiment, measured, verdict } = self;
        let [first, second] = experiment.classes;
        write!(f, "{:32}{first:30}{second:28}{:>10}", experiment.name, measured.measurements)?;
        write!(f, "{:>9.1}{:>8.1} ns  {verdict}", measured.finding.t, measured.finding.difference)
    }
}

/// Writes the whole table down.
#[expect(clippy::expect_used, reason = "figures that cannot be kept are none")]
pub(crate) fn write(rows: &[Row]) {
    let mut lines = vec![
        "# Timing of the credential check".to_owned(),
        String::new(),
        format!(
            "Made by `make timing` on {}-{}, optimised as a release is but for link-time optimisation. Max abs(t) below {SUSPICIOUS}: no evidence of a difference. Above {LEAKY}: there is one.",
            std::env::consts::ARCH,
            std::env::consts::OS
        ),
        "How it is measured, and what it does not show: [SECURITY.md](../../SECURITY.md#timing).".to_owned(),
        String::new(),
        "| experiment | first class | second class | measured | max abs(t) | apart | verdict |".to_owned(),
        "| --- | --- | --- | ---: | ---: | ---: | --- |".to_owned(),
    ];
    lines.extend(rows.iter().map(|Row { experiment, measured, verdict }| {
        let [first, second] = experiment.classes;
        let (name, count, finding) = (experiment.name, measured.measurements, measured.finding);
        format!(
            "| {name} | {first} | {second} | {count} | {:.1} | {:.1} ns | {verdict} |",
            finding.t, finding.difference
        )
    }));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("timing/REPORT.md");
    std::fs::write(file, lines.join("\n") + "\n").expect("the report is written");
}
