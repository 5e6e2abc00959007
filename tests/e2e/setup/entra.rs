//! `connect` by an app in Entra, with the real binaries: from nothing, and with steps of setting up in the wrong order.

use std::time::Duration;

use hookpost_harness::federation::ROLES;
use hookpost_harness::runtime_api::{FunctionError, Invocation};
use hookpost_stand_in::rest::{Permissions, ServiceBehavior};
use hookpost_stand_in::sts::Fault;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, texts, with};
use crate::watched_deployment::{WatchedDeployment, messages};

pub(crate) const SETUP_ROLE: &str = ROLES[0].1;
pub(crate) const WATCH_ROLE: &str = ROLES[1].1;

/// Time of an invocation that is enough to work, and too little to wait for new credentials.
const ONE_ATTEMPT: Duration = Duration::from_secs(60);

impl Deployment {
    /// The request that connects the project `Shop` by the app.
    pub(crate) fn by_app(&self) -> Value {
        let mut request = with(connect(), "entra", self.federation.request());
        request.as_object_mut().expect("an object").retain(|name, _| !name.starts_with("pat"));
        request
    }

    /// The error of a dry run that connects by the app.
    pub(crate) async fn refusal_of_app(&self) -> FunctionError {
        self.refusal(&with(self.by_app(), "dryRun", true)).await
    }

    /// The error of a request that has time to sign in once.
    pub(crate) async fn refusal(&self, request: &Value) -> FunctionError {
        let hurried = Invocation { event: request.clone(), timeout: ONE_ATTEMPT };
        self.invoke_setup_with(hurried).await.expect_err("refused")
    }

    /// Expects a refusal of the app with this code and a message with these parts, and no change.
    pub(crate) async fn check_app_refused(&self, code: &str, parts: &[&str]) {
        let error = self.refusal_of_app().await;
        assert_eq!(error.error_type, code, "{}", error.message);
        for part in parts {
            assert!(error.message.contains(part), "{code} without {part}: {}", error.message);
        }
        assert!(self.azure.changes().is_empty(), "nothing is changed");
        assert_eq!(self.secrets("contoso").await, [false, false], "nothing is stored");
    }
}

impl WatchedDeployment {
    /// A deployment that an app has connected, with `watch`.
    pub(crate) async fn open_by_app(name: &str) -> Self {
        let deployment = Deployment::open(name).await;
        deployment.federation.trust_both();
        deployment.run_setup(&deployment.by_app()).await;
        Self::of(deployment, name).await
    }

    /// A pass that tries to sign in once.
    pub(crate) async fn run_hurried_pass(&self) -> Value {
        let hurried = Invocation { event: json!({}), timeout: ONE_ATTEMPT };
        let report =
            self.watch.invoke_with(hurried).await.unwrap_or_else(|failure| panic!("a pass: {failure}"));
        self.deployment.assert_secret("a report", report.to_string());
        report["integrations"][0].clone()
    }
}

#[tokio::test]
async fn an_app_connects_from_nothing() {
    const NAME: &str = "entra-nothing";
    let deployment = Deployment::open(NAME).await;
    let federation = &deployment.federation;
    let identity = deployment.run_setup(&json!({"action": "identity", "entra": federation.request()})).await;
    assert_eq!(identity["issuer"], federation.sts.issuer(), "{identity}");
    assert_eq!(identity["subjects"], json!({"setup": SETUP_ROLE, "watch": WATCH_ROLE}));
    assert_eq!(identity["audience"], "api://AzureADTokenExchange");
    assert!(federation.entra.calls().is_empty(), "Entra is not asked");
    paste(&deployment, &texts(&identity["commands"]));

    let planned = deployment.run_setup(&with(deployment.by_app(), "dryRun", true)).await;
    assert_eq!(planned["summary"], "8 changes planned for `contoso`", "{planned}");
    assert!(deployment.azure.changes().is_empty(), "nothing is changed");
    assert_eq!(deployment.secrets("contoso").await, [false, false], "nothing is stored");
    let report = deployment.run_setup(&deployment.by_app()).await;
    assert!(lines(&report["checked"]).contains("the app hookpost-app"), "{report}");
    let app = &deployment.federation.app;
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    assert!(hooks.iter().all(|hook| hook.created_by.as_ref() == Some(&app.principal)), "{hooks:?}");
    assert_eq!(hooks.len(), 8);

    let watched = WatchedDeployment::of(deployment, NAME).await;
    let deployment = &watched.deployment;
    assert_eq!(deployment.push("by an app").await, [Some(202)]);
    assert_eq!(messages(&watched.events().await), ["by an app"]);
    let pass = watched.run_pass().await;
    assert_eq!((&pass["failure"], &pass["remains"]), (&Value::Null, &json!([])), "{pass}");
    let status = deployment.status().await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    assert_eq!(status["integrations"]["contoso"]["connectedBy"], "entra", "{status}");
    assert_eq!(status["integrations"]["contoso"]["app"], "hookpost-app", "{status}");
    check_calls(deployment);
    deployment.run_setup(&action("unlink")).await;
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty());
    watched.close().await;
}

/// Does what the commands of `identity` say: the federated credentials that they have, word for word.
fn paste(deployment: &Deployment, commands: &[String]) {
    let client_id = deployment.federation.app.client_id.to_string();
    let credentials = commands.iter().filter(|command| command.contains("federated-credential create"));
    let mut count = 0;
    for command in credentials {
        assert!(command.contains(&format!("--id {client_id} ")), "{command}");
        let json = command.split('\'').nth(1).expect("a quoted text");
        let json: Value = serde_json::from_str(json).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let credential = hookpost_stand_in::entra::FederatedCredential {
            issuer: text(&json["issuer"]),
            subject: text(&json["subject"]),
            audience: text(&json["audiences"][0]),
        };
        deployment.federation.entra.trust(&deployment.federation.app, credential);
        count += 1;
    }
    assert_eq!(count, 2, "{commands:?}");
}

/// Each function has asked STS as AWS documents it, as its own role, and Entra for Azure DevOps alone; once in its life.
fn check_calls(deployment: &Deployment) {
    let federation = &deployment.federation;
    let requested_roles: Vec<_> =
        federation.sts.calls().into_iter().filter_map(|call| call.role_arn).collect();
    // Those of `setup` are `identity` and the dry run, whose token is kept.
    assert_eq!(requested_roles, [SETUP_ROLE, SETUP_ROLE, WATCH_ROLE]);
    for call in federation.sts.calls() {
        for (name, value) in [
            ("Audience.member.1", Some("api://AzureADTokenExchange")),
            ("Audience.member.2", None),
            ("SigningAlgorithm", Some("RS256")),
            ("DurationSeconds", Some("300")),
            ("Tags.member.1.Key", None),
        ] {
            assert_eq!(call.parameter(name), value, "{name}: {call:?}");
        }
    }
    let signed_in: Vec<_> = federation.entra.calls().into_iter().filter_map(|call| call.subject).collect();
    assert_eq!(signed_in, [SETUP_ROLE, WATCH_ROLE]);
    for call in federation.entra.calls() {
        assert_eq!(call.tenant, federation.app.tenant_id.to_string());
        assert_eq!(call.client_id, federation.app.client_id.to_string());
        assert_eq!(call.scope, "499b84ac-1321-427f-aa17-267ca6975798/.default");
    }
}

#[tokio::test]
async fn each_step_in_the_wrong_order_is_named_and_the_next_run_goes_on() {
    const NAME: &str = "entra-steps";
    let deployment = Deployment::open(NAME).await;
    let federation = &deployment.federation;
    let (principal, shop) = (&federation.app.principal, deployment.fixture.shop);
    deployment.azure.exclude(ORGANIZATION, principal);
    deployment.azure.grant(ORGANIZATION, principal, Some(shop), Permissions::NONE);
    federation.sts.fail_each(Fault::FederationDisabled);
    deployment.check_app_refused("FederationDisabled", &["enable-outbound-web-identity-federation"]).await;
    let identity = deployment.run_setup(&json!({"action": "identity"})).await;
    assert_eq!(texts(&identity["commands"]), ["aws iam enable-outbound-web-identity-federation"]);
    federation.sts.clear_faults();
    deployment
        .check_app_refused("RoleNotTrusted", &["no federated credential", SETUP_ROLE, WATCH_ROLE])
        .await;
    federation.trust_only(&[WATCH_ROLE]);
    deployment.check_app_refused("RoleNotTrusted", &["subject", SETUP_ROLE]).await;
    federation.trust_only(&[SETUP_ROLE]);
    let advice = ["Organization settings, Users", "Basic"];
    deployment.check_app_refused("AppNotInOrganization", &advice).await;
    deployment.azure.admit(ORGANIZATION, principal);
    deployment.check_app_refused("PermissionMissing", &["`Shop`"]).await;
    deployment.azure.grant(ORGANIZATION, principal, Some(shop), Permissions::ALL);
    deployment.run_setup(&deployment.by_app()).await;

    let watched = WatchedDeployment::of(deployment, NAME).await;
    let failure = watched.run_pass().await["failure"].to_string();
    assert!(failure.contains(&format!("has the subject `{WATCH_ROLE}`")), "{failure}");
    assert_eq!(watched.deployment.push("all the same").await, [Some(202)]);
    watched.deployment.federation.trust_both();
    assert_eq!(watched.run_pass().await["failure"], Value::Null);
    watched.close().await;
}

#[tokio::test]
async fn each_answer_to_an_app_outside_the_organization_advises_to_add_it() {
    let deployment = Deployment::open("entra-outside").await;
    deployment.federation.trust_both();
    deployment.azure.exclude(ORGANIZATION, &deployment.federation.app.principal);
    let variants: [fn(&mut ServiceBehavior); 2] =
        [|_| (), |behavior| behavior.byte_order_mark = !behavior.byte_order_mark];
    for configure in variants {
        deployment.azure.configure(configure);
        deployment
            .check_app_refused("AppNotInOrganization", &["TF400813", "Organization settings, Users"])
            .await;
    }
    deployment.close().await;
}

#[tokio::test]
async fn an_app_that_may_not_change_code_works() {
    let deployment = Deployment::open("entra-reader").await;
    deployment.federation.trust_both();
    deployment.azure.deny_contribute(ORGANIZATION, &deployment.federation.app.principal);
    let report = deployment.run_setup(&deployment.by_app()).await;
    assert!(report["warnings"].is_null(), "{report}");
    assert_eq!(deployment.push("read only").await, [Some(202)]);
    deployment.close().await;
}
