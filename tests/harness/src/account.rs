//! One test's share of the emulated AWS account: its own queues and secrets, behind fault proxies.

#![expect(
    clippy::missing_panics_doc,
    reason = "each method fails the test when an emulator or a function does"
)]

use std::sync::Arc;

use super::emulators::emulators;
use super::fault_proxy::FaultProxy;
use super::function::{self, Function};
use super::gateway::Gateway;
use super::process::Exit;
use super::queues::{Message, Queues};
use super::secrets::Secrets;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::StandIn;

/// The queues, the seeded integration, and the proxies that functions call.
#[derive(Debug)]
pub struct Account {
    /// The proxy of SQS.
    pub sqs: FaultProxy,
    /// The proxy of Secrets Manager.
    pub secrets_manager: FaultProxy,
    /// SQS itself, past the proxy.
    pub queues: Queues,
    /// Secrets Manager itself, past the proxy.
    pub secrets: Secrets,
    /// The URL of the events queue.
    pub events_url: String,
    /// The URL of the quarantine queue.
    pub quarantine_url: String,
    /// The URL of the overview queue.
    pub overview_url: String,
    /// The secret prefix, unique to the test.
    pub prefix: String,
}

/// The integration every account is seeded with; its password is [`canary::PASSWORD`].
pub const INTEGRATION: &str = "lakeside";

impl Account {
    /// Opens an account; `name` must be unique among the tests of a process.
    pub async fn open(name: &str) -> Self {
        let emulators = emulators();
        let queues = Queues::at(emulators.sqs());
        let secrets = Secrets::at(emulators.secrets_manager());
        let prefix = format!("hookpost-{name}");
        let context = "the emulator makes queues and secrets";
        let seeded = secrets.seed(&prefix, INTEGRATION, canary::PASSWORD).await;
        seeded.unwrap_or_else(|error| panic!("{context}: {error}"));
        let url = |made: Result<String, _>| made.unwrap_or_else(|error| panic!("{context}: {error}"));
        Self {
            sqs: FaultProxy::start(emulators.sqs()).await,
            secrets_manager: FaultProxy::start(emulators.secrets_manager()).await,
            events_url: url(queues.create_events_queue(name).await),
            quarantine_url: url(queues.create_quarantine_queue(name).await),
            overview_url: url(queues.create_overview_queue(name).await),
            queues,
            secrets,
            prefix,
        }
    }

    /// The environment variables that every function reads.
    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("HOOKPOST_EVENTS_QUEUE_URL", self.events_url.clone()),
            ("HOOKPOST_QUARANTINE_QUEUE_URL", self.quarantine_url.clone()),
            ("HOOKPOST_SECRET_PREFIX", self.prefix.clone()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets_manager.endpoint()),
        ]
    }

    /// Starts a function, such as `code-pushed`, with further environment variables, and waits until INIT ends.
    pub async fn start(&self, name: &str, further: &[(&'static str, &str)]) -> Function {
        let further = further.iter().map(|&(name, value)| (name, value.to_owned()));
        let environment = self.environment().into_iter().chain(further);
        let function = Function::start(&function::binary(name), environment).await;
        if let Err(exit) = function.ready().await {
            panic!("`{name}` ended in INIT: {exit}");
        }
        function
    }

    /// Starts both receivers, behind a gateway.
    pub async fn start_receivers(&self, further: &[(&'static str, &str)]) -> Gateway {
        let code_pushed = Arc::new(self.start("code-pushed", further).await);
        let pull_request = Arc::new(self.start("pull-request", further).await);
        Gateway::start(code_pushed, pull_request).await
    }

    /// Starts `setup` or `watch`, which talk to Azure DevOps and know the address of the receivers.
    pub async fn start_operator(
        &self,
        name: &str,
        azure: &StandIn,
        gateway: &Gateway,
        further: &[(&'static str, &str)],
    ) -> Function {
        let (gateway, azure) = (gateway.address(), azure.address());
        let own = [
            ("HOOKPOST_WEBHOOK_BASE_URL", &*gateway),
            ("HOOKPOST_AZURE_DEVOPS_URL", &*azure),
            ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1"),
            ("HOOKPOST_OVERVIEW_QUEUE_URL", &*self.overview_url),
        ];
        self.start(name, &[&own, further].concat()).await
    }

    /// Receives and deletes every message of the events queue.
    pub async fn events(&self) -> Vec<Message> {
        self.drain(&self.events_url).await
    }

    /// Receives and deletes every message of the quarantine queue.
    pub async fn quarantined(&self) -> Vec<Message> {
        self.drain(&self.quarantine_url).await
    }

    async fn drain(&self, url: &str) -> Vec<Message> {
        let messages = self.queues.drain(url).await;
        let messages = messages.unwrap_or_else(|error| panic!("the emulator hands out: {error}"));
        for message in &messages {
            canary::assert_absent("a message's body", &message.body);
            canary::assert_absent("a message's attributes", format!("{:?}", message.attributes));
        }
        messages
    }

    /// Ends a function; fails the test when a canary shows in its output or in a call to SQS.
    pub async fn close(&self, function: Function) -> Exit {
        let exit = function.stop().await;
        canary::assert_absent("the output of a function", exit.lines.join("\n"));
        for call in self.sqs.calls() {
            canary::assert_absent("a call to SQS", call.input.to_string());
        }
        exit
    }
}
