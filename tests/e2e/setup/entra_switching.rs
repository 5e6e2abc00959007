//! Switching from a token to an app and back, while pushes go on: each comes once, and the old credential is gone.

use hookpost_harness::secrets::VersionStage;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::Status;
use serde_json::Value;

use crate::deployment::{Deployment, ORGANIZATION, action, connect, with};
use crate::watched_deployment::WatchedDeployment;

/// Who has created the subscriptions that deliver.
fn creators(deployment: &Deployment) -> Vec<String> {
    let hooks = deployment.azure.subscriptions(ORGANIZATION).into_iter();
    let enabled = hooks.filter(|hook| hook.status == Status::Enabled);
    enabled.filter_map(|hook| Some(hook.created_by?.display_name)).collect()
}

async fn stored(deployment: &Deployment) -> String {
    let secret = format!("{}/contoso/organization", deployment.account.prefix);
    deployment.account.secrets.value(&secret, VersionStage::Current).await.expect("a configuration")
}

#[tokio::test]
async fn from_a_token_to_an_app_and_back_each_push_comes_once() {
    let watched = WatchedDeployment::open("entra-over").await;
    let deployment = &watched.deployment;
    deployment.federation.trust_both();
    for (request, creator) in [(deployment.by_app(), "hookpost-app"), (connect(), "Ada")] {
        let planned = deployment.run_setup(&with(request.clone(), "dryRun", true)).await;
        assert!(planned["planned"].to_string().contains("renew: "), "{planned}");
        let pushed = deployment.run_setup_while_pushing(&request).await;
        assert_eq!(deployment.push("afterwards").await, [Some(202)], "one subscription delivers");
        assert_eq!(watched.events().await.len(), pushed + 1, "each push once");
        assert_eq!(creators(deployment), vec![creator; 8]);
        let stored = stored(deployment).await;
        assert_eq!(stored.contains(canary::PAT), creator == "Ada", "the former credential is gone");
        assert_eq!(watched.run_pass().await["failure"], Value::Null);
        let status = deployment.status().await;
        assert_eq!(status["summary"], "no problems found", "{status}");
    }
    watched.close().await;
}

#[tokio::test]
async fn a_refused_app_leaves_the_token_and_a_token_does_not_replace_an_app() {
    let watched = WatchedDeployment::open("entra-over-refused").await;
    let deployment = &watched.deployment;
    let before = stored(deployment).await;
    let error = deployment.refusal_of_app().await;
    assert_eq!(error.error_type, "RoleNotTrusted", "{}", error.message);
    deployment.federation.trust_both();
    deployment.azure.exclude(ORGANIZATION, &deployment.federation.app.principal);
    let error = deployment.invoke_setup(&deployment.by_app()).await.expect_err("outside");
    assert_eq!(error.error_type, "AppNotInOrganization", "{}", error.message);
    assert_eq!(stored(deployment).await, before);
    assert_eq!(creators(deployment), vec!["Ada"; 8]);
    assert_eq!(watched.run_pass().await["failure"], Value::Null);

    deployment.azure.admit(ORGANIZATION, &deployment.federation.app.principal);
    deployment.run_setup(&deployment.by_app()).await;
    let replace = with(action("replace-token"), "pat", canary::PAT);
    let error = deployment.invoke_setup(&replace).await.expect_err("an app");
    assert_eq!(error.error_type, "BadRequest", "{}", error.message);
    watched.close().await;
}
