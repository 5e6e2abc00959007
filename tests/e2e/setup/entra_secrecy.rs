//! An assertion goes to Entra alone and an access token to Azure DevOps alone; no output, secret or message has either.
//! Receivers ask neither STS nor Entra.

use hookpost_harness::function;
use hookpost_stand_in::canary;
use hookpost_stand_in::entra::Fault;
use hookpost_stand_in::rest::{self, Status};
use hookpost_stand_in::server::json;
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, action, with};
use crate::watched_deployment::WatchedDeployment;
use crate::wiretap::{Tapped, Wiretap};

/// A wiretap before each service that `setup` and `watch` call.
struct Wiretaps {
    sts: Wiretap,
    entra: Wiretap,
    azure: Wiretap,
    sqs: Wiretap,
    secrets_manager: Wiretap,
}

impl Wiretaps {
    async fn open(deployment: &Deployment) -> Self {
        let (federation, account) = (&deployment.federation, &deployment.account);
        Self {
            sts: Wiretap::before(&federation.sts_proxy.endpoint()).await,
            entra: Wiretap::before(&federation.entra.address()).await,
            azure: Wiretap::before(&deployment.azure.address()).await,
            sqs: Wiretap::before(&account.sqs.endpoint()).await,
            secrets_manager: Wiretap::before(&account.secrets_manager.endpoint()).await,
        }
    }

    fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL_STS", self.sts.address()),
            ("HOOKPOST_ENTRA_URL", self.entra.address()),
            ("HOOKPOST_AZURE_DEVOPS_URL", self.azure.address()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.address()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets_manager.address()),
        ]
    }

    /// No request has a part of a token in a place that is not in the list: services and parts of requests.
    fn assert_absent(&self, token: &str, allowed: &[&str]) {
        for (service, wiretap) in [
            ("STS", &self.sts),
            ("Entra", &self.entra),
            ("Azure DevOps", &self.azure),
            ("SQS", &self.sqs),
            ("Secrets Manager", &self.secrets_manager),
        ] {
            assert!(!wiretap.requests().is_empty(), "{service} was called");
            for Tapped { authorization, rest } in wiretap.requests() {
                for (part, text) in [("authorization", authorization), ("rest", rest)] {
                    let place = format!("{service}, {part}");
                    if !allowed.contains(&&*place) {
                        canary::assert_token_absent(&place, text, token);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn assertions_and_access_tokens_go_where_they_belong_and_nowhere_else() {
    const NAME: &str = "entra-secrecy";
    let mut deployment = Deployment::open(NAME).await;
    deployment.federation.trust_both();
    let wiretaps = Wiretaps::open(&deployment).await;
    let environment = wiretaps.environment();
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
    deployment.restart_setup(&environment).await;
    let mut watched = WatchedDeployment::of(deployment, NAME).await;
    let further = [&*environment, &[("HOOKPOST_CHECKPOINT_QUEUE_URL", &*watched.checkpoints)]].concat();
    watched.watch = watched.deployment.start_operator("watch", &further).await;
    fail_and_work(&watched).await;

    let deployment = &watched.deployment;
    let (assertions, tokens) = (deployment.federation.sts.issued(), deployment.federation.entra.issued());
    assert!(assertions.len() > 4 && tokens.len() > 1, "{} and {}", assertions.len(), tokens.len());
    for assertion in &assertions {
        wiretaps.assert_absent(assertion, &["Entra, rest"]);
    }
    let of_entra = wiretaps.entra.requests();
    assert!(
        of_entra.iter().any(|request| assertions.iter().any(|assertion| request.rest.contains(assertion)))
    );
    for token in &tokens {
        wiretaps.assert_absent(token, &["Azure DevOps, authorization"]);
    }
    for request in wiretaps.azure.requests() {
        let token = request.authorization.strip_prefix("Bearer ").expect("a bearer");
        assert!(tokens.iter().any(|known| known == token), "a token of Entra");
    }
    let events = watched.events().await;
    assert!(!events.is_empty());
    deployment.assert_secret("a message", format!("{events:?}"));
    for proxy in [&deployment.account.sqs, &deployment.account.secrets_manager] {
        for call in proxy.calls() {
            deployment.federation.assert_secret("a call to AWS", format!("{} {}", call.input, call.output));
        }
    }
    // Reports and errors are looked at as they come, logs at the end.
    watched.close().await;
}

/// Every way in which an assertion or a token could come to light: refusals that quote, answers that break, work that
/// succeeds.
async fn fail_and_work(watched: &WatchedDeployment) {
    let deployment = &watched.deployment;
    let entra = &deployment.federation.entra;
    for fault in [
        Fault::Refused(700_213),
        Fault::Refused(123_456),
        Fault::Status(503),
        Fault::Html(200),
        Fault::Oversized,
        Fault::Redirect,
        Fault::Stall(std::time::Duration::ZERO),
    ] {
        entra.fail_each(fault);
        deployment.refusal_of_app().await;
    }
    entra.clear_faults();
    for fault in [rest::Fault::SignInPage, rest::Fault::Status(500), rest::Fault::BrokenJson] {
        deployment.azure.fail_all(fault);
        deployment.refusal_of_app().await;
        deployment.azure.clear_faults();
    }
    deployment.run_setup(&json!({"action": "identity"})).await;
    deployment.run_setup(&deployment.by_app()).await;
    deployment.status().await;
    watched.fail_push_delivery("missed").await;
    watched.run_pass().await;
    deployment.run_setup(&action("rotate-password")).await;
    deployment.run_setup(&with(action("replay"), "from", "2026-01-01T00:00:00Z")).await;
    entra.revoke_tokens();
    deployment.invoke_setup(&action("status")).await.expect_err("a revoked token");
    watched.run_pass().await;
    deployment.set_status_of_all(Status::Enabled);
    assert_eq!(deployment.push("delivered").await, [Some(202)]);
}

#[tokio::test]
async fn entra_that_quotes_the_assertion_is_not_quoted() {
    let mut deployment = Deployment::open("entra-echo").await;
    deployment.federation.trust_both();
    let echo = hookpost_stand_in::server::Server::start(|request| async move {
        let form = String::from_utf8_lossy(request.body()).into_owned();
        let body = json!({
            "error": "invalid_client", "error_codes": [700_213], "trace_id": form,
            "error_description": format!("AADSTS700213: no record matches the assertion in {form}"),
        });
        Some(json(401, body.to_string()))
    })
    .await;
    let address = format!("http://{}", echo.address());
    deployment.restart_setup(&[("HOOKPOST_ENTRA_URL", &address)]).await;
    // That it does not show the assertion is looked at where `setup` is invoked.
    let error = deployment.refusal_of_app().await;
    assert_eq!(error.error_type, "RoleNotTrusted", "{}", error.message);
    assert!(error.message.contains("no record matches"), "{}", error.message);
    deployment.close().await;
}

#[tokio::test]
async fn receivers_ask_neither_sts_nor_entra() {
    let deployment = Deployment::open("entra-receivers").await;
    deployment.federation.trust_both();
    deployment.run_setup(&deployment.by_app()).await;
    let calls = |deployment: &Deployment| {
        (deployment.federation.sts_proxy.calls().len(), deployment.federation.entra.calls().len())
    };
    let before = calls(&deployment);
    assert_eq!(before, (1, 1), "that of `setup`");
    for push in 0..3 {
        assert_eq!(deployment.push(&format!("push {push}")).await, [Some(202)]);
    }
    assert_eq!(deployment.account.events().await.len(), 3);
    assert_eq!(calls(&deployment), before);
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    deployment.close().await;
}

#[test]
fn receivers_cannot_ask_sts_or_entra() {
    const NEEDED: [&str; 2] = ["GetWebIdentityToken", "oauth2/v2.0/token"];
    let found = |name: &str| {
        let program = String::from_utf8_lossy(&loaded(name)).into_owned();
        NEEDED.map(|text| program.contains(text))
    };
    for receiver in ["code-pushed", "pull-request"] {
        assert_eq!(found(receiver), [false; 2], "{receiver} has one of {NEEDED:?}");
    }
    for operator in ["setup", "watch"] {
        assert_eq!(found(operator), [true; 2], "{operator} needs {NEEDED:?}");
    }
}

/// What is loaded of a program. Debug information, which a release has not, also names what was left out of it.
///
/// Source: System V ABI, "Program Header", for ELF of 64 bits.
fn loaded(name: &str) -> Vec<u8> {
    const LOAD: usize = 1;
    let program = std::fs::read(function::binary(name)).expect("a program");
    let number = |at: usize, length: usize| {
        program[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let (first, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    let headers = (0..count).map(|place| first + place * size).filter(|header| number(*header, 4) == LOAD);
    headers.flat_map(|header| &program[number(header + 8, 8)..][..number(header + 32, 8)]).copied().collect()
}
