//! API Gateway and the receivers' instances in one process, with faults around the real pipeline.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookpost_core::auth::cache::PasswordPolicy;
use hookpost_core::raw_delivery::KEPT_HEADERS;
use hookpost_core::receiver::Receiver;
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::receiver::response::WebhookResponse;
use hookpost_stand_in::delivery::Delivery;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::mutants::Mutant;
use crate::rng::Rng;
use crate::secrets::Secrets;
use crate::sqs::{Quarantine, Sqs};

/// A fault of the functions, or of the connection to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LambdaFault {
    #[default]
    None,
    /// Killed before the request is processed, such as by running out of memory.
    KilledBefore,
    /// Killed after the request was processed.
    KilledAfter,
    /// Every instance is new.
    Cold,
    /// All instances are busy: the gateway answers.
    Throttled,
    /// The connection breaks before the request arrives.
    BrokenBefore,
    /// The connection breaks before the response arrives.
    BrokenAfter,
    /// Another server answers instead, with 500.
    Misrouted,
    /// The clock is off by this many hours.
    WrongClock(i64),
}

/// The receivers behind the gateway.
pub(crate) struct Lambda {
    receivers: [Option<Receiver<Secrets, Sqs>>; 2],
    secrets: Secrets,
    events: Sqs,
    quarantine: Quarantine,
    deliveries: Option<Sqs>,
    mutant: Mutant,
    pub(crate) fault: LambdaFault,
    pub(crate) odds: u64,
}

impl Lambda {
    pub(crate) fn new(
        secrets: &Secrets,
        events: &Sqs,
        quarantine: &Quarantine,
        deliveries: Option<&Sqs>,
        mutant: Mutant,
    ) -> Self {
        Self {
            receivers: [None, None],
            secrets: secrets.clone(),
            events: events.clone(),
            quarantine: quarantine.clone(),
            deliveries: deliveries.cloned(),
            mutant,
            fault: LambdaFault::None,
            odds: 100,
        }
    }

    /// The status that Azure DevOps sees; `None` without a response.
    pub(crate) fn post(&mut self, delivery: &Delivery, now: Timestamp, rng: &mut Rng) -> Option<u16> {
        let fault = if rng.percent(self.odds) { self.fault } else { LambdaFault::None };
        let index = usize::from(delivery.url.contains("/pull-request"));
        if fault == LambdaFault::Cold {
            self.receivers[index] = None;
        }
        let now = match fault {
            LambdaFault::WrongClock(hours) => now + SignedDuration::from_hours(hours),
            _ => now,
        };
        match fault {
            LambdaFault::KilledBefore => {
                self.receivers[index] = None;
                Some(self.unavailable())
            }
            LambdaFault::Throttled => Some(self.unavailable()),
            LambdaFault::BrokenBefore => None,
            LambdaFault::Misrouted => Some(500),
            LambdaFault::KilledAfter => {
                self.receive(index, delivery, now);
                self.receivers[index] = None;
                Some(self.unavailable())
            }
            LambdaFault::BrokenAfter => {
                self.receive(index, delivery, now);
                None
            }
            _ => Some(self.receive(index, delivery, now)),
        }
    }

    /// The gateway's status for a function that failed.
    fn unavailable(&self) -> u16 {
        if self.mutant == Mutant::FiveHundred { 500 } else { 503 }
    }

    fn receive(&mut self, index: usize, delivery: &Delivery, now: Timestamp) -> u16 {
        let endpoint = [Endpoint::CodePushed, Endpoint::PullRequest][index];
        let (secrets, events, quarantine) = (&self.secrets, &self.events, &self.quarantine);
        let receiver = self.receivers[index].get_or_insert_with(|| {
            let policy = PasswordPolicy {
                ttl: Duration::from_secs(300),
                stale_limit: Duration::from_secs(3600),
                refetch_interval: Duration::from_secs(30),
                jitter_seed: 1,
            };
            // The queues are of one type, as they are in the real functions.
            Receiver::new(
                endpoint,
                policy,
                secrets.clone(),
                events.clone(),
                events.for_quarantine(quarantine),
            )
            .keeping_deliveries(self.deliveries.clone())
        });
        let polled =
            pin!(receiver.receive(request(delivery, now))).poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Ready(receipt) => match WebhookResponse::to(&receipt.outcome).status {
                503 => self.unavailable(),
                status => status,
            },
            // The receiver waits until its deadline for a response that does not come.
            Poll::Pending => self.unavailable(),
        }
    }
}

fn request(delivery: &Delivery, now: Timestamp) -> WebhookRequest {
    let url = Url::parse(&delivery.url).expect("a URL");
    let integration = url.path_segments().and_then(|mut path| path.nth(1)).map(str::to_owned);
    let change = url.query_pairs().find(|(name, _)| name == "change").map(|(_, value)| value.into_owned());
    let header = |wanted: &str| {
        let mut headers = delivery.headers.iter();
        headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone())
    };
    WebhookRequest {
        method: "POST".to_owned(),
        integration,
        change,
        content_type: header("Content-Type"),
        authorization: header("Authorization").map(|value| AuthorizationHeader::new(value.as_bytes())),
        traceparent: None,
        activity_id: header("X-VSS-ActivityId"),
        kept_headers: KEPT_HEADERS.iter().filter_map(|name| Some((*name, header(name)?))).collect(),
        trace_header: None,
        body: delivery.body.clone(),
        received_at: now,
    }
}
