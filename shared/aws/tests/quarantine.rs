//! The quarantine, put full by a receiver and read back: the real client against the ministack emulator, through a front
//! that fails on command.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

use std::time::Duration;

use hookpost_aws::{Aws, AwsSettings, QuarantineReader};
use hookpost_core::endpoint::Endpoint;
use hookpost_core::fakes::{self, FixedPasswords, RecordingQueue};
use hookpost_core::inbound::{AuthorizationHeader, Inbound};
use hookpost_core::message::QueueMessage;
use hookpost_core::port::MessageQueue as _;
use hookpost_core::settings::Settings;
use hookpost_core::setup::quarantine::{
    Quarantine as _, QuarantineError, QuarantineMessage, Receipt, assemble,
};
use hookpost_harness::REGION;
use hookpost_harness::emulators::emulators;
use hookpost_harness::front::{Fault, Front, PartialFailure};
use hookpost_harness::queues::Queues;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;

const DEADLINE: Duration = Duration::from_secs(8);
const HIDDEN: Duration = Duration::from_secs(60);

struct World {
    front: Front,
    queues: Queues,
    aws: Aws,
    url: String,
    reader: QuarantineReader,
}

impl World {
    /// `name` must be unique among these tests.
    async fn open(name: &str) -> Self {
        let front = Front::start(emulators().sqs()).await;
        let queues = Queues::at(emulators().sqs());
        let url = queues.create_quarantine_queue(name).await.expect("a queue");
        let aws = Aws::new(settings(&front.endpoint()), DEADLINE);
        Self { reader: aws.quarantine_reader(&url), front, queues, aws, url }
    }

    /// Puts what a receiver cannot understand into the quarantine, as it does.
    async fn keep(&self, body: &[u8]) -> usize {
        let messages = kept(body);
        let count = messages.len();
        let results = self.aws.queue(&self.url).send(messages).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        count
    }

    /// Receives until nothing more comes.
    async fn all(&self) -> Vec<QuarantineMessage> {
        let mut all = Vec::new();
        loop {
            let batch = self.reader.receive(10, HIDDEN).await.expect("received");
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

/// The messages that a receiver makes of a body it does not understand.
fn kept(body: &[u8]) -> Vec<QueueMessage> {
    let passwords = FixedPasswords {
        integration: "contoso",
        password: canary::PASSWORD,
        asked: std::sync::Mutex::default(),
        down: false,
    };
    let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
    let inbound = Inbound {
        method: "POST".to_owned(),
        integration: Some("contoso".to_owned()),
        change: Some("vote".to_owned()),
        content_type: Some("application/json".to_owned()),
        authorization: Some(AuthorizationHeader::new(basic_authorization("", canary::PASSWORD).as_bytes())),
        traceparent: None,
        activity_id: None,
        trace_header: None,
        body: body.to_vec(),
        received_at: "2026-11-22T08:00:00Z".parse().expect("a time"),
    };
    fakes::receive(Endpoint::PullRequest, &passwords, &events, &quarantine, inbound);
    quarantine.sent.into_inner().expect("not poisoned")
}

/// Bytes that do not get shorter by packing.
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
async fn what_a_receiver_kept_is_read_back_whole_and_deleted() {
    let world = World::open("kept").await;
    let (small, large) = (b"not json".to_vec(), noise(3_000_000));
    assert_eq!(world.keep(&small).await, 1);
    let parts = world.keep(&large).await;
    assert!(parts > 10, "more than a batch: {parts}");
    let messages = world.all().await;
    assert_eq!(messages.len(), parts + 1);
    assert!(messages.iter().all(|message| message.receive_count == 1 && message.sent_at.is_some()));
    let assembled = assemble(messages);
    assert!(assembled.incomplete.is_empty() && assembled.unreadable.is_empty());
    let mut raws: Vec<_> = assembled.whole.iter().map(|kept| &kept.raw).collect();
    raws.sort_by_key(|raw| raw.len());
    assert_eq!(raws, [&small, &large]);
    assert!(assembled.whole.iter().all(|kept| kept.change.as_deref() == Some("vote")));
    for kept in &assembled.whole {
        // SQS says of what is gone already that it is deleted; ministack, that the receipt is invalid.
        for _ in 0..2 {
            world.reader.delete(&kept.receipts).await.expect("deleted, or gone already");
        }
    }
    assert_eq!(world.queues.count(&world.url).await.expect("counted"), 0);
}

#[tokio::test]
async fn a_look_leaves_messages_where_they_are_and_hiding_can_be_undone() {
    let world = World::open("look").await;
    world.keep(b"not json").await;
    for count in 1..=2 {
        let seen = world.reader.receive(10, Duration::ZERO).await.expect("received");
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].receive_count, count);
    }
    let taken = world.reader.receive(10, HIDDEN).await.expect("received");
    assert!(world.reader.receive(10, HIDDEN).await.expect("received").is_empty(), "hidden");
    let receipts: Vec<Receipt> = taken.into_iter().map(|message| message.receipt).collect();
    world.reader.hide(&receipts, Duration::ZERO).await.expect("put back");
    assert_eq!(world.reader.receive(10, HIDDEN).await.expect("received").len(), 1);
}

#[tokio::test]
async fn no_more_comes_than_was_asked_for() {
    let world = World::open("limit").await;
    for body in [b"a", b"b", b"c"] {
        world.keep(body).await;
    }
    assert_eq!(world.reader.receive(2, HIDDEN).await.expect("received").len(), 2);
    assert_eq!(
        world.reader.receive(0, HIDDEN).await.expect("received").len(),
        1,
        "at least one is asked for"
    );
    let call = world.front.calls_of("ReceiveMessage").remove(0);
    assert_eq!(call.input["WaitTimeSeconds"], 1);
    assert_eq!(call.input["VisibilityTimeout"], 60);
    let long = world.reader.receive(10, Duration::MAX).await;
    assert!(long.is_ok_and(|messages| messages.is_empty()));
    assert_eq!(world.front.calls_of("ReceiveMessage").remove(2).input["VisibilityTimeout"], 43_200);
}

#[tokio::test]
async fn a_message_is_deleted_once_even_when_the_answer_is_lost() {
    let world = World::open("lost").await;
    world.keep(b"not json").await;
    let receipts = [world.all().await.remove(0).receipt];
    world.front.fail_next("DeleteMessageBatch", Fault::DropAfterForward);
    world.reader.delete(&receipts).await.expect("deleted");
    assert_eq!(world.front.calls_of("DeleteMessageBatch").len(), 2);
    assert_eq!(world.queues.count(&world.url).await.expect("counted"), 0);
}

#[tokio::test]
async fn a_batch_that_fails_in_part_is_not_deleted() {
    let world = World::open("part").await;
    world.keep(b"not json").await;
    let receipts = [world.all().await.remove(0).receipt];
    for (failure, refused) in [(PartialFailure::internal(0), false), (PartialFailure::invalid(0), true)] {
        world.front.fail_next("DeleteMessageBatch", Fault::Partial(vec![failure]));
        let error = world.reader.delete(&receipts).await.expect_err("failed");
        assert_eq!(matches!(error, QuarantineError::Refused { .. }), refused, "{error}");
        assert!(error.to_string().contains("sqs:DeleteMessage"), "{error}");
    }
    let bad = [Receipt("garbage".to_owned())];
    assert!(matches!(world.reader.hide(&bad, HIDDEN).await, Err(QuarantineError::Refused { .. })));
    world.reader.delete(&receipts).await.expect("deleted");
}

#[tokio::test]
async fn a_failure_says_what_to_do() {
    type Is = fn(&QuarantineError) -> bool;
    let world = World::open("failure").await;
    let denied: Is = |error| {
        matches!(error, QuarantineError::Denied { action, queue, .. }
            if action == "sqs:ReceiveMessage" && queue.starts_with("http"))
    };
    let key: Is = |error| matches!(error, QuarantineError::Key { .. });
    let unavailable: Is = |error| matches!(error, QuarantineError::Unavailable { .. });
    let missing: Is = |error| matches!(error, QuarantineError::Missing { .. });
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
        world.front.fail_each("ReceiveMessage", fault.clone());
        let error = world.reader.receive(10, HIDDEN).await.expect_err("failed");
        assert!(is(&error), "{fault:?}: {error:?}");
        canary::assert_absent("an error", format!("{error} {error:?} {:?}", world.reader));
        world.front.heal();
    }
    let other = world.aws.quarantine_reader(&format!("{}-other", world.url));
    let error = other.receive(10, HIDDEN).await.expect_err("missing");
    assert!(missing(&error), "{error:?}");
}
