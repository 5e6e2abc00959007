//! The Lambda function that looks after what `setup` linked: wiring, and nothing else. A schedule calls it.

use hookpost_aws::{Aws, AwsSettings};
use hookpost_azure_devops::{LocalUrl, Patience, RestDirectory};
use hookpost_core::setup::vault::SecretNames;
use hookpost_core::setup::{Setup, SetupPolicy};
use hookpost_core::watch::Watch;
use hookpost_lambda::{StartFailure, SystemWorld, WatchSettings, Watcher};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartFailure> {
    let watcher = Watcher::start();
    let (settings, aws, local, names) = watcher.configure(|settings| {
        let read = WatchSettings::read(settings);
        let local = settings.parsed("HOOKPOST_AZURE_DEVOPS_URL", LocalUrl::parse);
        let names = settings.checked("HOOKPOST_SECRET_PREFIX", SecretNames::new(&read.setup.secret_prefix));
        (read, AwsSettings::read(settings), local, names)
    })?;
    let Some(names) = names else { return Err(StartFailure::unnamed()) };
    let aws = Aws::new(aws, settings.setup.patience);
    let setup = Setup {
        directory: RestDirectory::new(local, Patience::default()),
        vault: aws.vault(names, &settings.setup.stack),
        events: aws.queue(&settings.setup.events_queue_url),
        quarantine: (),
        world: SystemWorld,
        policy: SetupPolicy {
            webhook_base_url: settings.setup.webhook_base_url,
            servers: settings.setup.servers,
            overlap: settings.setup.overlap,
        },
    };
    let watch = Watch {
        setup,
        quarantine: aws.queue(&settings.setup.quarantine_queue_url),
        passes: aws.passes(&settings.checkpoint_queue_url),
        budget: settings.budget,
    };
    watcher.serve(watch, settings.metrics_namespace).await
}
