//! The relay at work on the raw deliveries queue: killed by turns, with calls to SQS that fail.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_core::fakes::fifo::ReceivedFifoMessage;
use hookpost_core::relay::Relay;
use hookpost_core::relay::config::RelayConfig;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock::VirtualClock;
use crate::deliveries_queue::{DeliveriesQueue, queued};
use crate::event_key;
use crate::mutants::Mutant;
use crate::oracle::Arrived;
use crate::rng::Rng;
use crate::sqs::Sqs;
use crate::tools::{Password, Settled, Tools, keys};

/// Of a hundred batches, in how many the relay is killed before it has told SQS, and how many calls to SQS fail.
const KILLED: u64 = 3;
const FAILING: u64 = 5;

/// What a batch may take.
const BATCH: SignedDuration = SignedDuration::from_secs(50);

/// How long the relay works on when the organization has ended. A tool may be down for a day.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(30);

/// More than the longest pause and the visibility timeout of a killed batch.
const CATCH_UP: SignedDuration = SignedDuration::from_hours(1);

/// The figures of a relay.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelayJudgment {
    /// Messages on the raw deliveries queue.
    pub(crate) kept: u64,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) kills: u64,
    /// Deliveries that a tool got again after a kill.
    pub(crate) again: u64,
    /// Events on the queue without a raw delivery, and raw deliveries that a tool does not have.
    pub(crate) lost: Vec<String>,
    /// Deliveries that a tool got twice from one process.
    pub(crate) doubled: Vec<String>,
    /// Deliveries that a tool got before an earlier one of their message group.
    pub(crate) disordered: Vec<String>,
}

pub(crate) struct RelayAtWork {
    relay: Relay<Tools, Password, VirtualClock, DeliveriesQueue>,
    tools: Tools,
    clock: VirtualClock,
    /// Where the receivers and `watch` keep deliveries, and how many of them the relay's queue has.
    source: Sqs,
    taken: usize,
    queue: DeliveriesQueue,
    rng: Rng,
    mutant: Mutant,
    kills: u64,
}

fn relay_to(
    tools: &Tools,
    clock: &VirtualClock,
    queue: &DeliveriesQueue,
) -> Relay<Tools, Password, VirtualClock, DeliveriesQueue> {
    let targets = targets(["https://jenkins.internal", "https://gitjob.internal"], "tool");
    let config = json!({"targets": targets});
    let config = RelayConfig::parse(&config.to_string()).expect("a configuration");
    Relay::new(config, tools.clone(), Password, clock.clone(), queue.clone())
}

/// The targets of a relay to the two tools.
pub(crate) fn targets(urls: [&str; 2], secret: &str) -> Value {
    json!([
        {"url": urls[0], "preset": "plain", "credentialsSecretId": secret},
        {"url": urls[1], "preset": "fleet", "credentialsSecretId": secret},
    ])
}

/// Whether the second tool gets the delivery; the first gets every one.
fn is_push(body: &Value) -> bool {
    body["eventType"] == "git.push"
}

impl RelayAtWork {
    pub(crate) fn new(source: Sqs, begin: Timestamp, seed: u64, mutant: Mutant) -> Self {
        let clock = VirtualClock::at(begin);
        let tools = Tools::new(clock.clone(), !seed);
        let queue = DeliveriesQueue::new(clock.clone(), seed.rotate_left(8));
        Self {
            relay: relay_to(&tools, &clock, &queue),
            tools,
            clock,
            source,
            taken: 0,
            queue,
            rng: Rng::new(seed),
            mutant,
            kills: 0,
        }
    }

    /// Works until this time, from one message that shows to the next.
    pub(crate) async fn work_until(&mut self, until: Timestamp) {
        let arrived = self.source.arrived_since(self.taken);
        self.taken += arrived.len();
        for kept in arrived {
            self.queue.keep(kept.group, &kept.body.to_string(), None);
        }
        loop {
            let now = self.clock.read();
            let batch = self.queue.with_messages(|messages| messages.receive(now));
            if !batch.is_empty() {
                self.relay_batch(batch).await;
                continue;
            }
            let next = self.queue.with_messages(|messages| messages.next_visible(now));
            match next.filter(|next| *next <= until) {
                Some(next) => self.clock.set(next),
                None => return self.clock.set(until.max(now)),
            }
        }
    }

    async fn relay_batch(&mut self, batch: Vec<ReceivedFifoMessage>) {
        let now = self.clock.read();
        let batch = batch.into_iter().map(queued);
        let report = self.relay.forward(batch.collect(), now + BATCH).await;
        if self.rng.percent(KILLED) {
            self.kills += 1;
            self.tools.relay_was_killed();
            self.relay = relay_to(&self.tools, &self.clock, &self.queue);
            return;
        }
        let mut done: Vec<_> = report.done.into_iter().map(|delivery| delivery.receipt_handle).collect();
        if self.mutant == Mutant::GivenBackDeleted {
            done.extend(report.given_back.iter().map(|given| given.delivery.receipt_handle.clone()));
        }
        if !self.rng.percent(FAILING) {
            self.queue.with_messages(|messages| messages.delete(&done));
        }
        for given in report.given_back {
            if !self.rng.percent(FAILING) {
                let until = now + SignedDuration::try_from(given.pause).expect("minutes");
                let receipt = [given.delivery.receipt_handle];
                self.queue.with_messages(|messages| messages.hide_until(&receipt, until));
            }
        }
    }

    /// Works until the queue is empty, and compares what the tools have with what is on the two queues.
    pub(crate) async fn judge(mut self, events: &[Arrived]) -> RelayJudgment {
        let ended = self.clock.read();
        self.work_until(ended + AFTERWARDS).await;
        self.tools.heal();
        self.work_until(ended + AFTERWARDS + CATCH_UP).await;
        let left = self.queue.with_messages(|messages| messages.bodies().count());
        let kept = self.source.arrived();
        let kept = kept.iter().map(|kept| (body(&kept.body), kept.group.clone()));
        RelayJudgment::of(&kept.collect::<Vec<_>>(), events, &self.tools.settled(), self.kills, left)
    }
}

impl RelayJudgment {
    /// Compares what the tools have with the raw deliveries that were kept, in order, each a body and its message group, and
    /// with the events on the queue.
    pub(crate) fn of(
        kept: &[(Value, String)],
        events: &[Arrived],
        settled: &[Settled],
        kills: u64,
        left: usize,
    ) -> Self {
        let mut judgment = Self {
            kept: kept.len() as u64,
            accepted: settled.iter().filter(|settled| settled.accepted).count() as u64,
            refused: settled.iter().filter(|settled| !settled.accepted).count() as u64,
            kills,
            ..Self::default()
        };
        judgment.lost.extend((left > 0).then(|| format!("{left} messages are still queued")));
        let known: BTreeSet<String> = kept.iter().flat_map(|(body, _)| keys(body)).collect();
        let delivered = events.iter().filter(|arrived| !arrived.is_reconstructed());
        let delivered = delivered.map(|arrived| event_key::of(&arrived.body));
        judgment.lost.extend(delivered.filter(|key| !known.contains(key)));
        for target in [0, 1] {
            let wanted = kept.iter().filter(|(body, _)| target == 0 || is_push(body));
            let wanted: Vec<_> = wanted.map(|(body, group)| (keys(body), group.as_str())).collect();
            let settled: Vec<_> = settled.iter().filter(|settled| settled.target == target).collect();
            judgment.compare(&wanted, &settled);
        }
        judgment
    }

    /// Compares what a tool has with what it wants.
    fn compare(&mut self, wanted: &[(Vec<String>, &str)], settled: &[&Settled]) {
        // By key: the place of the first post, and the process that made the last.
        let mut posts: BTreeMap<&[String], (usize, u32)> = BTreeMap::new();
        for (place, settled) in settled.iter().enumerate() {
            if let Some((_, life)) = posts.get_mut(&*settled.key) {
                if *life == settled.life {
                    self.doubled.push(settled.key.join(" "));
                }
                self.again += 1;
                *life = settled.life;
            } else {
                posts.insert(&settled.key, (place, settled.life));
            }
        }
        let mut last_of_group: BTreeMap<&str, usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (key, group) in wanted.iter().filter(|(key, _)| seen.insert(key)) {
            let Some((place, _)) = posts.get(&**key) else {
                self.lost.push(key.join(" "));
                continue;
            };
            let last = last_of_group.entry(group).or_insert(*place);
            if *place < *last {
                self.disordered.push(key.join(" "));
            }
            *last = (*last).max(*place);
        }
    }
}

/// The body of a raw delivery.
pub(crate) fn body(record: &Value) -> Value {
    assert_eq!(record["encoding"], "identity", "no body here is so large that it is compressed");
    serde_json::from_str(record["body"].as_str().expect("a body")).expect("JSON")
}
