//! Who is let in. Strangers get one answer for the same work, whatever is wrong with them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::auth::basic::BasicCredentials;
use crate::auth::cache::{Check, PasswordCache, PasswordPolicy};
use crate::auth::ring::PasswordRing;
use crate::auth::ring::{Admission, PasswordDigest};
use crate::integration::name::IntegrationName;
use crate::ports::{PasswordSource, Urgency};
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome, Rejection};
use crate::receiver::request::WebhookRequest;
use crate::secrets::version::VersionStage;

/// The password store with what is remembered of it.
#[derive(Debug)]
pub(crate) struct Authenticator<P> {
    passwords: P,
    cache: Mutex<PasswordCache>,
}

impl<P: PasswordSource + Sync> Authenticator<P> {
    pub(crate) fn new(policy: PasswordPolicy, passwords: P) -> Self {
        Self { passwords, cache: Mutex::new(PasswordCache::new(policy)) }
    }

    /// Proves the credentials of a request, asking the store only when there are any.
    pub(crate) async fn authenticate(
        &self,
        request: &WebhookRequest,
        record: &mut DeliveryRecord,
    ) -> Result<(Admission, IntegrationName), Outcome> {
        let integration = request.integration.as_deref().and_then(|name| IntegrationName::parse(name).ok());
        record.integration = integration.as_ref().map(ToString::to_string);
        let credentials = request.authorization.as_ref().and_then(BasicCredentials::parse);
        let presented = PasswordDigest::of(credentials.as_ref().map_or(b"", BasicCredentials::password));
        let (Some(_), Some(name)) = (credentials, integration) else {
            // No lookup, but the comparison all the same; the empty ring admits nobody.
            std::hint::black_box(PasswordRing::EMPTY.admits(&presented));
            return Err(Outcome::Rejected(Rejection::Unauthorized));
        };
        let mut detail = "it could not be read a moment ago".to_owned();
        // Each round learns something new, and there are only three stages to learn of.
        for _ in 0..4 {
            let check = self.cache().check(&name, &presented, request.received_at);
            match check {
                Check::Admitted(admission) => return Ok((admission, name)),
                Check::Refused => return Err(Outcome::Rejected(Rejection::Unauthorized)),
                Check::Unavailable => break,
                Check::Busy => return Err(busy()),
                Check::Fetch(stages, urgency) => {
                    if let Some(failure) = self.fetch(&name, stages, urgency, request, record).await {
                        detail = failure;
                    }
                }
            }
        }
        Err(Outcome::Unavailable { fault: Fault::PasswordStore, detail })
    }

    /// Asks the store, up to the first stage it fails to answer for, and says what went wrong there.
    async fn fetch(
        &self,
        name: &IntegrationName,
        stages: &[VersionStage],
        urgency: Urgency,
        request: &WebhookRequest,
        record: &mut DeliveryRecord,
    ) -> Option<String> {
        for stage in stages {
            record.password_fetches += 1;
            let found = self.passwords.fetch(name, *stage, urgency).await;
            let known = found.as_ref().map(Option::as_ref).map_err(|_| ());
            self.cache().learn(name, *stage, known, request.received_at);
            if let Err(error) = found {
                return Some(error.to_string());
            }
        }
        None
    }

    fn cache(&self) -> MutexGuard<'_, PasswordCache> {
        // A panic while it was held cannot have left it half changed in a way that admits anybody.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy() -> Outcome {
    let detail = "strangers ask for too many integrations that do not exist".to_owned();
    Outcome::Unavailable { fault: Fault::Busy, detail }
}
