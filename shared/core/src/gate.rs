//! Who is let in. Strangers get one answer for the same work, whatever is wrong with them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::credentials::BasicCredentials;
use crate::inbound::Inbound;
use crate::integration::IntegrationName;
use crate::outcome::{DeliveryRecord, Fault, Outcome, Refusal};
use crate::password::{Admission, PasswordDigest, PasswordRing};
use crate::password_cache::{Check, PasswordCache, PasswordPolicy};
use crate::port::{PasswordSource, Stage};

/// The password store with what is remembered of it.
#[derive(Debug)]
pub(crate) struct Gate<P> {
    passwords: P,
    cache: Mutex<PasswordCache>,
}

impl<P: PasswordSource + Sync> Gate<P> {
    pub(crate) fn new(policy: PasswordPolicy, passwords: P) -> Self {
        Self { passwords, cache: Mutex::new(PasswordCache::new(policy)) }
    }

    /// Proves the credentials of a request, asking the store only when there are any.
    pub(crate) async fn admit(
        &self,
        inbound: &Inbound,
        record: &mut DeliveryRecord,
    ) -> Result<(Admission, IntegrationName), Outcome> {
        let integration = inbound.integration.as_deref().and_then(|name| IntegrationName::parse(name).ok());
        record.integration = integration.as_ref().map(ToString::to_string);
        let credentials = inbound.authorization.as_ref().and_then(BasicCredentials::parse);
        let presented = PasswordDigest::of(credentials.as_ref().map_or(b"", BasicCredentials::password));
        let (Some(_), Some(name)) = (credentials, integration) else {
            // No lookup, but the comparison all the same; the empty ring admits nobody.
            std::hint::black_box(PasswordRing::EMPTY.admits(&presented));
            return Err(Outcome::Refused(Refusal::Unauthorized));
        };
        let mut detail = "too many unknown integrations were asked for".to_owned();
        // Each round learns something new, and there are only three stages to learn of.
        for _ in 0..4 {
            let check = self.cache().check(&name, &presented, inbound.received_at);
            match check {
                Check::Admitted(admission) => return Ok((admission, name)),
                Check::Refused => return Err(Outcome::Refused(Refusal::Unauthorized)),
                Check::Unavailable => break,
                Check::Fetch(stages) => {
                    record.password_fetches += stages.len();
                    if let Some(failure) = self.fetch(&name, stages, inbound).await {
                        detail = failure;
                    }
                }
            }
        }
        Err(Outcome::Unavailable { fault: Fault::PasswordStore, detail })
    }

    /// Asks the store, and says what went wrong last, if anything did.
    async fn fetch(&self, name: &IntegrationName, stages: &[Stage], inbound: &Inbound) -> Option<String> {
        let mut failure = None;
        for stage in stages {
            let found = self.passwords.fetch(name, *stage).await;
            let known = found.as_ref().map(Option::as_ref).map_err(|_| ());
            self.cache().learn(name, *stage, known, inbound.received_at);
            failure = found.err().map(|error| error.to_string()).or(failure);
        }
        failure
    }

    fn cache(&self) -> MutexGuard<'_, PasswordCache> {
        // A panic while it was held cannot have left it half changed in a way that admits anybody.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
