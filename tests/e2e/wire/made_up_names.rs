//! Requests of an attacker who makes up names of integrations.

use hookpost_harness::account::INTEGRATION;
use hookpost_harness::api_gateway::{ApiRequest, ApiResponse};
use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::secrets::webhook_value;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use serde_json::json;

use crate::fixture::{Contoso, ReceiverFixture, result};

/// A cold receiver of a deployment whose list has these names.
async fn receiver(name: &str, names: &[&str]) -> ReceiverFixture {
    let receiver = ReceiverFixture::open(name, "code-pushed").await;
    let (account, list) = (&receiver.account, json!({"names": names}).to_string());
    account.secrets.create(&format!("{}/integrations", account.prefix), &list).await.expect("made");
    receiver
}

/// Sends a password to an integration.
async fn present(receiver: &ReceiverFixture, integration: &str, password: &str) -> ApiResponse {
    let request = ApiRequest::new("POST", integration, "code-pushed")
        .header("Authorization", &basic_authorization("", password))
        .body("{}");
    receiver.send(&request).await
}

#[tokio::test]
async fn made_up_names_keep_no_delivery_out() {
    let names: Vec<String> = (0..30).map(|number| format!("team-{number}")).collect();
    let published: Vec<&str> = names.iter().map(String::as_str).chain([INTEGRATION]).collect();
    let receiver = receiver("made-up-names", &published).await;
    for name in &names {
        let (secrets, prefix) = (&receiver.account.secrets, &receiver.account.prefix);
        secrets.seed(prefix, name, canary::PASSWORD).await.expect("made");
    }
    for number in 0..100 {
        let response = present(&receiver, &format!("made-up-{number}"), "guess").await;
        assert_eq!(result(&response), "401 unauthorized");
    }
    assert!(receiver.password_fetches() <= 3 * 20 + 5, "{} calls", receiver.password_fetches());
    for name in &names {
        let response = present(&receiver, name, canary::PASSWORD).await;
        assert_eq!(result(&response), "202 quarantined", "{name}: admitted, though not a delivery");
    }
    let response = receiver.deliver(&Contoso::subscribed(1).commit("in a flood")).await;
    assert_eq!(result(&response), "202 queued");
    receiver.close().await;
}

#[tokio::test]
async fn nothing_is_rejected_by_a_list_that_cannot_be_read() {
    let receiver = receiver("unreadable-names", &[INTEGRATION]).await;
    let mut contoso = Contoso::subscribed(1);
    assert_eq!(result(&receiver.deliver(&contoso.commit("before")).await), "202 queued");
    receiver.account.secrets_manager.fail_each("GetSecretValue", Fault::outage());
    for name in [INTEGRATION, "made-up"] {
        let response = present(&receiver, name, "guess").await;
        assert_eq!(result(&response), "503 password_store_unavailable", "{name}");
    }
    assert_eq!(result(&receiver.deliver(&contoso.commit("meanwhile")).await), "202 queued");
    receiver.close().await;
}

#[tokio::test]
async fn a_list_that_was_overwritten_by_hand_rejects_nothing() {
    let receiver = ReceiverFixture::open("malformed-names", "pull-request").await;
    let (account, list) = (&receiver.account, webhook_value("guess"));
    account.secrets.create(&format!("{}/integrations", account.prefix), &list).await.expect("made");
    let right = receiver.send(&receiver.request("{}")).await;
    assert_eq!(result(&right), "202 quarantined", "admitted, though not a delivery");
    let response = receiver.send(&receiver.request_with_password("{}", "guess")).await;
    assert_eq!(result(&response), "503 password_store_unavailable");
    let lines = receiver.close().await;
    let line = lines.iter().find(|line| line.contains("password_store_unavailable")).expect("a line");
    assert!(line.contains("/integrations`: is not JSON with a list `names`"), "{line}");
}
