use hookpost_core::outcome::{Fault, Outcome};
use serde_json::{Value, json};

use super::*;

/// An event as API Gateway makes it, with `changes` laid over it.
pub(crate) fn event(changes: &Value) -> Value {
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
    for (name, value) in changes.as_object().expect("an object") {
        event[name] = value.clone();
    }
    event
}

fn read(changes: &Value) -> Inbound {
    let trace_header = Some("Root=1-65f0-1;Sampled=1".to_owned());
    inbound(parse(&event(changes)), trace_header, Timestamp::UNIX_EPOCH).expect("a proxy event")
}

fn parse(json: &Value) -> ProxyEvent {
    serde_json::from_str(&json.to_string()).expect("anything")
}

fn shown(header: Option<&AuthorizationHeader>) -> bool {
    header.is_some()
}

#[test]
fn an_event_of_api_gateway_is_read_whole() {
    let inbound = read(&json!({
        "headers": {"Content-Type": "application/json", "X-VSS-ActivityId": "a1", "authorization": "Basic eA=="},
        "multiValueHeaders": {
            "Content-Type": ["application/json"], "X-VSS-ActivityId": ["a1"], "authorization": ["Basic eA=="],
            "traceparent": ["00-1-2-01"],
        },
        "queryStringParameters": {"change": "vote"},
        "multiValueQueryStringParameters": {"change": ["source", "vote"]},
        "pathParameters": {"integration": "contoso"}, "body": "{\"a\":\"ä\"}",
    }));
    assert_eq!(inbound.method, "POST");
    assert_eq!(inbound.integration.as_deref(), Some("contoso"));
    assert_eq!(inbound.change.as_deref(), Some("source"));
    assert_eq!(inbound.content_type.as_deref(), Some("application/json"));
    assert_eq!(inbound.activity_id.as_deref(), Some("a1"));
    assert_eq!(inbound.traceparent.as_deref(), Some("00-1-2-01"));
    assert_eq!(inbound.trace_header.as_deref(), Some("Root=1-65f0-1;Sampled=1"));
    assert!(shown(inbound.authorization.as_ref()));
    assert_eq!(inbound.body, "{\"a\":\"ä\"}".as_bytes());
}

#[test]
fn what_a_request_need_not_have_may_be_null() {
    let bare = read(&json!({"httpMethod": "GET"}));
    assert_eq!(bare.method, "GET");
    assert!(bare.body.is_empty());
    assert_eq!((bare.integration, bare.change), (None, None));
}

#[test]
fn one_authorization_header_counts_and_several_do_not() {
    let with = |many: Value| shown(read(&json!({"multiValueHeaders": many})).authorization.as_ref());
    assert!(with(json!({"AUTHORIZATION": ["Basic eA=="]})));
    assert!(!with(json!({"Authorization": ["Basic eA==", "Basic eQ=="]})));
    assert!(!with(json!({"Authorization": ["Basic eA=="], "authorization": ["Basic eA=="]})));
    assert!(shown(read(&json!({"headers": {"authorization": "Basic eA=="}})).authorization.as_ref()));
}

#[test]
fn one_list_of_headers_does_where_the_other_is_empty() {
    let both = json!({"headers": {"authorization": "Basic eA=="}, "multiValueHeaders": {}});
    assert!(shown(read(&both).authorization.as_ref()));
}

#[test]
fn headers_have_no_case_and_parameters_do() {
    let other = read(&json!({
        "multiValueHeaders": {"TRACEPARENT": ["00-1-2-01"]},
        "queryStringParameters": {"Change": "vote"}, "pathParameters": {"Integration": "contoso"},
    }));
    assert_eq!(other.traceparent.as_deref(), Some("00-1-2-01"));
    assert_eq!((other.change, other.integration), (None, None));
}

#[test]
fn a_body_is_taken_as_it_came() {
    let base64 = |body: &str| read(&json!({"isBase64Encoded": true, "body": body})).body;
    assert_eq!(base64("AP8="), [0, 0xFF]);
    assert_eq!(base64("?"), *b"?");
}

#[test]
fn a_long_change_is_cut_and_a_strange_trace_header_dropped() {
    let many = json!({"multiValueQueryStringParameters": {"change": ["ä".repeat(1000)]}});
    let event = parse(&event(&many));
    let inbound = inbound(event, Some("nonsense".to_owned()), Timestamp::UNIX_EPOCH).expect("a proxy event");
    assert_eq!(inbound.change, Some("ä".repeat(CHANGE_CHARS_MAX)));
    assert_eq!(inbound.trace_header, None);
}

#[test]
fn what_is_no_proxy_event_is_not_quoted() {
    for json in
        [json!(null), json!([{"httpMethod": "POST"}]), json!({}), json!("hunter2"), json!(-1), json!(0.5)]
    {
        let error = inbound(parse(&json), None, Timestamp::UNIX_EPOCH).expect_err("no proxy event");
        assert!(!error.contains("hunter2"), "{error}");
    }
    for method in [json!(null), json!(1), json!({"a": "POST"}), json!(["POST"]), json!(true)] {
        let event = parse(&event(&json!({"httpMethod": method})));
        assert!(inbound(event, None, Timestamp::UNIX_EPOCH).is_err());
    }
}

/// A parser that took offence would answer in words of its own, to Lambda.
#[test]
fn what_is_not_as_it_should_be_counts_as_missing() {
    let strange =
        [json!(true), json!(-7), json!(7), json!(0.5), json!("x"), json!([[1], "x", {}]), json!({"a": [{}]})];
    for value in strange {
        let whole = read(&json!({
            "headers": value, "multiValueHeaders": value, "queryStringParameters": value,
            "multiValueQueryStringParameters": value, "pathParameters": value, "isBase64Encoded": value,
        }));
        assert_eq!((whole.integration, whole.change, whole.activity_id), (None, None, None), "{value}");
        let inner = read(&json!({
            "multiValueHeaders": {"Traceparent": value, "X-VSS-ActivityId": ["a1", value]},
            "pathParameters": {"integration": "contoso"}, "body": [value],
        }));
        assert_eq!(inner.activity_id.as_deref(), Some("a1"), "{value}");
        assert_eq!(inner.integration.as_deref(), Some("contoso"), "{value}");
        assert!(inner.body.is_empty(), "{value}");
    }
}

#[test]
fn a_reply_becomes_a_proxy_response() {
    let outcome = Outcome::Unavailable { fault: Fault::Queue, detail: "hunter2".to_owned() };
    let response = serde_json::to_value(response(Reply::to(&outcome))).unwrap();
    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["headers"], json!({"content-type": "application/json", "retry-after": "5"}));
    assert_eq!(response["isBase64Encoded"], false);
    assert!(!response.to_string().contains("hunter2"));
}
