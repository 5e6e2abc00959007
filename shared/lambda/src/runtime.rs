//! The process of a Lambda function: start, settings, then one call of the [`Handler`] for each invocation.

use std::fmt;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use futures_util::FutureExt as _;
use hookpost_core::error::OperatorError;
use hookpost_core::invocation::InvocationDeadline;
use hookpost_core::secrets::name::BadPrefix;
use hookpost_core::settings::{Settings, SettingsError};
use jiff::Timestamp;
use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use crate::log;
use crate::settings::{PREFIX, environment};

/// Answers the invocations of one function.
pub trait Handler {
    /// What Lambda sends.
    type Event: DeserializeOwned + Send;

    /// What the invoker gets.
    type Answer: Serialize;

    /// Answers one invocation.
    ///
    /// # Errors
    ///
    /// A function error, which the invoker sees and Lambda counts.
    fn handle(
        &self,
        event: Self::Event,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Answer, Diagnostic>> + Send;
}

/// The process of one Lambda function.
#[derive(Debug)]
pub struct LambdaRuntime {
    function: &'static str,
    started_at: Instant,
    deadline: InvocationDeadline,
}

impl LambdaRuntime {
    /// Call this first: from here on the log names the place of every panic, and the time until the function is ready is
    /// measured. `function` is its name in the log.
    pub fn start(function: &'static str) -> Self {
        panic::set_hook(Box::new(|info| log::panic(info.location())));
        Self { function, started_at: Instant::now(), deadline: InvocationDeadline::default() }
    }

    /// Whether this process is a function on Lambda, or on a stand-in for it.
    pub fn is_on_lambda(&self) -> bool {
        environment().optional("AWS_LAMBDA_RUNTIME_API").is_some()
    }

    /// When Lambda ends the present invocation. [`LambdaRuntime::serve`] sets it for each one.
    pub fn deadline(&self) -> InvocationDeadline {
        self.deadline.clone()
    }

    /// Reads the settings from the environment.
    ///
    /// # Errors
    ///
    /// When `read` noted a problem, or did not ask for a variable that begins with `HOOKPOST_`. The log line
    /// `configuration_invalid` names every problem.
    pub fn configure<T>(&self, read: impl FnOnce(&mut Settings) -> T) -> Result<T, RuntimeError> {
        let mut settings = environment();
        let value = read(&mut settings);
        settings.finish(PREFIX).map(|()| value).map_err(|error| {
            log::configuration_invalid(self.function, &error);
            RuntimeError::Settings(error)
        })
    }

    /// Notes in the log that a process that is no function is ready.
    pub(crate) fn log_started(&self) {
        log::started(self.function, self.started_at.elapsed());
    }

    /// Answers invocations until Lambda ends the process.
    ///
    /// # Errors
    ///
    /// When Lambda's Runtime API cannot be reached. Lambda then starts a new process.
    pub async fn serve<H: Handler + Sync>(self, handler: H) -> Result<(), RuntimeError> {
        log::started(self.function, self.started_at.elapsed());
        let (handler, deadline) = (&handler, &self.deadline);
        // Boxed, because the compiler gives up on types nested as deep as the runtime's, ours and the AWS SDK's together.
        let service = service_fn(|event: LambdaEvent<Payload<H::Event>>| {
            if let Some(at) = deadline_at(event.context.deadline) {
                deadline.set(at);
            }
            async move { handler.handle(event.payload.0, &event.context).await }.boxed()
        });
        lambda_runtime::Runtime::new(service).run().await.map_err(RuntimeError::RuntimeApi)
    }
}

/// The event of an invocation. The error of its deserialization does not quote it: Lambda shows that error to the
/// invoker, and `lambda_http`'s types quote header values.
struct Payload<T>(T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Payload<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer)
            .map(Self)
            .map_err(|_| D::Error::custom("not an event that this function answers"))
    }
}

/// A deadline in milliseconds since 1970; `None` for zero, as in a context without one.
pub(crate) fn deadline_at(milliseconds: u64) -> Option<Timestamp> {
    let milliseconds = i64::try_from(milliseconds).ok().filter(|milliseconds| *milliseconds > 0)?;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// Runs `work`. `None` after a panic, whose place the hook has logged.
pub(crate) async fn catch_panic<T>(work: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(work).catch_unwind().await.ok()
}

/// An error as the function error that an operator sees.
pub(crate) fn function_error(error: &OperatorError) -> Diagnostic {
    Diagnostic { error_type: error.code().as_str().to_owned(), error_message: error.message().to_owned() }
}

/// A panic as the function error that an operator sees.
pub(crate) fn internal_error() -> Diagnostic {
    Diagnostic {
        error_type: INTERNAL_ERROR.to_owned(),
        error_message:
            "a defect: the log line `panic` names the place. Running this again is safe, and finishes \
                        what was begun"
                .to_owned(),
    }
}

/// The code of a panic.
pub(crate) const INTERNAL_ERROR: &str = "InternalError";

/// Why a process ended by itself.
#[derive(thiserror::Error)]
pub enum RuntimeError {
    /// Settings are missing or wrong.
    #[error("settings are missing or wrong: the log line `configuration_invalid` names them")]
    Settings(#[source] SettingsError),
    /// The prefix of the secrets' names is wrong.
    #[error(transparent)]
    SecretPrefix(#[from] BadPrefix),
    /// Lambda's Runtime API cannot be used.
    #[error("Lambda's Runtime API cannot be used")]
    RuntimeApi(#[source] lambda_runtime::Error),
}

impl fmt::Debug for RuntimeError {
    /// As text for people: Rust prints it on standard error when `main` returns it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RuntimeApi(cause) => write!(f, "{self}: {cause}"),
            Self::Settings(_) | Self::SecretPrefix(_) => write!(f, "{self}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unreadable_event_is_an_error_that_quotes_nothing() {
        let mut with_bad_header = crate::apigw::tests::event(&json!({}));
        with_bad_header["headers"] = json!({"Authorization": "Basic hunter2\n"});
        for event in
            [with_bad_header, json!({"httpMethod": "hunter2 "}), json!("hunter2"), json!([]), json!(null)]
        {
            let read = serde_json::from_value::<Payload<ApiGatewayProxyRequest>>(event.clone());
            let error = read.err().unwrap_or_else(|| panic!("{event} was read")).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_deadline_is_a_time_and_zero_is_none() {
        assert_eq!(deadline_at(1_500), Timestamp::from_millisecond(1_500).ok());
        assert_eq!(deadline_at(0), None);
        assert_eq!(deadline_at(u64::MAX), None);
    }

    #[tokio::test]
    async fn a_panic_is_caught_and_repeats_no_message() {
        assert_eq!(catch_panic(async { panic!("hunter2") }).await, None::<()>);
        assert_eq!(catch_panic(async { 1 }).await, Some(1));
    }

    #[test]
    fn a_runtime_error_repeats_no_setting() {
        let error = RuntimeError::Settings(SettingsError(vec!["hunter2".to_owned()]));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}
