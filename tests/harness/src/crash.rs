//! Stops an invocation in the middle, at one of its calls, so that the function can be killed there.

use std::future::Future;
use std::time::Duration;

use super::fault_proxy::{Fault, FaultProxy};
use hookpost_stand_in::rest::{self, StandIn};

/// A service that a function calls.
#[derive(Clone, Copy, Debug)]
pub enum Service<'a> {
    /// Calls that hang have had their effect.
    AzureDevOps(&'a StandIn),
    /// Calls that hang have no effect.
    Aws(&'a FaultProxy),
}

impl Service<'_> {
    /// Runs an invocation until its call with this number, from 0, hangs, and leaves it there. `Some` when the
    /// invocation ends first, because it makes fewer calls. Further calls hang, too, until [`Self::heal`].
    ///
    /// # Panics
    ///
    /// The calls before it, or the call itself, do not come within a minute.
    pub async fn hang_at<T>(self, number: usize, invocation: impl Future<Output = T>) -> Option<T> {
        match self {
            Self::AzureDevOps(azure) => azure.forget_calls(),
            Self::Aws(proxy) => proxy.forget(),
        }
        let reached = async {
            assert!(self.has_calls(number).await, "fewer than {number} calls came");
            match self {
                Self::AzureDevOps(azure) => azure.fail_all(rest::Fault::StallAfter(TIMEOUT)),
                Self::Aws(proxy) => proxy.fail_all(Fault::Hang),
            }
            assert!(self.has_calls(number + 1).await, "call {number} never came");
        };
        tokio::select! {
            ended = invocation => Some(ended),
            () = reached => None,
        }
    }

    /// Lets calls through again.
    pub fn heal(self) {
        match self {
            Self::AzureDevOps(azure) => azure.clear_faults(),
            Self::Aws(proxy) => proxy.heal(),
        }
    }

    async fn has_calls(self, count: usize) -> bool {
        match self {
            Self::AzureDevOps(azure) => azure.wait_until(TIMEOUT, |azure| azure.calls().len() >= count).await,
            Self::Aws(proxy) => proxy.called(count, TIMEOUT).await,
        }
    }
}

const TIMEOUT: Duration = Duration::from_secs(60);
