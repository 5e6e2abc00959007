//! API Gateway and the receivers' instances in one process: the real pipeline, which can be killed at any point.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookpost_core::endpoint::Endpoint;
use hookpost_core::inbound::{AuthorizationHeader, Inbound};
use hookpost_core::reply::Reply;
use hookpost_core::{PasswordPolicy, Receiver};
use hookpost_stand_in::delivery::Delivery;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::chance::Chance;
use crate::promise::Promise;
use crate::sqs::{Quarantine, Sqs};
use crate::vault::Secrets;

/// How the functions and the way to them are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    #[default]
    None,
    /// Killed before anything was done, such as by running out of memory.
    KilledBefore,
    /// Killed after everything was done.
    KilledAfter,
    /// Every instance is new.
    Cold,
    /// All instances are busy: the gateway answers.
    Throttled,
    /// The connection breaks before the request is there.
    BrokenBefore,
    /// The connection breaks before the answer is there.
    BrokenAfter,
    /// Somebody else answers in our place, with 500.
    Misrouted,
    /// The clock is hours off.
    WrongClock(i64),
}

/// The functions.
pub(crate) struct Lambda {
    receivers: [Option<Receiver<Secrets, Sqs>>; 2],
    secrets: Secrets,
    events: Sqs,
    quarantine: Quarantine,
    promise: Promise,
    pub(crate) trouble: Trouble,
    pub(crate) odds: u64,
}

impl Lambda {
    pub(crate) fn new(secrets: &Secrets, events: &Sqs, quarantine: &Quarantine, promise: Promise) -> Self {
        Self {
            receivers: [None, None],
            secrets: secrets.clone(),
            events: events.clone(),
            quarantine: quarantine.clone(),
            promise,
            trouble: Trouble::None,
            odds: 100,
        }
    }

    /// The status that the sender sees, or none.
    pub(crate) fn post(&mut self, delivery: &Delivery, now: Timestamp, chance: &mut Chance) -> Option<u16> {
        let trouble = if chance.percent(self.odds) { self.trouble } else { Trouble::None };
        let endpoint = usize::from(delivery.url.contains("/pull-request"));
        if trouble == Trouble::Cold {
            self.receivers[endpoint] = None;
        }
        let now = match trouble {
            Trouble::WrongClock(hours) => now + SignedDuration::from_hours(hours),
            _ => now,
        };
        match trouble {
            Trouble::KilledBefore => {
                self.receivers[endpoint] = None;
                Some(self.fault())
            }
            Trouble::Throttled => Some(self.fault()),
            Trouble::BrokenBefore => None,
            Trouble::Misrouted => Some(500),
            Trouble::KilledAfter => {
                self.receive(endpoint, delivery, now);
                self.receivers[endpoint] = None;
                Some(self.fault())
            }
            Trouble::BrokenAfter => {
                self.receive(endpoint, delivery, now);
                None
            }
            _ => Some(self.receive(endpoint, delivery, now)),
        }
    }

    /// What the gateway makes of a function that gave no answer.
    fn fault(&self) -> u16 {
        if self.promise == Promise::FiveHundred { 500 } else { 503 }
    }

    fn receive(&mut self, place: usize, delivery: &Delivery, now: Timestamp) -> u16 {
        let endpoint = [Endpoint::CodePushed, Endpoint::PullRequest][place];
        let (secrets, events, quarantine) = (&self.secrets, &self.events, &self.quarantine);
        let receiver = self.receivers[place].get_or_insert_with(|| {
            let policy = PasswordPolicy {
                ttl: Duration::from_secs(300),
                stale: Duration::from_secs(3600),
                refetch: Duration::from_secs(30),
                jitter_seed: 1,
            };
            // The two queues are of one type, as they are in the real functions.
            Receiver::new(
                endpoint,
                policy,
                secrets.clone(),
                events.clone(),
                events.for_quarantine(quarantine),
            )
        });
        let polled =
            pin!(receiver.receive(inbound(delivery, now))).poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Ready(receipt) => match Reply::to(&receipt.outcome).status {
                503 => self.fault(),
                status => status,
            },
            // It waits for an answer that does not come, until its deadline.
            Poll::Pending => self.fault(),
        }
    }
}

fn inbound(delivery: &Delivery, now: Timestamp) -> Inbound {
    let url = Url::parse(&delivery.url).expect("a URL");
    let integration = url.path_segments().and_then(|mut path| path.nth(1)).map(str::to_owned);
    let change = url.query_pairs().find(|(name, _)| name == "change").map(|(_, value)| value.into_owned());
    let header = |wanted: &str| {
        delivery.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone())
    };
    Inbound {
        method: "POST".to_owned(),
        integration,
        change,
        content_type: header("Content-Type"),
        authorization: header("Authorization").map(|value| AuthorizationHeader::new(value.as_bytes())),
        traceparent: None,
        activity_id: header("X-VSS-ActivityId"),
        trace_header: None,
        body: delivery.body.clone(),
        received_at: now,
    }
}
