//! The page *Integrations* in the stack's dashboard: a custom widget of CloudWatch, which calls this function with the
//! permissions of whoever looks at it and shows the HTML that it returns.
//!
//! A view that is looked at reads what is stored and what `watch` wrote last. A button runs a request of an operator, in
//! the time that a widget waits: what takes longer goes on when it is pressed again. So nothing is done twice by a double
//! click, and the overview, which is all that an automatic refresh asks for, does nothing.

mod actions;
mod console;
mod event;
mod field_problems;
mod filled;
mod form;
mod run;
mod views;

use askama::Template;
use futures_util::FutureExt as _;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::overview::queue::OverviewQueue;
use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use lambda_runtime::{Context, Diagnostic};
use serde_json::{Value, json};

use crate::runtime::{catch_panic, internal_error};
use crate::setup::page::console::ConsoleLinks;
use crate::setup::page::event::{PageEvent, asks_for_documentation};
use crate::setup::page::views::button::Button;
use crate::setup::page::views::frame::Frame;
use crate::setup::page::views::integration::IntegrationPage;
use crate::setup::page::views::overview::OverviewPage;
use crate::setup::page::views::report::ReportPage;

/// What CloudWatch shows as the documentation of the widget, in Markdown.
const DOCUMENTATION: &str = include_str!("../../templates/page/documentation.md");

/// The queue with what `watch` saw.
type SharedOverview<P> = OverviewQueue<<P as Ports>::Queue, <P as Ports>::QueueReceiver>;

/// The page, for one event.
pub(super) struct Page<'a, P: Ports> {
    setup: &'a Setup<P>,
    seen: &'a SharedOverview<P>,
    context: &'a Context,
    event: PageEvent<'a>,
}

/// Whether the event comes from the page.
pub(super) fn is_page(event: &Value) -> bool {
    asks_for_documentation(event) || event.get("widgetContext").is_some_and(Value::is_object)
}

/// Shows a view, or runs what a button asks for. The answer is HTML; a defect is the only function error.
pub(super) async fn answer<P: Ports>(
    setup: &Setup<P>,
    seen: &SharedOverview<P>,
    event: &Value,
    context: &Context,
) -> Result<Value, Diagnostic> {
    let Some(event) = PageEvent::read(event, context) else { return Ok(json!(DOCUMENTATION)) };
    let page = Page { setup, seen, context, event };
    // Boxed, because the compiler gives up on types nested as deep as these and the runtime's together.
    let html = catch_panic(page.html().boxed()).await.and_then(Result::ok);
    html.map(Value::String).ok_or_else(internal_error)
}

impl<P: Ports> Page<'_, P> {
    async fn html(&self) -> askama::Result<String> {
        match self.event.view() {
            "overview" => self.overview().await.render(),
            "integration" => match self.integration().await {
                Ok(page) => page.render(),
                Err(error) => self.refused("Integration", &error, Vec::new()).render(),
            },
            _ => self.act().await,
        }
    }

    /// What is stored and what `watch` saw, in two calls of AWS at the same time.
    async fn overview(&self) -> OverviewPage {
        let (names, seen) = tokio::join!(self.setup.names(), self.seen.read());
        let mut unknown = Vec::new();
        let names = names.map_err(|error| unknown.push(error.to_string())).ok();
        let seen = seen.map_err(|error| unknown.push(error.to_string())).ok().flatten();
        OverviewPage::new(self.frame(), names.as_deref(), seen.as_ref(), unknown, self.event.from())
    }

    async fn integration(&self) -> Result<IntegrationPage, OperatorError> {
        let name = self.named()?;
        let (stored, seen) = tokio::join!(self.setup.stored(&name), self.seen.read());
        // The page of an integration is worth showing without what `watch` saw.
        let seen = seen.ok().flatten();
        let console = ConsoleLinks::of_function(&self.context.invoked_function_arn);
        Ok(IntegrationPage::new(self.frame(), &stored?, seen.as_ref(), &console))
    }

    /// The integration that a button is about.
    fn named(&self) -> Result<IntegrationName, OperatorError> {
        let missing = || {
            OperatorError::new(ErrorCode::BadRequest, "`integration` is missing or no name of an integration")
        };
        self.event.integration().ok_or_else(missing)
    }

    fn frame(&self) -> Frame {
        self.event.frame.clone()
    }

    fn refused(&self, title: &str, error: &OperatorError, buttons: Vec<Button>) -> ReportPage {
        ReportPage::refused(self.frame(), title.to_owned(), error, buttons)
    }
}
