//! The Lambda function that links organizations: wiring, and nothing else. It has no trigger; who may invoke it is for
//! the account to say.

use hookpost_aws::{Aws, AwsSettings};
use hookpost_azure_devops::{LocalUrl, Patience, RestDirectory};
use hookpost_core::setup::vault::SecretNames;
use hookpost_core::setup::{Setup, SetupPolicy};
use hookpost_lambda::{Console, SetupSettings, StartFailure, SystemWorld};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartFailure> {
    let console = Console::start();
    let (settings, aws, local, names) = console.configure(|settings| {
        let read = SetupSettings::read(settings);
        let local = settings.parsed("HOOKPOST_AZURE_DEVOPS_URL", LocalUrl::parse);
        let names = settings.checked("HOOKPOST_SECRET_PREFIX", SecretNames::new(&read.secret_prefix));
        (read, AwsSettings::read(settings), local, names)
    })?;
    let Some(names) = names else { return Err(StartFailure::unnamed()) };
    let aws = Aws::new(aws, settings.patience);
    let setup = Setup {
        directory: RestDirectory::new(local, Patience::default()),
        vault: aws.vault(names, &settings.stack).encrypting_with(settings.key_arn),
        events: aws.queue(&settings.events_queue_url),
        quarantine: aws.quarantine_reader(&settings.quarantine_queue_url),
        world: SystemWorld,
        policy: SetupPolicy {
            webhook_base_url: settings.webhook_base_url,
            servers: settings.servers,
            overlap: settings.overlap,
        },
    };
    console.serve(setup).await
}
