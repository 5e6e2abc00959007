//! What was wrong with a form, at its fields.

use std::collections::BTreeMap;

use hookpost_core::error::{ErrorCode, OperatorError};

/// The fields of the forms.
const FIELDS: [&str; 12] = [
    "organizationUrl",
    "patSecretId",
    "patExpiresOn",
    "tenantId",
    "clientId",
    "authorityHost",
    "projects",
    "repository",
    "branch",
    "integration",
    "from",
    "to",
];

/// What was wrong with a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldProblems {
    by_field: BTreeMap<&'static str, Vec<String>>,
    general: Vec<String>,
}

impl FieldProblems {
    /// The problems of a refused request, each at the field that it is about.
    pub(super) fn of_error(error: &OperatorError) -> Self {
        let mut problems = Self::default();
        if error.problems().is_empty() {
            problems.add(field_of(error.code()).or_else(|| named_field(error.message())), error.message());
        }
        for problem in error.problems() {
            problems.add(named_field(problem), problem);
        }
        problems
    }

    fn add(&mut self, field: Option<&'static str>, text: &str) {
        let list = match field {
            Some(field) => self.by_field.entry(field).or_default(),
            None => &mut self.general,
        };
        list.push(text.to_owned());
    }

    /// The problems of a field.
    pub(super) fn of(&self, field: &str) -> &[String] {
        self.by_field.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a field has a problem.
    pub(super) fn has(&self, field: &str) -> bool {
        self.by_field.contains_key(field)
    }

    /// The problems of no field.
    pub(super) fn general(&self) -> &[String] {
        &self.general
    }
}

/// The first field that a text names in backticks.
fn named_field(text: &str) -> Option<&'static str> {
    text.split('`').skip(1).step_by(2).find_map(|name| FIELDS.into_iter().find(|field| *field == name))
}

/// The field that a refusal of Azure DevOps or of Entra is about.
fn field_of(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::OrganizationUrl | ErrorCode::OrganizationUnknown | ErrorCode::ServerUnsupported => {
            Some("organizationUrl")
        }
        ErrorCode::TokenUnknown
        | ErrorCode::TokenRefused
        | ErrorCode::TokenLacksCodeRead
        | ErrorCode::TokenLacksCodeWrite => Some("patSecretId"),
        ErrorCode::EntraTenantUnknown => Some("tenantId"),
        ErrorCode::EntraAppUnknown
        | ErrorCode::EntraAppDisabled
        | ErrorCode::RoleNotTrusted
        | ErrorCode::AppNotInOrganization => Some("clientId"),
        ErrorCode::IntegrationTaken => Some("integration"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_stands_at_the_field_that_it_names() {
        for (text, field) in [
            ("`organizationUrl` is missing: such as …", Some("organizationUrl")),
            ("in `entra`: `tenantId` must be a GUID", Some("tenantId")),
            ("the secret `patSecretId-of-somebody` does not exist", None),
            ("give `entra` or `patSecretId`, not both", Some("patSecretId")),
        ] {
            assert_eq!(named_field(text), field, "{text}");
        }
    }

    #[test]
    fn what_azure_devops_refuses_stands_at_its_field() {
        let refused =
            FieldProblems::of_error(&OperatorError::new(ErrorCode::TokenRefused, "the token has expired"));
        assert_eq!(refused.of("patSecretId"), ["the token has expired"]);
        let throttled = FieldProblems::of_error(&OperatorError::new(ErrorCode::RateLimited, "wait"));
        assert_eq!(throttled.general(), ["wait"]);
    }
}
