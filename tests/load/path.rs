//! The whole path: a gateway, as many instances of both receivers as it takes, the queue behind them.

use std::sync::Arc;
use std::time::Duration;

use hookpost_harness::account::{Account, INTEGRATION};
use hookpost_harness::emulators::emulators;
use hookpost_harness::fleet::Fleet;
use hookpost_harness::gateway::Gateway;
use hookpost_harness::local_aws::LocalAws;
use hookpost_harness::secrets::{webhook_secret, webhook_value};
use hookpost_stand_in::canary;

/// Who plays SQS and Secrets Manager.
#[derive(Debug)]
pub(crate) enum Cloud {
    /// The emulators.
    Emulated(Box<Account>),
    /// This process.
    Local(LocalAws),
}

/// Everything between Azure DevOps and the queue.
#[derive(Debug)]
pub(crate) struct Path {
    cloud: Cloud,
    fleets: [Arc<Fleet>; 2],
    gateway: Gateway,
}

/// What is left of it.
#[derive(Debug)]
pub(crate) struct Remains {
    /// The bodies of all messages on the queue.
    pub(crate) queued: Vec<String>,
    /// How long each instance took to start.
    pub(crate) starts: Vec<Duration>,
    /// How many instances did not start, or did not answer.
    pub(crate) failed: usize,
    /// Every line they wrote.
    pub(crate) log: Vec<String>,
}

impl Cloud {
    /// `name` must be unique within the process.
    pub(crate) async fn emulated(name: &str) -> Self {
        Self::Emulated(Box::new(Account::open(name).await))
    }

    pub(crate) async fn local() -> Self {
        let secret = (webhook_secret(PREFIX, INTEGRATION), webhook_value(canary::PASSWORD));
        Self::Local(LocalAws::start([secret]).await)
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            // Not by the fronts, which remember every call.
            Self::Emulated(account) => vec![
                ("HOOKPOST_EVENTS_QUEUE_URL", account.events_url.clone()),
                ("HOOKPOST_QUARANTINE_QUEUE_URL", account.quarantine_url.clone()),
                ("HOOKPOST_SECRET_PREFIX", account.prefix.clone()),
                ("AWS_ENDPOINT_URL_SQS", emulators().sqs().to_owned()),
                ("AWS_ENDPOINT_URL_SECRETS_MANAGER", emulators().secrets_manager().to_owned()),
            ],
            Self::Local(aws) => vec![
                ("HOOKPOST_EVENTS_QUEUE_URL", format!("{}/123456789012/events.fifo", aws.endpoint())),
                ("HOOKPOST_QUARANTINE_QUEUE_URL", format!("{}/123456789012/quarantine", aws.endpoint())),
                ("HOOKPOST_SECRET_PREFIX", PREFIX.to_owned()),
                ("AWS_ENDPOINT_URL_SQS", aws.endpoint()),
                ("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.endpoint()),
            ],
        }
    }

    async fn queued(&self) -> Vec<String> {
        match self {
            Self::Emulated(account) => {
                assert!(account.quarantined().await.is_empty(), "everything is understood");
                account.events().await.into_iter().map(|message| message.body).collect()
            }
            Self::Local(aws) => aws.bodies(),
        }
    }
}

impl Path {
    /// With at most so many instances of each receiver, none of which is started yet.
    pub(crate) async fn open(cloud: Cloud, limit: usize) -> Self {
        let fleets =
            ["code-pushed", "pull-request"].map(|name| Arc::new(Fleet::of(name, cloud.environment(), limit)));
        let gateway = Gateway::scaling(Arc::clone(&fleets[0]), Arc::clone(&fleets[1])).await;
        Self { cloud, fleets, gateway }
    }

    /// Where Azure DevOps posts to.
    pub(crate) fn address(&self) -> String {
        self.gateway.address()
    }

    /// Ends every instance, and looks for canaries in all they wrote.
    pub(crate) async fn close(self) -> Remains {
        let mut log = Vec::new();
        for fleet in &self.fleets {
            log.extend(fleet.close().await.into_iter().flat_map(|exit| exit.lines));
        }
        canary::assert_absent("the output of the receivers", log.join("\n"));
        Remains {
            queued: self.cloud.queued().await,
            starts: self.fleets.iter().flat_map(|fleet| fleet.starts()).collect(),
            failed: self.fleets.iter().map(|fleet| fleet.failed()).sum(),
            log,
        }
    }
}

const PREFIX: &str = "hookpost-load";
