//! The Lambda function with which an operator, or code, links organizations: composition only. It has no trigger; the
//! account's policies say who may invoke it.

use std::time::Duration;

use hookpost_aws::{
    Aws, AwsSettings, SecretsManagerStore, SqsCheckpointQueue, SqsQueue, SqsReceiver, StsRoleIdentity,
};
use hookpost_azure_devops::{CaBundle, EntraClient, LoopbackUrl, RestConnector, WaitLimits};
use hookpost_core::entra::sign_in::SignIn;
use hookpost_core::integration::open::Integrations;
use hookpost_core::overview::queue::OverviewQueue;
use hookpost_core::ports::{Clock as _, Ports};
use hookpost_core::secrets::name::SecretNames;
use hookpost_core::setup::Setup;
use hookpost_lambda::{LambdaRuntime, RuntimeError, SetupHandler, SetupSettings, System};

#[derive(Debug)]
struct Production;

impl Ports for Production {
    type Organizations = RestConnector;
    type Identity = StsRoleIdentity;
    type Entra = EntraClient;
    type Secrets = SecretsManagerStore;
    type Queue = SqsQueue;
    type QueueReceiver = SqsReceiver;
    type Checkpoints = SqsCheckpointQueue;
    type Clock = System;
    type Random = System;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let runtime = LambdaRuntime::start("setup");
    let (settings, aws, local, local_entra, local_cloudformation, ca_bundle) =
        runtime.configure(|settings| {
            let local = settings.parsed("HOOKPOST_AZURE_DEVOPS_URL", LoopbackUrl::parse);
            let local_entra = settings.parsed("HOOKPOST_ENTRA_URL", LoopbackUrl::parse);
            let local_cloudformation = settings.parsed("HOOKPOST_CLOUDFORMATION_URL", LoopbackUrl::parse);
            let ca_bundle = settings.parsed("HOOKPOST_CA_BUNDLE", CaBundle::read).unwrap_or_default();
            let (settings, aws) = (SetupSettings::read(settings), AwsSettings::read(settings));
            (settings, aws, local, local_entra, local_cloudformation, ca_bundle)
        })?;
    let aws = Aws::new(aws, settings.aws_call_timeout);
    let names = SecretNames::new(&settings.secret_prefix)?;
    // An operator waits for the answer, and the invocation ends by itself.
    let wait_limits = WaitLimits { rate_limit: Duration::MAX, ..WaitLimits::default() };
    let organizations = RestConnector::new(local, wait_limits).trusting(ca_bundle.clone());
    let entra = EntraClient::new(local_entra, runtime.deadline(), || System.now()).trusting(ca_bundle);
    let setup = Setup::<Production> {
        integrations: Integrations {
            organizations: organizations.within(runtime.deadline(), || System.now()),
            sign_in: SignIn::new(aws.role_identity(), entra, settings.entra_audience, settings.roles),
            secrets: aws.secret_store(names, &settings.stack).encrypting_with(settings.key_arn),
            clock: System,
            random: System,
            deployment: settings.deployment,
            deadline: runtime.deadline(),
        },
        events: aws.queue(&settings.events_queue_url),
        deliveries: settings.deliveries_queue_url.as_deref().map(|url| aws.queue(url)),
        quarantine: aws.receiver(&settings.quarantine_queue_url),
    };
    let overview_url = &settings.overview_queue_url;
    let overview = OverviewQueue { sender: aws.queue(overview_url), receiver: aws.receiver(overview_url) };
    let responses = aws.cloudformation_responses();
    let cloudformation_stand_in = local_cloudformation.map(|url| url.as_url().clone());
    runtime.serve(SetupHandler { setup, overview, responses, cloudformation_stand_in }).await
}
