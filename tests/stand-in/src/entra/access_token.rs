//! Access tokens, which Entra gives and Azure DevOps accepts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Identity, Timestamp, service};

/// The tokens given so far.
#[derive(Debug, Default)]
pub(crate) struct AccessTokens(Mutex<Vec<AccessToken>>);

/// A token for Azure DevOps.
#[derive(Clone)]
pub(crate) struct AccessToken {
    secret: String,
    pub(crate) principal: Identity,
    pub(crate) expires: Timestamp,
}

impl AccessTokens {
    /// A new token. Nobody can guess it, and clients must not read it: only its three parts are like those of a JWT.
    pub(super) fn issue(&self, principal: &Identity, expires: Timestamp) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let header = part(br#"{"typ":"JWT","alg":"RS256"}"#);
        let secret =
            format!("{header}.{}.{}", part(&service::random::<900>()), part(&service::random::<256>()));
        self.lock().push(AccessToken { secret: secret.clone(), principal: principal.clone(), expires });
        secret
    }

    /// The token with this secret, expired or not.
    pub(crate) fn find(&self, secret: &str) -> Option<AccessToken> {
        self.lock().iter().find(|token| token.secret == secret).cloned()
    }

    /// Ends every token, as Azure DevOps does when it evaluates policies again.
    pub(super) fn revoke(&self) {
        for token in &mut *self.lock() {
            token.expires = Timestamp::MIN;
        }
    }

    pub(super) fn secrets(&self) -> Vec<String> {
        self.lock().iter().map(|token| token.secret.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<AccessToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccessToken({}, until {})", self.principal.display_name, self.expires)
    }
}
