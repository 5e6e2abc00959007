//! Posts raw deliveries to tools that read Azure DevOps's webhooks themselves: composition only. On Lambda, an event source
//! mapping invokes it. Elsewhere it reads the queue in a loop.

mod credentials;
mod tools;

use std::time::Duration;

use hookpost_aws::{Aws, AwsSettings};
use hookpost_core::relay::Relay;
use hookpost_lambda::{LambdaRuntime, RelayHandler, RelaySettings, RelayWorker, RuntimeError, System};

use crate::tools::HttpTools;

/// Time of one call to AWS, retries included. A long poll has its own. A function has 60 s, of which a tool may take 30.
const AWS_CALL_TIMEOUT: Duration = Duration::from_secs(4);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let runtime = LambdaRuntime::start("relay");
    let is_on_lambda = runtime.is_on_lambda();
    let provider = if is_on_lambda { None } else { Some(credentials::provider().await) };
    let (queue_url, aws, config, tools) = runtime.configure(|settings| {
        let relay = RelaySettings::read(settings, is_on_lambda);
        let aws = match provider {
            Some(provider) => AwsSettings::read_with(settings, provider),
            None => AwsSettings::read(settings),
        };
        let tools = relay.config.as_ref().map(HttpTools::new);
        let tools = tools.and_then(|tools| settings.checked("HOOKPOST_RELAY_CONFIG", tools));
        (relay.queue_url, aws, relay.config, tools)
    })?;
    // Without them, `configure` has failed.
    let (Some(config), Some(tools)) = (config, tools) else { return Ok(()) };
    let aws = Aws::new(aws, AWS_CALL_TIMEOUT);
    let relay = Relay::new(config, tools, aws.tool_credentials(), System, aws.queue(&queue_url));
    let queue = aws.deliveries(&queue_url);
    if is_on_lambda {
        return runtime.serve(RelayHandler { relay, queue }).await;
    }
    RelayWorker { relay, queue }.run(&runtime, stop_signal()).await;
    Ok(())
}

/// Ends when the process is asked to end: by a container's engine or systemd, or at a terminal.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}
