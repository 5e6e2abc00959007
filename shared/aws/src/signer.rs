//! Who signs what SQS is asked: ourselves at the first try, where the request has the shape that we know, and the SDK's
//! own signer in every other case. Why: `infra/decisions/0007-own-signature.md`.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4Signer};
use aws_sdk_sqs::config::{Credentials, Region};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::{AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use aws_smithy_types::config_bag::ConfigBag;

use crate::signature::{DATE, DayKey, Instant, Shape, TOKEN};

/// The scheme `sigv4`, in the place of the SDK's own.
#[derive(Debug)]
pub(crate) struct OwnSigV4(Signer);

impl OwnSigV4 {
    pub(crate) fn new(region: Region) -> Self {
        Self(Signer { region, today: Mutex::new(None), usual: SigV4Signer::new() })
    }
}

impl AuthScheme for OwnSigV4 {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME_ID
    }

    fn identity_resolver(&self, resolvers: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        resolvers.identity_resolver(SCHEME_ID)
    }

    fn signer(&self) -> &dyn Sign {
        &self.0
    }
}

struct Signer {
    region: Region,
    today: Mutex<Option<DayKey>>,
    usual: SigV4Signer,
}

impl fmt::Debug for Signer {
    /// The SDK prints signers when it traces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Signer {
    /// The headers that a signature brings. `None` when the request is not one for us.
    fn signature(
        &self,
        request: &HttpRequest,
        credentials: &Credentials,
        components: &RuntimeComponents,
    ) -> Option<Signature> {
        let shape = Shape::of(request)?;
        let instant = Instant::of(components.time_source().unwrap_or_default().now())?;
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let key = match today.take().filter(|key| key.is_for(credentials, &instant)) {
            Some(key) => today.insert(key),
            None => today.insert(DayKey::derive(credentials, self.region.as_ref(), &instant)),
        };
        let authorization = shape.authorize(credentials, &instant, key)?;
        Some(Signature { authorization, date: instant.text })
    }
}

struct Signature {
    authorization: String,
    date: String,
}

impl Sign for Signer {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        endpoint: AuthSchemeEndpointConfig<'_>,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        // A second try may be one because our clock is wrong. The SDK has learnt of that then, and tells nobody but its
        // own signer.
        let is_first = config.load::<RequestAttempts>().is_some_and(|tries| tries.attempts() == 1);
        let is_ordinary = endpoint.get("signingName").or_else(|| endpoint.get("signingRegion")).is_none();
        let credentials = identity.data::<Credentials>().filter(|_| is_first && is_ordinary);
        let signed = credentials.and_then(|credentials| {
            self.signature(request, credentials, components).map(|signature| (signature, credentials))
        });
        let Some((signature, credentials)) = signed else {
            return self.usual.sign_http_request(request, identity, endpoint, components, config);
        };
        let headers = request.headers_mut();
        headers.try_insert(DATE, signature.date)?;
        headers.try_insert("authorization", signature.authorization)?;
        if let Some(token) = credentials.session_token() {
            headers.try_insert(TOKEN, token.to_owned())?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "signer_tests.rs"]
mod tests;
