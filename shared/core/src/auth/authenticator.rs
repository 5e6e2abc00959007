//! Authenticates requests. Every failure gets the same answer after the same work.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::auth::basic::BasicCredentials;
use crate::auth::cache::{Decision, PasswordCache, PasswordPolicy};
use crate::auth::ring::{Admission, PasswordDigest, PasswordRing};
use crate::integration::name::IntegrationName;
use crate::ports::{PasswordSource, Urgency};
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome, Rejection};
use crate::receiver::request::WebhookRequest;
use crate::secrets::version::VersionStage;

/// The password source and the cache in front of it.
#[derive(Debug)]
pub(crate) struct Authenticator<P> {
    passwords: P,
    cache: Mutex<PasswordCache>,
}

impl<P: PasswordSource + Sync> Authenticator<P> {
    pub(crate) fn new(policy: PasswordPolicy, passwords: P) -> Self {
        Self { passwords, cache: Mutex::new(PasswordCache::new(policy)) }
    }

    /// Checks the credentials of a request. Without credentials, the password source is not called.
    ///
    /// # Errors
    ///
    /// [`Outcome::Rejected`] for wrong credentials and for unknown integrations; [`Outcome::Unavailable`] when the
    /// password source fails.
    pub(crate) async fn authenticate(
        &self,
        request: &WebhookRequest,
        record: &mut DeliveryRecord,
    ) -> Result<(Admission, IntegrationName), Outcome> {
        let integration = request.integration.as_deref().and_then(|name| IntegrationName::parse(name).ok());
        record.integration = integration.as_ref().map(ToString::to_string);
        let credentials = request.authorization.as_ref().and_then(BasicCredentials::parse);
        let presented = PasswordDigest::of(credentials.as_ref().map_or(b"", BasicCredentials::password));
        let (Some(_), Some(name)) = (credentials, integration.as_ref()) else {
            // The comparison takes the same time as for a real password. An empty ring admits nobody.
            std::hint::black_box(PasswordRing::EMPTY.admits(&presented));
            return Err(self.reject(integration.as_ref(), record));
        };
        let mut detail = "it could not be read a moment ago".to_owned();
        // At most: the names, the current password, the other two, and once more what a rotation in between changed.
        for _ in 0..6 {
            let decision = self.cache().check(name, &presented, request.received_at);
            match decision {
                Decision::Admitted(admission) => return Ok((admission, name.clone())),
                Decision::Rejected => return Err(self.reject(Some(name), record)),
                Decision::Unavailable => break,
                Decision::FetchNames => {
                    if let Some(error) = self.fetch_names(request, record).await {
                        detail = error;
                    }
                }
                Decision::Fetch(stages, urgency) => {
                    if let Some(error) = self.fetch(name, stages, urgency, request, record).await {
                        detail = error;
                    }
                }
            }
        }
        Err(Outcome::Unavailable { fault: Fault::PasswordStore, detail })
    }

    /// Rejects a request, and records whether its integration exists: then it may be a delivery.
    fn reject(&self, name: Option<&IntegrationName>, record: &mut DeliveryRecord) -> Outcome {
        record.is_known = Some(name.is_some_and(|name| self.cache().knows(name)));
        Outcome::Rejected(Rejection::Unauthorized)
    }

    /// Fetches the stages in order and records them in the cache. Stops at the first error, and returns its text.
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
            let result = self.passwords.fetch(name, *stage, urgency).await;
            let fetched = result.as_ref().map(Option::as_ref).map_err(|_| ());
            self.cache().record_fetch(name, *stage, fetched, request.received_at);
            if let Err(error) = result {
                return Some(error.to_string());
            }
        }
        None
    }

    /// Fetches the published names and records them in the cache. Returns the text of an error.
    async fn fetch_names(&self, request: &WebhookRequest, record: &mut DeliveryRecord) -> Option<String> {
        record.password_fetches += 1;
        let (fetched, error) = match self.passwords.names().await {
            Ok(names) => (Ok(names), None),
            Err(error) => (Err(()), Some(error.to_string())),
        };
        self.cache().record_names(fetched, request.received_at);
        error
    }

    fn cache(&self) -> MutexGuard<'_, PasswordCache> {
        // A panic while the lock was held cannot have left the cache in a state that admits a wrong password.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
