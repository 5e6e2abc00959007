//! Everything that is known of one contestant, side by side.

use crate::cold::Cold;
use crate::contestant::Contestant;
use crate::profile::Counted;
use crate::size::Size;
use crate::warm::{Calls, Warm};

#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) contestant: Contestant,
    /// Over TLS.
    pub(crate) cold: Cold,
    /// Over HTTP, all workloads.
    pub(crate) warm: Warm,
    /// Over TLS, the small workloads.
    pub(crate) warm_tls: Warm,
    /// Of one warm call; `None` without valgrind.
    pub(crate) counted: Option<Counted>,
    pub(crate) size: Size,
}

impl Figures {
    /// Of a workload, over HTTP.
    pub(crate) fn calls(&self, workload: usize) -> Option<Calls> {
        self.warm.calls.get(workload).copied().flatten()
    }

    /// Of the smallest workload that it takes, over HTTP.
    pub(crate) fn small(&self) -> Option<Calls> {
        first(&self.warm)
    }

    /// Of the smallest workload that it takes, over TLS.
    pub(crate) fn small_tls(&self) -> Option<Calls> {
        first(&self.warm_tls)
    }

    /// Before the largest workload, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.warm.peak_memory.max(self.warm_tls.peak_memory)
    }
}

fn first(warm: &Warm) -> Option<Calls> {
    warm.calls.iter().copied().flatten().next()
}

/// The one of this name. Every contestant is measured, so there is one.
pub(crate) fn named<'a>(figures: &'a [Figures], name: &str) -> Option<&'a Figures> {
    figures.iter().find(|figures| figures.contestant.name == name)
}
