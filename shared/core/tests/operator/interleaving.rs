//! Two runs at the same time, and runs that are cut off. A run ends its turn before each of its calls, to Azure DevOps and
//! to Secrets Manager, and whenever it waits.
//!
//! ```ignore
//! for calls in 0.. {
//!     let fixture = Fixture::connected();
//!     let (first, second) = (fixture.pass_of_watch(), fixture.action(&request("unlink")));
//!     let beside = fixture.run_beside(calls, first, second);
//!     // what holds whenever `unlink` comes in the middle of a pass
//!     if beside.is_after { break }
//! }
//! ```

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use hookpost_core::error::OperatorError;
use hookpost_core::setup::request::SetupRequest;
use hookpost_core::watch::PassOutcome;
use jiff::SignedDuration;
use serde_json::Value;

use crate::fixture::Fixture;

/// Longer than any invocation: afterwards the lock of a run that was cut off counts for nothing.
const INVOCATION_MAX: SignedDuration = SignedDuration::from_mins(16);

/// What two runs at the same time came to.
pub(crate) struct ConcurrentRuns<A, B> {
    pub(crate) first: A,
    pub(crate) second: B,
    /// The first run made fewer calls, so that the second one came after it.
    pub(crate) is_after: bool,
}

impl Fixture {
    /// An action that has not begun.
    pub(crate) fn action<'a>(
        &'a self,
        request: &Value,
    ) -> impl Future<Output = Result<Value, OperatorError>> + use<'a> {
        let request = SetupRequest::parse(request).expect("a request");
        async {
            let report = self.setup.run(request).await?;
            Ok(serde_json::to_value(report).expect("JSON"))
        }
    }

    /// A pass of `watch` that has not begun.
    pub(crate) fn pass_of_watch(&self) -> impl Future<Output = Result<PassOutcome, OperatorError>> {
        self.watch.run_pass()
    }

    /// Runs `first` until it has made this many calls, then `second`, and `first` to its end. A run that waits lets the
    /// other one go on.
    pub(crate) fn run_beside<A, B>(
        &self,
        calls: usize,
        first: impl Future<Output = A>,
        second: impl Future<Output = B>,
    ) -> ConcurrentRuns<A, B> {
        let (mut first, mut second) = (Run::Unfinished(Box::pin(first)), Run::Unfinished(Box::pin(second)));
        self.azure.take_turns(true);
        for _ in 0..=calls {
            first.turn();
        }
        let is_after = first.is_finished();
        // What was waited for before is over: it must not end the first turn of `second`.
        self.azure.take_waits();
        let mut is_seconds_turn = true;
        while !(first.is_finished() && second.is_finished()) {
            if is_seconds_turn {
                second.turn();
            } else {
                first.turn();
            }
            let other_is_finished = if is_seconds_turn { first.is_finished() } else { second.is_finished() };
            let is_finished = if is_seconds_turn { second.is_finished() } else { first.is_finished() };
            if is_finished || (self.azure.take_waits() && !other_is_finished) {
                is_seconds_turn = !is_seconds_turn;
            }
        }
        self.azure.take_turns(false);
        ConcurrentRuns { first: first.output(), second: second.output(), is_after }
    }

    /// Runs `run` until it has made this many calls, and cuts it off there; time passes until nobody waits for it. `false`
    /// when it had ended before.
    pub(crate) fn cut_off<A>(&self, calls: usize, run: impl Future<Output = A>) -> bool {
        let mut run = Run::Unfinished(Box::pin(run));
        self.azure.take_turns(true);
        for _ in 0..=calls {
            run.turn();
        }
        self.azure.take_turns(false);
        self.azure.lock().began += INVOCATION_MAX;
        !run.is_finished()
    }
}

/// Runs a future to its end.
pub(crate) fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

enum Run<'a, T> {
    Unfinished(Pin<Box<dyn Future<Output = T> + 'a>>),
    Finished(T),
}

impl<T> Run<'_, T> {
    fn turn(&mut self) {
        if let Self::Unfinished(future) = self
            && let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        {
            *self = Self::Finished(output);
        }
    }

    fn is_finished(&self) -> bool {
        matches!(self, Self::Finished(_))
    }

    fn output(self) -> T {
        match self {
            Self::Finished(output) => output,
            Self::Unfinished(_) => panic!("the run has not ended"),
        }
    }
}
