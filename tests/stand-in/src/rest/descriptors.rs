//! What there is to subscribe to, and whom to tell: the part of it that concerns code and webhooks.
//!
//! Source: learn.microsoft.com, REST reference, Service Hooks, Consumers and Publishers.

use serde_json::{Value, json};

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::session::Session;
use crate::EventType;

pub(super) fn consumers(session: &mut Session<'_>) -> Result<Done, Failure> {
    Ok(Reply::list([web_hooks(session)]).into())
}

pub(super) fn consumer(session: &mut Session<'_>) -> Result<Done, Failure> {
    is(session, 0, "webHooks")?;
    Ok(Reply::json(200, &web_hooks(session)).into())
}

pub(super) fn actions(session: &mut Session<'_>) -> Result<Done, Failure> {
    is(session, 0, "webHooks")?;
    Ok(Reply::list([http_request(session)]).into())
}

pub(super) fn action(session: &mut Session<'_>) -> Result<Done, Failure> {
    is(session, 0, "webHooks")?;
    is(session, 1, "httpRequest")?;
    Ok(Reply::json(200, &http_request(session)).into())
}

pub(super) fn publishers(session: &mut Session<'_>) -> Result<Done, Failure> {
    Ok(Reply::list([tfs(session)]).into())
}

pub(super) fn publisher(session: &mut Session<'_>) -> Result<Done, Failure> {
    is(session, 0, "tfs")?;
    Ok(Reply::json(200, &tfs(session)).into())
}

pub(super) fn event_types(session: &mut Session<'_>) -> Result<Done, Failure> {
    is(session, 0, "tfs")?;
    Ok(Reply::list(all_event_types(session)).into())
}

pub(super) fn event_type(session: &mut Session<'_>) -> Result<Done, Failure> {
    is(session, 0, "tfs")?;
    let found = all_event_types(session).into_iter().find(|one| one["id"] == session.named(1));
    let found = found.ok_or_else(|| Failure::descriptor(&format!("event type {}", session.named(1))))?;
    Ok(Reply::json(200, &found).into())
}

fn is(session: &Session<'_>, nth: usize, known: &str) -> Result<(), Failure> {
    let asked = session.named(nth);
    if asked.eq_ignore_ascii_case(known) { Ok(()) } else { Err(Failure::descriptor(asked)) }
}

fn base(session: &Session<'_>) -> String {
    format!("{}_apis/hooks", session.account.organization.url())
}

fn web_hooks(session: &Session<'_>) -> Value {
    json!({
        "id": "webHooks",
        "url": format!("{}/consumers/webHooks", base(session)),
        "name": "Web Hooks",
        "authenticationType": "none",
        "inputDescriptors": [],
        "actions": [http_request(session)],
    })
}

fn http_request(session: &Session<'_>) -> Value {
    let secret_text = json!({"dataType": "string", "pattern": "^[\\S]+$", "minLength": 1, "maxLength": 256});
    let inputs = [
        input("url", "textBox", &json!({"dataType": "uri", "isRequired": true})),
        input("httpHeaders", "textArea", &json!({"dataType": "string"})),
        input("basicAuthUsername", "textBox", &secret_text),
        input("basicAuthPassword", "passwordBox", &secret_text),
        input("resourceDetailsToSend", "combo", &json!({"dataType": "string"})),
        input("messagesToSend", "combo", &json!({"dataType": "string"})),
        input("detailedMessagesToSend", "combo", &json!({"dataType": "string"})),
    ];
    json!({
        "id": "httpRequest",
        "consumerId": "webHooks",
        "url": format!("{}/consumers/webHooks/actions/httpRequest", base(session)),
        "name": "Post via HTTP",
        "supportedEventTypes": ["*"],
        "supportedResourceVersions": {},
        "allowResourceVersionOverride": true,
        "inputDescriptors": inputs,
    })
}

fn input(id: &str, mode: &str, validation: &Value) -> Value {
    let confidential = mode == "passwordBox";
    json!({"id": id, "inputMode": mode, "isConfidential": confidential, "validation": validation})
}

fn tfs(session: &Session<'_>) -> Value {
    json!({
        "id": "tfs",
        "url": format!("{}/publishers/tfs", base(session)),
        "name": "Azure DevOps Services",
        "supportedEvents": all_event_types(session),
        "inputDescriptors": [input("projectId", "combo", &json!({"dataType": "guid"}))],
    })
}

fn all_event_types(session: &Session<'_>) -> Vec<Value> {
    let one = |event_type: EventType| {
        let filters = match event_type {
            EventType::Push => &["repository", "branch", "pushedBy"][..],
            EventType::PullRequestUpdated => &["repository", "branch", "notificationType"],
            EventType::PullRequestMerged => &["repository", "branch", "mergeResult"],
            EventType::PullRequestCreated | EventType::PullRequestCommented => &["repository", "branch"],
        };
        let versions = match event_type {
            EventType::PullRequestCommented => &["2.0", "1.0", "1.0-preview.1"][..],
            _ => &["1.0", "1.0-preview.1"],
        };
        let inputs: Vec<Value> =
            filters.iter().map(|id| input(id, "combo", &json!({"dataType": "string"}))).collect();
        json!({
            "publisherId": "tfs",
            "id": event_type.id(),
            "url": format!("{}/publishers/tfs/eventTypes/{}", base(session), event_type.id()),
            "name": event_type.id(),
            "supportedResourceVersions": versions,
            "inputDescriptors": inputs,
        })
    };
    EventType::ALL.into_iter().map(one).collect()
}
