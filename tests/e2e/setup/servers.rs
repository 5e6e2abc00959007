//! Azure DevOps Server: versions, virtual directories, and URLs that are not those of a collection.

use hookpost_harness::queues::Message;
use hookpost_harness::runtime_api::FunctionError;
use hookpost_stand_in::Organization;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use serde_json::Value;

use crate::deployment::{Deployment, action, connect, with, with_projects};

const COLLECTION: &str = "Main";

/// A server with one collection, and a deployment that may use servers.
async fn open(name: &str, root: &str) -> Deployment {
    let (collection, fixture) = with_projects(Organization::server(root, COLLECTION, 7));
    let azure = StandIn::start([collection]).await;
    azure.register_pat(PersonalAccessToken::new(canary::PAT, COLLECTION, &fixture.ada));
    let mut deployment = Deployment::with_stand_in(name, azure, fixture).await;
    COLLECTION.clone_into(&mut deployment.organization);
    deployment.restart_setup(&[("HOOKPOST_ALLOW_ON_PREMISES", "true")]).await;
    deployment
}

fn connect_to(url: &str) -> Value {
    with(with(connect(), "organizationUrl", url), "integration", "contoso")
}

/// The error of a `connect` that changes nothing.
async fn refused(deployment: &Deployment, url: &str) -> FunctionError {
    let error = deployment.invoke_setup(&connect_to(url)).await.expect_err(url);
    assert!(deployment.azure.changes().is_empty(), "{url}");
    assert_eq!(deployment.secrets("contoso").await, [false, false], "{url}");
    error
}

/// Connects a collection, and checks that a push comes and that `status` finds no problem.
async fn check_works(deployment: &Deployment, url: &str) {
    deployment.run_setup(&connect_to(url)).await;
    assert_eq!(deployment.push("on premises").await, [Some(202)], "{url}");
    let events: Vec<Value> = deployment.account.events().await.iter().map(Message::json).collect();
    assert_eq!(events.len(), 1, "{url}");
    assert_eq!(events[0]["data"]["organization"]["url"], url, "{events:#?}");
    let status = deployment.run_setup(&action("status")).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
}

#[tokio::test]
async fn a_server_before_2022_1_is_refused_with_the_least_version() {
    let root = "https://tfs.contoso.example/tfs";
    let deployment = open("server-versions", root).await;
    let url = format!("{root}/{COLLECTION}");
    for version in [5.1, 6.0, 7.0] {
        deployment.azure.configure(|behavior| behavior.latest_version = version);
        let error = refused(&deployment, &url).await;
        assert_eq!(error.error_type, "ServerUnsupported", "{version}: {}", error.message);
        assert!(error.message.contains("Azure DevOps Server 2022.1 or later"), "{}", error.message);
    }
    deployment.azure.configure(|behavior| behavior.latest_version = 7.1);
    check_works(&deployment, &url).await;
    deployment.close().await;
}

#[tokio::test]
async fn a_collection_may_be_below_any_virtual_directory() {
    for (name, root) in [
        ("server-other", "https://code.contoso.example/azuredevops"),
        ("server-deep", "https://code.contoso.example:8443/dev/ops"),
        ("server-bare", "https://devops.contoso.example"),
    ] {
        let deployment = open(name, root).await;
        check_works(&deployment, &format!("{root}/{COLLECTION}")).await;
        deployment.close().await;
    }
}

#[tokio::test]
async fn the_url_of_a_server_or_a_project_suggests_that_of_a_collection() {
    for (name, root, advice) in [
        ("server-urls-tfs", "https://tfs.contoso.example/tfs", "does not name the organization"),
        ("server-urls-other", "https://code.contoso.example/azuredevops", "add the name of the collection"),
    ] {
        let deployment = open(name, root).await;
        let collection = format!("{root}/{COLLECTION}");
        for inside in ["Shop", "Shop/_git/web"] {
            let error = refused(&deployment, &format!("{collection}/{inside}")).await;
            assert_eq!(error.error_type, "OrganizationUrl", "{inside}: {}", error.message);
            assert!(error.message.ends_with(&format!("use `{collection}`")), "{inside}: {}", error.message);
        }
        let error = refused(&deployment, root).await;
        assert_eq!(error.error_type, "OrganizationUrl", "{}", error.message);
        assert!(error.message.contains(advice), "{}", error.message);
        deployment.close().await;
    }
}
