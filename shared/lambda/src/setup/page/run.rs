//! Runs the requests of buttons, within the time that a widget waits.

use std::time::Instant;

use futures_util::FutureExt as _;
use hookpost_core::ports::Ports;
use hookpost_core::setup::error::{ErrorCode, SetupError};
use hookpost_core::setup::report::Report;
use hookpost_core::setup::request::SetupRequest;
use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::runtime::{deadline_at, internal_error};
use crate::setup::deadline::within;
use crate::setup::line::{Line, log};
use crate::setup::page::Page;
use crate::setup::page::views::button::Button;
use crate::setup::page::views::report::ReportPage;

/// How long an action may run: a widget waits about a minute for its answer.
const ACTION_TIME: SignedDuration = SignedDuration::from_secs(55);

/// What the buttons of reports and plans may run. Whoever may press a button may run every action on the command line;
/// this keeps a button to what it says.
const RUNNABLE: [&str; 5] = ["connect", "replay", "rotate-password", "status", "unlink"];

impl<P: Ports> Page<'_, P> {
    /// Runs the request of a button.
    pub(super) async fn run_button(&self) -> ReportPage {
        let request = self.event.request().cloned().unwrap_or_default();
        let action = request.get("action").and_then(Value::as_str).unwrap_or_default().to_owned();
        let title = title(&action).to_owned();
        if !RUNNABLE.contains(&action.as_str()) || request.contains_key("pat") {
            let unknown = SetupError::new(ErrorCode::BadRequest, "the page has no such button");
            return self.refused(&title, &unknown, Vec::new());
        }
        let again = |label: &str| Button::run(label, &Value::Object(request.clone()));
        match self.run(request.clone()).await {
            Ok(report) => {
                let mut buttons = Vec::new();
                if !report.remains.is_empty() {
                    buttons.push(again("Run again"));
                }
                let named = report.integration.clone().filter(|_| action != "unlink");
                buttons.extend(named.map(|name| Button::open("Open", &name).primary()));
                ReportPage::done(self.frame(), title, report, buttons)
            }
            Err(error) => {
                let label = match error.code() {
                    ErrorCode::RunInProgress => "Look again",
                    _ if error.ends_run() => "Go on",
                    _ => "Try again",
                };
                let mut buttons = vec![again(label).primary()];
                let named = request.get("integration").and_then(Value::as_str);
                buttons.extend(named.map(|name| Button::open("Open", name)));
                self.refused(&title, &error, buttons)
            }
        }
    }

    /// Runs a request, for as long as a widget waits, and writes the log line.
    pub(super) async fn run(&self, request: Map<String, Value>) -> Result<Report, SetupError> {
        let started_at = Instant::now();
        let requested = request.get("action").and_then(Value::as_str).unwrap_or("unknown").to_owned();
        let ends =
            deadline_at(self.context.deadline).into_iter().chain([self.event.frame.now + ACTION_TIME]).min();
        let work = async { self.setup.run(SetupRequest::parse(&Value::Object(request))?).await }.boxed();
        let result = within(self.setup, ends, work).await;
        let outcome = result.as_ref().map(Result::as_ref);
        log(&Line { requested: &requested, caller: Some("page"), outcome, started_at });
        result
            .unwrap_or_else(|| Err(SetupError::new(ErrorCode::InternalError, internal_error().error_message)))
    }
}

fn title(action: &str) -> &'static str {
    match action {
        "connect" => "Connect an organization",
        "replay" => "Replay",
        "rotate-password" => "Rotate the webhook password",
        "status" => "Check",
        "unlink" => "Unlink",
        _ => "Not done",
    }
}
