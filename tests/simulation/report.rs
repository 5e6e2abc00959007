//! Figures for people.

use std::collections::BTreeMap;
use std::fs;

use crate::settings;
use crate::simulation::Outcome;

/// Sums by class.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<&'static str, [u64; 11]>,
}

const COLUMNS: [&str; 11] = [
    "schedules",
    "events",
    "deliveries",
    "retries",
    "held back as duplicates",
    "probations",
    "replayed",
    "reconstructed",
    "repeated",
    "not told, no trace",
    "lost",
];

impl Table {
    pub(crate) fn add(&mut self, class: &'static str, outcome: &Outcome) {
        let verdict = &outcome.verdict;
        let row = [
            1,
            verdict.raised,
            outcome.deliveries,
            outcome.retries,
            outcome.held_back,
            outcome.probations,
            outcome.replayed,
            outcome.reconstructed,
            verdict.repeated,
            verdict.untraceable,
            verdict.lost.len() as u64,
        ];
        let sums = self.rows.entry(class).or_default();
        for (sum, figure) in sums.iter_mut().zip(row) {
            *sum += figure;
        }
    }

    pub(crate) fn to_markdown(&self, order: impl Iterator<Item = &'static str>) -> String {
        let mut lines = vec![
            format!("| fault | {} |", COLUMNS.join(" | ")),
            format!("| --- |{}", " ---: |".repeat(COLUMNS.len())),
        ];
        let mut total = [0; 11];
        for class in order {
            let Some(row) = self.rows.get(class) else { continue };
            lines.push(line(class, row));
            for (sum, figure) in total.iter_mut().zip(row) {
                *sum += figure;
            }
        }
        lines.push(line("**all**", &total));
        lines.join("\n")
    }
}

fn line(name: &str, row: &[u64]) -> String {
    let figures: Vec<String> = row.iter().map(ToString::to_string).collect();
    format!("| {name} | {} |", figures.join(" | "))
}

/// Where figures go.
pub(crate) struct Report;

impl Report {
    /// Prints them, and keeps them as a part of the report when one is wanted.
    #[expect(clippy::print_stdout, reason = "figures are for whoever runs it")]
    pub(crate) fn write(part: &str, markdown: &str) {
        println!("{markdown}\n");
        if let Some(folder) = settings::report() {
            fs::create_dir_all(&folder).expect("a folder for the report");
            fs::write(folder.join(format!("{part}.md")), format!("{markdown}\n")).expect("the report");
        }
    }
}
