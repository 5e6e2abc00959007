//! A receiver with fakes of its ports, and small deliveries for it.

use std::sync::Mutex;

use base64::Engine as _;
use hookpost_core::fakes;
use hookpost_core::fakes::{FixedPasswords, RecordingQueue};
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::outcome::DeliveryRecord;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::receiver::response::WebhookResponse;
use serde_json::{Value, json};

/// The only integration, and its password.
pub(crate) const INTEGRATION: &str = "contoso";
pub(crate) const PASSWORD: &str = "correct-horse";

/// The response to one request, and its body as JSON.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) reply: WebhookResponse,
    pub(crate) json: Value,
    pub(crate) record: DeliveryRecord,
}

/// A receiver's fakes.
#[derive(Debug)]
pub(crate) struct Fixture {
    pub(crate) events: RecordingQueue,
    pub(crate) quarantine: RecordingQueue,
    /// Where raw deliveries are kept, if they are.
    pub(crate) deliveries: Option<RecordingQueue>,
    pub(crate) passwords: FixedPasswords,
}

impl Default for Fixture {
    fn default() -> Self {
        let passwords = FixedPasswords {
            integration: INTEGRATION,
            password: PASSWORD,
            fetches: Mutex::default(),
            down: false,
        };
        Self {
            events: RecordingQueue::default(),
            quarantine: RecordingQueue::default(),
            deliveries: None,
            passwords,
        }
    }
}

impl Fixture {
    pub(crate) fn receive(&self, endpoint: Endpoint, request: WebhookRequest) -> Response {
        let deliveries = self.deliveries.as_ref();
        let (passwords, events, quarantine) = (&self.passwords, &self.events, &self.quarantine);
        let handled = fakes::receive_keeping(deliveries, endpoint, passwords, events, quarantine, request);
        let reply = WebhookResponse::to(&handled.outcome);
        let json = serde_json::from_str(&reply.body).expect("every response is JSON");
        Response { reply, json, record: handled.record }
    }

    pub(crate) fn push(&self, body: &Value) -> Response {
        self.receive(Endpoint::CodePushed, request(body.to_string()))
    }

    pub(crate) fn pull_request(&self, body: &Value) -> Response {
        self.receive(Endpoint::PullRequest, request(body.to_string()))
    }

    /// The events in the queue, parsed.
    pub(crate) fn events(&self) -> Vec<Value> {
        let sent = self.events.sent.lock().expect("not poisoned");
        sent.iter().map(|message| serde_json::from_str(&message.body).expect("an event is JSON")).collect()
    }

    /// The deliveries in the quarantine: reason and raw body.
    pub(crate) fn quarantined(&self) -> Vec<(String, Vec<u8>)> {
        let sent = self.quarantine.sent.lock().expect("not poisoned");
        let parts: Vec<Value> =
            sent.iter().map(|message| serde_json::from_str(&message.body).expect("a part is JSON")).collect();
        let unpack = |first: &Value| {
            let text = |part: &Value| part["body"].as_str().expect("text").to_owned();
            let parts = parts.iter().filter(|part| part["id"] == first["id"]);
            let decode =
                |text: String| base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
            let compressed: Vec<u8> = parts.map(text).flat_map(decode).collect();
            let mut raw = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(compressed.as_slice()), &mut raw)
                .expect("gzip");
            (first["reason"].as_str().expect("text").to_owned(), raw)
        };
        parts.iter().filter(|part| part["part"] == 1).map(unpack).collect()
    }
}

/// A delivery with the right password.
pub(crate) fn request(body: impl Into<Vec<u8>>) -> WebhookRequest {
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!(":{PASSWORD}"));
    WebhookRequest {
        method: "POST".to_owned(),
        integration: Some(INTEGRATION.to_owned()),
        change: None,
        content_type: Some("application/json; charset=utf-8".to_owned()),
        authorization: Some(AuthorizationHeader::new(format!("Basic {credentials}").as_bytes())),
        traceparent: None,
        activity_id: None,
        kept_headers: Vec::new(),
        trace_header: None,
        body: body.into(),
        received_at: "2026-03-01T12:00:00Z".parse().expect("a timestamp"),
    }
}

pub(crate) const REPOSITORY_ID: &str = "5f0cbb5e-7b0b-4b5c-9f0e-0d3f6a0c2b11";

pub(crate) const PROJECT_ID: &str = "0d1e2f30-4152-4637-8899-aabbccddeeff";

fn repository() -> Value {
    json!({
        "id": REPOSITORY_ID,
        "name": "web",
        "url": format!("https://dev.azure.com/contoso/_apis/git/repositories/{REPOSITORY_ID}"),
        "project": {"id": "0d1e2f30-4152-4637-8899-aabbccddeeff", "name": "Shop"},
        "defaultBranch": "refs/heads/main",
        "remoteUrl": "https://dev.azure.com/contoso/Shop/_git/web",
    })
}

fn envelope(event_type: &str, resource: &Value) -> Value {
    json!({
        "subscriptionId": "a3b1c2d4-0000-4000-8000-000000000001",
        "notificationId": 7,
        "id": "e0e0e0e0-1111-4222-8333-444444444444",
        "eventType": event_type,
        "publisherId": "tfs",
        "resource": resource,
        "resourceVersion": "1.0",
        "resourceContainers": {"collection": {"id": "c0", "baseUrl": "https://dev.azure.com/contoso/"}},
        "createdDate": "2026-03-01T11:59:58.1234567Z",
    })
}

/// A ref update. `None` becomes Azure DevOps's all-zero object id.
pub(crate) fn ref_update(name: &str, before: Option<&str>, after: Option<&str>) -> Value {
    let zeros = "0".repeat(40);
    json!({"name": name, "oldObjectId": before.unwrap_or(&zeros), "newObjectId": after.unwrap_or(&zeros)})
}

pub(crate) fn push_with(updates: &[Value], commits: &Value) -> Value {
    let resource = json!({
        "commits": commits,
        "refUpdates": updates,
        "repository": repository(),
        "pushedBy": {"id": "u-1", "displayName": "Ada", "uniqueName": "ada@contoso.example"},
        "pushId": 41,
        "date": "2026-03-01T11:59:57.5Z",
    });
    envelope("git.push", &resource)
}

pub(crate) const BEFORE: &str = "1111111111111111111111111111111111111111";
pub(crate) const AFTER: &str = "2222222222222222222222222222222222222222";

pub(crate) fn push() -> Value {
    push_with(&[ref_update("refs/heads/main", Some(BEFORE), Some(AFTER))], &json!([]))
}

/// A pull request delivery, with `changes` to the fields of its resource.
pub(crate) fn pull_request(event_type: &str, changes: &Value) -> Value {
    let mut resource = json!({
        "repository": repository(),
        "pullRequestId": 12,
        "status": "active",
        "createdBy": {"id": "u-1", "displayName": "Ada"},
        "creationDate": "2026-03-01T11:00:00Z",
        "title": "Faster checkout",
        "description": "It is faster.",
        "sourceRefName": "refs/heads/fast",
        "targetRefName": "refs/heads/main",
        "mergeStatus": "succeeded",
        "isDraft": false,
        "lastMergeSourceCommit": {"commitId": AFTER},
        "lastMergeTargetCommit": {"commitId": BEFORE},
        "reviewers": [],
    });
    for (name, value) in changes.as_object().expect("an object") {
        resource[name] = value.clone();
    }
    envelope(event_type, &resource)
}

/// The `data` of the events of a push.
pub(crate) fn data_of_push(body: &Value) -> Vec<Value> {
    let fixture = Fixture::default();
    fixture.push(body);
    fixture.events().into_iter().map(|mut event| event["data"].take()).collect()
}

pub(crate) fn urls_of(repository: &Value) -> Value {
    let mut body = push();
    body["resource"]["repository"] = repository.clone();
    data_of_push(&body).remove(0)["repository"].take()
}
