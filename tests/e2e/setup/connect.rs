//! From an organization URL and a token to events on the queue.

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::PersonalAccessToken;

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, with};

#[tokio::test]
async fn connect_subscribes_and_a_push_becomes_an_event() {
    let deployment = Deployment::open("connect").await;
    let planned = deployment.run_setup(&with(connect(), "dryRun", true)).await;
    assert_eq!(lines(&planned["planned"]).lines().count(), 8);
    assert!(deployment.azure.changes().is_empty(), "a dry run changes nothing");
    assert_eq!(deployment.secrets("contoso").await, [false, false]);

    let report = deployment.connect().await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    assert_eq!(deployment.secrets("contoso").await, [true, true]);
    assert_eq!(report["integration"], "contoso");
    let checked = lines(&report["checked"]);
    assert!(checked.contains("a test delivery to the `code-pushed` endpoint came through"), "{checked}");
    assert!(checked.contains("a test delivery to the `pull-request` endpoint came through"), "{checked}");
    assert_eq!(report["webhooks"]["username"], "leave it empty");
    assert!(deployment.account.events().await.is_empty(), "tests put nothing on the queue");

    deployment.azure.forget_calls();
    let report = deployment.connect().await;
    let changes = deployment.azure.changes();
    assert!(changes.iter().all(|call| call.operation.contains("testnotifications")), "{changes:?}");
    assert!(report["done"].is_null(), "the second time nothing changes: {report}");

    assert_eq!(deployment.push("Faster").await, [Some(202)]);
    let events = deployment.account.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].json()["integration"], "contoso");
    deployment.close().await;
}

#[tokio::test]
async fn connect_takes_a_token_in_a_secret_and_a_kms_key() {
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11";
    let mut deployment = Deployment::open("own-resources").await;
    deployment.restart_setup(&[("HOOKPOST_KMS_KEY_ARN", KEY)]).await;
    let name = format!("{}-pat", deployment.account.prefix);
    deployment.account.secrets.create(&name, canary::PAT).await.expect("stored");
    let mut request = with(connect(), "patSecretId", name);
    request.as_object_mut().expect("an object").remove("pat");
    deployment.run_setup(&request).await;
    let made = deployment.account.secrets_manager.calls_of("CreateSecret");
    let keys: Vec<_> = made.iter().map(|call| call.input["KmsKeyId"].clone()).collect();
    assert_eq!(keys, [KEY, KEY, KEY], "both secrets of the integration, and the list of integrations");
    assert_eq!(deployment.push("x").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn a_repository_and_a_branch_become_filters() {
    let deployment = Deployment::open("narrow").await;
    deployment.run_setup(&with(with(connect(), "repository", "web"), "branch", "main")).await;
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    assert_eq!(hooks.len(), 8);
    for hook in hooks {
        let filters = &hook.inputs.publisher_inputs;
        assert!(filters.get("repository").is_some_and(|id| !id.is_empty()), "{filters:?}");
        assert_eq!(filters.get("branch").map(String::as_str), Some("main"));
    }
    deployment.close().await;
}

#[tokio::test]
async fn unlink_removes_our_resources_and_connect_restores_them() {
    let deployment = Deployment::open("unlink").await;
    deployment.connect().await;
    deployment.add_foreign_subscription();
    let planned = deployment.run_setup(&with(action("unlink"), "dryRun", true)).await;
    assert_eq!(lines(&planned["planned"]).lines().count(), 10);
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 9);
    deployment.run_setup(&action("unlink")).await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 1, "the other one stays");
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    let again = deployment.run_setup(&action("unlink")).await;
    assert!(again["summary"].to_string().contains("unlinked already"), "{again}");
    deployment.connect().await;
    assert_eq!(deployment.push("back").await, [None, Some(202)], "the other one is not ours to reach");
    deployment.close().await;
}

#[tokio::test]
async fn repositories_are_listed_and_the_token_is_replaced() {
    const TOKEN: &str = "another0token0of0adas";
    let deployment = Deployment::open("repositories").await;
    deployment.connect().await;
    let report = deployment.run_setup(&action("repositories")).await;
    let projects = report["projects"].as_array().expect("a list");
    let mut repositories: Vec<_> =
        projects.iter().filter_map(|project| project["repositories"].as_array()).flatten().collect();
    repositories.sort_by_key(|repository| repository["name"].to_string());
    assert_eq!(
        repositories.iter().map(|repository| &repository["name"]).collect::<Vec<_>>(),
        ["notes", "web"]
    );
    let ada = &deployment.fixture.ada;
    deployment.azure.register_pat(PersonalAccessToken::new(TOKEN, ORGANIZATION, ada));
    let replace = with(action("replace-token"), "pat", TOKEN);
    let report = deployment.run_setup(&replace).await;
    assert_eq!(lines(&report["done"]).lines().count(), 1);
    let report = deployment.run_setup(&replace).await;
    assert!(report["done"].is_null(), "the second time nothing changes: {report}");
    deployment.close().await;
}
