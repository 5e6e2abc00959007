//! The report of an action, as readable as that of the terminal, or why it was refused.

use askama::Template;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::setup::report::Report;
use serde_json::Value;

use crate::setup::page::views::button::Button;
use crate::setup::page::views::excerpt::{LINE_BYTES_MAX, excerpt, first};
use crate::setup::page::views::frame::Frame;

/// Most lines of one list. A log of thousands of changes is for the command line.
const LINES_MAX: usize = 100;

/// A report.
#[derive(Template)]
#[template(path = "page/report.html")]
pub(in crate::setup::page) struct ReportPage {
    frame: Frame,
    title: String,
    tone: Tone,
    summary: String,
    sections: Vec<(&'static str, Vec<String>)>,
    details: Vec<Detail>,
    next: Option<String>,
    buttons: Vec<Button>,
}

/// How a report is shown: with a color, and with a mark that tells it without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Planned,
    Good,
    Incomplete,
    Refused,
}

/// A further field of a report, with how deep it is inside of others.
struct Detail {
    depth: usize,
    label: String,
    value: String,
}

impl ReportPage {
    /// The report of an action that has run.
    pub(in crate::setup::page) fn done(
        frame: Frame,
        title: String,
        report: Report,
        buttons: Vec<Button>,
    ) -> Self {
        let tone = if report.remains.is_empty() { Tone::Good } else { Tone::Incomplete };
        let next = Some(report.next.clone()).filter(|next| !next.is_empty());
        Self { tone, next, ..Self::of(frame, title, report, buttons) }
    }

    /// The report of an action that goes on when its button is pressed.
    pub(in crate::setup::page) fn incomplete(
        frame: Frame,
        title: String,
        report: Report,
        buttons: Vec<Button>,
    ) -> Self {
        Self { tone: Tone::Incomplete, next: None, ..Self::done(frame, title, report, buttons) }
    }

    /// The report of an action that is complete with what remains.
    pub(in crate::setup::page) fn complete(frame: Frame, title: String, report: Report) -> Self {
        Self { tone: Tone::Good, ..Self::done(frame, title, report, Vec::new()) }
    }

    /// What an action would do.
    pub(in crate::setup::page) fn plan(
        frame: Frame,
        title: String,
        report: Report,
        buttons: Vec<Button>,
    ) -> Self {
        Self::of(frame, title, report, buttons)
    }

    /// Why an action was refused.
    pub(in crate::setup::page) fn refused(
        frame: Frame,
        title: String,
        error: &OperatorError,
        buttons: Vec<Button>,
    ) -> Self {
        let problems = match error.problems() {
            [] => vec![error.message().to_owned()],
            problems => problems.to_vec(),
        };
        let sections = vec![("", lines(problems))];
        let summary = match error.code() {
            ErrorCode::RunInProgress => "Another run is at work.".to_owned(),
            _ if error.ends_run() => "Not finished yet.".to_owned(),
            code => format!("Not done: {code}"),
        };
        let tone = if error.ends_run() || error.code() == ErrorCode::RunInProgress {
            Tone::Incomplete
        } else {
            Tone::Refused
        };
        Self { frame, title, tone, summary, sections, details: Vec::new(), next: None, buttons }
    }

    fn of(frame: Frame, title: String, report: Report, buttons: Vec<Button>) -> Self {
        let lists = [
            ("Remains", report.remains),
            ("Planned", report.planned),
            ("Done", report.done),
            ("Warnings", report.warnings),
            ("Checked", report.checked),
        ];
        let sections = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let mut details = Vec::new();
        for (label, value) in &report.details {
            flatten(0, label, value, &mut details);
        }
        Self {
            frame,
            title,
            tone: Tone::Planned,
            summary: report.summary,
            sections: sections.map(|(title, list)| (title, lines(list))).collect(),
            details,
            next: None,
            buttons,
        }
    }
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Planned => "hp-plan",
            Self::Good => "hp-good",
            Self::Incomplete => "hp-warn",
            Self::Refused => "hp-bad",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Planned => "→",
            Self::Good => "✓",
            Self::Incomplete => "!",
            Self::Refused => "✕",
        }
    }
}

fn lines(list: Vec<String>) -> Vec<String> {
    first(list, LINES_MAX).iter().map(|line| excerpt(line, LINE_BYTES_MAX)).collect()
}

/// The values inside of a value, one line each.
fn flatten(depth: usize, label: &str, value: &Value, details: &mut Vec<Detail>) {
    if details.len() >= LINES_MAX {
        return;
    }
    let mut push = |value: String| details.push(Detail { depth, label: words(label), value });
    match value {
        Value::Null => {}
        Value::String(text) => push(excerpt(text, LINE_BYTES_MAX)),
        Value::Bool(_) | Value::Number(_) => push(value.to_string()),
        Value::Array(values) if values.iter().all(|value| value.as_str().is_some_and(is_short)) => {
            let texts: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            push(excerpt(&first(texts, LINES_MAX).join(", "), LINE_BYTES_MAX));
        }
        Value::Array(values) => {
            for value in values {
                flatten(depth, label, value, details);
            }
        }
        Value::Object(fields) => {
            push(String::new());
            for (label, value) in fields {
                flatten(depth + 1, label, value, details);
            }
        }
    }
}

/// Whether a text stands with others in one line. A command is a line of its own, to be copied.
fn is_short(text: &str) -> bool {
    text.len() <= 80
}

/// The name of a field as words: `tokenDaysLeft` is "token days left".
fn words(field: &str) -> String {
    let mut words = String::new();
    for character in field.chars() {
        if character.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}
