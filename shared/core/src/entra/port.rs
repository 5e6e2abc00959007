//! The ports to AWS STS and to Microsoft Entra. An adapter makes one call and tells its errors apart; what is tried
//! again, and for how long, [`sign_in`](super::sign_in) decides.

use std::future::Future;
use std::time::Duration;

use crate::entra::access_token::AccessToken;
use crate::entra::app::EntraApp;
use crate::entra::assertion::Assertion;

/// AWS STS, asked as the role of this function.
pub trait RoleIdentity: Send + Sync {
    /// Asks for an assertion about the role of this function (`sts:GetWebIdentityToken`), signed with RS256, for
    /// `audience` and valid for `lifetime` (60 s to one hour).
    ///
    /// # Errors
    ///
    /// [`StsError`]. The adapter has tried again what STS throttles or fails with.
    fn assertion(
        &self,
        audience: &str,
        lifetime: Duration,
    ) -> impl Future<Output = Result<Assertion, StsError>> + Send;
}

/// The token endpoint of Microsoft Entra.
pub trait TokenEndpoint: Send + Sync {
    /// Exchanges an assertion for an access token for Azure DevOps. Makes one request.
    ///
    /// # Errors
    ///
    /// [`EntraError`], which shows nothing of the assertion.
    fn access_token(
        &self,
        app: &EntraApp,
        assertion: &Assertion,
    ) -> impl Future<Output = Result<AccessToken, EntraError>> + Send;
}

/// STS gave no assertion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StsError {
    /// Outbound web identity federation is switched off in the account
    /// (`OutboundWebIdentityFederationDisabledException`).
    #[error("outbound web identity federation is switched off in this AWS account")]
    Disabled,
    /// The role may not ask (`AccessDenied`): a policy of the role, its boundary or the organization says so.
    #[error("AWS STS denies this role `sts:GetWebIdentityToken`: {message}")]
    Denied {
        /// The message of STS.
        message: String,
    },
    /// The role has too many tags for an assertion (`JWTPayloadSizeExceededException`).
    #[error("the tags of this role do not fit in an assertion of AWS STS")]
    TooManyTags,
    /// The credentials of this function end before an assertion of this lifetime would
    /// (`SessionDurationEscalationException`).
    #[error("the credentials of this function end sooner than the assertion would")]
    LifetimeTooLong,
    /// STS throttles, fails, cannot be reached, or answers with something else.
    #[error("AWS STS cannot be used: {detail}")]
    Unavailable {
        /// The cause.
        detail: String,
    },
}

/// Entra gave no access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntraError {
    /// Entra refuses: status 400 or 401 with an `error` other than `temporarily_unavailable` and `server_error`.
    #[error("Microsoft Entra refuses: {}", .0.description)]
    Refused(EntraRefusal),
    /// Entra throttles, fails, cannot be reached, or answers with something else, such as the page of a proxy.
    #[error("Microsoft Entra cannot be used: {detail}")]
    Unavailable {
        /// The cause.
        detail: String,
        /// How long Entra asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// The time of the function is over. The request was not made.
    #[error("the time of the function is over")]
    OutOfTime,
}

/// A refusal of Entra.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntraRefusal {
    /// The field `error`, such as `invalid_client`: the only field that clients may rely on.
    ///
    /// Source: Microsoft, "Microsoft Entra authentication and authorization error codes".
    pub error: String,
    /// The numbers of `error_codes`, which choose the advice and nothing else.
    pub codes: Vec<u64>,
    /// The first line of `error_description`: at most 400 characters, without control characters or the assertion.
    pub description: String,
    /// What Microsoft's support asks for; empty where Entra gives none.
    pub trace_id: String,
    /// What Microsoft's support asks for; empty where Entra gives none.
    pub correlation_id: String,
}
