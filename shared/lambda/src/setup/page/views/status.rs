//! What Azure DevOps says of an integration now: its problems, each with its fix, and its subscriptions.

use askama::Template;
use hookpost_core::setup::report::Report;
use jiff::Timestamp;
use serde_json::Value;

use crate::setup::page::views::button::Button;
use crate::setup::page::views::excerpt::{LINE_BYTES_MAX, excerpt, first};
use crate::setup::page::views::frame::Frame;

/// Most subscriptions and lines that are shown: those of some dozen projects.
const LINES_MAX: usize = 100;

/// Longest text of a cell, in bytes of HTML.
const CELL_BYTES_MAX: usize = 300;

/// A subscription.
struct SubscriptionRow {
    is_enabled: bool,
    state: String,
    /// Event, project, last delivery, failed deliveries, creator.
    cells: [String; 5],
}

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
    subscriptions: Vec<SubscriptionRow>,
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
        let fact = |(label, field): (&'static str, &str)| Some((label, cell(details?.get(field)?, &frame)?));
        let facts = facts.into_iter().filter_map(fact).collect();
        let lines = |lines: Vec<String>| -> Vec<String> {
            first(lines, LINES_MAX).iter().map(|line| excerpt(line, LINE_BYTES_MAX)).collect()
        };
        let mut rows: Vec<SubscriptionRow> =
            listed.iter().map(|subscription| SubscriptionRow::new(subscription, &frame)).collect();
        // What is wrong comes first.
        rows.sort_by_key(|row| row.is_enabled);
        Self {
            frame,
            name: name.to_owned(),
            summary: match report.remains.len() {
                0 => "No problems found.".to_owned(),
                1 => "1 problem.".to_owned(),
                count => format!("{count} problems."),
            },
            facts,
            remains: lines(report.remains),
            warnings: lines(report.warnings),
            subscriptions: rows.into_iter().take(LINES_MAX).collect(),
            further: listed.len().saturating_sub(LINES_MAX) + usize::try_from(left_out).unwrap_or(0),
            buttons,
        }
    }
}

impl SubscriptionRow {
    fn new(subscription: &Value, frame: &Frame) -> Self {
        let of = |field: &str| subscription.get(field).and_then(|value| cell(value, frame));
        let event = match (of("event"), of("change")) {
            (Some(event), Some(change)) => format!("{event}, {change}"),
            (event, _) => event.unwrap_or_default(),
        };
        Self {
            is_enabled: subscription["state"] == "enabled",
            cells: [
                event,
                of("project").unwrap_or_else(|| "all".to_owned()),
                of("lastSuccess").unwrap_or_else(|| "none".to_owned()),
                of("failedLastDays").unwrap_or_else(|| "0".to_owned()),
                of("createdBy").unwrap_or_default(),
            ],
            state: of("state").unwrap_or_default(),
        }
    }
}

/// A value as text, a time as somebody reads it; `None` for nothing.
fn cell(value: &Value, frame: &Frame) -> Option<String> {
    match value {
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(at) => Some(frame.exact(at)),
            Err(_) => Some(excerpt(text, CELL_BYTES_MAX)),
        },
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
