//! The life of the `watch` function: start, settings, then one pass per invocation, whatever the invocation says.
//!
//! Each integration is one log line, which is also its metrics. The answer is the same for people.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use hookpost_core::port::MessageQueue;
use hookpost_core::settings::Settings;
use hookpost_core::setup::failure::SetupError;
use hookpost_core::setup::vault::Vault;
use hookpost_core::setup::{Directory, World};
use hookpost_core::watch::{Pass, Passes, Seen, Watch};
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};

use crate::host::StartFailure;
use crate::log;
use crate::metrics::milliseconds;
use crate::settings::{PREFIX, environment};
use crate::watch_metrics::WatchLine;

/// A process on Lambda that watches.
#[derive(Debug)]
pub struct Watcher {
    began: Instant,
}

impl Watcher {
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

    /// Serves invocations until Lambda ends the process. Metrics go into `namespace`.
    ///
    /// # Errors
    ///
    /// When the Runtime API cannot be reached.
    pub async fn serve<D, V, Q, W, P>(
        self,
        watch: Watch<D, V, Q, W, P>,
        namespace: String,
    ) -> Result<(), StartFailure>
    where
        D: Directory + Send + Sync,
        V: Vault + Send + Sync,
        Q: MessageQueue + Send + Sync,
        W: World + Send + Sync,
        P: Passes + Send + Sync,
    {
        log::started(FUNCTION, self.began.elapsed());
        let (watch, namespace) = (Arc::new(watch), Arc::new(namespace));
        let service = service_fn(|_: LambdaEvent<Value>| {
            let (watch, namespace) = (Arc::clone(&watch), Arc::clone(&namespace));
            async move { answer(&watch, &namespace).await }.boxed()
        });
        Runtime::new(service).run().await.map_err(StartFailure::Runtime)
    }
}

async fn answer<D, V, Q, W, P>(watch: &Watch<D, V, Q, W, P>, namespace: &str) -> Result<Value, Diagnostic>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    W: World + Send + Sync,
    P: Passes + Send + Sync,
{
    let began = Instant::now();
    let ended = AssertUnwindSafe(watch.pass()).catch_unwind().await;
    let duration = milliseconds(began.elapsed());
    match ended {
        Ok(Ok(Pass::AnotherIsRunning)) => {
            Ok(json!({"summary": "another pass is running, or ended without giving back its right"}))
        }
        Ok(Ok(Pass::Done(all))) => {
            for seen in &all {
                log::write(&WatchLine::of(seen, namespace, duration));
            }
            log::write(&WatchLine::of_end(all.len(), namespace, duration));
            Ok(report(&all))
        }
        Ok(Err(error)) => {
            log::write(&WatchLine::of_failure(&error, duration));
            Err(diagnostic(error.code().as_str(), error.message()))
        }
        Err(_) => Err(diagnostic("InternalError", "a defect; the `panic` line in the log says where")),
    }
}

/// For whoever called it by hand.
fn report(all: &[Seen]) -> Value {
    let failed = all.iter().filter(|seen| seen.failure.is_some()).count();
    let integrations: Vec<Value> = all.iter().map(integration).collect();
    json!({
        "summary": format!("{} integrations looked after, {failed} not to the end", all.len()),
        "integrations": integrations,
    })
}

fn integration(seen: &Seen) -> Value {
    json!({
        "integration": seen.integration,
        "tokenDaysLeft": seen.token_days_left,
        "subscriptionsNotEnabled": seen.not_enabled,
        "subscriptionsHealed": seen.healed,
        "deliveriesMissed": seen.missed,
        "deliveriesReplayed": seen.replayed,
        "eventsReconstructed": seen.reconstructed,
        "happeningsWaiting": seen.waiting,
        "done": seen.done,
        "remains": seen.remains,
        "failure": seen.failure.as_ref().map(SetupError::message),
    })
}

fn diagnostic(code: &str, message: &str) -> Diagnostic {
    Diagnostic { error_type: code.to_owned(), error_message: message.to_owned() }
}

/// The name this function has in the log.
const FUNCTION: &str = "watch";
