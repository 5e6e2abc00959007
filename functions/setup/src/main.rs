//! The Lambda function with which an operator links organizations: composition only. It has no trigger; the account's
//! policies say who may invoke it.

use hookpost_aws::{Aws, AwsSettings};
use hookpost_azure_devops::{LocalUrl, Patience, RestDirectory};
use hookpost_core::setup::Setup;
use hookpost_core::setup::vault::SecretNames;
use hookpost_lambda::{LambdaRuntime, RuntimeError, SetupHandler, SetupSettings, System};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let runtime = LambdaRuntime::start("setup");
    let (settings, aws, local) = runtime.configure(|settings| {
        let local = settings.parsed("HOOKPOST_AZURE_DEVOPS_URL", LocalUrl::parse);
        (SetupSettings::read(settings), AwsSettings::read(settings), local)
    })?;
    let aws = Aws::new(aws, settings.aws_call_timeout);
    let names = SecretNames::new(&settings.secret_prefix)?;
    let setup = Setup {
        directory: RestDirectory::new(local, Patience::default()),
        vault: aws.vault(names, &settings.stack).encrypting_with(settings.key_arn),
        events: aws.queue(&settings.events_queue_url),
        quarantine: aws.quarantine_reader(&settings.quarantine_queue_url),
        world: System,
        policy: settings.policy,
    };
    runtime.serve(SetupHandler(setup)).await
}
