//! What the buttons of the page do: each runs a request of an operator and shows its report.

use std::collections::BTreeMap;

use askama::Template as _;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::ports::Ports;
use serde_json::{Map, Value, json};

use crate::setup::page::field_problems::FieldProblems;
use crate::setup::page::views::button::Button;
use crate::setup::page::views::connect::{ConnectPage, ProjectChoice};
use crate::setup::page::views::integration_forms::{ReplaceTokenPage, ReplayPage};
use crate::setup::page::views::report::ReportPage;
use crate::setup::page::views::status::StatusPage;
use crate::setup::page::{Page, form};

type Request = Map<String, Value>;

impl<P: Ports> Page<'_, P> {
    /// Does what a button asks for.
    pub(super) async fn act(&self) -> askama::Result<String> {
        let integration = match self.event.view() {
            "connect" => {
                return self.connect_page(self.given_values(), FieldProblems::default(), None).render();
            }
            "projects" => return self.list_projects().await.render(),
            "check" => return self.check().await,
            "identity" => return self.identity().await.render(),
            "run" => return self.run_button().await.render(),
            _ => match self.named() {
                Ok(name) => name.to_string(),
                Err(error) => return self.refused("Not shown", &error, Vec::new()).render(),
            },
        };
        match self.event.view() {
            "status" => self.status(&integration).await,
            "unlink" => self.plan_unlink(&integration).await.render(),
            "replay" => {
                ReplayPage::new(self.frame(), &integration, BTreeMap::new(), FieldProblems::default())
                    .render()
            }
            "replay-check" => self.plan_replay(&integration).await,
            "replace-token" => {
                self.replace_token_page(&integration, BTreeMap::new(), FieldProblems::default()).render()
            }
            "replace-token-run" => self.replace_token(&integration).await,
            _ => {
                let unknown =
                    OperatorError::new(ErrorCode::BadRequest, "there is no such view: update the stack");
                self.refused("Not shown", &unknown, Vec::new()).render()
            }
        }
    }

    async fn list_projects(&self) -> ConnectPage {
        match self.run(form::list_projects(&self.event.form)).await {
            Ok(report) => {
                self.connect_page(self.form(), FieldProblems::default(), Some(self.choices(&report)))
            }
            Err(error) => self.form_again(&error),
        }
    }

    /// Shows what `connect` would do, and the button that does it.
    async fn check(&self) -> askama::Result<String> {
        let request = form::connect(&self.event.form);
        let mut dry_run = request.clone();
        dry_run.insert("dryRun".to_owned(), json!(true));
        match self.run(dry_run).await {
            Ok(report) => {
                let connect = Button::run("Connect", &Value::Object(request)).primary();
                let back = Button::new("Change…", &json!({"view": "connect", "values": self.form()}));
                ReportPage::plan(
                    self.frame(),
                    "What connecting will do".to_owned(),
                    report,
                    vec![connect, back],
                )
                .render()
            }
            Err(error) => self.form_again(&error).render(),
        }
    }

    async fn identity(&self) -> ReportPage {
        let back = Button::new("Back to the form", &json!({"view": "connect", "values": self.form()}));
        match self.run(form::identity(&self.event.form)).await {
            Ok(report) => {
                ReportPage::done(self.frame(), "What the app has to trust".to_owned(), report, vec![back])
            }
            Err(error) => self.refused("What the app has to trust", &error, vec![back]),
        }
    }

    async fn status(&self, integration: &str) -> askama::Result<String> {
        let request = json!({"action": "status", "integration": integration, "verbose": true});
        let again = Button::new("Check again", &json!({"view": "status", "integration": integration}));
        match self.run(object(request)).await {
            Ok(report) => {
                let buttons = vec![again, Button::back_to(integration)];
                StatusPage::new(self.frame(), integration, report, buttons).render()
            }
            Err(error) => self
                .refused(
                    &format!("Check of {integration}"),
                    &error,
                    vec![again, Button::back_to(integration)],
                )
                .render(),
        }
    }

    async fn plan_unlink(&self, integration: &str) -> ReportPage {
        let request = json!({"action": "unlink", "integration": integration});
        let mut dry_run = request.clone();
        dry_run["dryRun"] = json!(true);
        let back = Button::open("Keep", integration);
        let title = format!("What unlinking {integration} will do");
        match self.run(object(dry_run)).await {
            Ok(report) => {
                let unlink = (!report.planned.is_empty()).then(|| Button::run("Unlink", &request));
                ReportPage::plan(self.frame(), title, report, unlink.into_iter().chain([back]).collect())
            }
            Err(error) => self.refused(&title, &error, vec![back]),
        }
    }

    /// Counts what would be replayed, and shows the button that does it.
    async fn plan_replay(&self, integration: &str) -> askama::Result<String> {
        let request = form::replay(&self.event.form, integration, self.event.what());
        let mut dry_run = request.clone();
        dry_run.insert("dryRun".to_owned(), json!(true));
        match self.run(dry_run).await {
            Ok(report) => {
                let has_events = report.details.get("events").and_then(Value::as_u64) != Some(0);
                let replay = Button::run("Replay", &Value::Object(request)).primary();
                let mut buttons = Vec::from_iter(has_events.then_some(replay));
                buttons.push(Button::open("Cancel", integration));
                ReportPage::plan(
                    self.frame(),
                    format!("What replaying for {integration} will do"),
                    report,
                    buttons,
                )
                .render()
            }
            Err(error) => {
                ReplayPage::new(self.frame(), integration, self.form(), FieldProblems::of_error(&error))
                    .render()
            }
        }
    }

    async fn replace_token(&self, integration: &str) -> askama::Result<String> {
        match self.run(form::replace_token(&self.event.form, integration)).await {
            Ok(report) => {
                let back = Button::back_to(integration).primary();
                ReportPage::done(self.frame(), format!("The token of {integration}"), report, vec![back])
                    .render()
            }
            Err(error) => {
                self.replace_token_page(integration, self.form(), FieldProblems::of_error(&error)).render()
            }
        }
    }

    fn connect_page(
        &self,
        values: BTreeMap<String, String>,
        problems: FieldProblems,
        choices: Option<Vec<ProjectChoice>>,
    ) -> ConnectPage {
        ConnectPage::new(self.frame(), values, problems, self.setup.token_secret_prefix(), choices)
    }

    fn replace_token_page(
        &self,
        integration: &str,
        values: BTreeMap<String, String>,
        problems: FieldProblems,
    ) -> ReplaceTokenPage {
        ReplaceTokenPage::new(self.frame(), integration, values, problems, self.setup.token_secret_prefix())
    }

    /// The form as it was filled in, with what was wrong.
    fn form_again(&self, error: &OperatorError) -> ConnectPage {
        self.connect_page(self.form(), FieldProblems::of_error(error), None)
    }
}

fn object(value: Value) -> Request {
    match value {
        Value::Object(fields) => fields,
        _ => Request::new(),
    }
}
