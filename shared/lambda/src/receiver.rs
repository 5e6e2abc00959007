//! The handler of the receivers: one request of Azure DevOps in, one response out, one log line.

mod allocator;
mod line;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hookpost_core::integration::name::IntegrationName;
use hookpost_core::ports::{MessageQueue, PasswordSource};
use hookpost_core::receiver::outcome::{DeliveryRecord, Fault, Outcome};
use hookpost_core::receiver::request::WebhookRequest;
use hookpost_core::receiver::response::WebhookResponse;
use hookpost_core::receiver::{HandledRequest, Receiver};
use jiff::Timestamp;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use lambda_runtime::{Context, Diagnostic};
use tokio::time::timeout;

use crate::apigw;
use crate::receiver::line::DeliveryLine;
use crate::runtime::{Handler, catch_panic};
use crate::system::now;

/// Time at the end of an invocation that is kept for the response and the log line.
const ANSWER_MARGIN: Duration = Duration::from_millis(300);

/// Answers requests. Every request gets a response: errors, timeouts and panics are answered 503.
#[derive(Debug)]
pub struct ReceiverHandler<P, Q> {
    receiver: Receiver<P, Q>,
    deadline: Duration,
    answered_before: AtomicBool,
}

impl<P, Q> ReceiverHandler<P, Q> {
    /// Prepares the allocator, too, so call it once, before the first request.
    pub fn new(receiver: Receiver<P, Q>, deadline: Duration) -> Self {
        allocator::raise_thresholds();
        allocator::prefault();
        Self { receiver, deadline, answered_before: AtomicBool::new(false) }
    }
}

impl<P, Q> Handler for ReceiverHandler<P, Q>
where
    P: PasswordSource + Send + Sync,
    Q: MessageQueue + Send + Sync,
{
    type Event = ApiGatewayProxyRequest;
    type Answer = ApiGatewayProxyResponse;

    async fn handle(
        &self,
        event: ApiGatewayProxyRequest,
        context: &Context,
    ) -> Result<ApiGatewayProxyResponse, Diagnostic> {
        let started_at = Instant::now();
        let received_at = now();
        let keeps_deliveries = self.receiver.keeps_deliveries();
        let kept_headers = if keeps_deliveries { apigw::kept_headers(&event) } else { Vec::new() };
        let mut request = apigw::request(event, context.xray_trace_id.as_deref(), received_at);
        request.kept_headers = kept_headers;
        let time_left = time_left(self.deadline, context.deadline, received_at);
        let HandledRequest { outcome, record } = receive(&self.receiver, request, time_left).await;
        let response = WebhookResponse::to(&outcome);
        DeliveryLine {
            request_id: &context.request_id,
            status: response.status,
            duration: started_at.elapsed(),
            cold_start: !self.answered_before.swap(true, Ordering::Relaxed),
            outcome: &outcome,
            record: &record,
        }
        .write();
        Ok(apigw::response(response))
    }
}

/// Receives one request within `time`, and survives a panic.
async fn receive<P, Q>(receiver: &Receiver<P, Q>, request: WebhookRequest, time: Duration) -> HandledRequest
where
    P: PasswordSource + Sync,
    Q: MessageQueue + Sync,
{
    let record = record_of(&request);
    let (fault, detail) = match timeout(time, catch_panic(receiver.receive(request))).await {
        Ok(Some(receipt)) => return receipt,
        Ok(None) => (Fault::Internal, "a defect: the log line `panic` names the place".to_owned()),
        Err(_) => (Fault::Deadline, format!("not finished after {} ms", time.as_millis())),
    };
    HandledRequest { outcome: Outcome::Unavailable { fault, detail }, record }
}

/// The log record of a request that was not finished.
fn record_of(request: &WebhookRequest) -> DeliveryRecord {
    let name = request.integration.as_deref().and_then(|name| IntegrationName::parse(name).ok());
    DeliveryRecord {
        integration: name.map(|name| name.to_string()),
        activity_id: request.activity_id.clone(),
        change: request.change.clone(),
        bytes: request.body.len(),
        received_at: Some(request.received_at),
        ..DeliveryRecord::default()
    }
}

/// How long a request may take: `deadline`, or less when the invocation ends sooner. An end in the past only shows that
/// two clocks differ.
fn time_left(deadline: Duration, ends_at_milliseconds: u64, now: Timestamp) -> Duration {
    let now = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let left = Duration::from_millis(ends_at_milliseconds.saturating_sub(now));
    let left = left.saturating_sub(ANSWER_MARGIN);
    if left.is_zero() { deadline } else { deadline.min(left) }
}

#[cfg(test)]
mod tests;
