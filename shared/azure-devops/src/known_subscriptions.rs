//! The subscriptions that a client has listed.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use hookpost_core::azure_devops::subscription::ExistingSubscription;

/// The ids of the subscriptions that a client has listed. Any other one is new to its caller.
#[derive(Debug, Default)]
pub(crate) struct KnownSubscriptions(Mutex<BTreeSet<String>>);

impl KnownSubscriptions {
    /// Adds subscriptions that the caller gets to know.
    pub(crate) fn add(&self, listed: &[ExistingSubscription]) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.extend(listed.iter().map(|subscription| subscription.id.clone()));
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}
