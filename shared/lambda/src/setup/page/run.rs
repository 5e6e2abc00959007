//! Runs the requests of buttons, within the time that a widget waits.

use std::time::Instant;

use futures_util::FutureExt as _;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::ports::Ports;
use hookpost_core::setup::report::Report;
use hookpost_core::setup::request::SetupRequest;
use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::runtime::{deadline_at, internal_error};
use crate::setup::deadline::within;
use crate::setup::line::{ActionLine, log};
use crate::setup::page::Page;
use crate::setup::page::views::button::Button;
use crate::setup::page::views::report::ReportPage;

/// How long an action may run: a widget waits about a minute for its answer.
const ACTION_TIME: SignedDuration = SignedDuration::from_secs(50);

/// What the buttons of reports and plans may run. Whoever may press a button may run every action on the command line;
/// this keeps a button to what it says.
const RUNNABLE: [&str; 4] = ["connect", "replay", "rotate-password", "unlink"];

impl<P: Ports> Page<'_, P> {
    /// Runs the request of a button.
    pub(super) async fn run_button(&self) -> ReportPage {
        let request = self.event.request().cloned().unwrap_or_default();
        let text = |field: &str| request.get(field).and_then(Value::as_str);
        let (action, named) = (text("action").unwrap_or_default(), text("integration"));
        let title = title(action, named);
        if !RUNNABLE.contains(&action) || request.contains_key("pat") {
            let unknown = OperatorError::new(ErrorCode::BadRequest, "the page has no such button");
            return self.refused(&title, &unknown, Vec::new());
        }
        let open = |name: &str| Button::open(&format!("Open {name}"), name);
        match self.run(request.clone()).await {
            Ok(report) => {
                if action == "unlink" && self.is_gone(&report).await {
                    return ReportPage::complete(self.frame(), title, report);
                }
                let goes_on = report.details.get("continueFrom").cloned();
                let mut buttons = Vec::new();
                if let Some(from) = &goes_on {
                    let mut rest = request.clone();
                    rest.insert("from".to_owned(), from.clone());
                    buttons.push(Button::run_again("Go on", &Value::Object(rest)).primary());
                } else if !report.remains.is_empty() {
                    buttons.push(Button::run_again("Run again", &Value::Object(request.clone())));
                }
                buttons.extend(report.integration.as_deref().map(|name| open(name).primary()));
                match goes_on {
                    Some(_) => ReportPage::incomplete(self.frame(), title, report, buttons),
                    None => ReportPage::done(self.frame(), title, report, buttons),
                }
            }
            Err(error) => {
                let label = match error.code() {
                    ErrorCode::RunInProgress => "Look again",
                    _ if error.ends_run() => "Go on",
                    _ => "Try again",
                };
                let mut buttons = vec![Button::run_again(label, &Value::Object(request.clone())).primary()];
                buttons.extend(named.map(open));
                self.refused(&title, &error, buttons)
            }
        }
    }

    /// Whether the overview no longer has the integration of a report.
    async fn is_gone(&self, report: &Report) -> bool {
        let Some(gone) = report.integration.as_deref() else { return false };
        self.setup.names().await.is_ok_and(|names| names.iter().all(|name| name.as_str() != gone))
    }

    /// Runs a request, for as long as a widget waits, and writes the log line.
    pub(super) async fn run(&self, request: Map<String, Value>) -> Result<Report, OperatorError> {
        let started_at = Instant::now();
        let requested = request.get("action").and_then(Value::as_str).unwrap_or("unknown").to_owned();
        let ends =
            deadline_at(self.context.deadline).into_iter().chain([self.event.frame.now + ACTION_TIME]).min();
        let work = async { self.setup.run(SetupRequest::parse(&Value::Object(request))?).await }.boxed();
        let result = within(self.setup, ends, work).await;
        let outcome = result.as_ref().map(Result::as_ref);
        log(&ActionLine { requested: &requested, caller: Some("page"), outcome, started_at });
        result.unwrap_or_else(|| {
            Err(OperatorError::new(ErrorCode::InternalError, internal_error().error_message))
        })
    }
}

fn title(action: &str, integration: Option<&str>) -> String {
    let of = integration.map(|name| format!(" of {name}")).unwrap_or_default();
    match action {
        "connect" => "Connect an organization".to_owned(),
        "replay" => format!("Replay for {}", integration.unwrap_or("an integration")),
        "rotate-password" => format!("Rotate the webhook password{of}"),
        "unlink" => format!("Unlink {}", integration.unwrap_or("an integration")),
        _ => "Not done".to_owned(),
    }
}
