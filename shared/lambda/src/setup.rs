//! The handler of `setup`: one request of an operator or of infrastructure as code in, its report or its outcome out, one log line.
//!
//! The callers are told apart by the shape of the event; each form of answer has a file of its own, which translates the event and the
//! answer and decides nothing. The request is never logged: it may hold a token.

mod cloudformation;
mod deadline;
mod line;
mod operator;
mod page;
mod terraform;

use futures_util::FutureExt as _;
use hookpost_core::overview::queue::OverviewQueue;
use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use hookpost_core::setup::declared::lifecycle::Lifecycle;
use hookpost_core::setup::declared::resource::ResourceRequest;
use hookpost_core::setup::declared::response::{ResponseSender, ResponseUrl};
use lambda_runtime::{Context, Diagnostic};
use serde_json::Value;
use url::Url;

use crate::runtime::Handler;
use crate::setup::line::log_refused;

/// Answers operators, the page in the dashboard, Secrets Manager, CloudFormation, the CDK and Terraform.
#[derive(Debug)]
pub struct SetupHandler<P: Ports, R: ResponseSender> {
    /// Runs the actions.
    pub setup: Setup<P>,
    /// What the last pass of `watch` saw of each integration.
    pub overview: OverviewQueue<P::Queue, P::QueueReceiver>,
    /// Sends answers to CloudFormation.
    pub responses: R,
    /// A URL on this machine in place of CloudFormation's.
    pub cloudformation_stand_in: Option<Url>,
}

impl<P: Ports, R: ResponseSender> Handler for SetupHandler<P, R> {
    type Event = Value;
    type Answer = Value;

    async fn handle(&self, event: Value, context: &Context) -> Result<Value, Diagnostic> {
        if page::is_page(&event) {
            return page::answer(&self.setup, &self.overview, &event, context).boxed().await;
        }
        if let Some(request) = ResourceRequest::read(&event) {
            let Some(url) = request.response_url() else {
                return cloudformation::answer_framework(&self.setup, &request, context).await;
            };
            return match ResponseUrl::parse(url, self.cloudformation_stand_in.as_ref()) {
                Ok(url) => {
                    cloudformation::answer(&self.setup, &self.responses, &request, &url, context).await
                }
                Err(error) => Err(log_refused("BadRequest", error.to_string())),
            };
        }
        match Lifecycle::read(&event) {
            Some(lifecycle) => terraform::answer(&self.setup, &lifecycle, context).await,
            None => operator::answer(&self.setup, &event).await,
        }
    }
}
