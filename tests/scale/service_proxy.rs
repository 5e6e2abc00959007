//! All that one process calls, on one address: Azure DevOps, SQS and Secrets Manager. Each call is counted, and moves the
//! clock of the process on by what it takes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_stand_in::Timestamp;
use hookpost_stand_in::server::{HttpResponse, Reply, Server, json};
use hyper::Request;
use hyper::body::{Body as _, Bytes};
use hyper::header::{HeaderValue, RETRY_AFTER};
use serde_json::Value;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::environment::Environment;
use crate::meter::Service;

/// The proxy that a process reaches every service through.
#[derive(Debug)]
pub struct ServiceProxy {
    server: Server,
    timer: Arc<ProcessTimer>,
}

/// The time of a process, and its end.
#[derive(Debug)]
pub struct ProcessTimer {
    environment: Arc<Environment>,
    /// The clock of the process.
    pub clock: Arc<Clock>,
    /// When the invocation that runs is killed.
    deadline: Mutex<Option<Timestamp>>,
    killed: Notify,
}

impl ServiceProxy {
    /// Starts the proxy of the process that `clock` belongs to.
    pub async fn start(environment: &Arc<Environment>, clock: Arc<Clock>) -> Self {
        let timer = ProcessTimer {
            environment: Arc::clone(environment),
            clock,
            deadline: Mutex::default(),
            killed: Notify::new(),
        };
        let timer = Arc::new(timer);
        let shared = Arc::clone(&timer);
        let server = Server::start(move |request| handle(Arc::clone(&shared), request)).await;
        Self { server, timer }
    }

    /// The address of the proxy, such as `http://127.0.0.1:40125`, without a path.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The clock of the process.
    pub fn clock(&self) -> &Arc<Clock> {
        &self.timer.clock
    }

    /// Sets the time after which no call ends: the process is killed at the first one that would.
    pub fn set_deadline(&self, deadline: Timestamp) {
        *self.timer.deadline.lock().unwrap_or_else(PoisonError::into_inner) = Some(deadline);
    }

    /// Waits until the process has to be killed.
    pub async fn killed(&self) {
        self.timer.killed.notified().await;
    }
}

impl ProcessTimer {
    fn is_over(&self, time: Timestamp) -> bool {
        self.deadline.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|deadline| time > deadline)
    }
}

async fn handle(timer: Arc<ProcessTimer>, request: Request<Bytes>) -> Reply {
    let Some((service, operation)) = named(&request) else {
        // A connection that is opened in advance.
        return Some(json(200, "{}"));
    };
    let environment = &timer.environment;
    let arrived = timer.clock.now();
    environment.wait_for_others(&timer.clock, arrived).await;
    let done = arrived + environment.latency(service);
    let sent = request.body().len();
    let reply = match service {
        Service::AzureDevOps => azure_devops(environment, &operation, request, done).await,
        Service::Sqs | Service::SecretsManager => {
            Some(aws(environment, service, &operation, request.body(), done))
        }
    };
    let received = reply.as_ref().and_then(|reply| reply.body().size_hint().exact()).unwrap_or_default();
    environment.meter().add(service, &operation, sent, usize::try_from(received).unwrap_or_default());
    timer.clock.move_to(done);
    if timer.is_over(done) {
        // The call has its effect, which is the worse of the two.
        timer.killed.notify_one();
        return std::future::pending().await;
    }
    reply
}

async fn azure_devops(
    environment: &Environment,
    operation: &str,
    request: Request<Bytes>,
    now: Timestamp,
) -> Reply {
    let wait = environment.throttle().as_mut().and_then(|throttle| throttle.admit(operation, now));
    if let Some(wait) = wait {
        let mut response = json(429, r#"{"message":"TF400733: The request has been canceled."}"#);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
        return Some(response);
    }
    environment.azure.set_time(now);
    let reply = environment.azure.answer(request).await;
    let is_delivered = reply.as_ref().is_some_and(|reply| reply.status().is_success());
    if is_delivered && operation == "POST hooks/testnotifications" {
        environment.tested().await;
    }
    reply
}

fn aws(
    environment: &Environment,
    service: Service,
    operation: &str,
    body: &Bytes,
    now: Timestamp,
) -> HttpResponse {
    let input: Value = serde_json::from_slice(body).unwrap_or_default();
    match service {
        Service::SecretsManager => environment.secrets().answer(operation, &input, now),
        _ => environment.sqs().answer(operation, &input, now),
    }
}

/// The service and the name of the operation.
fn named(request: &Request<Bytes>) -> Option<(Service, String)> {
    if let Some(target) = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()) {
        let (service, operation) = target.split_once('.')?;
        let is_sqs = service == "AmazonSQS";
        return Some((if is_sqs { Service::Sqs } else { Service::SecretsManager }, operation.to_owned()));
    }
    let (_, resource) = request.uri().path().split_once("/_apis/")?;
    let segments: Vec<&str> =
        resource.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect();
    Some((Service::AzureDevOps, format!("{} {}", request.method(), segments.join("/"))))
}

fn is_id(segment: &str) -> bool {
    segment.len() == 36 || segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// How often a call looks whether those before it are done.
pub(crate) const LOOK: Duration = Duration::from_micros(200);
