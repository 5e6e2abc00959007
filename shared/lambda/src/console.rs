//! The life of the `setup` function: start, settings, then one answer per invocation from the console.
//!
//! A refusal is a function error, which the console shows in red: `errorType` is its code, `errorMessage` what to do. What
//! is logged is the action and how it ended, never the request: a token may be in it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use hookpost_core::port::MessageQueue;
use hookpost_core::settings::Settings;
use hookpost_core::setup::failure::SetupError;
use hookpost_core::setup::quarantine::Quarantine;
use hookpost_core::setup::report::Report;
use hookpost_core::setup::request::SetupRequest;
use hookpost_core::setup::vault::Vault;
use hookpost_core::setup::{Directory, Setup, World};
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde::Serialize;
use serde_json::Value;

use crate::host::StartFailure;
use crate::log;
use crate::metrics::milliseconds;
use crate::settings::{PREFIX, environment};

/// A process on Lambda that serves an operator.
#[derive(Debug)]
pub struct Console {
    began: Instant,
}

impl Console {
    /// To be called first: from here on panics are reported, and the time to readiness is counted.
    pub fn start() -> Self {
        panic::set_hook(Box::new(|info| log::panic(info.location())));
        Self { began: Instant::now() }
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
            log::configuration_invalid(FUNCTION, &error);
            StartFailure::Settings(error)
        })
    }

    /// Serves invocations until Lambda ends the process.
    ///
    /// # Errors
    ///
    /// When the Runtime API cannot be reached.
    pub async fn serve<D, V, Q, K, W>(self, setup: Setup<D, V, Q, K, W>) -> Result<(), StartFailure>
    where
        D: Directory + Send + Sync,
        V: Vault + Send + Sync,
        Q: MessageQueue + Send + Sync,
        K: Quarantine + Send + Sync,
        W: World + Send + Sync,
    {
        log::started(FUNCTION, self.began.elapsed());
        let setup = Arc::new(setup);
        let service = service_fn(|LambdaEvent { payload, .. }: LambdaEvent<Value>| {
            let setup = Arc::clone(&setup);
            async move { answer(&setup, &payload).await }.boxed()
        });
        Runtime::new(service).run().await.map_err(StartFailure::Runtime)
    }
}

async fn answer<D, V, Q, K, W>(setup: &Setup<D, V, Q, K, W>, payload: &Value) -> Result<Report, Diagnostic>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    K: Quarantine + Send + Sync,
    W: World + Send + Sync,
{
    let began = Instant::now();
    let asked = async {
        let request = SetupRequest::parse(payload)?;
        setup.run(request).await
    };
    let ended = AssertUnwindSafe(asked).catch_unwind().await.map_err(|_| None);
    let ended = ended.and_then(|answer| answer.map_err(Some));
    log::write(&ActionLine::new(&ended, began));
    ended.map_err(|refusal| match refusal {
        Some(refusal) => diagnostic(refusal.code().as_str(), refusal.message()),
        None => diagnostic(
            "InternalError",
            "a defect; the `panic` line in the log says where. Nothing is half done \
             that running this again does not finish",
        ),
    })
}

fn diagnostic(code: &str, message: &str) -> Diagnostic {
    Diagnostic { error_type: code.to_owned(), error_message: message.to_owned() }
}

/// The name this function has in the log.
const FUNCTION: &str = "setup";

/// One action, and how it ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionLine<'a> {
    timestamp: String,
    level: &'static str,
    event: &'static str,
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    summary: &'a str,
    duration_ms: f64,
}

impl<'a> ActionLine<'a> {
    fn new(ended: &'a Result<Report, Option<SetupError>>, began: Instant) -> Self {
        let (level, outcome, code, summary) = match ended {
            Ok(report) => ("INFO", "done", None, report.summary.as_str()),
            Err(Some(refusal)) => ("WARN", "refused", Some(refusal.code().as_str()), refusal.message()),
            Err(None) => ("ERROR", "failed", Some("InternalError"), "a defect"),
        };
        let report = ended.as_ref().ok();
        Self {
            timestamp: log::timestamp(),
            level,
            event: "action",
            action: report.map_or("unknown", |report| report.action),
            integration: report.and_then(|report| report.integration.as_deref()),
            outcome,
            code,
            summary,
            duration_ms: milliseconds(began.elapsed()),
        }
    }
}
