//! What Azure DevOps says of an integration now: its problems, each with its fix, and its subscriptions.

use askama::Template;
use hookpost_core::setup::report::Report;
use serde_json::Value;

use crate::setup::page::views::button::Button;
use crate::setup::page::views::excerpt::{excerpt, first};
use crate::setup::page::views::frame::Frame;

/// Most subscriptions and lines that are shown: those of some dozen projects.
const LINES_MAX: usize = 100;

/// Longest text of a cell, in bytes of HTML.
const CELL_BYTES_MAX: usize = 300;

/// The state of an integration now.
#[derive(Template)]
#[template(path = "page/status.html")]
pub(in crate::setup::page) struct StatusPage {
    frame: Frame,
    name: String,
    summary: String,
    facts: Vec<(&'static str, String)>,
    remains: Vec<String>,
    warnings: Vec<String>,
    subscriptions: Vec<[String; 6]>,
    further: usize,
    buttons: Vec<Button>,
}

impl StatusPage {
    /// The state of an integration by its `status`.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        name: &str,
        report: Report,
        buttons: Vec<Button>,
    ) -> Self {
        let details = report.details.get("integrations").and_then(|integrations| integrations.get(name));
        let listed = details.and_then(|details| details["subscriptions"].as_array());
        let listed = listed.map_or(&[][..], Vec::as_slice);
        let left_out = details.and_then(|details| details["subscriptionsLeftOut"].as_u64()).unwrap_or(0);
        let facts = [
            ("Token belongs to", "tokenOwner"),
            ("App", "app"),
            ("Last delivery", "lastSuccess"),
            ("Succeeded in 7 days", "succeededLastDays"),
            ("Failed in 7 days", "failedLastDays"),
        ];
        let fact = |(label, field): (&'static str, &str)| Some((label, cell(details?.get(field)?)?));
        Self {
            frame,
            name: name.to_owned(),
            summary: report.summary,
            facts: facts.into_iter().filter_map(fact).collect(),
            remains: first(report.remains, LINES_MAX),
            warnings: first(report.warnings, LINES_MAX),
            subscriptions: listed.iter().take(LINES_MAX).map(row).collect(),
            further: listed.len().saturating_sub(LINES_MAX) + usize::try_from(left_out).unwrap_or(0),
            buttons,
        }
    }
}

/// Event, project, state, last delivery, failed deliveries, creator.
fn row(subscription: &Value) -> [String; 6] {
    let of = |field: &str| subscription.get(field).and_then(cell);
    let event = match (of("event"), of("change")) {
        (Some(event), Some(change)) => format!("{event}, {change}"),
        (event, _) => event.unwrap_or_default(),
    };
    let project = of("project").unwrap_or_else(|| "all".to_owned());
    let [state, last, failed, creator] = ["state", "lastSuccess", "failedLastDays", "createdBy"].map(of);
    [
        event,
        project,
        state.unwrap_or_default(),
        last.unwrap_or_else(|| "none".to_owned()),
        failed.unwrap_or_default(),
        creator.unwrap_or_default(),
    ]
}

/// A value as text; `None` for nothing.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(excerpt(text, CELL_BYTES_MAX)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
