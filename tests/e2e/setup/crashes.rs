//! `setup` is killed at its calls, one after the other or at every third, after the call had its effect; running the action again ends in the right state.

use futures_util::future::join_all;
use hookpost_harness::crash;
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::canary;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, action, connect};
use crate::widget;

/// Deployments among which a test divides its calls. A test mostly waits, so they work at the same time.
const DEPLOYMENTS: usize = 6;

/// More calls than any action makes.
const CALLS_MAX: usize = 60;

/// The service whose call hangs when `setup` is killed.
#[derive(Clone, Copy)]
enum Service {
    AzureDevOps,
    SecretsManager,
    Sts,
}

impl Service {
    /// Kills `setup` while its call with this number, from 0, hangs. `false` when the action makes fewer calls.
    async fn kill_at(self, deployment: &mut Deployment, request: Value, number: usize) -> bool {
        let invocation = deployment.setup.invoke_with(Invocation::with_long_timeout(request));
        let ended = self.of(deployment).hang_at(number, invocation).await;
        deployment.restart_setup(&[]).await;
        self.of(deployment).heal();
        deployment.let_invocation_end().await;
        ended.is_none()
    }

    fn of(self, deployment: &Deployment) -> crash::Service<'_> {
        match self {
            Self::AzureDevOps => crash::Service::AzureDevOps(&deployment.azure),
            Self::SecretsManager => crash::Service::Aws(&deployment.account.secrets_manager),
            Self::Sts => crash::Service::Aws(&deployment.federation.sts_proxy),
        }
    }
}

/// Runs `check` for each number of a call, until `check` says that the action makes fewer. Gives the first such number.
async fn for_each_call(
    name: &str,
    numbers: impl IntoIterator<Item = usize>,
    check: impl AsyncFn(&mut Deployment, usize) -> bool,
) -> Option<usize> {
    let numbers: Vec<usize> = numbers.into_iter().collect();
    let share = async |place: usize| {
        let mut deployment = Deployment::open(&format!("{name}-{place}")).await;
        let mut end = None;
        for number in numbers.iter().skip(place).step_by(DEPLOYMENTS) {
            if !check(&mut deployment, *number).await {
                end = Some(*number);
                break;
            }
        }
        deployment.close().await;
        end
    };
    join_all((0..DEPLOYMENTS).map(share)).await.into_iter().flatten().min()
}

async fn check_linked(deployment: &Deployment, number: usize) {
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8, "after a crash at call {number}");
    let answered = deployment.push(&format!("after {number}")).await;
    assert_eq!(answered, [Some(202)], "after a crash at call {number}");
    let report = deployment.status().await;
    assert_eq!(report["summary"], "no problems found", "after a crash at call {number}: {report}");
}

async fn check_unlinked(deployment: &Deployment, number: usize) {
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty(), "after a crash at call {number}");
    assert_eq!(deployment.secrets("contoso").await, [false, false], "after a crash at call {number}");
}

#[tokio::test]
async fn connect_killed_at_any_azure_devops_call_is_completed_by_the_next() {
    let end = for_each_call("crash-connect", 0..CALLS_MAX, async |deployment, number| {
        let killed = Service::AzureDevOps.kill_at(deployment, connect(), number).await;
        deployment.connect().await;
        check_linked(deployment, number).await;
        deployment.run_setup(&action("unlink")).await;
        killed
    });
    assert!(end.await.expect("an end") > 10, "connect makes more calls");
}

#[tokio::test]
async fn connect_by_an_app_killed_at_a_call_is_completed_by_the_next() {
    let end = for_each_call("crash-entra", (0..CALLS_MAX).step_by(3), async |deployment, number| {
        deployment.federation.trust_both();
        let request = deployment.by_app();
        if number == 0 {
            assert!(Service::Sts.kill_at(deployment, request.clone(), 0).await, "it asks STS");
        }
        let killed = Service::AzureDevOps.kill_at(deployment, request.clone(), number).await;
        deployment.run_setup(&request).await;
        check_linked(deployment, number).await;
        deployment.run_setup(&action("unlink")).await;
        killed
    });
    assert!(end.await.expect("an end") > 10, "connect makes more calls");
}

#[tokio::test]
async fn unlink_killed_at_an_azure_devops_call_is_completed_by_the_next() {
    for_each_call("crash-unlink", [0, 1, 3, 6, 8], async |deployment, number| {
        deployment.connect().await;
        Service::AzureDevOps.kill_at(deployment, action("unlink"), number).await;
        deployment.run_setup(&action("unlink")).await;
        check_unlinked(deployment, number).await;
        true
    })
    .await;
}

#[tokio::test]
async fn connect_and_unlink_survive_a_kill_at_any_secrets_manager_call() {
    let service = Service::SecretsManager;
    let end = for_each_call("crash-secrets", 0..CALLS_MAX, async |deployment, number| {
        let connecting = service.kill_at(deployment, connect(), number).await;
        deployment.connect().await;
        check_linked(deployment, number).await;
        let unlinking = service.kill_at(deployment, action("unlink"), number).await;
        deployment.run_setup(&action("unlink")).await;
        check_unlinked(deployment, number).await;
        connecting || unlinking
    });
    assert!(end.await.expect("an end") > 4, "they make more calls");
}

#[tokio::test]
async fn a_rotation_killed_at_an_azure_devops_call_is_completed_by_the_next() {
    check_rotation("crash-rotate", Service::AzureDevOps, &[0, 1, 2, 3, 4, 6, 9, 10, 12]).await;
}

#[tokio::test]
async fn a_rotation_killed_at_a_secrets_manager_call_is_completed_by_the_next() {
    check_rotation("crash-secrets-rotate", Service::SecretsManager, &[1, 3, 5, 7, 9, 11, 13]).await;
}

async fn check_rotation(name: &str, service: Service, numbers: &[usize]) {
    for_each_call(name, numbers.iter().copied(), async |deployment, number| {
        deployment.connect().await;
        service.kill_at(deployment, action("rotate-password"), number).await;
        let answered = deployment.push(&format!("half way {number}")).await;
        assert_eq!(answered, [Some(202)], "after a crash at call {number}");
        deployment.run_setup(&action("rotate-password")).await;
        check_linked(deployment, number).await;
        true
    })
    .await;
}

#[tokio::test]
async fn what_a_button_of_the_page_began_is_completed_when_it_is_pressed_again() {
    let end = for_each_call("crash-page", (0..CALLS_MAX).step_by(3), async |deployment, number| {
        let secret = format!("{}-pat", deployment.account.prefix);
        if number < 3 * DEPLOYMENTS {
            deployment.account.secrets.create(&secret, canary::PAT).await.expect("stored");
        }
        let connect = json!({
            "action": "connect",
            "organizationUrl": "https://dev.azure.com/contoso",
            "patSecretId": secret,
            "projects": ["Shop"],
        });
        let killed = press(deployment, &connect, number).await;
        check_linked(deployment, number).await;
        deployment.opened("contoso").await.assert_has("Check now");
        press(deployment, &action("rotate-password"), number).await;
        check_linked(deployment, number).await;
        press(deployment, &action("unlink"), number).await;
        check_unlinked(deployment, number).await;
        deployment.overview().await.assert_has("No organization is connected.");
        killed
    });
    assert!(end.await.expect("an end") > 10, "connect makes more calls");
}

/// Presses the button of a request, kills `setup` at a call, and presses it again. `false` when the first press made
/// fewer calls.
async fn press(deployment: &mut Deployment, request: &Value, number: usize) -> bool {
    let button = json!({"view": "run", "request": request});
    let killed = Service::AzureDevOps.kill_at(deployment, widget::event(&button, &json!({})), number).await;
    deployment.look(&button, &json!({})).await;
    killed
}
