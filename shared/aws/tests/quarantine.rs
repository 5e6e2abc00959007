//! The quarantine, filled by a receiver and read back: the SDK against the ministack emulator, through a fault proxy.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

use std::time::Duration;

use hookpost_aws::{Aws, AwsSettings, SqsReceiver};
use hookpost_core::fakes;
use hookpost_core::fakes::{FixedPasswords, RecordingQueue};
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::ports::MessageQueue as _;
use hookpost_core::quarantine::assemble::assemble;
use hookpost_core::queue_receiver::{QueueReceiver as _, ReceiptHandle, ReceiveError, ReceivedMessage};
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::settings::Settings;
use hookpost_harness::REGION;
use hookpost_harness::emulators::emulators;
use hookpost_harness::fault_proxy::{Fault, FaultProxy, PartialFailure};
use hookpost_harness::queues::Queues;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;

const DEADLINE: Duration = Duration::from_secs(8);
const HIDDEN: Duration = Duration::from_secs(60);

struct Fixture {
    proxy: FaultProxy,
    queues: Queues,
    aws: Aws,
    url: String,
    quarantine: SqsReceiver,
}

impl Fixture {
    /// `name` must be unique among these tests.
    async fn open(name: &str) -> Self {
        let proxy = FaultProxy::start(emulators().sqs()).await;
        let queues = Queues::at(emulators().sqs());
        let url = queues.create_quarantine_queue(name).await.expect("a queue");
        let aws = Aws::new(settings(&proxy.endpoint()), DEADLINE);
        Self { quarantine: aws.receiver(&url), proxy, queues, aws, url }
    }

    /// Puts a body that a receiver cannot understand into the quarantine. The number of messages.
    async fn put(&self, body: &[u8]) -> usize {
        let messages = quarantined(body);
        let count = messages.len();
        let results = self.aws.queue(&self.url).send(messages).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        count
    }

    /// Receives until nothing more comes.
    async fn all(&self) -> Vec<ReceivedMessage> {
        let mut all = Vec::new();
        loop {
            let batch = self.quarantine.receive(10, HIDDEN).await.expect("received");
            if batch.is_empty() {
                return all;
            }
            all.extend(batch);
        }
    }
}

fn settings(endpoint: &str) -> AwsSettings {
    let pairs = [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", canary::ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", canary::SECRET_ACCESS_KEY),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    let mut settings = Settings::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let aws = AwsSettings::read(&mut settings);
    settings.finish("AWS_").expect("nothing is wrong");
    aws
}

/// The messages that a receiver makes of a body that it does not understand.
fn quarantined(body: &[u8]) -> Vec<QueueMessage> {
    let passwords = FixedPasswords {
        integration: "contoso",
        password: canary::PASSWORD,
        fetches: std::sync::Mutex::default(),
        down: false,
    };
    let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
    let request = WebhookRequest {
        method: "POST".to_owned(),
        integration: Some("contoso".to_owned()),
        change: Some("vote".to_owned()),
        content_type: Some("application/json".to_owned()),
        authorization: Some(AuthorizationHeader::new(basic_authorization("", canary::PASSWORD).as_bytes())),
        traceparent: None,
        activity_id: None,
        kept_headers: Vec::new(),
        trace_header: None,
        body: body.to_vec(),
        received_at: "2026-11-22T08:00:00Z".parse().expect("a time"),
    };
    fakes::receive(Endpoint::PullRequest, &passwords, &events, &quarantine, request);
    quarantine.sent.into_inner().expect("not poisoned")
}

/// Bytes that compression does not shorten.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = || {
        // Xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

#[tokio::test]
async fn a_quarantined_body_is_read_back_whole_and_deleted() {
    let fixture = Fixture::open("kept").await;
    let (small, large) = (b"not json".to_vec(), noise(3_000_000));
    assert_eq!(fixture.put(&small).await, 1);
    let parts = fixture.put(&large).await;
    assert!(parts > 10, "more than a batch: {parts}");
    let messages = fixture.all().await;
    assert_eq!(messages.len(), parts + 1);
    assert!(messages.iter().all(|message| message.receive_count == 1 && message.sent_at.is_some()));
    let assembled = assemble(messages);
    assert!(assembled.incomplete.is_empty() && assembled.unreadable.is_empty());
    let mut raws: Vec<_> = assembled.whole.iter().map(|kept| &kept.raw).collect();
    raws.sort_by_key(|raw| raw.len());
    assert_eq!(raws, [&small, &large]);
    assert!(assembled.whole.iter().all(|kept| kept.change.as_deref() == Some("vote")));
    for kept in &assembled.whole {
        // SQS reports a message that is gone as deleted; ministack reports its receipt as invalid.
        for _ in 0..2 {
            fixture.quarantine.delete(&kept.receipt_handles).await.expect("deleted, or gone already");
        }
    }
    assert_eq!(fixture.queues.count(&fixture.url).await.expect("counted"), 0);
}

#[tokio::test]
async fn receiving_without_hiding_leaves_messages_and_hiding_can_be_undone() {
    let fixture = Fixture::open("look").await;
    fixture.put(b"not json").await;
    for count in 1..=2 {
        let seen = fixture.quarantine.receive(10, Duration::ZERO).await.expect("received");
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].receive_count, count);
    }
    let taken = fixture.quarantine.receive(10, HIDDEN).await.expect("received");
    assert!(fixture.quarantine.receive(10, HIDDEN).await.expect("received").is_empty(), "hidden");
    let receipts: Vec<ReceiptHandle> = taken.into_iter().map(|message| message.receipt_handle).collect();
    fixture.quarantine.hide(&receipts, Duration::ZERO).await.expect("put back");
    assert_eq!(fixture.quarantine.receive(10, HIDDEN).await.expect("received").len(), 1);
}

#[tokio::test]
async fn a_receive_returns_at_most_the_requested_number() {
    let fixture = Fixture::open("limit").await;
    for body in [b"a", b"b", b"c"] {
        fixture.put(body).await;
    }
    assert_eq!(fixture.quarantine.receive(2, HIDDEN).await.expect("received").len(), 2);
    assert_eq!(
        fixture.quarantine.receive(0, HIDDEN).await.expect("received").len(),
        1,
        "at least one is asked for"
    );
    let call = fixture.proxy.calls_of("ReceiveMessage").remove(0);
    assert_eq!(call.input["WaitTimeSeconds"], 1);
    assert_eq!(call.input["VisibilityTimeout"], 60);
    let long = fixture.quarantine.receive(10, Duration::MAX).await;
    assert!(long.is_ok_and(|messages| messages.is_empty()));
    assert_eq!(fixture.proxy.calls_of("ReceiveMessage").remove(2).input["VisibilityTimeout"], 43_200);
}

#[tokio::test]
async fn a_message_is_deleted_once_even_when_the_answer_is_lost() {
    let fixture = Fixture::open("lost").await;
    fixture.put(b"not json").await;
    let receipts = [fixture.all().await.remove(0).receipt_handle];
    fixture.proxy.fail_next("DeleteMessageBatch", Fault::DropAfterForward);
    fixture.quarantine.delete(&receipts).await.expect("deleted");
    assert_eq!(fixture.proxy.calls_of("DeleteMessageBatch").len(), 2);
    assert_eq!(fixture.queues.count(&fixture.url).await.expect("counted"), 0);
}

#[tokio::test]
async fn a_batch_that_fails_in_part_is_not_deleted() {
    let fixture = Fixture::open("part").await;
    fixture.put(b"not json").await;
    let receipts = [fixture.all().await.remove(0).receipt_handle];
    for (failure, refused) in [(PartialFailure::internal(0), false), (PartialFailure::invalid(0), true)] {
        fixture.proxy.fail_next("DeleteMessageBatch", Fault::Partial(vec![failure]));
        let error = fixture.quarantine.delete(&receipts).await.expect_err("failed");
        assert_eq!(matches!(error, ReceiveError::Refused { .. }), refused, "{error}");
        assert!(error.to_string().contains("sqs:DeleteMessage"), "{error}");
    }
    let bad = [ReceiptHandle("garbage".to_owned())];
    assert!(matches!(fixture.quarantine.hide(&bad, HIDDEN).await, Err(ReceiveError::Refused { .. })));
    fixture.quarantine.delete(&receipts).await.expect("deleted");
}

#[tokio::test]
async fn each_failure_has_an_error_that_says_what_to_do() {
    type Is = fn(&ReceiveError) -> bool;
    let fixture = Fixture::open("failure").await;
    let denied: Is = |error| {
        matches!(error, ReceiveError::Denied { action, queue, .. }
            if action == "sqs:ReceiveMessage" && queue.starts_with("http"))
    };
    let key: Is = |error| matches!(error, ReceiveError::Key { .. });
    let unavailable: Is = |error| matches!(error, ReceiveError::Unavailable { .. });
    let missing: Is = |error| matches!(error, ReceiveError::Missing { .. });
    for (fault, is) in [
        (Fault::Refuse { status: 403, code: "AccessDenied" }, denied),
        (Fault::Refuse { status: 400, code: "KMS.DisabledException" }, key),
        (Fault::Refuse { status: 400, code: "KmsAccessDenied" }, key),
        (Fault::Refuse { status: 400, code: "AWS.SimpleQueueService.NonExistentQueue" }, missing),
        (Fault::Refuse { status: 403, code: "RequestThrottled" }, unavailable),
        (Fault::Throttle, unavailable),
        (Fault::outage(), unavailable),
        (Fault::Drop, unavailable),
    ] {
        fixture.proxy.fail_each("ReceiveMessage", fault.clone());
        let error = fixture.quarantine.receive(10, HIDDEN).await.expect_err("failed");
        assert!(is(&error), "{fault:?}: {error:?}");
        canary::assert_absent("an error", format!("{error} {error:?} {:?}", fixture.quarantine));
        fixture.proxy.heal();
    }
    let other = fixture.aws.receiver(&format!("{}-other", fixture.url));
    let error = other.receive(10, HIDDEN).await.expect_err("missing");
    assert!(missing(&error), "{error:?}");
}
