//! Changes that people or the service make to subscriptions, without a call.

use serde_json::Value;

use super::{StandIn, Status};
use crate::{Identity, SubscriptionInputs, Uuid};

impl StandIn {
    /// Creates a subscription from the body of a REST call, without checks.
    ///
    /// # Panics
    ///
    /// The body lacks something that every subscription has.
    #[expect(clippy::expect_used, reason = "a mistake in a test fails the test")]
    pub fn create_subscription(&self, organization: &str, by: &Identity, body: &Value) -> Uuid {
        let inputs = SubscriptionInputs::parse(body).expect("the body of a subscription");
        let (now, inner_id) = {
            let mut state = self.shared.state();
            (state.now(), state.ids.uuid())
        };
        self.account(organization, |account| account.add_hook(inputs, inner_id, by, now))
    }

    /// Edits the inputs of a subscription, without checks.
    pub fn edit_subscription(&self, id: Uuid, edit: impl FnOnce(&mut SubscriptionInputs)) {
        self.with(id, |account| account.hook_mut(id).map(|hook| edit(&mut hook.inputs)));
    }

    /// Deletes a subscription.
    pub fn delete_subscription(&self, id: Uuid) {
        self.with(id, |account| account.remove_hook(id));
    }

    /// Sets the status of a subscription.
    pub fn set_status(&self, id: Uuid, status: Status) {
        self.with(id, |account| account.hook_mut(id).map(|hook| hook.set_status(status)));
    }
}
