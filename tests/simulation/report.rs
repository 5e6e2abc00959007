//! Tables of figures, for people.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::outcome::Outcome;
use crate::settings;

/// Sums by fault class.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    rows: BTreeMap<&'static str, [u64; 12]>,
}

const COLUMNS: &str = "fault | schedules | events | deliveries | retries | held back as duplicates | probations | replayed | \
                       reconstructed | late | repeated | not raised, no trace | lost";

impl Sums {
    pub(crate) fn add(&mut self, class: &'static str, outcome: &Outcome) {
        let judgment = &outcome.judgment;
        let row = [
            1,
            judgment.raised,
            outcome.deliveries,
            outcome.retries,
            outcome.held_back,
            outcome.probations,
            outcome.replayed,
            outcome.reconstructed,
            judgment.late,
            judgment.repeated,
            judgment.untraceable,
            judgment.lost.len() as u64,
        ];
        for name in [class, "**all**"] {
            let sums = self.rows.entry(name).or_default();
            sums.iter_mut().zip(row).for_each(|(sum, figure)| *sum += figure);
        }
    }

    /// Writes the sums in the order of the classes.
    pub(crate) fn write(&self, name: &str, classes: impl Iterator<Item = &'static str>) {
        let row = |class| {
            Some(format!("{class} | {}", self.rows.get(class)?.map(|sum| sum.to_string()).join(" | ")))
        };
        let rows: Vec<String> = classes.chain(["**all**"]).filter_map(row).collect();
        write(name, COLUMNS, &rows);
    }
}

/// Writes a table into the folder `report`, unless the test is only a test.
pub(crate) fn write(name: &str, columns: &str, rows: &[String]) {
    if settings::is_full() {
        let line = format!("---{}", " | ---:".repeat(columns.matches('|').count()));
        let rows: Vec<String> = [columns, &line]
            .into_iter()
            .chain(rows.iter().map(String::as_str))
            .map(|row| format!("| {row} |\n"))
            .collect();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("report").join(name).with_extension("md");
        fs::write(file, rows.concat()).expect("the report can be written");
    }
}
