//! Integrations and organizations do not affect each other.

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, action, connect, organization, with};

#[tokio::test]
async fn two_integrations_of_one_organization_both_get_events() {
    let deployment = Deployment::open("two-integrations").await;
    deployment.connect().await;
    deployment.run_setup(&with(connect(), "integration", "trial")).await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 16);
    assert_eq!(deployment.push("seen by both").await, [Some(202), Some(202)]);
    let events = deployment.account.events().await;
    let mut integrations: Vec<_> = events.iter().map(|event| event.json()["integration"].clone()).collect();
    integrations.sort_by_key(ToString::to_string);
    assert_eq!(integrations, ["contoso", "trial"], "neither hides the other's events");
    deployment.run_setup(&with(action("unlink"), "integration", "trial")).await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    let status = deployment.run_setup(&json!({"action": "status"})).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}

#[tokio::test]
async fn two_organizations_cannot_share_an_integration_name() {
    const TOKEN: &str = "northwinds0own0token";
    let (contoso, fixture) = organization(ORGANIZATION, 7);
    let (northwind, others) = organization("northwind", 8);
    let azure = StandIn::start([contoso, northwind]).await;
    azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada));
    azure.register_pat(PersonalAccessToken::new(TOKEN, "northwind", &others.ada));
    let deployment = Deployment::with_stand_in("two-organizations", azure, fixture).await;
    let count = |organization| deployment.azure.subscriptions(organization).len();
    deployment.connect().await;
    let northwind = with(with(connect(), "organizationUrl", "https://dev.azure.com/northwind"), "pat", TOKEN);
    deployment.run_setup(&northwind).await;
    assert_eq!((count(ORGANIZATION), count("northwind")), (8, 8));
    let as_contoso = with(northwind, "integration", "contoso");
    let taken = deployment.invoke_setup(&as_contoso).await.expect_err("the name is taken");
    assert_eq!(taken.error_type, "IntegrationTaken", "{}", taken.message);
    assert_eq!(count("northwind"), 8);
    deployment.run_setup(&action("unlink")).await;
    deployment.run_setup(&as_contoso).await;
    assert_eq!(count("northwind"), 16, "a name that was given up can be had");
    assert_eq!(count(ORGANIZATION), 0);
    deployment.close().await;
}
