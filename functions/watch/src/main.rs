//! The Lambda function that heals subscriptions and brings in missed events: composition only. A schedule invokes it.

use hookpost_aws::{Aws, AwsSettings};
use hookpost_azure_devops::{LocalUrl, Patience, RestDirectory};
use hookpost_core::setup::Setup;
use hookpost_core::setup::vault::SecretNames;
use hookpost_core::watch::Watch;
use hookpost_lambda::{LambdaRuntime, RuntimeError, System, WatchHandler, WatchSettings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let runtime = LambdaRuntime::start("watch");
    let (watch_settings, aws, local) = runtime.configure(|settings| {
        let local = settings.parsed("HOOKPOST_AZURE_DEVOPS_URL", LocalUrl::parse);
        (WatchSettings::read(settings), AwsSettings::read(settings), local)
    })?;
    let WatchSettings { setup: settings, checkpoint_queue_url, budget, metrics_namespace } = watch_settings;
    let aws = Aws::new(aws, settings.aws_call_timeout);
    let names = SecretNames::new(&settings.secret_prefix)?;
    let setup = Setup {
        directory: RestDirectory::new(local, Patience::default()),
        vault: aws.vault(names, &settings.stack),
        events: aws.queue(&settings.events_queue_url),
        quarantine: (),
        world: System,
        policy: settings.policy,
    };
    let quarantine = aws.queue(&settings.quarantine_queue_url);
    let watch = Watch { setup, quarantine, passes: aws.passes(&checkpoint_queue_url), budget };
    runtime.serve(WatchHandler { watch, metrics_namespace }).await
}
