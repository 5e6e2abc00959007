//! CloudFormation, the CDK and Terraform invoke the real `setup`, and CloudFormation gets its answers by HTTP.

use std::sync::{Arc, Mutex};

use hookpost_stand_in::canary;
use hookpost_stand_in::server::{Server, json};
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, with};

/// What only the one who signed a URL knows.
const SIGNATURE: &str = "CanarySignature6b1f";

/// An answer as it arrived: content type, content length, body.
type Answer = (Option<String>, Option<String>, Value);

/// Where CloudFormation takes answers.
struct Answers {
    server: Server,
    arrived: Arc<Mutex<Vec<Answer>>>,
}

impl Answers {
    async fn start() -> Self {
        let arrived: Arc<Mutex<Vec<Answer>>> = Arc::default();
        let taken = Arc::clone(&arrived);
        let server = Server::start(move |request| {
            let header = |name| {
                let value = request.headers().get(name)?.to_str().ok()?;
                Some(value.to_owned())
            };
            assert_eq!(request.method(), "PUT");
            assert!(request.headers().get("authorization").is_none(), "the URL is all that is needed");
            let body = serde_json::from_slice(request.body()).expect("JSON");
            taken.lock().expect("not poisoned").push((
                header("content-type"),
                header("content-length"),
                body,
            ));
            async { Some(json(200, "")) }
        })
        .await;
        Self { server, arrived }
    }

    fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    fn take(&self) -> Answer {
        self.arrived.lock().expect("not poisoned").pop().expect("an answer arrived")
    }
}

/// A deployment whose `setup` answers to `answers`, and the token in a secret.
async fn open(name: &str, answers: &Answers) -> Deployment {
    let mut deployment = Deployment::open(name).await;
    deployment.restart_setup(&[("HOOKPOST_CLOUDFORMATION_URL", &answers.address())]).await;
    let secret = secret(&deployment);
    deployment.account.secrets.create(&secret, canary::PAT).await.expect("stored");
    deployment
}

fn secret(deployment: &Deployment) -> String {
    format!("{}-pat", deployment.account.prefix)
}

fn event(kind: &str, url: &str, deployment: &Deployment) -> Value {
    json!({
        "RequestType": kind,
        "RequestId": "11111111-2222-4333-8444-555555555555",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/7",
        "ResponseURL": url,
        "ResourceType": "Custom::HookpostIntegration",
        "LogicalResourceId": "Shop",
        "PhysicalResourceId": "hookpost:contoso",
        "ResourceProperties": {
            "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:hookpost-setup",
            "Integration": "contoso",
            "OrganizationUrl": "https://dev.azure.com/contoso",
            "PatSecretId": secret(deployment),
            "Projects": ["Shop"],
            "RecoveryDays": "7",
        },
    })
}

#[tokio::test]
async fn cloudformation_gets_each_answer_at_a_url_that_nobody_else_sees() {
    let answers = Answers::start().await;
    let deployment = open("as-code", &answers).await;
    let url = format!("{}/a?X-Amz-Signature={SIGNATURE}", answers.address());
    for (kind, subscriptions) in [("Create", 8), ("Update", 8), ("Delete", 0)] {
        deployment.invoke_setup(&event(kind, &url, &deployment)).await.expect("never a function error");
        let (content_type, length, body) = answers.take();
        assert_eq!(content_type.as_deref(), Some(""));
        assert_eq!(length, Some(body.to_string().len().to_string()));
        assert_eq!(
            (&body["Status"], &body["PhysicalResourceId"]),
            (&json!("SUCCESS"), &json!("hookpost:contoso"))
        );
        canary::assert_absent("an answer", body.to_string());
        assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), subscriptions, "after {kind}");
    }

    let refused = event("Create", &url, &deployment);
    let mut refused = with(refused, "RequestId", "7");
    refused["ResourceProperties"]["Pat"] = json!(canary::PAT);
    deployment.invoke_setup(&refused).await.expect("never a function error");
    let (_, _, body) = answers.take();
    assert_eq!((&body["Status"], &body["PhysicalResourceId"]), (&json!("FAILED"), &json!("hookpost:none:7")));
    assert!(body["Reason"].to_string().contains("`pat` would stand in"), "{body}");
    canary::assert_absent("an answer", body.to_string());

    let exit = deployment.account.close(deployment.setup).await;
    assert!(!exit.lines.join("\n").contains(SIGNATURE), "the log shows the URL");
}

#[tokio::test]
async fn an_answer_to_another_host_is_not_sent_and_nothing_is_done() {
    let (answers, others) = (Answers::start().await, Answers::start().await);
    let deployment = open("as-code-hosts", &answers).await;
    for url in [
        format!("{}/a?X-Amz-Signature={SIGNATURE}", others.address()),
        format!("https://mallory.example/cloudformation-custom-resource?X-Amz-Signature={SIGNATURE}"),
        String::new(),
    ] {
        let error = deployment.invoke_setup(&event("Create", &url, &deployment)).await.expect_err("refused");
        assert_eq!(error.error_type, "BadRequest");
        assert!(!error.message.contains(SIGNATURE), "{error}");
    }
    assert!(others.arrived.lock().expect("not poisoned").is_empty());
    assert!(deployment.azure.changes().is_empty());
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    let exit = deployment.account.close(deployment.setup).await;
    assert!(!exit.lines.join("\n").contains(SIGNATURE), "the log shows the URL");
}

#[tokio::test]
async fn the_framework_and_terraform_get_return_values_and_function_errors() {
    let answers = Answers::start().await;
    let deployment = open("as-code-values", &answers).await;
    let created = deployment.run_setup(&event("Create", "...", &deployment)).await;
    assert_eq!(
        (&created["PhysicalResourceId"], &created["NoEcho"]),
        (&json!("hookpost:contoso"), &json!(false))
    );
    assert_eq!(created["Data"]["Subscriptions"], "8");
    let deleted = deployment.run_setup(&event("Delete", "...", &deployment)).await;
    assert_eq!(deleted["PhysicalResourceId"], "hookpost:contoso");

    let input = json!({
        "integration": "contoso",
        "organizationUrl": "https://dev.azure.com/contoso",
        "patSecretId": secret(&deployment),
        "projects": ["Shop"],
    });
    let invocation = |action: &str, input: &Value| {
        with(input.clone(), "tf", json!({"action": action, "prev_input": null}))
    };
    let state = deployment.run_setup(&invocation("create", &input)).await;
    assert_eq!((&state["subscriptions"], &state["organization"]), (&json!(8), &json!("contoso")));
    assert_eq!(deployment.run_setup(&invocation("update", &input)).await, state, "the state stays the same");
    let unknown = with(input.clone(), "projects", json!(["Nowhere"]));
    let error = deployment.invoke_setup(&invocation("update", &unknown)).await.expect_err("refused");
    assert_eq!(error.error_type, "NotFound");
    deployment.run_setup(&invocation("delete", &input)).await;
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty());
    deployment.close().await;
}
