//! The Lambda function that heals subscriptions and brings in missed events: composition only. A schedule invokes it.

use hookpost_aws::{
    Aws, AwsSettings, SecretsManagerStore, SqsCheckpointQueue, SqsQueue, SqsReceiver, StsRoleIdentity,
};
use hookpost_azure_devops::{CaBundle, EntraClient, LoopbackUrl, RestConnector, WaitLimits};
use hookpost_core::entra::sign_in::SignIn;
use hookpost_core::integration::open::Integrations;
use hookpost_core::overview::queue::OverviewQueue;
use hookpost_core::ports::{Clock as _, Ports};
use hookpost_core::secrets::name::SecretNames;
use hookpost_core::watch::Watch;
use hookpost_lambda::{LambdaRuntime, RuntimeError, System, WatchHandler, WatchSettings};

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
    let runtime = LambdaRuntime::start("watch");
    let (watch_settings, aws, local, local_entra, ca_bundle) = runtime.configure(|settings| {
        let local = settings.parsed("HOOKPOST_AZURE_DEVOPS_URL", LoopbackUrl::parse);
        let local_entra = settings.parsed("HOOKPOST_ENTRA_URL", LoopbackUrl::parse);
        let ca_bundle = settings.parsed("HOOKPOST_CA_BUNDLE", CaBundle::read).unwrap_or_default();
        (WatchSettings::read(settings), AwsSettings::read(settings), local, local_entra, ca_bundle)
    })?;
    let WatchSettings { setup: settings, checkpoint_queue_url, budget } = watch_settings;
    let aws = Aws::new(aws, settings.aws_call_timeout);
    let names = SecretNames::new(&settings.secret_prefix)?;
    let organizations = RestConnector::new(local, WaitLimits::default()).trusting(ca_bundle.clone());
    let entra = EntraClient::new(local_entra, runtime.deadline(), || System.now()).trusting(ca_bundle);
    let watch = Watch::<Production> {
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
        quarantine: aws.queue(&settings.quarantine_queue_url),
        checkpoints: aws.checkpoint_queue(&checkpoint_queue_url),
        overview: OverviewQueue {
            sender: aws.queue(&settings.overview_queue_url),
            receiver: aws.receiver(&settings.overview_queue_url),
        },
        budget,
    };
    runtime.serve(WatchHandler { watch }).await
}
