//! What the stand-ins of services with one operation, STS and Entra, have in common: a clock, faults and recorded calls.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::{Timestamp, time};

/// The state of a service, shared between its calls and tests. `F` is a fault, `C` a recorded call.
#[derive(Debug)]
pub(crate) struct Service<S, F, C> {
    state: Mutex<ServiceState<S, F, C>>,
    /// Signals each call that arrives and each that is done.
    changes: watch::Sender<()>,
}

#[derive(Debug)]
pub(crate) struct ServiceState<S, F, C> {
    /// What only this service has.
    pub(crate) own: S,
    pub(crate) faults: Faults<F>,
    pub(crate) calls: Vec<C>,
    /// `None` for the clock of this machine.
    pub(crate) time: Option<Timestamp>,
}

impl<S, F, C> Service<S, F, C> {
    pub(crate) fn new(own: S) -> Self {
        let state = ServiceState { own, faults: Faults::default(), calls: Vec::new(), time: None };
        Self { state: Mutex::new(state), changes: watch::Sender::new(()) }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, ServiceState<S, F, C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn signal_change(&self) {
        self.changes.send_replace(());
    }

    /// Waits until a condition holds that calls bring about. False when `timeout` passes first.
    pub(crate) async fn wait_until(&self, timeout: Duration, condition: impl Fn() -> bool) -> bool {
        let mut changes = self.changes.subscribe();
        let wait = async {
            while !condition() {
                // Never an error: `self` holds the sender.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(timeout, wait).await.is_ok()
    }
}

impl<S, F, C> ServiceState<S, F, C> {
    pub(crate) fn now(&self) -> Timestamp {
        time::set_or_now(self.time)
    }
}

/// The faults of the next calls.
#[derive(Debug)]
pub(crate) struct Faults<F> {
    /// Each for one call.
    once: VecDeque<F>,
    /// For each call after those.
    each: Option<F>,
    /// For every other call after those, and whether the next call is one of them.
    by_turns: Option<(F, bool)>,
}

impl<F> Default for Faults<F> {
    fn default() -> Self {
        Self { once: VecDeque::new(), each: None, by_turns: None }
    }
}

impl<F: Clone> Faults<F> {
    pub(crate) fn once(&mut self, fault: F) {
        self.once.push_back(fault);
    }

    pub(crate) fn each(&mut self, fault: F) {
        self.each = Some(fault);
    }

    /// The next call has the fault, the one after it has not, and so on.
    pub(crate) fn by_turns(&mut self, fault: F) {
        self.by_turns = Some((fault, true));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault of the call that has just arrived.
    pub(crate) fn take(&mut self) -> Option<F> {
        if let Some(fault) = self.once.pop_front().or_else(|| self.each.clone()) {
            return Some(fault);
        }
        let (fault, is_due) = self.by_turns.as_mut()?;
        let fault = is_due.then(|| fault.clone());
        *is_due = !*is_due;
        fault
    }
}

/// Secrets that were given out. They are not shown.
#[derive(Default)]
pub(crate) struct Secrets(pub(crate) Vec<String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

/// Random bytes of the system, which nobody can guess.
#[expect(clippy::expect_used, reason = "without random numbers no test can run")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random numbers are needed");
    bytes
}
