//! A renamed organization keeps its integration, its subscriptions and every event; one that is gone can be unlinked.

use std::collections::BTreeSet;

use hookpost_harness::queues::Message;
use hookpost_stand_in::rest::Fault;
use hookpost_stand_in::{RefChange, Uuid};
use serde_json::Value;

use crate::deployment::{Deployment, MAIN, ORGANIZATION, action, connect, lines, now, with};
use crate::watched_deployment::{WatchedDeployment, messages};

const NEW_NAME: &str = "contoso-group";

/// The request that connects the organization under its new name.
fn connect_renamed() -> Value {
    with(connect(), "organizationUrl", format!("https://dev.azure.com/{NEW_NAME}"))
}

fn ids(deployment: &Deployment, organization: &str) -> BTreeSet<Uuid> {
    deployment.azure.subscriptions(organization).into_iter().map(|hook| hook.id).collect()
}

/// Pushes to the renamed organization, and delivers for every subscription.
async fn push_renamed(deployment: &Deployment, comment: &str) -> Vec<Option<u16>> {
    let fixture = &deployment.fixture;
    let notifications = deployment.azure.organization(NEW_NAME, |organization| {
        organization.push(now(), &fixture.ada, fixture.web, &[RefChange::commit(MAIN, &[comment])])
    });
    deployment.azure.deliver_all(notifications).await
}

#[tokio::test]
async fn connect_moves_a_renamed_organization_without_a_gap_or_a_second_set() {
    for (name, request) in
        [("found", connect_renamed()), ("named", with(connect_renamed(), "integration", "contoso"))]
    {
        let watched = WatchedDeployment::open(&format!("renamed-organization-{name}")).await;
        let deployment = &watched.deployment;
        let before = ids(deployment, ORGANIZATION);
        assert_eq!(deployment.push("before").await, [Some(202)]);
        deployment.azure.rename_organization(ORGANIZATION, NEW_NAME);
        assert_eq!(push_renamed(deployment, "renamed").await, [Some(202)], "webhooks go on by themselves");

        let failed =
            deployment.invoke_setup(&action("status")).await.expect_err("the URL leads nowhere").message;
        for failure in [failed, watched.run_pass().await["failure"].to_string()] {
            assert!(failure.contains("renamed or deleted") && failure.contains("connect"), "{failure}");
        }
        let report = deployment.run_setup(&request).await;
        assert!(lines(&report["done"]).contains("move `contoso`"), "{report}");
        assert_eq!(ids(deployment, NEW_NAME), before, "the same subscriptions");
        assert_eq!(push_renamed(deployment, "moved").await, [Some(202)]);
        let events: Vec<Value> = deployment.account.events().await.iter().map(Message::json).collect();
        assert_eq!(messages(&events), ["before", "renamed", "moved"]);
        assert!(events.iter().all(|event| event["integration"] == "contoso"));

        let status = deployment.status().await;
        assert_eq!(status["summary"], "no problems found", "{status}");
        assert_eq!(watched.run_pass().await["failure"], Value::Null);
        watched.close().await;
    }
}

#[tokio::test]
async fn unlink_finishes_when_the_organization_has_left_its_name() {
    let deployment = Deployment::open("unlink-renamed").await;
    deployment.connect().await;
    deployment.azure.rename_organization(ORGANIZATION, NEW_NAME);
    let report = deployment.run_setup(&action("unlink")).await;
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    let remains = lines(&report["remains"]);
    assert!(remains.contains("were not deleted") && remains.contains("/contoso/"), "{remains}");
    deployment.close().await;
}

#[tokio::test]
async fn unlink_finishes_without_an_organization_that_nobody_can_use() {
    let deployment = Deployment::open("unlink-without").await;
    deployment.connect().await;
    deployment.azure.fail_next("GET connectionData", Fault::Expired);
    let error = deployment.invoke_setup(&action("unlink")).await.expect_err("the token is refused");
    assert!(error.message.contains("withoutOrganization"), "{}", error.message);
    assert_eq!(deployment.secrets("contoso").await, [true, true]);
    deployment.azure.fail_next("GET connectionData", Fault::Expired);
    let report = deployment.run_setup(&with(action("unlink"), "withoutOrganization", true)).await;
    assert!(lines(&report["remains"]).contains("were not deleted"), "{report}");
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    deployment.close().await;
}
