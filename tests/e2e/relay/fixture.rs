//! An AWS account with a receiver that keeps raw deliveries, and a relay to some tools.

use std::collections::BTreeMap;

use hookpost_harness::REGION;
use hookpost_harness::account::{Account, INTEGRATION};
use hookpost_harness::api_gateway::ApiRequest;
use hookpost_harness::function::{Function, binary};
use hookpost_harness::process::Process;
use hookpost_harness::relay;
use hookpost_harness::tool::{PASSWORD, USER};
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use serde_json::{Value, json};
use tokio::process::Command;

/// Headers that an attacker may add. None of them, and none of their values, may get to the queue or a tool.
pub(crate) const ADDED: [(&str, &str); 7] = [
    ("Cookie", "planted-cookie"),
    ("X-Forwarded-For", "203.0.113.77"),
    ("Forwarded", "for=203.0.113.77"),
    ("X-Forwarded-Authorization", "planted-authorization"),
    ("Proxy-Authorization", "Basic planted"),
    ("X-Original-Url", "http://planted.example/"),
    ("X-Amz-Security-Token", "planted-token"),
];

pub(crate) struct Fixture {
    pub(crate) account: Account,
    pub(crate) queue: String,
    receivers: BTreeMap<&'static str, Function>,
    secret: String,
}

impl Fixture {
    /// `name` must be unique among these tests. Messages that are received and neither deleted nor hidden are seen again
    /// after so many seconds.
    pub(crate) async fn open(name: &str, visibility_seconds: u32) -> Self {
        let account = Account::open(name).await;
        let made = account.queues.create_deliveries_queue(name, visibility_seconds).await;
        let queue = made.expect("the emulator makes queues");
        let settings = [("HOOKPOST_DELIVERIES_QUEUE_URL", queue.as_str())];
        let mut receivers = BTreeMap::new();
        for endpoint in ["code-pushed", "pull-request"] {
            receivers.insert(endpoint, account.start(endpoint, &settings).await);
        }
        let secret = format!("tools-{name}");
        let value = json!({"user": USER, "password": PASSWORD}).to_string();
        account.secrets.create(&secret, &value).await.expect("the emulator makes secrets");
        Self { account, queue, receivers, secret }
    }

    /// A target with the tools' credentials.
    pub(crate) fn target(&self, preset: &str, url: &str) -> Value {
        json!({"name": preset, "url": url, "preset": preset, "credentialsSecretId": self.secret})
    }

    pub(crate) async fn set_secret(&self, password: &str) {
        let value = json!({"user": USER, "password": password}).to_string();
        let stage = hookpost_harness::secrets::VersionStage::Current;
        self.account.secrets.put(&self.secret, &value, stage).await.expect("the emulator stores");
    }

    /// Has a receiver take a body, with everything that an attacker may add.
    pub(crate) async fn deliver(&self, body: &str) {
        let is_push = body.contains("\"git.push\"");
        let endpoint = if is_push { "code-pushed" } else { "pull-request" };
        let mut request = ApiRequest::new("POST", INTEGRATION, endpoint)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Authorization", &basic_authorization("", canary::PASSWORD))
            .body(body);
        for (name, value) in ADDED {
            request = request.header(name, value);
        }
        let response = self.receivers[endpoint].http(&request).await.expect("every request is answered");
        assert_eq!(response.status, 202, "{}", response.body);
    }

    /// Starts the relay as a loop.
    pub(crate) fn start_worker(&self, targets: &Value) -> Process {
        let mut command = Command::new(binary("relay"));
        command
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", format!("{}-relay", canary::ACCESS_KEY_ID))
            .env("AWS_SECRET_ACCESS_KEY", canary::SECRET_ACCESS_KEY)
            .env("AWS_REGION", REGION)
            .envs(relay::environment(&self.account, &self.queue, targets));
        Process::start(command).expect("the relay starts")
    }

    /// Starts the relay as a function.
    pub(crate) async fn start_function(&self, targets: &Value) -> Function {
        relay::start(&self.account, &self.queue, targets).await
    }

    /// Hands a batch to the function; see [`relay::poll`]. Returns the bodies of what was given back.
    pub(crate) async fn poll(&self, function: &Function) -> Vec<String> {
        let given_back = relay::poll(&self.account.queues, &self.queue, function).await;
        given_back
            .iter()
            .map(|message| message.json()["body"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(crate) async fn left(&self) -> u64 {
        self.account.queues.count(&self.queue).await.expect("a number")
    }
}

/// A push to a branch, whose bytes no parser would write again: with spaces, and an order of its own.
pub(crate) fn push(branch: &str, number: u64) -> String {
    let resource = json!({
        "pushId": number,
        "date": "2026-03-01T11:59:57.5Z",
        "refUpdates": [{
            "name": format!("refs/heads/{branch}"),
            "oldObjectId": format!("{number:040x}"),
            "newObjectId": format!("{:040x}", number + 1),
        }],
        "repository": repository(),
    });
    format!(
        "{{ \"eventType\" : \"git.push\",\n\"id\":\"e0e0e0e0-1111-4222-8333-{number:012x}\",  \"resource\": {resource} }}\n"
    )
}

pub(crate) fn pull_request(number: u64) -> String {
    let resource = json!({
        "repository": repository(),
        "pullRequestId": number,
        "status": "active",
        "creationDate": "2026-03-01T11:00:00Z",
        "title": "Größer",
        "sourceRefName": "refs/heads/fast",
        "targetRefName": "refs/heads/main",
    });
    json!({
        "eventType": "git.pullrequest.created",
        "id": format!("e0e0e0e0-1111-4222-8334-{number:012x}"),
        "resource": resource,
        "createdDate": "2026-03-01T11:00:00Z",
    })
    .to_string()
}

fn repository() -> Value {
    json!({
        "id": "5f0cbb5e-7b0b-4b5c-9f0e-0d3f6a0c2b11",
        "name": "web",
        "project": {"id": "0d1e2f30-4152-4637-8899-aabbccddeeff", "name": "Shop"},
        "defaultBranch": "refs/heads/main",
        "remoteUrl": "https://dev.azure.com/contoso/Shop/_git/web",
    })
}
