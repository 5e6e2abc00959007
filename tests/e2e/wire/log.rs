//! The log: one line per delivery, which also holds its metrics.

use hookpost_harness::api_gateway::ApiRequest;
use serde_json::{Value, json};

use crate::fixture::{Contoso, ReceiverFixture};

#[tokio::test]
async fn a_delivery_is_one_log_line_with_its_ids_and_metrics() {
    let fixture = ReceiverFixture::open("log", "code-pushed").await;
    let push = Contoso::subscribed(51).commit("a message that is nobody's business");
    fixture.deliver(&push).await;
    fixture.send(&fixture.request("not json")).await;
    fixture.send(&fixture.request("{}").without_header("Authorization")).await;
    let unknown = ApiRequest::new("POST", "made-up-name", "code-pushed");
    fixture.send(&unknown.header("Authorization", "Basic Ong=").body("{}")).await;
    let log = fixture.close().await;
    assert!(!log.join("\n").contains("nobody's business"), "a body is never logged");
    let lines = log.iter().map(|line| serde_json::from_str::<Value>(line).expect("every line is JSON"));
    let lines: Vec<Value> = lines.filter(|line| line["event"] == "delivery").collect();
    let [queued, quarantined, unauthorized, unknown] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(queued["level"], "INFO");
    assert_eq!(queued["outcome"], "queued");
    assert_eq!(queued["status"], 202);
    assert_eq!(queued["Queued"], 1);
    assert_eq!(queued["eventType"], "git.push");
    assert_eq!(queued["integration"], "lakeside");
    assert_eq!(queued["subscriptionId"], push.subscription_id.to_string());
    assert_eq!(queued["notificationId"], push.sequence);
    assert!(queued["Duration"].is_number(), "{queued}");
    assert!(quarantined["requestId"].is_string(), "{quarantined}");
    assert_eq!((&quarantined["level"], &quarantined["outcome"]), (&json!("WARN"), &json!("quarantined")));
    assert_eq!((&unauthorized["level"], &unauthorized["code"]), (&json!("WARN"), &json!("unauthorized")));
    lines.iter().for_each(check_metrics);
    assert!(!unknown["_aws"].to_string().contains("Integration"), "{unknown}");
}

/// Checks that everything the line announces has a value.
fn check_metrics(line: &Value) {
    let list = |value: &Value| value.as_array().expect("a list").clone();
    for directive in list(&line["_aws"]["CloudWatchMetrics"]) {
        assert_eq!(directive["Namespace"], "Hookpost");
        for metric in list(&directive["Metrics"]) {
            let name = metric["Name"].as_str().expect("a name");
            assert!(line[name].is_number(), "{name} is announced and has a value");
        }
        for dimension in list(&directive["Dimensions"]).iter().flat_map(list) {
            let name = dimension.as_str().expect("a name");
            assert!(line[name].is_string(), "{name} is announced and has a value");
        }
    }
}
