//! Entra is out, or refuses new credentials by turns: deliveries go on, `watch` says so and catches up.

use hookpost_stand_in::entra::Fault;
use hookpost_stand_in::rest::Status;
use serde_json::Value;

use crate::deployment::{Deployment, ORGANIZATION, action, lines};
use crate::entra::{SETUP_ROLE, WATCH_ROLE};
use crate::watched_deployment::{WatchedDeployment, messages};

#[tokio::test]
async fn deliveries_go_on_without_entra_and_watch_catches_up() {
    let mut watched = WatchedDeployment::open_by_app("entra-outage").await;
    watched.fail_push_delivery("missed").await;
    watched.deployment.federation.entra.fail_each(Fault::Status(503));
    let report = watched.run_hurried_pass().await;
    let failure = report["failure"].to_string();
    assert!(failure.contains("Microsoft Entra cannot be used") && failure.contains("503"), "{report}");
    watched.deployment.set_status_of_all(Status::Enabled);
    assert_eq!(watched.deployment.push("meanwhile").await, [Some(202)]);
    assert_eq!(messages(&watched.events().await), ["meanwhile"]);
    // `setup` has a token from before; a new process has none.
    assert_eq!(watched.deployment.status().await["summary"], "no problems found");
    watched.deployment.restart_setup(&[]).await;
    let error = watched.deployment.refusal_of_app().await;
    assert_eq!(error.error_type, "EntraUnavailable", "{}", error.message);

    watched.deployment.federation.entra.clear_faults();
    // A process remembers the failure for half a minute.
    watched.restart_watch().await;
    watched.deployment.restart_setup(&[]).await;
    let report = watched.run_pass().await;
    assert_eq!(report["failure"], Value::Null, "{report}");
    assert_eq!(messages(&watched.events().await), ["missed"], "{report}");
    assert_eq!(watched.deployment.status().await["summary"], "no problems found");
    watched.close().await;
}

#[tokio::test]
async fn a_pass_that_has_a_token_does_not_notice_that_entra_and_sts_are_out() {
    let watched = WatchedDeployment::open_by_app("entra-warm").await;
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    let federation = &watched.deployment.federation;
    federation.entra.fail_each(Fault::Status(503));
    federation.sts.fail_each(hookpost_stand_in::sts::Fault::Status(503));
    watched.fail_push_delivery("missed").await;
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    assert_eq!(messages(&watched.events().await), ["missed"]);
    assert_eq!(watched.deployment.status().await["summary"], "no problems found");
    watched.close().await;
}

#[tokio::test]
async fn credentials_that_flap_fail_neither_connect_nor_watch() {
    const NAME: &str = "entra-flapping";
    let deployment = Deployment::open(NAME).await;
    deployment.federation.trust_both();
    // The first call is refused: `connect` waits five seconds, and `watch` asks again at once.
    deployment.federation.entra.flapping();
    deployment.run_setup(&deployment.by_app()).await;
    let watched = WatchedDeployment::of(deployment, NAME).await;
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    let calls = watched.deployment.federation.entra.calls();
    let seen: Vec<_> = calls.iter().map(|call| (call.subject.as_deref(), call.error_code)).collect();
    let (setup, watch) = (Some(SETUP_ROLE), Some(WATCH_ROLE));
    assert_eq!(seen, [(setup, Some(70_021)), (setup, None), (watch, Some(70_021)), (watch, None)]);
    watched.close().await;
}

#[tokio::test]
async fn credentials_refused_twice_are_reported_with_advice_and_passes_go_on() {
    let watched = WatchedDeployment::open_by_app("entra-propagating").await;
    watched.deployment.federation.entra.propagating(2);
    let failure = watched.run_pass().await["failure"].to_string();
    assert!(failure.contains("AADSTS70021") && failure.contains("wait five minutes"), "{failure}");
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    watched.close().await;
}

#[tokio::test]
async fn an_app_that_is_taken_away_is_told_and_comes_back() {
    let mut watched = WatchedDeployment::open_by_app("entra-removed").await;
    let principal = watched.deployment.federation.app.principal.clone();
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    // Azure DevOps ends the access tokens that are in use, as it does when policies change.
    watched.deployment.federation.entra.revoke_tokens();
    let failure = watched.run_pass().await["failure"].to_string();
    assert!(!failure.contains("replace-token"), "an app has no token to replace: {failure}");
    // A process keeps its token until ten minutes before the end.
    watched.restart_watch().await;
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    watched.deployment.azure.leave(ORGANIZATION, &principal);
    let failure = watched.run_pass().await["failure"].to_string();
    assert!(failure.contains("add it in Organization settings, Users"), "{failure}");
    watched.deployment.azure.admit(ORGANIZATION, &principal);
    watched.deployment.restart_setup(&[]).await;
    watched.run_pass().await;
    assert_eq!(watched.deployment.push("it is back").await, [Some(202)]);
    let status = watched.deployment.run_setup(&action("status")).await;
    assert_eq!(lines(&status["remains"]), "", "{status}");
    watched.close().await;
}
