//! AWS STS, where `setup` and `watch` prove which role they have.

use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::entra::assertion::Assertion;
use hookpost_core::entra::port::{RoleIdentity, StsError};
use zeroize::Zeroizing;

use crate::client::Redacted;
use crate::error_text;

/// A client of STS.
type Client = Redacted<aws_sdk_sts::Client>;

/// The algorithm that Entra accepts.
const SIGNING_ALGORITHM: &str = "RS256";

/// The role of this function, at the endpoint of STS in the function's Region: the global endpoint has no
/// `GetWebIdentityToken`.
#[derive(Clone, Debug)]
pub struct StsRoleIdentity {
    client: Client,
}

impl StsRoleIdentity {
    pub(crate) fn new(client: aws_sdk_sts::Client) -> Self {
        Self { client: Redacted(client) }
    }
}

impl RoleIdentity for StsRoleIdentity {
    /// One `GetWebIdentityToken`.
    async fn assertion(&self, audience: &str, lifetime: Duration) -> Result<Assertion, StsError> {
        let request = self.client.get_web_identity_token().audience(audience);
        let request = request.signing_algorithm(SIGNING_ALGORITHM).duration_seconds(seconds(lifetime));
        let output = request.send().await.map_err(|error| failure(&error))?;
        let text = Zeroizing::new(output.web_identity_token.unwrap_or_default());
        if text.is_empty() {
            return Err(StsError::Unavailable { detail: "the answer has no assertion".to_owned() });
        }
        Ok(Assertion::new(text))
    }
}

/// The error of a failed call, by the code that STS gives.
fn failure<E, R>(error: &SdkError<E, R>) -> StsError
where
    SdkError<E, R>: ProvideErrorMetadata + std::error::Error,
{
    match error.code() {
        Some("OutboundWebIdentityFederationDisabledException") => StsError::Disabled,
        Some("SessionDurationEscalationException") => StsError::LifetimeTooLong,
        Some(code) if code.starts_with("JWTPayloadSizeExceeded") => StsError::TooManyTags,
        Some(code) if code.starts_with("AccessDenied") => {
            StsError::Denied { message: error_text::of_code(code, error.message()) }
        }
        _ => StsError::Unavailable { detail: error_text::of_call(error) },
    }
}

fn seconds(lifetime: Duration) -> i32 {
    i32::try_from(lifetime.as_secs()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
