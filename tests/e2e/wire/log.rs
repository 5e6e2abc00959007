//! The log: one line per delivery, of which CloudWatch makes metrics.

use hookpost_harness::api_gateway::ApiRequest;
use serde_json::{Value, json};

use crate::fixture::{Contoso, ReceiverFixture};

#[tokio::test]
async fn a_delivery_is_one_log_line_with_its_ids_and_figures() {
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
    assert_eq!(unknown["known"], false, "{unknown}");
}
