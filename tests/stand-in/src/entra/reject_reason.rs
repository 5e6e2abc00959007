//! Why Entra refuses a request, with the number and the text that it gives.
//!
//! Numbers and texts are from "Microsoft Entra authentication and authorization error codes" and from public issues
//! (such as Azure/azure-workload-identity#616, #1200 and #1232, Azure/login#515); where a comment says so, the text is
//! assumed.

use crate::{Timestamp, Uuid};

/// The cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RejectReason {
    /// A parameter of the form.
    Missing(&'static str),
    GrantType(String),
    NoAssertion,
    AssertionType,
    Malformed,
    Scope(String),
    Tenant(String),
    App {
        client_id: String,
        tenant: Uuid,
    },
    Disabled {
        client_id: String,
        name: String,
    },
    NoCredential,
    Issuer(String),
    Subject(String),
    SubjectCase(String),
    Audience(String),
    Discovery(String),
    Key {
        id: String,
        issuer: String,
    },
    Algorithm,
    Signature,
    Expired {
        now: Timestamp,
        begins: i64,
        ends: i64,
    },
    ConditionalAccess,
    NoAzureDevOps(Uuid),
    /// A fault with this number.
    Numbered(u32),
    /// A fault of Entra that passes, with this number.
    Transient(u32),
}

impl RejectReason {
    pub(super) fn code(&self) -> u32 {
        match self {
            Self::Missing(_) => 900_144,
            Self::GrantType(_) => 70_003,
            Self::NoAssertion => 7_000_218,
            Self::AssertionType => 7_000_219,
            Self::Malformed => 50_027,
            Self::Scope(_) => 1_002_012,
            Self::Tenant(_) => 90_002,
            Self::App { .. } => 700_016,
            Self::Disabled { .. } => 7_000_112,
            Self::NoCredential => 7_000_226,
            Self::Issuer(_) => 700_211,
            Self::Subject(_) => 700_213,
            Self::SubjectCase(_) => 7_002_138,
            Self::Audience(_) => 700_212,
            Self::Discovery(_) => 501_661,
            Self::Key { .. } => 7_000_272,
            Self::Algorithm => 5_002_727,
            Self::Signature => 7_000_274,
            Self::Expired { .. } => 700_024,
            Self::ConditionalAccess => 53_003,
            Self::NoAzureDevOps(_) => 500_011,
            Self::Numbered(code) | Self::Transient(code) => *code,
        }
    }

    /// The sentences after the number.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Missing(name) => {
                format!("The request body must contain the following parameter: '{name}'.")
            }
            Self::GrantType(kind) => format!("The app requested an unsupported grant type '{kind}'."),
            Self::NoAssertion => {
                "The request body must contain the following parameter: 'client_assertion' or \
                                  'client_secret'."
                    .to_owned()
            }
            // Number and text are assumed.
            Self::AssertionType => "The 'client_assertion_type' is not supported.".to_owned(),
            Self::Malformed => "JWT token is invalid or malformed.".to_owned(),
            Self::Scope(scope) => format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
                 with /.default suffixed to the resource identifier (application ID URI)."
            ),
            Self::Tenant(tenant) => format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into \
                 the correct cloud. Check with your subscription administrator, this may happen if there are no \
                 active subscriptions for the tenant."
            ),
            Self::App { client_id, tenant } => format!(
                "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can \
                 happen if the application has not been installed by the administrator of the tenant or consented \
                 to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
            ),
            Self::Disabled { client_id, name } => format!("Application '{client_id}'({name}) is disabled."),
            // The text is assumed.
            Self::NoCredential => "The application has no federated identity credential.".to_owned(),
            Self::Issuer(issuer) => no_match("issuer", issuer, ""),
            Self::Subject(subject) => no_match("subject", subject, ""),
            Self::SubjectCase(subject) => no_match("subject", subject, CASE),
            Self::Audience(audience) => no_match("audience", audience, ""),
            // The text is assumed.
            Self::Discovery(issuer) => {
                format!("Unable to read the OpenID Connect metadata of identity provider {issuer}.")
            }
            Self::Key { id, issuer } => format!(
                "The certificate with identifier {id} used to sign the federated credential could not be found in \
                 the metadata of identity provider {issuer}. Please validate that your Identity Provider's metadata \
                 exposes the key used to sign the incoming token."
            ),
            // The text is assumed.
            Self::Algorithm => "The assertion's header is not supported: RS256 is.".to_owned(),
            // The text is assumed.
            Self::Signature => "The federated credential has an invalid signature.".to_owned(),
            Self::Expired { now, begins, ends } => format!(
                "Client assertion is not within its valid time range. Current time: {now}, assertion valid from \
                 {}, expiry time of assertion {}. Review the documentation.",
                at(*begins),
                at(*ends)
            ),
            Self::ConditionalAccess => {
                "Access has been blocked by Conditional Access policies. The access policy \
                                        does not allow token issuance."
                    .to_owned()
            }
            Self::NoAzureDevOps(tenant) => format!(
                "The resource principal named 499b84ac-1321-427f-aa17-267ca6975798 was not found in the tenant named \
                 {tenant}. This can happen if the application has not been installed by the administrator of the \
                 tenant or consented to by any user in the tenant. You might have sent your authentication request \
                 to the wrong tenant."
            ),
            // As it is right after a credential was created; also for the numbers that only a fault gives.
            Self::Numbered(70_021) => {
                format!("No matching federated identity record found for presented assertion. {GUIDE}")
            }
            Self::Numbered(_) => "The request was refused.".to_owned(),
            Self::Transient(_) => "A transient error has occurred. Please try again.".to_owned(),
        }
    }

    /// The field `error`, and a status. Either of 400 and 401 is known for most; which one is not documented.
    pub(super) fn error(&self) -> (&'static str, u16) {
        if matches!(self, Self::Transient(_)) {
            return ("temporarily_unavailable", 503);
        }
        match self.code() {
            70_003 => ("unsupported_grant_type", 400),
            70_011 | 1_002_012 => ("invalid_scope", 400),
            700_016 | 7_000_112 => ("unauthorized_client", 400),
            500_011 => ("invalid_resource", 400),
            53_003 => ("invalid_grant", 400),
            70_021 | 90_002 | 90_038 | 900_382 | 900_439 | 900_144 | 50_027 => ("invalid_request", 400),
            700_024 | 7_000_218 | 7_000_219 | 7_000_226 | 7_000_272 | 7_000_274 | 501_661 | 5_002_727 => {
                ("invalid_client", 401)
            }
            // 700211, 700212, 700213 and what Microsoft appends a digit to.
            code if code.to_string().starts_with("70021") || code.to_string().starts_with("70022") => {
                ("invalid_client", 401)
            }
            _ => ("invalid_request", 400),
        }
    }
}

fn no_match(what: &str, value: &str, more: &str) -> String {
    format!(
        "No matching federated identity record found for presented assertion {what} '{value}'.{more} Check your \
         federated identity credential Subject, Audience and Issuer against the presented assertion. {GUIDE}"
    )
}

fn at(second: i64) -> String {
    Timestamp::from_second(second).map(|at| at.to_string()).unwrap_or_default()
}

const CASE: &str =
    " The subject matches with case-insensitive comparison, but not with case-sensitive comparison.";
const GUIDE: &str = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";
