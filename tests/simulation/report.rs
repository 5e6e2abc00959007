//! Tables of figures, for people.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::schedule_result::ScheduleResult;
use crate::settings;

/// Sums by fault class.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    rows: BTreeMap<&'static str, [u64; 13]>,
    relays: BTreeMap<&'static str, [u64; 9]>,
}

const COLUMNS: &str = "fault | schedules | events | deliveries | retries | held back as duplicates | probations | replayed | \
                       reconstructed | late | repeated | with another's time | not raised, no trace | lost";

const RELAY_COLUMNS: &str = "fault | schedules | raw deliveries | accepted | refused | relays killed | posted again after a kill | \
                             posted twice otherwise | out of order | lost";

impl Sums {
    pub(crate) fn add(&mut self, class: &'static str, outcome: &ScheduleResult) {
        let judgment = &outcome.judgment;
        let row = [
            1,
            judgment.expected,
            outcome.deliveries,
            outcome.retries,
            outcome.held_back,
            outcome.probations,
            outcome.replayed,
            outcome.reconstructed,
            judgment.late,
            judgment.repeated,
            judgment.mistimed,
            judgment.untraceable,
            judgment.lost.len() as u64,
        ];
        for name in [class, "**all**"] {
            add(self.rows.entry(name).or_default(), row);
        }
        let relay = &outcome.relay;
        if relay.kept > 0 {
            let row = [
                1,
                relay.kept,
                relay.accepted,
                relay.refused,
                relay.kills,
                relay.again,
                relay.doubled.len() as u64,
                relay.disordered.len() as u64,
                relay.lost.len() as u64,
            ];
            for name in [class, "**all**"] {
                add(self.relays.entry(name).or_default(), row);
            }
        }
    }

    /// Writes the sums in the order of the classes.
    pub(crate) fn write(&self, name: &str, classes: impl Iterator<Item = &'static str>) {
        write(name, COLUMNS, &lines(&self.rows, classes));
    }

    /// Writes the sums of the relays likewise.
    pub(crate) fn write_relays(&self, name: &str, classes: impl Iterator<Item = &'static str>) {
        write(name, RELAY_COLUMNS, &lines(&self.relays, classes));
    }
}

fn add<const N: usize>(sums: &mut [u64; N], row: [u64; N]) {
    sums.iter_mut().zip(row).for_each(|(sum, figure)| *sum += figure);
}

fn lines<const N: usize>(
    rows: &BTreeMap<&'static str, [u64; N]>,
    classes: impl Iterator<Item = &'static str>,
) -> Vec<String> {
    let row = |class| Some(format!("{class} | {}", rows.get(class)?.map(|sum| sum.to_string()).join(" | ")));
    classes.chain(["**all**"]).filter_map(row).collect()
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
