//! The life of a receiver's process: start, settings, then one answer per request.

use std::convert::Infallible;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use hookpost_core::endpoint::Endpoint;
use hookpost_core::inbound::Inbound;
use hookpost_core::integration::IntegrationName;
use hookpost_core::outcome::{DeliveryRecord, Fault, Outcome};
use hookpost_core::port::{MessageQueue, PasswordSource};
use hookpost_core::reply::Reply;
use hookpost_core::settings::{Settings, SettingsError};
use hookpost_core::{Receipt, Receiver};
use jiff::Timestamp;
use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyResponse;
use lambda_runtime::{Context, LambdaEvent, Runtime, service_fn};
use tokio::time::timeout;

use crate::log::{DeliveryLine, Served};
use crate::proxy_event::ProxyEvent;
use crate::settings::{PREFIX, ReceiverSettings, environment};
use crate::{clock, gateway, log, memory};

/// What is kept of an invocation's time for the answer and the log line.
const ANSWER_MARGIN: Duration = Duration::from_millis(300);

/// A process on Lambda that serves one endpoint.
#[derive(Debug)]
pub struct Host {
    endpoint: Endpoint,
    began: Instant,
}

impl Host {
    /// To be called first: from here on panics are reported, and the time to readiness is counted.
    pub fn start(endpoint: Endpoint) -> Self {
        panic::set_hook(Box::new(|info| log::panic(info.location())));
        memory::keep_freed();
        Self { endpoint, began: Instant::now() }
    }

    /// Reads the environment with `read`.
    ///
    /// # Errors
    ///
    /// When `read` noted a problem, or a `HOOKPOST_` variable is left that nothing asked for. All of it has then
    /// been logged as one line, `configuration_invalid`.
    pub fn configure<T>(&self, read: impl FnOnce(&mut Settings) -> T) -> Result<T, StartFailure> {
        let mut settings = environment();
        let value = read(&mut settings);
        settings.finish(PREFIX).map(|()| value).map_err(|error| {
            log::configuration_invalid(self.endpoint.as_str(), &error);
            StartFailure::Settings(error)
        })
    }

    /// Serves requests until Lambda ends the process. Lambda is always given an answer, never an error.
    ///
    /// # Errors
    ///
    /// When the Runtime API cannot be reached. Lambda then starts a new process.
    pub async fn serve<P, Q>(
        self,
        receiver: Receiver<P, Q>,
        settings: &ReceiverSettings,
    ) -> Result<(), StartFailure>
    where
        P: PasswordSource + Send + Sync,
        Q: MessageQueue + Send + Sync,
    {
        let server = Arc::new(Server {
            endpoint: self.endpoint,
            receiver,
            deadline: settings.deadline,
            namespace: settings.metrics_namespace.clone(),
            served_before: AtomicBool::new(false),
        });
        memory::touch();
        log::started(self.endpoint.as_str(), self.began.elapsed());
        // `ProxyEvent` is made of what JSON there is, so that what is wrong with an event is ours to answer. The future is boxed
        // because the compiler gives up on types nested as deep as the runtime's, ours and the AWS SDK's together.
        let service = service_fn(|LambdaEvent { payload, context }: LambdaEvent<ProxyEvent>| {
            let server = Arc::clone(&server);
            async move { Ok::<_, Infallible>(server.answer(payload, &context).await) }.boxed()
        });
        Runtime::new(service).run().await.map_err(StartFailure::Runtime)
    }
}

struct Server<P, Q> {
    endpoint: Endpoint,
    receiver: Receiver<P, Q>,
    deadline: Duration,
    namespace: String,
    served_before: AtomicBool,
}

impl<P: PasswordSource + Sync, Q: MessageQueue + Sync> Server<P, Q> {
    async fn answer(&self, event: ProxyEvent, context: &Context) -> ApiGatewayProxyResponse {
        let began = Instant::now();
        let Receipt { outcome, record } = self.receive(event, context).await;
        let reply = Reply::to(&outcome);
        let served = Served {
            namespace: &self.namespace,
            endpoint: self.endpoint,
            request_id: &context.request_id,
            status: reply.status,
            duration: began.elapsed(),
            cold_start: !self.served_before.swap(true, Ordering::Relaxed),
        };
        log::write(&DeliveryLine::new(&served, &outcome, &record));
        gateway::response(reply)
    }

    async fn receive(&self, event: ProxyEvent, context: &Context) -> Receipt {
        let received_at = clock::now();
        let inbound = match gateway::inbound(event, context.xray_trace_id.clone(), received_at) {
            Ok(inbound) => inbound,
            Err(detail) => {
                let outcome = Outcome::Unavailable { fault: Fault::Internal, detail };
                let record = DeliveryRecord { received_at: Some(received_at), ..DeliveryRecord::default() };
                return Receipt { outcome, record };
            }
        };
        let record = known_before(&inbound);
        let time = time_left(self.deadline, context.deadline, received_at);
        let receipt = AssertUnwindSafe(self.receiver.receive(inbound)).catch_unwind();
        let (fault, detail) = match timeout(time, receipt).await {
            Ok(Ok(receipt)) => return receipt,
            Ok(Err(_)) => (Fault::Internal, "a defect; the `panic` line says where".to_owned()),
            Err(_) => (Fault::Deadline, format!("not done after {} ms", time.as_millis())),
        };
        Receipt { outcome: Outcome::Unavailable { fault, detail }, record }
    }
}

/// What can be said of a request that came to no end.
fn known_before(inbound: &Inbound) -> DeliveryRecord {
    let name = inbound.integration.as_deref().and_then(|name| IntegrationName::parse(name).ok());
    DeliveryRecord {
        integration: name.map(|name| name.to_string()),
        activity_id: inbound.activity_id.clone(),
        change: inbound.change.clone(),
        bytes: inbound.body.len(),
        received_at: Some(inbound.received_at),
        ..DeliveryRecord::default()
    }
}

/// The time a request may take: the configured, or less when the invocation ends sooner. An end that is already past
/// says nothing but that two clocks differ.
fn time_left(deadline: Duration, ends_at_milliseconds: u64, now: Timestamp) -> Duration {
    let now = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let left = Duration::from_millis(ends_at_milliseconds.saturating_sub(now));
    let left = left.saturating_sub(ANSWER_MARGIN);
    if left.is_zero() { deadline } else { deadline.min(left) }
}

/// Why a process ended before Lambda ended it.
#[derive(thiserror::Error)]
pub enum StartFailure {
    /// Settings are missing or wrong; see the log line `configuration_invalid`.
    #[error("the settings cannot be used: the log line `configuration_invalid` names what is wrong")]
    Settings(#[source] SettingsError),
    /// The Runtime API, which Lambda offers to its functions, could not be used.
    #[error("the Lambda Runtime API cannot be used")]
    Runtime(#[source] lambda_runtime::Error),
}

impl StartFailure {
    /// The settings were said to be fine and are not all there: a defect.
    pub fn unnamed() -> Self {
        Self::Settings(SettingsError(Vec::new()))
    }
}

impl fmt::Debug for StartFailure {
    /// In words: this is what ends up on standard error when `main` returns it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(_) => write!(f, "{self}"),
            Self::Runtime(cause) => write!(f, "{self}: {cause}"),
        }
    }
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
