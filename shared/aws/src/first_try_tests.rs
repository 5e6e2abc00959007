#[path = "first_try_tests/cloud.rs"]
mod cloud;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hookpost_core::integration::IntegrationName;
use hookpost_core::message::{Fifo, QueueMessage};
use hookpost_core::port::{MessageQueue as _, PasswordSource as _, SendFailure, SendResult, Stage, Urgency};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::signature::tests::{credentials, official};
use cloud::{Cloud, Fate};

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/1/q.fifo";
const DEADLINE: Duration = Duration::from_secs(8);

fn plain_credentials() -> Credentials {
    Credentials::new("id", "secret", Some("token".to_owned()), None, "test")
}

fn message(body: &str) -> QueueMessage {
    let fifo = Fifo { group_id: "group".to_owned(), deduplication_id: body.to_owned() };
    QueueMessage { body: body.to_owned(), attributes: Vec::new(), fifo: Some(fifo), trace_header: None }
}

prop_compose! {
    fn any_message()(
        body in "\\PC{0,200}|[\\x00-\\x7f]{0,200}",
        attributes in prop::collection::vec("\\PC{1,40}", 0..3),
        fifo in prop::option::of(("[!-~]{1,40}", "[!-~]{1,40}")),
        trace_header in prop::option::of("Root=1-[0-9a-f]{8}"),
    ) -> QueueMessage {
        let fifo = fifo.map(|(group_id, deduplication_id)| Fifo { group_id, deduplication_id });
        QueueMessage { body, attributes: ["type", "ref"].into_iter().zip(attributes).collect(), fifo, trace_header }
    }
}

/// What matters of a request: all of it but who sent it, when, and as the how-manieth try.
fn gist(request: &HttpRequest) -> (String, String, BTreeMap<String, String>, Value) {
    let own = [
        "authorization",
        "x-amz-date",
        "user-agent",
        "x-amz-user-agent",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "content-length",
        "host",
    ];
    let headers = request.headers().iter().filter(|(name, _)| !own.contains(name));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = serde_json::from_slice(request.body().bytes().expect("in memory")).expect("JSON");
    (request.method().to_owned(), request.uri().to_owned(), headers, body)
}

fn assert_signed(request: &HttpRequest, credentials: &Credentials, service: Service) {
    let text = request.headers().get("x-amz-date").expect("a date");
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).expect("a time");
    let time = time.to_zoned(TimeZone::UTC).expect("an instant").timestamp().into();
    let authorization = request.headers().get("authorization").expect("an authorization");
    assert_eq!(authorization, official(request, credentials, service, "eu-west-1", time));
    assert_eq!(request.headers().get("x-amz-security-token"), credentials.session_token());
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_batch_is_what_the_sdk_would_send(
        messages in prop::collection::vec(any_message(), 1..10),
        credentials in credentials(),
    ) {
        let cloud = Cloud::new(&[Fate::Answer(200, "{}")]);
        let aws = cloud.aws(credentials.clone());
        // An answer that mentions no message makes the queue send all of them again, twice.
        run(async { tokio::time::pause(); aws.busy_queue(QUEUE).send(messages.clone()).await });
        let ours = cloud.heard();
        run(async { tokio::time::pause(); aws.queue(QUEUE).send(messages).await });
        let theirs = cloud.heard();
        prop_assert_eq!(ours.len(), 3);
        prop_assert_eq!(ours.iter().map(gist).collect::<Vec<_>>(), theirs.iter().map(gist).collect::<Vec<_>>());
        prop_assert_eq!(ours[0].headers().get("user-agent"), Some(USER_AGENT));
        assert_signed(&ours[0], &credentials, Service::Sqs);
    }
}

/// By SDK alone and with a first try before it, with how often AWS was asked.
async fn sent(fates: &[Fate], messages: &[QueueMessage]) -> [(Vec<SendResult>, usize); 2] {
    let cloud = Cloud::new(fates);
    let aws = cloud.aws(plain_credentials());
    let [sdk, ours] = [aws.queue(QUEUE), aws.busy_queue(QUEUE)];
    let sdk = (sdk.send(messages.to_vec()).await, cloud.heard().len());
    [sdk, (ours.send(messages.to_vec()).await, cloud.heard().len())]
}

const SENT: &str =
    r#"{"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"x","SequenceNumber":"1"}]}"#;

#[tokio::test(start_paused = true)]
async fn an_answer_is_read_as_the_sdk_reads_it() {
    for answer in [
        SENT,
        r#"{"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"x"}],"Failed":null}"#,
        r#"{"Failed":[{"Id":"0","Code":"InvalidMessageContents","Message":"bad","SenderFault":true}]}"#,
        r#"{"Failed":[{"Id":"0","Code":"AWS.SimpleQueueService.InternalError","SenderFault":false}]}"#,
        r#"{"Failed":[{"Id":"0","Code":"KMS.AccessDeniedException","Message":"no","SenderFault":true}]}"#,
        r#"{"Successful":[{"Id":"7","MessageId":"m","MD5OfMessageBody":"x"}]}"#,
        "{}",
    ] {
        let [sdk, ours] = sent(&[Fate::Answer(200, answer)], &[message("a")]).await;
        assert_eq!(ours, sdk, "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_plain_success_is_left_to_the_sdk_with_the_tries_that_are_left() {
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}"#;
    let bad = r#"{"__type":"com.amazonaws.sqs#BatchRequestTooLong","message":"too long"}"#;
    for (trouble, at_last) in [
        (Fate::Dropped, 3),
        (Fate::Silence, 2),
        (Fate::Answer(503, "{}"), 3),
        (Fate::Answer(200, "<html>"), 2),
        (Fate::Answer(200, r#"{"Successful":[{"Id":"0"}]}"#), 2),
        (Fate::Answer(400, denied), 2),
        (Fate::Answer(400, bad), 2),
    ] {
        let [_, (results, tries)] = sent(&[trouble, Fate::Answer(200, SENT)], &[message("a")]).await;
        assert!(results[0].is_ok(), "{trouble:?}: {results:?}");
        assert_eq!(tries, 2, "{trouble:?}");
        let [(expected, _), (results, tries)] = sent(&[trouble], &[message("a")]).await;
        assert_eq!(told(&results), told(&expected), "{trouble:?}");
        assert_eq!(tries, at_last, "{trouble:?}");
    }
}

/// Results as an operator reads them, but for the time that a call took.
fn told(results: &[SendResult]) -> Vec<String> {
    let told = results.iter().map(|result| format!("{result:?}"));
    told.map(|text| text.split(" occurred after ").next().unwrap_or_default().to_owned()).collect()
}

/// SQS has the message and the answer is lost: it is sent again as the same, so that it is taken once.
#[tokio::test(start_paused = true)]
async fn what_is_sent_again_is_the_same() {
    let cloud = Cloud::new(&[Fate::Dropped, Fate::Answer(200, SENT)]);
    let queue = cloud.aws(plain_credentials()).busy_queue(QUEUE);
    assert!(queue.send(vec![message("a")]).await[0].is_ok());
    let heard = cloud.heard();
    assert_eq!(gist(&heard[0]), gist(&heard[1]));
}

#[tokio::test(start_paused = true)]
async fn however_aws_hangs_a_call_ends_within_three_quarters_of_the_deadline() {
    let cloud = Cloud::new(&[Fate::Silence]);
    let queue = cloud.aws(plain_credentials()).busy_queue(QUEUE);
    let began = Instant::now();
    let results = queue.send(vec![message("a")]).await;
    assert!(matches!(&results[0], Err(SendFailure::Unavailable(_))), "{results:?}");
    assert!(began.elapsed() <= DEADLINE * 3 / 4 + Duration::from_millis(5), "{:?}", began.elapsed());
    assert_eq!(cloud.heard().len(), 2);
}

/// Successes that the SDK does not see do not fill up what it may spend on repeated tries.
#[tokio::test(start_paused = true)]
async fn a_long_outage_does_not_use_up_the_tries_of_the_next() {
    let cloud = Cloud::new(&[Fate::Answer(503, "{}")]);
    let queue = cloud.aws(plain_credentials()).busy_queue(QUEUE);
    for delivery in 0..200 {
        queue.send(vec![message("a")]).await;
        assert_eq!(cloud.heard().len(), 3, "{delivery}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_nobody_answers_is_not_used_again() {
    for (fate, poisoned) in [(Fate::Answer(200, SENT), 0), (Fate::Silence, 1), (Fate::Dropped, 1)] {
        let cloud = Cloud::new(&[fate, Fate::Answer(200, SENT)]);
        assert!(cloud.aws(plain_credentials()).busy_queue(QUEUE).send(vec![message("a")]).await[0].is_ok());
        assert_eq!(cloud.poisoned.load(Ordering::Relaxed), poisoned, "{fate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_we_do_not_sign_for_is_left_to_the_sdk() {
    let spaces = Credentials::new("id", "secret", Some("a b".to_owned()), None, "test");
    let cloud = Cloud::new(&[Fate::Answer(200, SENT)]);
    assert!(cloud.aws(spaces).busy_queue(QUEUE).send(vec![message("a")]).await[0].is_ok());
    let heard = cloud.heard();
    assert_eq!(heard.len(), 1);
    assert_ne!(heard[0].headers().get("user-agent"), Some(USER_AGENT));
}

/// What comes of asking for a password, and what was asked.
async fn asked(fates: &[Fate]) -> (String, Vec<HttpRequest>) {
    let cloud = Cloud::new(fates);
    let passwords = cloud.aws(plain_credentials()).webhook_passwords("hookpost");
    let name = IntegrationName::parse("contoso").expect("a name");
    let found = passwords.fetch(&name, Stage::Pending, Urgency::Needed).await;
    let found = match found {
        Ok(Some(password)) => password.expose().to_owned(),
        Ok(None) => "absent".to_owned(),
        Err(error) => error.detail,
    };
    (found, cloud.heard())
}

const SECRET: &str =
    r#"{"Name":"n","SecretString":"{\"password\":\"hunter2\"}","VersionStages":["AWSPENDING"]}"#;

#[tokio::test(start_paused = true)]
async fn a_password_is_asked_for_as_by_the_sdk() {
    let (found, ours) = asked(&[Fate::Answer(200, SECRET)]).await;
    assert_eq!(found, "hunter2");
    assert_signed(&ours[0], &plain_credentials(), Service::SecretsManager);
    let (found, both) = asked(&[Fate::Dropped, Fate::Answer(200, SECRET)]).await;
    assert_eq!(found, "hunter2");
    assert_eq!(both.iter().map(gist).collect::<Vec<_>>(), [gist(&ours[0]), gist(&ours[0])]);
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_not_there_costs_one_call_and_every_other_refusal_is_the_sdks_to_read() {
    let absent = r#"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find it"}"#;
    let deleted = r#"{"__type":"InvalidRequestException","Message":"it was marked for deletion"}"#;
    let denied = r#"{"__type":"AccessDeniedException","Message":"not authorized"}"#;
    let binary = r#"{"Name":"n","SecretBinary":"eA=="}"#;
    for (status, answer, expected, calls) in [
        (400, absent, "absent", 1),
        (404, absent, "absent", 1),
        (400, deleted, "absent", 1),
        (400, denied, "AccessDeniedException: not authorized", 2),
        (503, "<html>", "unknown error", 3),
        (503, absent, "absent", 3),
        (200, "<html>", "unknown error", 2),
        (200, binary, "holds binary data", 1),
    ] {
        let (found, heard) = asked(&[Fate::Answer(status, answer)]).await;
        assert!(found.contains(expected), "{answer}: {found}");
        assert_eq!(heard.len(), calls, "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_that_can_wait_is_waited_for_800_milliseconds() {
    let cloud = Cloud::new(&[Fate::Silence]);
    let passwords = cloud.aws(plain_credentials()).webhook_passwords("hookpost");
    let name = IntegrationName::parse("contoso").expect("a name");
    let began = Instant::now();
    let error = passwords.fetch(&name, Stage::Current, Urgency::Renewal).await.expect_err("no answer");
    assert!(error.detail.ends_with("no answer within 800 ms"), "{error}");
    assert!(began.elapsed() <= Duration::from_millis(805), "{:?}", began.elapsed());
}

#[test]
fn debug_shows_no_credential() {
    let credentials = Credentials::new("hunter1", "hunter2", Some("hunter3".to_owned()), None, "test");
    let cloud = Cloud::new(&[Fate::Dropped]);
    let aws = cloud.aws(credentials);
    let (busy, plain, passwords) = (aws.busy_queue(QUEUE), aws.queue(QUEUE), aws.webhook_passwords("p"));
    let shown = format!("{busy:?} {plain:?} {passwords:?} {aws:?}");
    assert!(shown.contains("FirstTry") && !shown.contains("hunter"), "{shown}");
}
