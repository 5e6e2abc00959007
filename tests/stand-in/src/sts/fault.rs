//! Faults of `GetWebIdentityToken`.

use std::time::Duration;

use super::StsError;

/// A fault of one call. Status and code of the errors are those of the service model, or of AWS's common errors.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The account has not enabled outbound federation.
    FederationDisabled,
    /// The caller's role, or a policy of the organization, does not allow the call.
    AccessDenied,
    /// Too many calls.
    Throttled,
    /// The caller's session ends after so many seconds: a token may not live longer.
    SessionEndsIn(u32),
    /// The role's tags do not fit into the token.
    PayloadTooLarge,
    /// An error of AWS, with this status.
    Status(u16),
    /// An HTML page with this status, as a proxy sends.
    Html(u16),
    /// 200 with XML that breaks off.
    BrokenXml,
    /// 200 with a result that has no token.
    NoToken,
    /// 200 with a token that is not a JWT.
    NotAJwt,
    /// The response comes after so long.
    Delayed(Duration),
    /// The connection is closed after so long, without a response.
    Stall(Duration),
}

impl Fault {
    /// The error that takes the place of a token which would be valid for `seconds`.
    pub(super) fn error(&self, role_arn: &str, seconds: u32) -> Option<StsError> {
        match self {
            Self::FederationDisabled => Some(StsError::federation_disabled()),
            Self::AccessDenied => Some(StsError::access_denied(role_arn)),
            Self::Throttled => Some(StsError::throttled()),
            Self::SessionEndsIn(left) if seconds > *left => Some(StsError::session_escalation()),
            Self::PayloadTooLarge => Some(StsError::payload_too_large()),
            Self::Status(status) => Some(StsError::of_status(*status)),
            _ => None,
        }
    }
}
