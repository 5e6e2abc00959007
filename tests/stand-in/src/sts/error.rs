//! Errors, as the Query protocol writes them.
//!
//! Sources: botocore's model of STS for the three errors of the operation (code, status, whose fault); IAM User Guide,
//! "Troubleshoot access denied error messages"; AWS common errors. The wording of other messages is assumed.

/// An error of the service.
#[derive(Clone, Debug)]
pub(super) struct StsError {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl StsError {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn federation_disabled() -> Self {
        let message = "Outbound web identity federation is disabled for this account.";
        Self::new(403, "OutboundWebIdentityFederationDisabledException", message)
    }

    pub(super) fn session_escalation() -> Self {
        let message =
            "The requested token duration would extend the session beyond its original expiration time.";
        Self::new(403, "SessionDurationEscalationException", message)
    }

    pub(super) fn payload_too_large() -> Self {
        let message = "The requested token payload size exceeds the maximum allowed size.";
        Self::new(400, "JWTPayloadSizeExceededException", message)
    }

    /// The caller is the session of a role, as a Lambda function is.
    pub(super) fn access_denied(role_arn: &str) -> Self {
        let session = role_arn.replacen(":iam:", ":sts:", 1).replacen(":role/", ":assumed-role/", 1);
        let message = format!(
            "User: {session}/hookpost is not authorized to perform: sts:GetWebIdentityToken because no \
             identity-based policy allows the sts:GetWebIdentityToken action"
        );
        Self::new(403, "AccessDenied", message)
    }

    pub(super) fn throttled() -> Self {
        Self::new(400, "Throttling", "Rate exceeded")
    }

    pub(super) fn of_status(status: u16) -> Self {
        match status {
            503 => Self::new(503, "ServiceUnavailable", "Service is unavailable. Please try again later."),
            _ => Self::new(status, "InternalFailure", "The request processing has failed."),
        }
    }

    pub(super) fn not_signed() -> Self {
        Self::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    }

    pub(super) fn incomplete_signature() -> Self {
        let message =
            "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.";
        Self::new(403, "IncompleteSignature", message)
    }

    pub(super) fn wrong_scope(expected: &str) -> Self {
        let message = format!("Credential should be scoped to {expected}.");
        Self::new(403, "SignatureDoesNotMatch", message)
    }

    pub(super) fn unknown_key() -> Self {
        Self::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    }

    pub(super) fn unknown_action(action: &str, version: &str) -> Self {
        let message = format!("Could not find operation {action} for version {version}");
        Self::new(400, "InvalidAction", message)
    }

    pub(super) fn validation(member: &str, value: Option<&str>, constraint: &str) -> Self {
        let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
        let message = format!(
            "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}"
        );
        Self::new(400, "ValidationError", message)
    }
}
