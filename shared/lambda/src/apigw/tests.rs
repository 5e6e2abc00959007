use hookpost_core::receiver::outcome::{Fault, Outcome};
use serde_json::{Value, json};

use super::*;

const TRACE: &str = "Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90;Sampled=1";

/// An event as API Gateway sends it, with these members replaced.
pub(crate) fn event(members: &Value) -> Value {
    let mut event = json!({
        "resource": "/{integration}/code-pushed", "path": "/contoso/code-pushed", "httpMethod": "POST",
        "headers": null, "multiValueHeaders": null, "queryStringParameters": null,
        "multiValueQueryStringParameters": null, "pathParameters": null, "stageVariables": null,
        "requestContext": {
            "resourcePath": "/{integration}/code-pushed", "httpMethod": "POST", "stage": "hooks",
            "identity": {"sourceIp": "203.0.113.7"}, "apiId": "a", "requestTimeEpoch": 1,
        },
        "body": null, "isBase64Encoded": false,
    });
    for (name, value) in members.as_object().expect("an object") {
        event[name] = value.clone();
    }
    event
}

fn read_with(trace_header: &str, members: &Value) -> WebhookRequest {
    let event = serde_json::from_str(&event(members).to_string()).expect("a proxy event");
    request(event, Some(trace_header), Timestamp::UNIX_EPOCH)
}

fn read(members: &Value) -> WebhookRequest {
    read_with(TRACE, members)
}

#[test]
fn every_part_of_an_event_is_read() {
    let request = read(&json!({
        "headers": {"Content-Type": "application/json", "X-VSS-ActivityId": "a1", "authorization": "Basic eA=="},
        "multiValueHeaders": {
            "Content-Type": ["application/json"], "X-VSS-ActivityId": ["a1"], "authorization": ["Basic eA=="],
            "TRACEPARENT": ["00-1-2-01"],
        },
        "queryStringParameters": {"change": "vote"},
        "multiValueQueryStringParameters": {"change": ["source", "vote"]},
        "pathParameters": {"integration": "contoso"}, "body": "{\"a\":\"ä\"}",
    }));
    assert_eq!(request.method, "POST");
    assert_eq!(request.integration.as_deref(), Some("contoso"));
    assert_eq!(request.change.as_deref(), Some("source"));
    assert_eq!(request.content_type.as_deref(), Some("application/json"));
    assert_eq!(request.activity_id.as_deref(), Some("a1"));
    assert_eq!(request.traceparent.as_deref(), Some("00-1-2-01"));
    assert_eq!(request.trace_header.as_deref(), Some(TRACE));
    assert!(request.authorization.is_some());
    assert_eq!(request.body, "{\"a\":\"ä\"}".as_bytes());
}

#[test]
fn a_raw_delivery_keeps_five_headers_and_no_other() {
    let headers = json!({
        "Content-Type": ["application/json; charset=utf-8"], "User-Agent": ["VSServices/20.264.1 (w3wp.exe)"],
        "Request-Id": ["r1", "r2"], "X-VSS-ActivityId": ["a1"], "X-VSS-SubscriptionId": ["s1"],
        "Authorization": ["Basic eA=="], "Cookie": ["c"], "X-Forwarded-For": ["203.0.113.7"], "Forwarded": ["for=b"],
        "X-Forwarded-Authorization": ["d"], "Proxy-Authorization": ["e"], "X-Amzn-Trace-Id": ["f"],
    });
    let event = event(&json!({"multiValueHeaders": headers}));
    let kept = kept_headers(&serde_json::from_str(&event.to_string()).expect("a proxy event"));
    let kept: Vec<_> = kept.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        kept,
        [
            "content-type: application/json; charset=utf-8",
            "user-agent: VSServices/20.264.1 (w3wp.exe)",
            "request-id: r1",
            "x-vss-activityid: a1",
            "x-vss-subscriptionid: s1",
        ]
    );
}

#[test]
fn optional_members_may_be_null_and_path_and_host_no_uri() {
    let bare = read(&json!({"httpMethod": "get", "path": "/a b\u{7f}", "headers": {"Host": "a b:c"}}));
    assert_eq!(bare.method, "GET");
    assert!(bare.body.is_empty());
    assert_eq!((bare.integration, bare.change), (None, None));
}

#[test]
fn several_authorization_headers_count_as_none() {
    let has_one = |members: Value| read(&members).authorization.is_some();
    assert!(has_one(json!({"multiValueHeaders": {"AUTHORIZATION": ["Basic eA=="]}})));
    assert!(!has_one(json!({"multiValueHeaders": {"Authorization": ["Basic eA==", "Basic eQ=="]}})));
    let two = json!({"Authorization": ["Basic eA=="], "authorization": ["Basic eA=="]});
    assert!(!has_one(json!({"multiValueHeaders": two})));
    assert!(has_one(json!({"headers": {"authorization": "Basic eA=="}, "multiValueHeaders": {}})));
}

#[test]
fn parameters_are_case_sensitive() {
    let other = read(&json!({
        "queryStringParameters": {"Change": "vote"}, "pathParameters": {"Integration": "contoso"},
    }));
    assert_eq!((other.change, other.integration), (None, None));
}

#[test]
fn a_body_is_decoded_from_base64_if_it_is_base64() {
    let base64 = |body: &str| read(&json!({"isBase64Encoded": true, "body": body})).body;
    assert_eq!(base64("AP8="), [0, 0xFF]);
    assert_eq!(base64("?"), *b"?");
}

#[test]
fn a_long_change_is_cut_and_an_unknown_trace_header_dropped() {
    let long = json!({"multiValueQueryStringParameters": {"change": ["ä".repeat(1000)]}});
    let request = read_with("nonsense", &long);
    assert_eq!(request.change, Some("ä".repeat(CHANGE_CHARS_MAX)));
    assert_eq!(request.trace_header, None);
}

#[test]
fn a_webhook_response_becomes_a_proxy_response() {
    let outcome = Outcome::Unavailable { fault: Fault::Queue, detail: "hunter2".to_owned() };
    let response = serde_json::to_value(response(WebhookResponse::to(&outcome))).unwrap();
    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["headers"], json!({"content-type": "application/json", "retry-after": "5"}));
    assert_eq!(response["isBase64Encoded"], false);
    assert!(!response.to_string().contains("hunter2"));
}
