//! The report: REPORT.md for people, figures.json for the curves.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::row::Row;

/// Writes both into this crate's folder.
///
/// # Errors
///
/// They cannot be written.
pub fn write(rows: &[Row], exceeded: &[String]) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let figures: Value = rows
        .iter()
        .map(|row| json!({"scenario": row.scenario, "size": row.size, "extent": row.extent, "figures": row.figures}))
        .collect();
    std::fs::write(folder.join("figures.json"), format!("{figures:#}\n"))?;
    std::fs::write(folder.join("REPORT.md"), markdown(rows, exceeded))
}

fn markdown(rows: &[Row], exceeded: &[String]) -> String {
    let mut text = HEAD.to_owned();
    let mut seen = BTreeSet::new();
    for scenario in rows.iter().map(|row| row.scenario).filter(|scenario| seen.insert(*scenario)) {
        let here: Vec<&Row> = rows.iter().filter(|row| row.scenario == scenario).collect();
        let names: BTreeSet<&str> = here.iter().flat_map(|row| row.figures.keys().copied()).collect();
        let _ = writeln!(text, "\n## {scenario}\n");
        let heads: String = here.iter().fold(String::new(), |heads, row| heads + &format!(" {} |", row.size));
        let _ = writeln!(text, "| |{heads}\n| --- |{}", " ---: |".repeat(here.len()));
        for name in names {
            let cells = here
                .iter()
                .map(|row| row.figures.get(name).map_or_else(|| "–".to_owned(), |value| grouped(*value)));
            let cells = cells.fold(String::new(), |cells, cell| cells + &format!(" {cell} |"));
            let _ = writeln!(text, "| {name} |{cells}");
        }
    }
    text.push_str("\n## Out of bounds\n\n");
    if exceeded.is_empty() {
        text.push_str("Nothing.\n");
    }
    for line in exceeded {
        let _ = writeln!(text, "- {line}");
    }
    text
}

/// With a comma between thousands.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const HEAD: &str = "\
# How the product behaves as its work grows

Written by `make scale`; [README.md](README.md) says how it is measured and what it cannot see. Seconds are those of the virtual clock.

![Curves](curves.svg)
";
