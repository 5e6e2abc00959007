//! What a refusal of Entra is about, for the advice to the operator. Nothing else depends on it.
//!
//! Source: Microsoft, "Microsoft Entra authentication and authorization error codes", and public issues for the rows
//! that it leaves out (700211 to 700213, 7000226, 7000272, 501661). Microsoft adds digits to a number where it
//! distinguishes further cases, as 70021 became 700213, so the longest prefix decides.

use crate::entra::port::EntraRefusal;

/// What a refusal of Entra is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalKind {
    /// No federated credential of the app has this issuer.
    Issuer,
    /// No federated credential of the app has this subject.
    Subject,
    /// No federated credential of the app has this audience.
    Audience,
    /// No federated credential fits, or the one that does was made a moment ago.
    Credential,
    /// The app has no federated credential.
    NoCredential,
    /// Entra does not know the key of the issuer yet, which takes up to 30 minutes for a new one.
    KeyUnknown,
    /// Entra could not read the issuer's keys.
    IssuerUnreadable,
    /// The signature or the header of the assertion.
    Signature,
    /// The assertion has expired, by Entra's clock.
    Expired,
    /// There is no such app in this tenant.
    AppUnknown,
    /// The app is disabled.
    AppDisabled,
    /// There is no such tenant, or it is in another cloud.
    TenantUnknown,
    /// Azure DevOps is not set up in this tenant.
    AzureDevOpsUnknown,
    /// A Conditional Access policy.
    Policy,
    /// Entra has a fault of its own.
    Fault,
    /// Something else.
    Other,
}

/// The kinds by the prefixes of numbers. 50196 is a client that asks too often.
const PREFIXES: [(&str, RefusalKind); 24] = [
    ("70021", RefusalKind::Credential),
    ("700211", RefusalKind::Issuer),
    ("700212", RefusalKind::Audience),
    ("700213", RefusalKind::Subject),
    ("7000226", RefusalKind::NoCredential),
    ("7000272", RefusalKind::KeyUnknown),
    ("501661", RefusalKind::IssuerUnreadable),
    ("7000274", RefusalKind::Signature),
    ("5002727", RefusalKind::Signature),
    ("700024", RefusalKind::Expired),
    ("700016", RefusalKind::AppUnknown),
    ("7000112", RefusalKind::AppDisabled),
    ("90002", RefusalKind::TenantUnknown),
    ("90038", RefusalKind::TenantUnknown),
    ("900382", RefusalKind::TenantUnknown),
    ("900439", RefusalKind::TenantUnknown),
    ("500011", RefusalKind::AzureDevOpsUnknown),
    ("53003", RefusalKind::Policy),
    ("90006", RefusalKind::Fault),
    ("90012", RefusalKind::Fault),
    ("90024", RefusalKind::Fault),
    ("90033", RefusalKind::Fault),
    ("90090", RefusalKind::Fault),
    ("50196", RefusalKind::Fault),
];

impl RefusalKind {
    /// The kind of the first number that is known.
    pub(super) fn of(refusal: &EntraRefusal) -> Self {
        refusal.codes.iter().find_map(|code| Self::of_code(*code)).unwrap_or(Self::Other)
    }

    fn of_code(code: u64) -> Option<Self> {
        let code = code.to_string();
        let known = PREFIXES.iter().filter(|(prefix, _)| code.starts_with(prefix));
        known.max_by_key(|(prefix, _)| prefix.len()).map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides() {
        for (code, expected) in [
            (70_021, RefusalKind::Credential),
            (700_211, RefusalKind::Issuer),
            (7_002_121, RefusalKind::Audience),
            (7_002_138, RefusalKind::Subject),
            (7_002_141, RefusalKind::Credential),
            (700_024, RefusalKind::Expired),
            (7_000_226, RefusalKind::NoCredential),
            (900_382, RefusalKind::TenantUnknown),
        ] {
            assert_eq!(RefusalKind::of_code(code), Some(expected), "{code}");
        }
        assert_eq!(RefusalKind::of_code(50_034), None);
    }
}
