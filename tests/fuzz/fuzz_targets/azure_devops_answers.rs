//! Whatever Azure DevOps may answer, to every call the client makes. No error may repeat the token or the password, also
//! when the answer does.
#![no_main]

use std::fmt::Debug;
use std::time::Duration;

use hookpost_azure_devops::fuzzing::{Canned, answer_with};
use hookpost_azure_devops::{LocalUrl, Patience, RestClient};
use hookpost_core::azure_devops::catalog::{ProjectInfo, RepositoryInfo};
use hookpost_core::azure_devops::deliveries::DeliveryState;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::port::{AzureDevOps as _, PullRequestTransition};
use hookpost_core::azure_devops::subscription::WantedSubscription;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use hookpost_fuzz::request::{head_lines, split};
use jiff::Timestamp;
use serde_json::value::RawValue;
use tokio::runtime::{Builder, Runtime};

const TOKEN: &str = "token-that-nobody-may-see";
/// `base64(":" + TOKEN)`
const ENCODED: &str = "OnRva2VuLXRoYXQtbm9ib2R5LW1heS1zZWU=";
const PASSWORD: &str = "password-that-nobody-may-see";

/// Calls that one input answers: enough for the second page of a list and a look at each thing in it.
const CALLS: usize = 5;

struct Fixture {
    runtime: Runtime,
    client: RestClient,
}

thread_local! {
    static FIXTURE: Fixture = fixture();
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| FIXTURE.with(|fixture| fixture.runtime.block_on(ask(fixture, data))));

fn fixture() -> Fixture {
    // Time that is waited for passes at once.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let url = OrganizationUrl::parse("https://dev.azure.com/contoso", Servers::Refused).expect("a URL");
    let token = PersonalAccessToken::parse(TOKEN).expect("a token");
    let local = LocalUrl::parse("http://127.0.0.1:1").expect("local");
    let patience =
        Patience { rate_limit: Duration::MAX, test: Duration::from_secs(3), poll: Duration::from_secs(1) };
    let client = RestClient::new(&url, &token, Some(&local), patience).expect("a client");
    Fixture { runtime, client }
}

/// An answer is written as lines of `name: value`, an empty line, the body; a line of `====` stands between two. The last
/// is given again to every further call.
fn load(data: &[u8]) {
    let mut answers = Vec::new();
    let mut rest = Some(data);
    while let Some(text) = rest.filter(|_| answers.len() < CALLS) {
        let end = text.windows(6).position(|six| six == b"\n====\n");
        answers.push(canned(end.map_or(text, |end| &text[..end])));
        rest = end.map(|end| &text[end + 6..]);
    }
    let last = answers.last().expect("there is one at least").clone();
    answers.resize(CALLS, last);
    answer_with(answers);
}

fn canned(text: &[u8]) -> Canned {
    let (head, body) = split(text);
    let mut canned = Canned { status: 200, headers: Vec::new(), body: body.to_vec() };
    for (name, value) in head_lines(head) {
        let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        match (name, number.filter(|status| (100..1000).contains(status))) {
            (b"status", Some(status)) => canned.status = status,
            _ => canned.headers.push((name.to_vec(), value.to_vec())),
        }
    }
    canned
}

async fn ask(fixture: &Fixture, data: &[u8]) {
    let client = &fixture.client;
    let (from, to) = (at("2026-03-01T00:00:00Z"), at("2026-03-03T00:00:00Z"));
    macro_rules! answered {
        ($call:expr) => {{
            load(data);
            said($call.await)
        }};
    }
    answered!(client.connection());
    answered!(client.projects());
    answered!(client.repositories());
    answered!(client.may_edit_subscriptions(Some("p-1")));
    let probe = answered!(client.probe_code_write("p-1", "r-1"));
    keeps_secrets(&format!("{probe:?}"));
    if let Some(listed) = answered!(client.subscriptions()) {
        assert!(listed.iter().all(|subscription| !subscription.id.is_empty()));
    }
    load(data);
    keep_password(&client.create(&wanted(), PASSWORD).await.map(drop));
    load(data);
    keep_password(&client.replace("s-1", &wanted(), PASSWORD).await.map(drop));
    answered!(client.delete("s-1"));
    load(data);
    keep_password(&client.send_test("s-1", &wanted(), PASSWORD).await);
    answered!(client.delivery_counts(&["s-1"], from));
    for state in [DeliveryState::Failed, DeliveryState::Pending, DeliveryState::Any] {
        for delivery in answered!(client.deliveries(&["s-1"], state, from, to)).unwrap_or_default() {
            assert!(delivery.body.as_deref().is_none_or(is_json), "{delivery:?}");
            assert!(delivery.created.is_none_or(|created| from <= created && created <= to));
        }
    }
    let pushes = answered!(client.pushes(&repository(), from, to)).unwrap_or_default();
    assert!(pushes.iter().all(|push| is_json(push)));
    for happened in [PullRequestTransition::Created, PullRequestTransition::Closed] {
        let requests = answered!(client.pull_requests(&repository(), happened, from, to)).unwrap_or_default();
        assert!(requests.iter().all(|request| is_json(request)));
    }
}

/// What received of a call, if anything; an error holds no secret.
fn said<T>(result: Result<T, RestError>) -> Option<T> {
    result.map_err(|error| keeps_secrets(&format!("{error} {error:?}"))).ok()
}

fn keeps_secrets(text: &str) {
    for secret in [TOKEN, ENCODED] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Calls that send the password know it, and repeat it no more than the token.
fn keep_password<T: Debug>(result: &Result<T, RestError>) {
    let message = result.as_ref().err().map(ToString::to_string);
    let shown = format!("{result:?} {message:?}");
    keeps_secrets(&shown);
    assert!(!shown.contains(PASSWORD), "{shown}");
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn wanted() -> WantedSubscription {
    WantedSubscription {
        kind: SubscriptionKind::Push,
        project_id: Some("p-1".to_owned()),
        repository_id: None,
        branch: None,
        url: "https://hooks.example/contoso/code-pushed".to_owned(),
    }
}

fn repository() -> RepositoryInfo {
    RepositoryInfo {
        id: "r-1".to_owned(),
        name: "kettle".to_owned(),
        project: ProjectInfo { id: "p-1".to_owned(), name: "Brew House".to_owned() },
        default_branch: None,
        web_url: None,
        https_url: None,
        ssh_url: None,
        is_disabled: false,
    }
}
