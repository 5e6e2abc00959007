//! Posts raw deliveries to tools that read Azure DevOps's webhooks themselves, such as Atlantis and Argo CD.
//!
//! A delivery is done when the target has it, has refused it for good, or does not want it. Otherwise the relay gives it back
//! to the queue, with the deliveries of its message group behind it, so that a target gets those of a branch in order. Other
//! groups go on.
//!
//! Where there are several targets, the relay first sends a message for each target and delivery to the queue that it reads.
//! Each target has message groups of its own, so one that is down holds up no other.
//!
//! A process remembers the last 10,000 deliveries that targets have, and does not post them again. Later a target may get one
//! a second time: a relay delivers at least once.

pub mod address;
pub mod answer;
pub mod config;
mod filter;
mod known;
pub mod port;
mod preset;
pub mod report;
mod request;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::message::queue_message::QueueMessage;
use crate::ports::{Clock, MessageQueue, SendFailure};
use crate::raw_delivery::read::RawDelivery;
use crate::relay::address::address;
use crate::relay::answer::{Answer, AnswerClass};
use crate::relay::config::{RelayConfig, Target};
use crate::relay::known::KnownDeliveries;
use crate::relay::port::{QueuedDelivery, ToolClient, ToolCredentialSource, ToolCredentials};
use crate::relay::report::{Posting, PostingOutcome, Postponed, RelayReport};
use crate::relay::request::request_of;

/// How long credentials are used before they are read again.
const CREDENTIALS_TTL: SignedDuration = SignedDuration::from_mins(5);

/// The first pause before a delivery is tried again. Each further one is twice as long.
const PAUSE_FIRST: Duration = Duration::from_secs(30);

/// The longest pause. Within the 14 days that the queue keeps a delivery, it is then received at most some 810 times; SQS
/// moves it to the dead-letter queue after 1000.
const PAUSE_MAX: Duration = Duration::from_secs(25 * 60);

/// A relay to some targets.
#[derive(Debug)]
pub struct Relay<T, S, C, Q> {
    config: RelayConfig,
    tools: T,
    secrets: S,
    clock: C,
    queue: Q,
    is_stopping: AtomicBool,
    known: Mutex<KnownDeliveries>,
    credentials: Mutex<BTreeMap<usize, (Timestamp, Arc<ToolCredentials>)>>,
}

impl<T: ToolClient, S: ToolCredentialSource, C: Clock, Q: MessageQueue> Relay<T, S, C, Q> {
    /// Creates a relay. `tools` posts to the targets by their indices in the configuration. `queue` is the one that the
    /// deliveries come from.
    pub fn new(config: RelayConfig, tools: T, secrets: S, clock: C, queue: Q) -> Self {
        Self {
            config,
            tools,
            secrets,
            clock,
            queue,
            is_stopping: AtomicBool::new(false),
            known: Mutex::new(KnownDeliveries::default()),
            credentials: Mutex::default(),
        }
    }

    /// From now on, each delivery that is not begun is given back at once.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Posts the deliveries of a batch, those of each message group in their order. Behind the first of
    /// each group, nothing is begun that could end after `deadline`.
    pub async fn forward(&self, batch: Vec<QueuedDelivery>, deadline: Timestamp) -> RelayReport {
        let mut groups: BTreeMap<String, Vec<QueuedDelivery>> = BTreeMap::new();
        for delivery in batch {
            groups.entry(delivery.group_id.clone()).or_default().push(delivery);
        }
        let groups = groups.into_values().map(|group| self.forward_group(group, deadline));
        let mut report = RelayReport::default();
        for of_group in join_all(groups).await {
            report.done.extend(of_group.done);
            report.given_back.extend(of_group.given_back);
            report.postings.extend(of_group.postings);
        }
        report
    }

    async fn forward_group(&self, group: Vec<QueuedDelivery>, deadline: Timestamp) -> RelayReport {
        let mut report = RelayReport::default();
        let mut held_for = None;
        for delivery in group {
            // The first goes whatever the time is, or a function with a short timeout would make no progress.
            let is_late = !report.done.is_empty() && !self.has_time(deadline);
            if held_for.is_none() && (is_late || self.is_stopping.load(Ordering::Relaxed)) {
                held_for = Some(Duration::ZERO);
            }
            if held_for.is_none() {
                held_for = self.forward_delivery(&delivery, &mut report).await.err();
            }
            match held_for {
                None => report.done.push(delivery),
                Some(pause) => report.given_back.push(Postponed { delivery, pause }),
            }
        }
        report
    }

    /// Posts a delivery to its target, or makes a message of it for each target that wants it.
    ///
    /// # Errors
    ///
    /// The pause before the next try, when the target does not have it yet.
    async fn forward_delivery(
        &self,
        delivery: &QueuedDelivery,
        report: &mut RelayReport,
    ) -> Result<(), Duration> {
        let pause = pause_after(delivery.receive_count);
        let raw = match RawDelivery::read(&delivery.body) {
            Ok(raw) => raw,
            Err(reason) => {
                report.postings.push(Posting::unreadable(delivery, reason));
                return Err(pause);
            }
        };
        let Some(body) = &raw.body else {
            report.postings.push(Posting::omitted(delivery, &raw));
            return Ok(());
        };
        let (index, target) = match (&delivery.target, self.config.targets.as_slice()) {
            (None, [only]) => (0, only),
            (None, several) => {
                let wanting = several.iter().filter(|target| target.filter.wants(&raw));
                let messages = wanting.map(|target| address(delivery, &raw, &target.name)).collect();
                return self.send(messages).await.map_err(|detail| {
                    report.postings.push(Posting::not_addressed(delivery, &raw, detail));
                    pause
                });
            }
            (Some(name), targets) => {
                let found = targets.iter().enumerate().find(|(_, target)| target.name == *name);
                let Some(found) = found else {
                    report.postings.push(Posting::without_target(delivery, &raw));
                    return Ok(());
                };
                found
            }
        };
        if !target.filter.wants(&raw) || self.known().contains(index, &raw.id) {
            return Ok(());
        }
        let (outcome, status, detail) = self.post(index, target, &raw, body).await;
        report.postings.push(Posting::of(delivery, &raw, target, (outcome, status, detail)));
        if !outcome.is_final() {
            return Err(pause);
        }
        self.known().insert(index, &raw.id);
        Ok(())
    }

    /// Sends the messages of the targets.
    ///
    /// # Errors
    ///
    /// Why the queue did not take each of them.
    async fn send(&self, messages: Vec<QueueMessage>) -> Result<(), String> {
        let count = messages.len();
        if count == 0 {
            return Ok(());
        }
        let results = self.queue.send(messages).await;
        match results.iter().find_map(|result| result.as_ref().err()) {
            Some(SendFailure::Refused(detail) | SendFailure::Unavailable(detail)) => Err(detail.clone()),
            None if results.len() < count => Err("the queue did not answer for every message".to_owned()),
            None => Ok(()),
        }
    }

    async fn post(
        &self,
        index: usize,
        target: &Target,
        raw: &RawDelivery,
        body: &[u8],
    ) -> (PostingOutcome, Option<u16>, Option<String>) {
        let credentials = match self.credentials(index, target).await {
            Ok(credentials) => credentials,
            Err(detail) => return (PostingOutcome::CredentialsUnavailable, None, Some(detail)),
        };
        let request = request_of(target.preset, raw, body, credentials.as_deref());
        match self.tools.post(index, request).await {
            Err(detail) => (PostingOutcome::Unavailable, None, Some(detail)),
            Ok(Answer { status, text }) => {
                let class = AnswerClass::of(target.preset, status, &text);
                if class == AnswerClass::Unauthorized {
                    // Perhaps they were changed: the next try reads them again.
                    self.cached().remove(&index);
                }
                (class.into(), Some(status), class.advice(status).map(str::to_owned))
            }
        }
    }

    /// The credentials of a target, if it has some.
    async fn credentials(
        &self,
        index: usize,
        target: &Target,
    ) -> Result<Option<Arc<ToolCredentials>>, String> {
        let Some(secret_id) = &target.credentials_secret_id else { return Ok(None) };
        let now = self.clock.now();
        let cached = self.cached().get(&index).cloned();
        if let Some((_, credentials)) =
            cached.filter(|(read_at, _)| now.duration_since(*read_at) < CREDENTIALS_TTL)
        {
            return Ok(Some(credentials));
        }
        let credentials = Arc::new(self.secrets.fetch(secret_id).await?);
        self.cached().insert(index, (now, Arc::clone(&credentials)));
        Ok(Some(credentials))
    }

    /// Whether a post to the slowest target ends before the deadline.
    fn has_time(&self, deadline: Timestamp) -> bool {
        let needed = self.config.targets.iter().map(|target| target.timeout).max().unwrap_or_default();
        let needed = SignedDuration::try_from(needed).unwrap_or(SignedDuration::MAX);
        deadline.duration_since(self.clock.now()) >= needed
    }

    fn known(&self) -> MutexGuard<'_, KnownDeliveries> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self) -> MutexGuard<'_, BTreeMap<usize, (Timestamp, Arc<ToolCredentials>)>> {
        self.credentials.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pause after a delivery was received so many times.
fn pause_after(receive_count: u32) -> Duration {
    let doublings = receive_count.saturating_sub(1).min(16);
    PAUSE_FIRST.saturating_mul(1 << doublings).min(PAUSE_MAX)
}

#[cfg(test)]
mod tests;
