//! Integrations and organizations do not affect each other.

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, connect, expect_report, organization, with};

#[tokio::test]
async fn two_integrations_of_one_organization_both_get_events() {
    let deployment = Deployment::open("two-integrations").await;
    deployment.connect().await;
    expect_report(deployment.invoke_setup(&with(connect(), "integration", "trial")).await);
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 16);
    assert_eq!(deployment.push("seen by both").await, [Some(202), Some(202)]);
    let mut integrations: Vec<_> =
        deployment.account.events().await.iter().map(|event| event.json()["integration"].clone()).collect();
    integrations.sort_by_key(ToString::to_string);
    assert_eq!(integrations, ["contoso", "trial"], "neither hides the other's events");
    expect_report(deployment.invoke_setup(&json!({"action": "unlink", "integration": "trial"})).await);
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    let status = expect_report(deployment.invoke_setup(&json!({"action": "status"})).await);
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}

#[tokio::test]
async fn two_organizations_cannot_share_an_integration_name() {
    let (contoso, fixture) = organization(ORGANIZATION, 7);
    let (fabrikam, others) = organization("northwind", 8);
    let azure = StandIn::start([contoso, fabrikam]).await;
    azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada));
    azure.register_pat(PersonalAccessToken::new("northwinds0own0token", "northwind", &others.ada));
    let deployment = Deployment::with_stand_in("two-organizations", azure, fixture).await;
    deployment.connect().await;
    let northwind = with(
        with(connect(), "organizationUrl", "https://dev.azure.com/northwind"),
        "pat",
        "northwinds0own0token",
    );
    expect_report(deployment.invoke_setup(&northwind).await);
    assert_eq!(
        (
            deployment.azure.subscriptions(ORGANIZATION).len(),
            deployment.azure.subscriptions("northwind").len()
        ),
        (8, 8)
    );
    let taken = deployment
        .invoke_setup(&with(northwind.clone(), "integration", "contoso"))
        .await
        .expect_err("the name is taken");
    assert_eq!(taken.error_type, "IntegrationTaken", "{}", taken.message);
    assert_eq!(deployment.azure.subscriptions("northwind").len(), 8);
    expect_report(deployment.invoke_setup(&json!({"action": "unlink", "integration": "contoso"})).await);
    expect_report(deployment.invoke_setup(&with(northwind, "integration", "contoso")).await);
    assert_eq!(deployment.azure.subscriptions("northwind").len(), 16, "a name that was given up can be had");
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty());
    deployment.close().await;
}
