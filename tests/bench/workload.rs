//! What every contestant is given.

use crate::contestant::Work;
use crate::deliveries::{self, Event};

/// One kind of delivery.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) event: Event,
    pub(crate) is_push: bool,
    /// Calls in a row that one figure is made of.
    pub(crate) calls: usize,
}

impl Workload {
    pub(crate) fn is_for(&self, work: Work) -> bool {
        if self.is_push { work.takes_pushes() } else { work.takes_pull_requests() }
    }
}

pub(crate) const SMALL_PUSH: usize = 0;
pub(crate) const PULL_REQUEST: usize = 1;
pub(crate) const LARGE_PUSH: usize = 2;
pub(crate) const HUGE_PUSH: usize = 3;

/// In the order of the constants above.
pub(crate) fn all() -> [Workload; 4] {
    let push =
        |name, bytes, calls| Workload { name, event: deliveries::push_of(bytes), is_push: true, calls };
    [
        push("3 KB push", deliveries::SMALL, 400),
        Workload { name: "5 KB pull request", event: deliveries::pull_request(), is_push: false, calls: 400 },
        push("60 KB push", 60_000, 200),
        push("1 MB push", 1_000_000, 15),
    ]
}
