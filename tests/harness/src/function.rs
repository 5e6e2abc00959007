//! A real function binary under a Runtime API of its own.

#![expect(clippy::missing_errors_doc, reason = "the error types say when")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Command;

use super::api_gateway::{ApiRequest, ApiResponse};
use super::process::{Exit, Process};
use super::runtime_api::{FunctionError, Invocation, RuntimeApi};
use hookpost_stand_in::canary;

use super::{REGION, settings};

/// A function process. Dropping it kills the process.
#[derive(Debug)]
pub struct Function {
    runtime: RuntimeApi,
    process: Process,
    started: Instant,
}

/// Why an invocation has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum InvokeError {
    /// The function reported an error.
    #[error("the function reported an error")]
    Reported(#[source] FunctionError),
    /// The process ended, in INIT or during the invocation.
    #[error("the function ended: {0}")]
    Ended(Exit),
    /// The invocation's deadline passed. The process is left running, other than under Lambda.
    #[error("the function missed its deadline")]
    TimedOut,
}

/// The path of a function binary of this workspace, such as `code-pushed`.
///
/// # Panics
///
/// It has not been built.
pub fn binary(name: &str) -> PathBuf {
    let path = settings::binaries().join(name);
    assert!(
        path.is_file(),
        "`{}` is missing; `make test` builds it first (or run `cargo build --workspace`)",
        path.display()
    );
    path
}

impl Function {
    /// Starts a binary in an environment that holds what Lambda sets (with canaries for the keys)
    /// and `environment`, which wins; nothing else is inherited.
    ///
    /// # Panics
    ///
    /// The binary cannot be started.
    pub async fn start<N, V>(binary: &Path, environment: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        Self::start_command(Command::new(binary), environment).await
    }

    /// Starts a command, such as an interpreter with a script, in the same environment.
    ///
    /// # Panics
    ///
    /// The command cannot be started.
    pub async fn start_command<N, V>(
        mut command: Command,
        environment: impl IntoIterator<Item = (N, V)>,
    ) -> Self
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let runtime = RuntimeApi::start().await;
        let program = PathBuf::from(command.as_std().get_program());
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", format!("hookpost-{name}"))
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/hookpost-{name}"))
            // With the function's name, so that the record of calls shows the caller.
            .env("AWS_ACCESS_KEY_ID", format!("{}-{name}", canary::ACCESS_KEY_ID))
            .env("AWS_SECRET_ACCESS_KEY", canary::SECRET_ACCESS_KEY)
            .env("AWS_SESSION_TOKEN", canary::SESSION_TOKEN)
            .env("AWS_REGION", REGION)
            .env("AWS_DEFAULT_REGION", REGION)
            .envs(FIXED.iter().copied())
            .envs(environment);
        let started = Instant::now();
        let process = Process::start(command)
            .unwrap_or_else(|error| panic!("cannot start `{}`: {error}", program.display()));
        Self { runtime, process, started }
    }

    /// The process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Waits for INIT to end; returns how long it took since the process was started.
    ///
    /// # Errors
    ///
    /// The process ended instead of asking for work.
    pub async fn ready(&self) -> Result<Duration, Exit> {
        tokio::select! {
            biased;
            () = self.runtime.polled_for_work() => Ok(self.started.elapsed()),
            exit = self.process.ended() => Err(exit),
        }
    }

    /// Invokes with an event and the usual deadline.
    pub async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        self.invoke_with(Invocation::new(event)).await
    }

    /// Invokes with a deadline of one's own.
    pub async fn invoke_with(&self, invocation: Invocation) -> Result<Value, InvokeError> {
        let timeout = invocation.timeout;
        tokio::select! {
            biased;
            answer = self.runtime.invoke(invocation) => answer.map_err(InvokeError::Reported),
            exit = self.process.ended() => Err(InvokeError::Ended(exit)),
            () = tokio::time::sleep(timeout) => Err(InvokeError::TimedOut),
        }
    }

    /// Waits until the function asks for work again, after what it does behind a response.
    pub async fn idle(&self) -> Result<(), Exit> {
        tokio::select! {
            biased;
            () = self.runtime.idle() => Ok(()),
            exit = self.process.ended() => Err(exit),
        }
    }

    /// From handing out the last invocation until the function responded.
    pub fn last_took(&self) -> Duration {
        self.runtime.last_took()
    }

    /// Sends an HTTP request the way API Gateway does.
    pub async fn http(&self, request: &ApiRequest) -> Result<ApiResponse, InvokeError> {
        self.invoke(request.event()).await.map(|answer| ApiResponse::of(&answer))
    }

    /// Every line written so far, standard error included.
    pub fn logs(&self) -> Vec<String> {
        self.process.lines()
    }

    /// Kills the process; returns how it ended and all its output.
    pub async fn stop(self) -> Exit {
        self.process.stop().await
    }
}

/// Environment variables that Lambda sets and no test looks at.
const FIXED: [(&str, &str); 9] = [
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/03/02/[$LATEST]0123456789abcdef"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
    ("LAMBDA_TASK_ROOT", "/var/task"),
    ("_HANDLER", "bootstrap"),
    ("TZ", ":UTC"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
];
