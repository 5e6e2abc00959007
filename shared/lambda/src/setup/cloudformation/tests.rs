use hookpost_core::error::ErrorCode;
use hookpost_core::setup::declared::Attributes;
use hookpost_core::setup::report::Report;

use super::*;

fn request(kind: &str) -> ResourceRequest {
    let event = json!({
        "RequestType": kind,
        "RequestId": "11111111-2222-4333-8444-555555555555",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/7",
        "ResponseURL": "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a?hunter2",
        "LogicalResourceId": "Shop",
        "PhysicalResourceId": "hookpost:shop",
        "ResourceProperties": {
            "Integration": "shop",
            "OrganizationUrl": "https://dev.azure.com/contoso",
            "PatSecretId": "azure-devops-pat",
        },
    });
    ResourceRequest::read(&event).unwrap()
}

fn written(kind: &str, outcome: &Result<Done, OperatorError>) -> Value {
    let body = body(&request(kind), outcome, "2026/11/27/[$LATEST]7");
    assert!(body.len() <= RESPONSE_BYTES_MAX, "{}", body.len());
    assert!(!body.contains("hunter2"), "{body}");
    serde_json::from_str(&body).unwrap()
}

fn failure(message: impl Into<String>) -> Result<Done, OperatorError> {
    Err(OperatorError::new(ErrorCode::TokenRefused, message))
}

#[test]
fn success_has_what_templates_refer_to_and_no_secret() {
    let attributes = Attributes {
        integration: "shop".to_owned(),
        organization: "contoso".to_owned(),
        subscriptions: 8,
        webhook_url: "https://hooks.example/hooks/shop/".to_owned(),
    };
    let done = Ok(Done { report: Report::of("connect"), integration: Some(attributes) });
    let expected = json!({
        "Status": "SUCCESS",
        "PhysicalResourceId": "hookpost:shop",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/7",
        "RequestId": "11111111-2222-4333-8444-555555555555",
        "LogicalResourceId": "Shop",
        "NoEcho": false,
        "Data": {
            "Integration": "shop",
            "Organization": "contoso",
            "Subscriptions": "8",
            "WebhookUrl": "https://hooks.example/hooks/shop/",
        },
    });
    assert_eq!(written("Create", &done), expected);
    let deleted = Ok(Done { report: Report::of("unlink"), integration: None });
    assert_eq!(written("Delete", &deleted).get("Data"), None);
}

#[test]
fn failure_has_a_reason_the_log_stream_and_the_id() {
    for kind in ["Create", "Update", "Delete"] {
        let body = written(kind, &failure("the token has expired"));
        assert_eq!(
            (&body["Status"], &body["PhysicalResourceId"]),
            (&json!("FAILED"), &json!("hookpost:shop"))
        );
        assert_eq!(body["Reason"], "TokenRefused: the token has expired; log: 2026/11/27/[$LATEST]7");
    }
}

#[test]
fn a_reason_of_any_length_fits() {
    for text in ["a", "ä", "😀", "\"", "\u{1}"] {
        let body = written("Create", &failure(text.repeat(5000)));
        let reason = body["Reason"].as_str().unwrap();
        assert!(reason.ends_with("; log: 2026/11/27/[$LATEST]7"), "{reason}");
        assert!((100..1100).contains(&reason.chars().count()), "{reason}");
    }
}
