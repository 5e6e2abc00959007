//! A valid request for each action, for error messages.

/// The example for an action, or the example for `connect` when the action does not exist.
pub(super) fn of(action: &str) -> &'static str {
    match action {
        "status" => r#"{"action":"status","integration":"contoso"}"#,
        "projects" => {
            r#"{"action":"projects","organizationUrl":"https://dev.azure.com/contoso","patSecretId":"hookpost-pat"}"#
        }
        "repositories" => r#"{"action":"repositories","integration":"contoso"}"#,
        "rotate-password" => r#"{"action":"rotate-password","integration":"contoso"}"#,
        "replace-token" => {
            r#"{"action":"replace-token","integration":"contoso","patSecretId":"hookpost-pat"}"#
        }
        "identity" => r#"{"action":"identity"}"#,
        "replay" => r#"{"action":"replay","integration":"contoso","from":"2026-11-22T08:00:00Z"}"#,
        "unlink" => r#"{"action":"unlink","integration":"contoso","dryRun":true}"#,
        "declared" => {
            r#"{"integration":"contoso","organizationUrl":"https://dev.azure.com/contoso","patSecretId":"hookpost-pat","projects":["Shop"]}"#
        }
        _ => {
            r#"{"action":"connect","organizationUrl":"https://dev.azure.com/contoso","patSecretId":"hookpost-pat","projects":["Shop"],"dryRun":true}"#
        }
    }
}
