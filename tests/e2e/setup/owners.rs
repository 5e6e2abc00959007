//! Subscriptions that another identity than the token's owner created are told about, and renewed without a gap.

use hookpost_stand_in::rest::{PersonalAccessToken, Status};
use hookpost_stand_in::{Identity, Subscription};
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, connect, texts, with};

const GRACES_TOKEN: &str = "graces0own0token0of0hers";

/// Ada has connected. Grace, who takes over, has a token of her own.
async fn with_successor(name: &str) -> (Deployment, Identity) {
    let deployment = Deployment::open(name).await;
    deployment.connect().await;
    let grace = deployment
        .azure
        .organization(ORGANIZATION, |organization| organization.add_person("Grace", "grace@contoso.example"));
    deployment.azure.register_pat(PersonalAccessToken::new(GRACES_TOKEN, ORGANIZATION, &grace));
    (deployment, grace)
}

fn renew() -> Value {
    with(with(connect(), "pat", GRACES_TOKEN), "renewSubscriptions", true)
}

fn warnings_about_owners(report: &Value) -> Vec<String> {
    texts(&report["warnings"]).into_iter().filter(|warning| warning.contains("created by")).collect()
}

#[tokio::test]
async fn another_owners_token_is_told_once_with_the_ways_out() {
    let (deployment, _) = with_successor("owners-told").await;
    let replace = json!({"action": "replace-token", "integration": "contoso", "pat": GRACES_TOKEN});
    let status = json!({"action": "status", "integration": "contoso"});
    for request in [replace, status, with(connect(), "pat", GRACES_TOKEN)] {
        let report = deployment.run_setup(&request).await;
        let warnings = warnings_about_owners(&report);
        assert_eq!(warnings.len(), 1, "{report}");
        for part in ["8 of 8", "Ada", "Grace", "administrator", "renewSubscriptions"] {
            assert!(warnings[0].contains(part), "{part}: {warnings:?}");
        }
    }
    deployment.close().await;
}

#[tokio::test]
async fn connect_recreates_subscriptions_without_a_gap() {
    let (deployment, grace) = with_successor("owners-renewed").await;
    let request = renew();
    let mut pushed = deployment.run_setup_while_pushing(&request).await;
    assert_eq!(deployment.push("afterwards").await, [Some(202)], "one subscription delivers");
    pushed += 1;
    assert_eq!(deployment.account.events().await.len(), pushed, "each push once");

    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    let (new, old): (Vec<Subscription>, Vec<_>) =
        hooks.into_iter().partition(|hook| hook.status == Status::Enabled);
    assert_eq!((new.len(), old.len()), (8, 8), "their logs are still to be read");
    assert!(new.iter().all(|hook| hook.created_by.as_ref().is_some_and(|creator| creator.id == grace.id)));
    assert!(old.iter().all(|hook| hook.inputs.consumer_inputs["url"].contains("superseded=")));

    deployment.azure.forget_calls();
    let again = deployment.run_setup(&request).await;
    let changes = deployment.azure.changes();
    assert!(changes.iter().all(|call| call.operation.contains("testnotifications")), "{changes:?}");
    assert!(warnings_about_owners(&again).is_empty(), "{again}");
    let status = json!({"action": "status", "integration": "contoso"});
    let status = deployment.run_setup(&status).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}
