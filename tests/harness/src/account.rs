//! One test's share of the emulated AWS account: queues and secrets of its own, and fronts.

use super::emulators::emulators;
use super::front::Front;
use super::function::{self, Function};
use super::process::Exit;
use super::queues::{Message, Queues};
use super::secrets::Secrets;
use hookpost_stand_in::canary;

/// The queues, the seeded integration, and the fronts that a receiver is pointed at.
#[derive(Debug)]
pub struct Account {
    /// Before SQS.
    pub sqs: Front,
    /// Before Secrets Manager.
    pub secrets_manager: Front,
    /// SQS itself, for looking behind the front.
    pub queues: Queues,
    /// Secrets Manager itself, for looking behind the front.
    pub secrets: Secrets,
    /// The URL of the events queue.
    pub events_url: String,
    /// The URL of the quarantine queue.
    pub quarantine_url: String,
    /// The secret prefix, which no other test has.
    pub prefix: String,
}

/// The integration every account is seeded with; its password is [`canary::PASSWORD`].
pub const INTEGRATION: &str = "lakeside";

impl Account {
    /// Opens an account; `name` must be unique among the tests of a process.
    ///
    /// # Panics
    ///
    /// The emulators are not installed or do not play along.
    pub async fn open(name: &str) -> Self {
        let emulators = emulators();
        let queues = Queues::at(emulators.sqs());
        let secrets = Secrets::at(emulators.secrets_manager());
        let prefix = format!("hookpost-{name}");
        let told = "the emulator makes queues and secrets";
        let seeded = secrets.seed(&prefix, INTEGRATION, canary::PASSWORD).await;
        seeded.unwrap_or_else(|error| panic!("{told}: {error}"));
        let url = |made: Result<String, _>| made.unwrap_or_else(|error| panic!("{told}: {error}"));
        Self {
            sqs: Front::start(emulators.sqs()).await,
            secrets_manager: Front::start(emulators.secrets_manager()).await,
            events_url: url(queues.create_events_queue(name).await),
            quarantine_url: url(queues.create_quarantine_queue(name).await),
            queues,
            secrets,
            prefix,
        }
    }

    /// What a receiver needs to know.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("HOOKPOST_EVENTS_QUEUE_URL", self.events_url.clone()),
            ("HOOKPOST_QUARANTINE_QUEUE_URL", self.quarantine_url.clone()),
            ("HOOKPOST_SECRET_PREFIX", self.prefix.clone()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets_manager.endpoint()),
        ]
    }

    /// Starts a receiver, such as `code-pushed`, with further variables, and waits for its INIT.
    ///
    /// # Panics
    ///
    /// It is not built, or ends in INIT.
    pub async fn receiver(&self, name: &str, further: &[(&'static str, &str)]) -> Function {
        let further = further.iter().map(|&(name, value)| (name, value.to_owned()));
        let environment = self.environment().into_iter().chain(further);
        let function = Function::start(&function::binary(name), environment).await;
        if let Err(exit) = function.ready().await {
            panic!("`{name}` ended in INIT: {exit}");
        }
        function
    }

    /// Takes everything off the events queue.
    ///
    /// # Panics
    ///
    /// The emulator does not play along.
    pub async fn events(&self) -> Vec<Message> {
        self.drain(&self.events_url).await
    }

    /// Takes everything off the quarantine queue.
    ///
    /// # Panics
    ///
    /// The emulator does not play along.
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

    /// Ends a function and fails the test when a canary shows in anything it wrote.
    pub async fn close(&self, function: Function) -> Exit {
        let exit = function.stop().await;
        canary::assert_absent("the output of a function", exit.lines.join("\n"));
        for call in self.sqs.calls() {
            canary::assert_absent("a call to SQS", call.input.to_string());
        }
        exit
    }
}
