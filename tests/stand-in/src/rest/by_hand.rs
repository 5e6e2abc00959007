//! What people and the service itself do to subscriptions, without a call.

use jiff::Timestamp;
use serde_json::Value;

use super::hook::Status;
use super::stand_in::StandIn;
use super::terms::Terms;
use crate::{Guid, Identity};

impl StandIn {
    /// Somebody makes a subscription by hand. The body is that of the REST call; nothing is checked.
    ///
    /// # Panics
    ///
    /// The body lacks something that every subscription has.
    #[expect(clippy::expect_used, reason = "a mistake in a test fails the test")]
    pub fn make_by_hand(&self, organization: &str, by: &Identity, body: &Value) -> Guid {
        let terms = Terms::parse(body).expect("the body of a subscription");
        let (now, inner_id) = {
            let mut world = self.shared.world();
            (world.now(), world.ids.guid())
        };
        self.account(organization, |account| account.add_hook(terms, inner_id, by, now).id)
    }

    /// Somebody changes a subscription by hand; nothing is checked.
    pub fn change_by_hand(&self, id: Guid, change: impl FnOnce(&mut Terms)) {
        self.with(id, |account| {
            let Some(hook) = account.hook(id).cloned() else { return };
            let mut terms = hook.terms;
            change(&mut terms);
            account.replace_hook(id, terms, None, &hook.modified_by, hook.modified);
        });
    }

    /// Somebody removes a subscription by hand.
    pub fn remove_by_hand(&self, id: Guid) {
        self.with(id, |account| account.remove_hook(id));
    }

    /// Sets the status of a subscription, whoever would do that in real life.
    pub fn set_status(&self, id: Guid, status: Status) {
        self.with(id, |account| account.set_status(id, status));
    }

    /// Counts failed retries of a subscription on probation.
    pub fn set_probation(&self, id: Guid, retries: u32, last: Timestamp) {
        self.set_status(id, Status::OnProbation);
        self.with(id, |account| {
            if let Some(hook) = account.hook_mut(id) {
                (hook.probation_retries, hook.last_probation_retry) = (retries, Some(last));
            }
        });
    }
}
