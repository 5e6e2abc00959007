//! From an organization URL and a token to events on the queue.

use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, connect, expect_report, texts, with};

#[tokio::test]
async fn connect_subscribes_and_a_push_becomes_an_event() {
    let deployment = Deployment::open("connect").await;
    let report = deployment.connect().await;
    assert_eq!(deployment.azure.hooks(ORGANIZATION).len(), 8);
    assert_eq!(deployment.secrets("contoso").await, [true, true]);
    assert_eq!(report["integration"], "contoso");
    let checked = texts(&report["checked"]).join("\n");
    assert!(checked.contains("a test delivery to the `code-pushed` endpoint came through"), "{checked}");
    assert!(checked.contains("a test delivery to the `pull-request` endpoint came through"), "{checked}");
    assert_eq!(report["webhooks"]["username"], "leave it empty");
    assert!(deployment.account.events().await.is_empty(), "tests put nothing on the queue");
    assert_eq!(deployment.push("Faster").await, [Some(202)]);
    let events = deployment.account.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].json()["integration"], "contoso");
    deployment.close().await;
}

#[tokio::test]
async fn connect_again_changes_nothing() {
    let deployment = Deployment::open("connect-twice").await;
    deployment.connect().await;
    deployment.azure.forget_calls();
    let report = deployment.connect().await;
    let changes = deployment.azure.changes();
    assert!(changes.iter().all(|call| call.operation.contains("testnotifications")), "{changes:?}");
    assert!(report["done"].is_null(), "{report}");
    assert_eq!(deployment.push("Still one").await.len(), 1);
    deployment.close().await;
}

#[tokio::test]
async fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let deployment = Deployment::open("dry-run").await;
    let report = expect_report(deployment.invoke_setup(&with(connect(), "dryRun", true)).await);
    assert_eq!(texts(&report["planned"]).len(), 8);
    assert!(deployment.azure.changes().is_empty());
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    deployment.close().await;
}

#[tokio::test]
async fn connect_reads_the_token_from_a_secret() {
    let deployment = Deployment::open("pat-in-secret").await;
    let name = format!("{}-pat", deployment.account.prefix);
    deployment.account.secrets.create(&name, hookpost_stand_in::canary::PAT).await.expect("stored");
    let mut request = with(connect(), "patSecretId", name);
    request.as_object_mut().expect("an object").remove("pat");
    expect_report(deployment.invoke_setup(&request).await);
    assert_eq!(deployment.push("x").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn secrets_are_encrypted_with_the_operators_kms_key() {
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11";
    let mut deployment = Deployment::open("own-key").await;
    deployment.restart_setup_with(&[("HOOKPOST_KMS_KEY_ARN", KEY)]).await;
    deployment.connect().await;
    let made = deployment.account.secrets_manager.calls_of("CreateSecret");
    let keys: Vec<_> = made.iter().map(|call| call.input["KmsKeyId"].clone()).collect();
    assert_eq!(keys, [KEY, KEY]);
    deployment.close().await;
}

#[tokio::test]
async fn all_projects_share_one_set_of_subscriptions() {
    let deployment = Deployment::open("whole").await;
    expect_report(deployment.invoke_setup(&with(connect(), "projects", "all")).await);
    assert_eq!(deployment.azure.hooks(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("x").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn unlink_removes_our_resources_and_connect_restores_them() {
    let deployment = Deployment::open("unlink").await;
    deployment.connect().await;
    let foreign = json!({
        "publisherId": "tfs", "eventType": "git.push", "resourceVersion": "1.0", "consumerId": "webHooks",
        "consumerActionId": "httpRequest", "publisherInputs": {}, "consumerInputs": {"url": "https://ci.example.com/hook"},
    });
    deployment.azure.make_by_hand(ORGANIZATION, &deployment.fixture.ada, &foreign);
    let unlink = json!({"action": "unlink", "integration": "contoso"});
    let planned = expect_report(deployment.invoke_setup(&with(unlink.clone(), "dryRun", true)).await);
    assert_eq!(texts(&planned["planned"]).len(), 10);
    assert_eq!(deployment.azure.hooks(ORGANIZATION).len(), 9);
    expect_report(deployment.invoke_setup(&unlink).await);
    assert_eq!(deployment.azure.hooks(ORGANIZATION).len(), 1, "the other one stays");
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    let again = expect_report(deployment.invoke_setup(&unlink).await);
    assert!(again["summary"].as_str().is_some_and(|summary| summary.contains("unlinked already")), "{again}");
    deployment.connect().await;
    assert_eq!(deployment.push("back").await, [None, Some(202)], "the other one is not ours to reach");
    deployment.close().await;
}

#[tokio::test]
async fn repositories_are_listed_and_the_token_is_replaced() {
    let deployment = Deployment::open("repositories").await;
    deployment.connect().await;
    let report = expect_report(
        deployment.invoke_setup(&json!({"action": "repositories", "integration": "contoso"})).await,
    );
    let names: Vec<_> =
        report["repositories"].as_array().expect("a list").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["web", "notes"]);
    let token = hookpost_stand_in::rest::PersonalAccessToken::new(
        "another0token0of0adas",
        ORGANIZATION,
        &deployment.fixture.ada,
    );
    deployment.azure.register_pat(token);
    let replace =
        json!({"action": "replace-token", "integration": "contoso", "pat": "another0token0of0adas"});
    let report = expect_report(deployment.invoke_setup(&replace).await);
    assert_eq!(texts(&report["done"]).len(), 1);
    let report = expect_report(deployment.invoke_setup(&replace).await);
    assert!(report["done"].is_null(), "the second time nothing changes: {report}");
    deployment.close().await;
}

#[tokio::test]
async fn a_failed_delivery_is_replayed_once_from_azure_devopss_log() {
    let deployment = Deployment::open("replay").await;
    deployment.connect().await;
    deployment.account.sqs.fail_all(hookpost_harness::fault_proxy::Fault::outage());
    assert_eq!(deployment.push_once("missed").await, [Some(503)]);
    deployment.account.sqs.heal();
    assert!(deployment.account.events().await.is_empty());
    let replay = json!({"action": "replay", "integration": "contoso", "from": "2026-01-01T00:00:00Z"});
    let planned = expect_report(deployment.invoke_setup(&with(replay.clone(), "dryRun", true)).await);
    assert!(
        planned["summary"].as_str().is_some_and(|summary| summary.starts_with("1 events would")),
        "{planned}"
    );
    expect_report(deployment.invoke_setup(&replay).await);
    expect_report(deployment.invoke_setup(&replay).await);
    let events = deployment.account.events().await;
    assert_eq!(events.len(), 1, "once, however often it is replayed");
    assert_eq!(events[0].json()["data"]["commits"][0]["message"], "missed");
    deployment.close().await;
}

#[tokio::test]
async fn a_quarantined_delivery_is_replayed_and_deleted() {
    let deployment = Deployment::open("replay-quarantine").await;
    deployment.connect().await;
    // Somebody points the subscription to pushes at the other endpoint, which keeps what it gets.
    let hooks = deployment.azure.hooks(ORGANIZATION);
    let hook = hooks.iter().find(|hook| hook.terms.event_type == "git.push").expect("a subscription");
    let url = hook.terms.consumer_inputs["url"].replace("code-pushed", "pull-request");
    deployment.azure.change_by_hand(hook.id, |terms| {
        terms.consumer_inputs.insert("url".to_owned(), url);
    });
    assert_eq!(deployment.push("astray").await, [Some(202)]);
    assert!(deployment.account.events().await.is_empty());
    let replay = json!({"action": "replay", "integration": "contoso", "quarantine": true});
    expect_report(deployment.invoke_setup(&with(replay.clone(), "dryRun", true)).await);
    assert!(deployment.account.events().await.is_empty(), "a dry run queues nothing");
    expect_report(deployment.invoke_setup(&replay).await);
    let events = deployment.account.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].json()["data"]["commits"][0]["message"], "astray");
    assert!(deployment.account.quarantined().await.is_empty());
    deployment.close().await;
}

#[tokio::test]
async fn a_subscription_created_by_hand_is_adopted() {
    let deployment = Deployment::open("by-hand").await;
    deployment.connect().await;
    let hook = deployment.azure.hooks(ORGANIZATION).remove(0);
    let url = format!("{}/contoso/code-pushed", deployment.gateway.address());
    deployment.azure.change_by_hand(hook.id, |terms| {
        terms.consumer_inputs.insert("url".to_owned(), url);
        terms.consumer_inputs.insert("basicAuthPassword".to_owned(), "chosen-by-hand".to_owned());
    });
    assert_eq!(deployment.push("with a password of its own").await, [Some(401)]);
    let report = deployment.connect().await;
    assert_eq!(texts(&report["done"]).len(), 1, "{report}");
    assert_eq!(deployment.azure.hooks(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("adopted").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn a_repository_and_a_branch_become_filters() {
    let deployment = Deployment::open("narrow").await;
    expect_report(
        deployment.invoke_setup(&with(with(connect(), "repository", "web"), "branch", "main")).await,
    );
    let hooks = deployment.azure.hooks(ORGANIZATION);
    assert_eq!(hooks.len(), 8);
    for hook in hooks {
        let filters = &hook.terms.publisher_inputs;
        assert!(filters.get("repository").is_some_and(|id| !id.is_empty()), "{filters:?}");
        assert_eq!(filters.get("branch").map(String::as_str), Some("main"));
    }
    deployment.close().await;
}
