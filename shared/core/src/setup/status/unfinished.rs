//! What an earlier run of `setup` has left undone, as the stored configuration shows.

use jiff::Timestamp;

use crate::integration::config::stored::{LinkState, StoredConfig};
use crate::integration::open::Integrations;
use crate::ports::Ports;

impl<P: Ports> Integrations<P> {
    /// Says what is left undone, and which action completes it. `None` when nothing is, and while a run is at work.
    pub(in crate::setup) fn describe_unfinished(
        &self,
        stored: &StoredConfig,
        now: Timestamp,
    ) -> Option<String> {
        if stored.lock_at(now).is_some() {
            return None;
        }
        match &stored.link {
            LinkState::Unlinking(_) => Some(
                "`unlink` has not come to its end: run `unlink` again, or `connect` to keep the integration"
                    .to_owned(),
            ),
            LinkState::Connected(config) if !self.uses_current_base_url(config) => Some(format!(
                "the webhook URLs of this stack have changed, and subscriptions still deliver under {}: run `connect`, \
                 which moves them",
                config.webhook_base_url
            )),
            LinkState::Connected(config) if config.is_renewing => Some(
                "the last `connect` has not come to its end, and not every subscription is recreated: run it again".to_owned(),
            ),
            LinkState::Connected(_) | LinkState::Unlinked => None,
        }
    }
}
