//! A proxy before the stand-in for Azure DevOps, in which calls of `watch` fail and passes are killed at random.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hookpost_azure_devops::{LoopbackUrl, RestConnector, WaitLimits};
use hookpost_harness::fault_proxy::forward;
use hookpost_stand_in::rest::StandIn;
use hookpost_stand_in::server::{Reply, Server, json};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::clock::VirtualClock;
use crate::mutants::Mutant;
use crate::rng::Rng;

/// How long `watch` waits for a response.
const TIMEOUT: SignedDuration = SignedDuration::from_secs(45);

/// The timeout of the function `watch` in the template.
const FUNCTION_TIMEOUT: SignedDuration = SignedDuration::from_secs(300);

/// The proxy.
#[derive(Debug)]
pub(crate) struct FaultInjector {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    upstream: String,
    odds: Mutex<Odds>,
    killed: Notify,
    mutant: Mutant,
}

#[derive(Debug)]
struct Odds {
    rng: Rng,
    /// Calls of a hundred that fail.
    failing: u64,
    /// Calls of a hundred that have their effect and time out.
    timing_out: u64,
    /// Calls of a hundred at which the pass is killed.
    killed: u64,
    clock: VirtualClock,
    /// How long each call takes.
    each: SignedDuration,
    /// When Lambda kills the pass.
    timeout: Timestamp,
}

/// What happens to a call.
enum CallFate {
    Answered,
    /// The call has its effect, and the connection breaks, at once or when `watch` gives up waiting.
    ResponseLost,
    RateLimited,
    Unavailable,
    /// The pass is killed, before or after the call had its effect.
    Killed {
        after: bool,
    },
}

impl FaultInjector {
    pub(crate) async fn start(azure: &StandIn, clock: VirtualClock, mutant: Mutant, seed: u64) -> Self {
        let rng = Rng::new(seed);
        let (each, timeout) = (SignedDuration::ZERO, Timestamp::MAX);
        let odds = Odds { rng, failing: 0, timing_out: 0, killed: 0, clock, each, timeout };
        let (upstream, odds) = (azure.address(), Mutex::new(odds));
        let state = Arc::new(State { upstream, odds, killed: Notify::new(), mutant });
        let handler_state = Arc::clone(&state);
        let server = Server::start(move |request| handle(Arc::clone(&handler_state), request)).await;
        Self { server, state }
    }

    /// Opens organizations behind the proxy.
    pub(crate) fn connector(&self) -> RestConnector {
        let address = LoopbackUrl::parse(&format!("http://{}", self.server.address())).expect("a local URL");
        let limits = WaitLimits { rate_limit: Duration::ZERO, ..WaitLimits::default() };
        RestConnector::new(Some(address), limits)
    }

    /// Calls of a hundred that fail, that time out, and at which the pass is killed.
    pub(crate) fn set(&self, failing: u64, timing_out: u64, killed: u64) {
        let mut odds = self.state.odds();
        (odds.failing, odds.timing_out, odds.killed) = (failing, timing_out, killed);
    }

    /// Makes every call take this long.
    pub(crate) fn slow_down(&self, each: SignedDuration) {
        self.state.odds().each = each;
    }

    /// A pass begins, which Lambda kills at the function's timeout.
    pub(crate) fn begin_pass(&self) {
        let mut odds = self.state.odds();
        odds.timeout = odds.clock.read() + FUNCTION_TIMEOUT;
    }

    /// Waits until a pass has to be killed.
    pub(crate) async fn killed(&self) {
        self.state.killed.notified().await;
    }
}

impl State {
    fn odds(&self) -> MutexGuard<'_, Odds> {
        self.odds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Odds {
    fn draw(&mut self) -> CallFate {
        self.clock.set(self.clock.read() + self.each);
        let after = self.rng.percent(50);
        let times_out = self.rng.percent(self.timing_out);
        if times_out {
            self.clock.set(self.clock.read() + TIMEOUT);
        }
        if self.clock.read() > self.timeout {
            return CallFate::Killed { after: after || times_out };
        }
        if times_out {
            return CallFate::ResponseLost;
        }
        match self.rng.below(100) {
            roll if roll < self.failing && after => CallFate::ResponseLost,
            roll if roll < self.failing && self.rng.percent(30) => CallFate::RateLimited,
            roll if roll < self.failing => CallFate::Unavailable,
            roll if roll < self.failing + self.killed => CallFate::Killed { after },
            _ => CallFate::Answered,
        }
    }
}

/// The answer of the stand-in, as the mutant shows it.
async fn answer(state: &State, request: Request<Bytes>) -> Reply {
    let (path, body) = (request.uri().path().to_owned(), request.body().clone());
    let response = forward(&state.upstream, request).await?;
    let status = response.status();
    let (parts, answered) = response.into_parts();
    let answered = answered.collect().await.ok()?.to_bytes();
    match state.mutant.change(&path, &body, &answered).filter(|_| status.is_success()) {
        Some(changed) => Some(json(status.as_u16(), changed)),
        None => Some(Response::from_parts(parts, Full::new(answered))),
    }
}

async fn handle(state: Arc<State>, request: Request<Bytes>) -> Reply {
    let fate = state.odds().draw();
    match fate {
        CallFate::Answered => answer(&state, request).await,
        CallFate::ResponseLost => {
            forward(&state.upstream, request).await;
            None
        }
        CallFate::RateLimited => {
            let mut response = json(429, "{}");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
            Some(response)
        }
        CallFate::Unavailable => Some(json(503, "{}")),
        CallFate::Killed { after } => {
            if after {
                forward(&state.upstream, request).await;
            }
            state.killed.notify_one();
            pending().await
        }
    }
}
