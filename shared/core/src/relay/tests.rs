mod targets;

use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::*;
use crate::fakes::RecordingQueue;
use crate::queue_receiver::ReceiptHandle;
use crate::relay::port::ToolRequest;

/// The index of a target, the body and the headers.
type Posted = (usize, String, Vec<(&'static str, String)>);

/// Tools that answer in turn, with 200 when nothing else is planned. They record targets, bodies and headers.
#[derive(Debug, Default)]
struct Tools {
    answers: Mutex<VecDeque<Result<(u16, &'static str), String>>>,
    posted: Mutex<Vec<Posted>>,
}

impl ToolClient for &Tools {
    async fn post(&self, target: usize, request: ToolRequest<'_>) -> Result<Answer, String> {
        let body = String::from_utf8(request.body.to_vec()).expect("text");
        self.posted.lock().expect("not poisoned").push((target, body, request.headers));
        let planned = self.answers.lock().expect("not poisoned").pop_front();
        planned.unwrap_or(Ok((200, ""))).map(|(status, text)| Answer { status, text: text.to_owned() })
    }
}

/// Credentials that count how often they are read.
#[derive(Debug, Default)]
struct Credentials {
    reads: Mutex<usize>,
    fails: bool,
}

impl ToolCredentialSource for &Credentials {
    async fn fetch(&self, _: &str) -> Result<ToolCredentials, String> {
        *self.reads.lock().expect("not poisoned") += 1;
        if self.fails {
            return Err("there is no such secret".to_owned());
        }
        let text = |text: &str| Zeroizing::new(text.to_owned());
        Ok(ToolCredentials { user: text("azure"), password: text("hunter2") })
    }
}

#[derive(Clone, Copy, Debug)]
struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    async fn sleep(&self, _: Duration) {}
}

type FakeRelay<'f> = Relay<&'f Tools, &'f Credentials, StoppedClock, &'f RecordingQueue>;

const IN_TIME: SignedDuration = SignedDuration::from_secs(50);

#[derive(Debug, Default)]
struct Fixture {
    tools: Tools,
    credentials: Credentials,
    queue: RecordingQueue,
}

impl Fixture {
    fn answer(&self, answers: &[(u16, &'static str)]) {
        self.tools.answers.lock().expect("not poisoned").extend(answers.iter().copied().map(Ok));
    }

    fn relay(&self, targets: &Value) -> FakeRelay<'_> {
        let config = RelayConfig::parse(&json!({"targets": targets}).to_string()).expect("a configuration");
        Relay::new(config, &self.tools, &self.credentials, StoppedClock, &self.queue)
    }

    fn to_one(&self, preset: &str) -> FakeRelay<'_> {
        self.relay(
            &json!([{"url": "https://tool.internal", "preset": preset, "credentialsSecretId": "tool"}]),
        )
    }

    /// The targets and bodies posted since the last call.
    fn posted(&self) -> Vec<(usize, String)> {
        let posted = std::mem::take(&mut *self.tools.posted.lock().expect("not poisoned"));
        posted.into_iter().map(|(target, body, _)| (target, body)).collect()
    }
}

fn forward(relay: &FakeRelay<'_>, batch: Vec<QueuedDelivery>) -> RelayReport {
    forward_within(relay, batch, IN_TIME)
}

fn forward_within(relay: &FakeRelay<'_>, batch: Vec<QueuedDelivery>, time: SignedDuration) -> RelayReport {
    ready(relay.forward(batch, Timestamp::UNIX_EPOCH + time))
}

/// The output of a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the fakes never wait"),
    }
}

fn record(id: &str, event_type: &str, headers: &Value) -> Value {
    json!({
        "schema": "urn:hookpost:schema:delivery:1",
        "id": id,
        "integration": "contoso",
        "receivedAt": "2026-03-01T12:00:00Z",
        "eventType": event_type,
        "project": {"id": "p1", "name": "Shop"},
        "repository": {"id": "r1", "name": "Web"},
        "headers": headers,
        "query": {},
        "bytes": id.len(),
        "sha256": hex::encode(Sha256::digest(id)),
        "encoding": "identity",
        "body": id,
    })
}

fn message(group: &str, record: &Value) -> QueuedDelivery {
    let id = record["id"].as_str().unwrap_or("foreign");
    QueuedDelivery {
        message_id: format!("m-{id}"),
        group_id: group.to_owned(),
        target: None,
        body: record.to_string(),
        receipt_handle: ReceiptHandle(format!("r-{id}")),
        receive_count: 1,
    }
}

/// A push whose body is its id.
fn push(group: &str, id: &str) -> QueuedDelivery {
    message(group, &record(id, "git.push", &json!({})))
}

fn done(report: &RelayReport) -> Vec<&str> {
    report.done.iter().map(|delivery| delivery.message_id.as_str()).collect()
}

fn given_back(report: &RelayReport) -> Vec<(&str, u64)> {
    let each = report.given_back.iter();
    each.map(|given| (given.delivery.message_id.as_str(), given.pause.as_secs())).collect()
}

fn outcomes(report: &RelayReport) -> Vec<&str> {
    report.postings.iter().map(|posting| posting.outcome.as_str()).collect()
}

#[test]
fn a_failure_holds_up_its_group_and_no_other() {
    let fixture = Fixture::default();
    fixture.answer(&[(200, ""), (500, "")]);
    let relay = fixture.to_one("plain");
    let batch = vec![push("a", "a1"), push("a", "a2"), push("b", "b1"), push("a", "a3")];
    let report = forward(&relay, batch);
    assert_eq!(done(&report), ["m-a1", "m-b1"]);
    assert_eq!(given_back(&report), [("m-a2", 30), ("m-a3", 30)]);
    let posted: Vec<_> = fixture.posted().into_iter().map(|(_, body)| body).collect();
    assert_eq!(posted, ["a1", "a2", "b1"], "a3 is not posted before a2");
}

#[test]
fn an_answer_decides_what_becomes_of_a_delivery() {
    for (preset, status, text, outcome) in [
        ("plain", 200, "", "accepted"),
        ("plain", 204, "", "accepted"),
        ("plain", 400, "", "refused"),
        ("plain", 404, "", "refused"),
        ("plain", 413, "", "refused"),
        ("plain", 422, "", "refused"),
        ("plain", 401, "", "unauthorized"),
        ("plain", 403, "", "unauthorized"),
        ("plain", 301, "", "unavailable"),
        ("plain", 405, "", "unavailable"),
        ("plain", 408, "", "unavailable"),
        ("plain", 429, "", "unavailable"),
        ("plain", 500, "", "unavailable"),
        ("plain", 503, "", "unavailable"),
        ("atlantis", 401, "", "unauthorized"),
        ("atlantis", 403, "", "refused"),
        ("kargo", 404, "", "unauthorized"),
        ("kargo", 400, "", "refused"),
        ("argocd", 400, "Webhook processing failed", "unauthorized"),
        ("argocd", 400, "Webhook processing failed: payload must be valid JSON under 50 MB", "refused"),
        ("argocd", 400, "Webhook processing failed: basic auth verification failed\n", "unauthorized"),
        ("argocd", 400, "Webhook processing failed: error parsing payload\n", "refused"),
        ("argocd", 400, "<html>400 Bad Request</html>", "unauthorized"),
    ] {
        let fixture = Fixture::default();
        fixture.answer(&[(status, text)]);
        let event_type = if preset == "atlantis" { "git.pullrequest.created" } else { "git.push" };
        let delivery = message("a", &record("a1", event_type, &json!({})));
        let report = forward(&fixture.to_one(preset), vec![delivery]);
        assert_eq!(outcomes(&report), [outcome], "{preset} {status} {text}");
        let is_done = matches!(outcome, "accepted" | "refused");
        assert_eq!(
            (report.done.len(), report.given_back.len()),
            (usize::from(is_done), usize::from(!is_done))
        );
    }
}

#[test]
fn a_tool_that_does_not_answer_gets_the_delivery_again() {
    let fixture = Fixture::default();
    fixture.tools.answers.lock().expect("not poisoned").push_back(Err("no connection".to_owned()));
    let relay = fixture.to_one("plain");
    let report = forward(&relay, vec![push("a", "a1")]);
    assert_eq!((outcomes(&report), given_back(&report)), (vec!["unavailable"], vec![("m-a1", 30)]));
    assert_eq!(done(&forward(&relay, vec![push("a", "a1")])), ["m-a1"]);
}

#[test]
fn pauses_grow_and_fit_the_fourteen_days_of_the_queue() {
    let pauses: Vec<u64> = (1..=8).map(|count| pause_after(count).as_secs()).collect();
    assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1500, 1500]);
    assert_eq!(pause_after(u32::MAX), PAUSE_MAX);
    // SQS moves a message after 1000 receives.
    let of_thousand: Duration = (1..=1000).map(pause_after).sum();
    assert!(of_thousand > Duration::from_secs(14 * 24 * 60 * 60));
}

#[test]
fn a_target_that_has_a_delivery_does_not_get_it_again() {
    let fixture = Fixture::default();
    let relay = fixture.to_one("plain");
    for again in [false, true] {
        assert_eq!(done(&forward(&relay, vec![push("g", "x")])), ["m-x"]);
        assert_eq!(fixture.posted().is_empty(), again, "a message that could not be deleted");
    }
}

#[test]
fn a_relay_that_is_stopping_begins_nothing() {
    let fixture = Fixture::default();
    let relay = fixture.to_one("plain");
    relay.stop();
    let report = forward(&relay, vec![push("a", "a1"), push("b", "b1")]);
    assert_eq!(given_back(&report), [("m-a1", 0), ("m-b1", 0)]);
    assert_eq!(fixture.posted(), []);
}

#[test]
fn refused_credentials_are_read_again() {
    let fixture = Fixture::default();
    fixture.answer(&[(200, ""), (401, ""), (200, "")]);
    let relay = fixture.to_one("plain");
    forward(&relay, vec![push("a", "a1")]);
    let report = forward(&relay, vec![push("a", "a2")]);
    assert_eq!(*fixture.credentials.reads.lock().expect("not poisoned"), 1);
    assert_eq!(given_back(&report), [("m-a2", 30)]);
    assert!(
        report.postings[0].detail.as_deref().is_some_and(|advice| advice.contains("credentialsSecretId"))
    );
    assert_eq!(done(&forward(&relay, vec![push("a", "a2")])), ["m-a2"]);
    assert_eq!(*fixture.credentials.reads.lock().expect("not poisoned"), 2);
}

#[test]
fn without_credentials_nothing_is_posted() {
    let mut fixture = Fixture::default();
    fixture.credentials.fails = true;
    let report = forward(&fixture.to_one("plain"), vec![push("a", "a1")]);
    assert_eq!((outcomes(&report), fixture.posted().len()), (vec!["credentials_unavailable"], 0));
    assert_eq!(given_back(&report), [("m-a1", 30)]);
}

#[test]
fn what_there_is_no_time_for_comes_again_at_once() {
    let fixture = Fixture::default();
    let relay = fixture.to_one("plain");
    let report = forward_within(&relay, vec![push("a", "a1"), push("a", "a2")], SignedDuration::from_secs(9));
    assert_eq!((done(&report), given_back(&report)), (vec!["m-a1"], vec![("m-a2", 0)]));
    assert_eq!(fixture.posted().len(), 1, "the first goes in any case");
}

#[test]
fn what_cannot_be_read_waits_and_what_has_no_body_is_done() {
    let fixture = Fixture::default();
    let relay = fixture.to_one("plain");
    let mut newer = record("x", "git.push", &json!({}));
    newer["schema"] = json!("urn:hookpost:schema:delivery:2");
    let mut damaged = record("x", "git.push", &json!({}));
    damaged["body"] = json!("y");
    for unreadable in [newer, damaged, json!({"id": "x"})] {
        let report = forward(&relay, vec![message("g", &unreadable)]);
        assert_eq!((outcomes(&report), report.given_back.len()), (vec!["unreadable"], 1));
    }
    let mut omitted = record("x", "git.push", &json!({}));
    omitted.as_object_mut().expect("an object").remove("body");
    omitted["bodyOmitted"] = json!(true);
    let report = forward(&relay, vec![message("g", &omitted)]);
    assert_eq!((outcomes(&report), done(&report)), (vec!["omitted"], vec!["m-x"]));
    assert_eq!(fixture.posted(), []);
}

/// Whether a target with this filter gets a push to the repository Web of the project Shop.
fn is_wanted(preset: &str, only: &Value) -> bool {
    let fixture = Fixture::default();
    let relay = fixture.relay(&json!([{"url": "https://a.internal", "preset": preset, "only": only}]));
    assert_eq!(done(&forward(&relay, vec![push("g", "x")])), ["m-x"], "done, wanted or not");
    !fixture.posted().is_empty()
}

#[test]
fn a_target_gets_what_it_wants() {
    for (preset, wants_pushes) in
        [("atlantis", false), ("argocd", true), ("kargo", true), ("fleet", true), ("plain", true)]
    {
        assert_eq!(is_wanted(preset, &json!({})), wants_pushes, "{preset}");
    }
    for only in [
        json!({"eventTypes": ["git.push"]}),
        json!({"projects": ["shop"], "repositories": ["WEB"]}),
        json!({"projects": ["P1"], "repositories": ["x", "r1"]}),
    ] {
        assert!(is_wanted("plain", &only), "{only}");
    }
    for only in [
        json!({"eventTypes": ["build.complete"]}),
        json!({"projects": ["Lab"]}),
        json!({"repositories": ["r"]}),
    ] {
        assert!(!is_wanted("plain", &only), "{only}");
    }
}

/// The headers of a delivery to a tool, a line each.
fn headers(preset: &str, received: &Value) -> String {
    let fixture = Fixture::default();
    let event_type = if preset == "atlantis" { "git.pullrequest.created" } else { "git.push" };
    forward(&fixture.to_one(preset), vec![message("g", &record("x", event_type, received))]);
    let posted = fixture.tools.posted.lock().expect("not poisoned");
    let lines: Vec<_> = posted[0].2.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.join("\n")
}

#[test]
fn received_headers_are_passed_on() {
    let received = json!({
        "content-type": "application/json", "user-agent": "VSServices/20.264", "request-id": "r1",
        "x-vss-activityid": "a1", "x-vss-subscriptionid": "s1",
        "authorization": "Basic eA==", "cookie": "c", "x-forwarded-for": "203.0.113.7",
    });
    let expected = "content-type: application/json\nuser-agent: VSServices/20.264\nrequest-id: r1\n\
                    x-vss-activityid: a1\nx-vss-subscriptionid: s1";
    for preset in ["argocd", "kargo", "fleet", "plain"] {
        assert_eq!(headers(preset, &received), expected, "{preset}");
    }
}

#[test]
fn headers_that_a_tool_looks_for_are_made_up() {
    for preset in ["atlantis", "argocd", "kargo", "fleet"] {
        let made_up = headers(preset, &json!({"x-vss-activityid": "a\nb", "user-agent": "proxy/1"}));
        assert_eq!(made_up, headers(preset, &json!({})), "{preset}: the same for each try");
        assert!(
            made_up.starts_with("content-type: application/json; charset=utf-8\nuser-agent: VSServices/")
        );
        assert!(made_up.contains("\nrequest-id: ") && made_up.contains("\nx-vss-activityid: "), "{made_up}");
    }
    assert!(!headers("plain", &json!({})).contains("request-id"));
    let exact = headers("atlantis", &json!({"content-type": "application/json;charset=UTF-8"}));
    assert!(exact.contains("content-type: application/json; charset=utf-8\n"), "{exact}");
}
