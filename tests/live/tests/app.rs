//! A run as an app, with an access token of Entra. The organization knows it, or does not.

use std::future::pending;
use std::time::Duration;

use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::entra::access_token::AccessToken;
use hookpost_live::VerificationError;
use hookpost_stand_in::entra::{self, FederatedCredential};
use hookpost_stand_in::rest::{Permissions, ServiceBehavior};
use hookpost_stand_in::{Identity, Timestamp, canary, sts};
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::fixture::{AT, Fixture, ORGANIZATION};

const ROLE: &str = "arn:aws:iam::111122223333:role/hookpost-SetupRole-1A2B";

/// An app of Entra, and its token.
pub(crate) struct App {
    pub(crate) principal: Identity,
    pub(crate) token: String,
}

impl App {
    /// It is in the organization, may do everything there, and has a token for all the time that passes in a run.
    pub(crate) async fn member(fixture: &Fixture) -> Self {
        let sts = sts::StandIn::new("eu-west-1");
        let entra = entra::StandIn::new(&sts);
        entra.set_time(AT);
        entra.configure(|behavior| behavior.token_lifetime = Duration::from_secs(30 * 86_400));
        let app = entra.register_app(entra.tenant(), "Lakeside hooks");
        entra.trust(&app, FederatedCredential::new(&sts.issuer(), ROLE));
        fixture.stand_in.trust(&entra);
        let second = AT.as_second();
        let assertion = sts.sign(&json!({
            "iss": sts.issuer(), "sub": ROLE, "aud": entra::AUDIENCE, "iat": second, "exp": second + 300,
        }));
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &app.client_id.to_string())
            .append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .append_pair("client_assertion", &assertion)
            .append_pair("scope", "499b84ac-1321-427f-aa17-267ca6975798/.default")
            .finish();
        let request = Request::post(format!("/{}/oauth2/v2.0/token", app.tenant_id))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form))
            .expect("a request");
        let answer = entra.answer(request).await.expect("an answer");
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let token = body["access_token"].as_str().expect("a token").to_owned();
        Self { principal: app.principal, token }
    }

    fn credential(&self) -> AccessCredential {
        AccessCredential::Bearer(AccessToken::new(self.token.clone().into(), Timestamp::MAX))
    }
}

/// A fixture whose run asks as an app.
async fn asked_as_app() -> (Fixture, App) {
    let mut fixture = Fixture::start().await;
    let app = App::member(&fixture).await;
    fixture.settings.token = app.credential();
    (fixture, app)
}

#[tokio::test]
async fn an_app_that_may_do_everything() {
    let (fixture, _) = asked_as_app().await;
    let answers = fixture
        .with_webhook()
        .ask(&["permissions", "write-probe", "caller", "own-subscription", "commits", "re-enable"])
        .await;
    let given: Vec<_> = answers.iter().map(|answer| (answer.key, &*answer.answer)).collect();
    let descriptor = "Microsoft.VisualStudio.Services.Claims.AadServicePrincipal";
    assert_eq!(
        given,
        [
            ("permissions", "View yes, Edit yes, both yes"),
            ("write-probe", "the first token: it may write"),
            ("caller", &*format!("subject `aadsp`, descriptor `{descriptor}`")),
            ("own-subscription", "by who asks; test 200, change 200, delete 204"),
            ("commits", "100"),
            (
                "re-enable",
                "disabled by a user: 200, then `enabled`; disabled by the service: not settled here"
            ),
        ]
    );
    assert!(answers[1].evidence.contains("an app has no scopes"), "{}", answers[1].evidence);
}

#[tokio::test]
async fn a_person_is_shown_otherwise_and_may_do_the_same() {
    let answers = Fixture::start().await.ask(&["caller", "own-subscription"]).await;
    assert_eq!(
        answers[0].answer,
        "subject `aad`, descriptor `Microsoft.IdentityModel.Claims.ClaimsIdentity`"
    );
    assert_eq!(answers[1].answer, "by who asks; test 200, change 200, delete 204");
}

#[tokio::test]
async fn an_app_that_is_no_member_is_refused_before_anything_changes() {
    let (fixture, app) = asked_as_app().await;
    fixture.stand_in.exclude(ORGANIZATION, &app.principal);
    let refusal = fixture.verify_until(pending()).await.expect_err("a refusal");
    assert!(matches!(refusal, VerificationError::Token { which: "first", .. }), "{refusal}");
    assert!(refusal.to_string().contains("TF400813"), "{refusal}");
    canary::assert_token_absent("the refusal", format!("{refusal} {refusal:?}"), &app.token);
    assert!(fixture.stand_in.changes().is_empty());
}

#[tokio::test]
async fn an_app_without_the_permissions() {
    let (fixture, app) = asked_as_app().await;
    fixture.stand_in.grant(ORGANIZATION, &app.principal, None, Permissions::NONE);
    let answers = fixture.ask(&["permissions", "own-subscription"]).await;
    assert_eq!(answers[0].answer, "View no, Edit no, both no");
    assert_eq!(answers[1].answer, "it may not be created: 403 ConsumerNotAvailableException");
}

#[tokio::test]
async fn an_app_beside_a_person() {
    let mut fixture = Fixture::start().await.with_webhook();
    let app = App::member(&fixture).await;
    fixture.stand_in.grant(
        ORGANIZATION,
        &app.principal,
        None,
        Permissions { view: true, ..Permissions::NONE },
    );
    fixture.settings.second_token = Some(app.credential());
    fixture.settings.only = vec!["hidden".to_owned()];
    let report = fixture.verify().await;
    assert_eq!(report.apps, ["second"]);
    assert_eq!(report.answers[0].answer, "hidden");
}

#[tokio::test]
async fn a_made_up_token_is_of_the_kind_of_the_first() {
    let (fixture, _) = asked_as_app().await;
    let anonymous = |behavior: &mut ServiceBehavior| behavior.anonymous_access = true;
    assert_eq!(fixture.behaving(anonymous).answer("wrong-token").await, "401 UnauthorizedRequestException");
}

#[tokio::test]
async fn a_whole_run_as_an_app_shows_no_token_and_leaves_nothing() {
    let (fixture, app) = asked_as_app().await;
    let fixture = fixture.complete();
    canary::assert_token_absent("the settings", format!("{:?}", fixture.settings), &app.token);
    let report = fixture.verify().await;
    assert_eq!((&report.left, report.is_stopped), (&Vec::new(), false));
    assert!(fixture.subscriptions().is_empty());
    let open = report.answers.iter().filter(|answer| answer.answer == "not settled here");
    let reasons: Vec<_> = open.map(|answer| &*answer.evidence).collect();
    let is_known = |reason: &&str| reason.starts_with("needs ") || reason.contains("has no scopes");
    assert!(reasons.iter().all(is_known), "{reasons:#?}");
    let text = report.to_string();
    assert!(text.starts_with("The first token is one of Entra: it asks as an app, unless"), "{text}");
    assert!(text.contains("\n\n| question | answer |"), "{text}");
    assert!(text.contains("its token has no scopes"), "{text}");
    canary::assert_token_absent("the report", &text, &app.token);
    canary::assert_absent("the report", &text);
    for name in ["Lakeside hooks", &app.principal.unique_name] {
        assert!(!text.contains(name), "{name}: {text}");
    }
}

/// Names that nobody knows come last, so that the refusal shows which of the others is unknown.
#[tokio::test]
async fn the_questions_that_the_guide_names_exist() {
    let guide = include_str!("../README.md");
    let table = guide.split("| Open | Settled by |").nth(1).and_then(|rest| rest.split("\n\n").next());
    let cells = table.expect("the table").lines().filter_map(|line| line.rsplit('|').nth(1));
    let names: Vec<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let is_key = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let mut only: Vec<_> = names.into_iter().filter(is_key).map(str::to_owned).collect();
    assert!(only.len() > 8, "{only:?}");
    only.push("weather".to_owned());
    let mut fixture = Fixture::start().await;
    fixture.settings.only = only;
    let refusal = fixture.verify_until(pending()).await.expect_err("a refusal");
    assert!(
        matches!(&refusal, VerificationError::UnknownQuestion { name, .. } if name == "weather"),
        "{refusal}"
    );
}
