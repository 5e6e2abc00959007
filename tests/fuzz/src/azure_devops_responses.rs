//! Any responses of Azure DevOps, to every call of the client. No error may show the token or the webhook password, even if
//! a response repeats them.

use std::fmt::Debug;

use hookpost_azure_devops::{LoopbackUrl, RestClient, WaitLimits};
use hookpost_core::azure_devops::catalog::{ProjectInfo, RepositoryInfo};
use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::deliveries::{DeliveryState, LoggedEvent};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::port::{AzureDevOps as _, PullRequestPlace, PullRequestTransition};
use hookpost_core::azure_devops::subscription::WantedSubscription;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::request::{head_lines, split};

const TOKEN: &str = "token-that-nobody-may-see";
/// `base64(":" + TOKEN)`
const ENCODED: &str = "OnRva2VuLXRoYXQtbm9ib2R5LW1heS1zZWU=";
const PASSWORD: &str = "password-that-nobody-may-see";

/// Responses that one input holds at most: enough for the second page of a list and a look at each item.
const RESPONSES_MAX: usize = 5;

/// One response of Azure DevOps, well-formed or not.
#[derive(Clone, Debug)]
pub struct CannedResponse {
    /// From 100 to 999.
    pub status: u16,
    /// Names and values, which may be invalid in HTTP.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body, as sent.
    pub body: Vec<u8>,
}

/// A client for an organization at a loopback address.
pub fn client(address: &str, timeouts: WaitLimits) -> RestClient {
    let url = OrganizationUrl::parse("https://dev.azure.com/contoso", Servers::Refused).expect("a URL");
    let token = AccessCredential::Basic(PersonalAccessToken::parse(TOKEN).expect("a token"));
    let local = LoopbackUrl::parse(address).expect("a loopback address");
    RestClient::new(&url, &token, Some(&local), timeouts).expect("a client")
}

/// Reads responses: lines of `name: value`, an empty line, the body; `====` separates two. The last one repeats.
fn parse(data: &[u8]) -> Vec<CannedResponse> {
    let mut responses = Vec::new();
    let mut rest = Some(data);
    while let Some(text) = rest.filter(|_| responses.len() < RESPONSES_MAX) {
        let end = text.windows(6).position(|six| six == b"\n====\n");
        responses.push(canned(end.map_or(text, |end| &text[..end])));
        rest = end.map(|end| &text[end + 6..]);
    }
    let last = responses.last().expect("there is one at least").clone();
    responses.resize(RESPONSES_MAX, last);
    responses
}

fn canned(text: &[u8]) -> CannedResponse {
    let (head, body) = split(text);
    let mut canned = CannedResponse { status: 200, headers: Vec::new(), body: body.to_vec() };
    for (name, value) in head_lines(head) {
        let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        match (name, number.filter(|status| (100..1000).contains(status))) {
            (b"status", Some(status)) => canned.status = status,
            _ => canned.headers.push((name.to_vec(), value.to_vec())),
        }
    }
    canned
}

/// Makes every call of the client. Before each call, `load` gets the responses to that call, in their order.
pub async fn run(client: &RestClient, data: &[u8], load: impl Fn(Vec<CannedResponse>)) {
    let load = || load(parse(data));
    let (from, to) = (at("2026-03-01T00:00:00Z"), at("2026-03-03T00:00:00Z"));
    macro_rules! checked {
        ($call:expr) => {{
            load();
            without_secrets($call.await)
        }};
    }
    checked!(client.connection());
    checked!(client.projects());
    checked!(client.repositories());
    checked!(client.project("p-1"));
    checked!(client.subscription_permissions(Some("p-1")));
    checked!(client.may_administer_notifications());
    let probe = checked!(client.probe_code_write("p-1", "r-1"));
    assert_no_token(&format!("{probe:?}"));
    if let Some(listed) = checked!(client.all_subscriptions()) {
        assert!(listed.iter().all(|subscription| !subscription.id.is_empty()));
    }
    load();
    assert_no_password(&client.create(&wanted(), PASSWORD).await.map(drop));
    load();
    assert_no_password(&client.replace("s-1", &wanted(), PASSWORD).await.map(drop));
    checked!(client.delete("s-1"));
    load();
    assert_no_password(&client.send_test("s-1", &wanted(), PASSWORD).await);
    checked!(client.delivery_counts(&["s-1"], from));
    for state in [DeliveryState::Failed, DeliveryState::Pending, DeliveryState::Any] {
        for delivery in checked!(client.deliveries(&["s-1"], state, from, to)).unwrap_or_default() {
            assert!(delivery.created.is_none_or(|created| from <= created && created <= to));
        }
    }
    if let Some(LoggedEvent::Whole(event) | LoggedEvent::WithoutContent(event)) =
        checked!(client.kept_event("s-1", 7))
    {
        assert!(is_json(&event), "{event}");
    }
    if let Some(pushes) = checked!(client.pushes(&repository(), from, to)) {
        assert!(pushes.items.iter().all(|push| is_json(push)));
    }
    for happened in [PullRequestTransition::Created, PullRequestTransition::Closed] {
        checked!(client.pull_requests(PullRequestPlace::Project("p-1"), happened, from, to));
    }
    checked!(client.active_pull_requests(PullRequestPlace::Repository("r-1")));
    assert!(checked!(client.pull_request("r-1", 7)).is_none_or(|request| is_json(&request)));
    let threads = checked!(client.threads("r-1", 7)).unwrap_or_default();
    assert!(threads.iter().flat_map(|thread| &thread.comments).all(|comment| is_json(comment)));
}

/// The result of a call, if it has one; an error holds no secret.
fn without_secrets<T>(result: Result<T, RestError>) -> Option<T> {
    result.map_err(|error| assert_no_token(&format!("{error} {error:?}"))).ok()
}

fn assert_no_token(text: &str) {
    for secret in [TOKEN, ENCODED] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Calls that send the webhook password show neither the password nor the token.
fn assert_no_password<T: Debug>(result: &Result<T, RestError>) {
    let message = result.as_ref().err().map(ToString::to_string);
    let shown = format!("{result:?} {message:?}");
    assert_no_token(&shown);
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
