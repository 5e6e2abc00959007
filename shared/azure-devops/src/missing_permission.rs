//! Finds the permission that a refusal names.

use hookpost_core::azure_devops::error::MissingPermission;

/// The permission that a message names; [`MissingPermission::Unknown`] when the message is about a permission and names
/// none that is known, `None` when it is not about a permission. `type_key` is the name of the exception.
///
/// Sources: port-labs/ocean#766 for a refused create with status 400; MicrosoftDocs/azure-devops-docs#3817 for the
/// consumer, which is hidden without "View subscriptions"; the messages of `PublisherSecurity` and of Git (TF401027) name
/// the permission themselves.
pub(crate) fn missing_permission(message: &str, type_key: &str) -> Option<MissingPermission> {
    if message.contains("The consumer with id \"webHooks\" is not available") {
        return Some(MissingPermission::ViewSubscriptions);
    }
    if message.contains("permission to edit a subscription") {
        return Some(MissingPermission::EditSubscriptions);
    }
    if let Some(permission) = on_subscriptions(message).or_else(|| on_a_repository(message)) {
        return Some(permission);
    }
    let message = message.to_ascii_lowercase();
    // Service hooks answer a refused create like an argument that is wrong.
    if type_key == "ArgumentException" && message.contains("permission") {
        return Some(MissingPermission::EditSubscriptions);
    }
    let words = ["needs the following permission", "access denied"];
    words.iter().any(|words| message.contains(words)).then_some(MissingPermission::Unknown)
}

/// From `… on the resource PublisherSecurity/… to perform this action: Edit Subscription`.
fn on_subscriptions(message: &str) -> Option<MissingPermission> {
    let (_, action) = message.split_once("PublisherSecurity")?.1.split_once("perform this action: ")?;
    if action.starts_with("View") {
        Some(MissingPermission::ViewSubscriptions)
    } else if action.starts_with("Edit") {
        Some(MissingPermission::EditSubscriptions)
    } else {
        None
    }
}

/// From `TF401027: You need the Git 'GenericRead' permission to perform this action.`
fn on_a_repository(message: &str) -> Option<MissingPermission> {
    let (name, _) = message.split_once("You need the Git '")?.1.split_once('\'')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then(|| MissingPermission::Git(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permission_is_the_one_that_the_message_names() {
        let on_hooks = |action| {
            format!(
                "Access Denied: Mona needs the following permission(s) on the resource PublisherSecurity/1 to perform \
                 this action: {action}"
            )
        };
        for (message, type_key, expected) in [
            (on_hooks("Edit Subscription"), "X", Some(MissingPermission::EditSubscriptions)),
            (on_hooks("View Subscriptions"), "X", Some(MissingPermission::ViewSubscriptions)),
            (on_hooks("Delete Subscriptions"), "X", Some(MissingPermission::Unknown)),
            (
                "The consumer with id \"webHooks\" is not available.".to_owned(),
                "",
                Some(MissingPermission::ViewSubscriptions),
            ),
            (
                "The user 'Mona' does not have permission to edit a subscription.".to_owned(),
                "ArgumentException",
                Some(MissingPermission::EditSubscriptions),
            ),
            (
                "No permission for this subscription.".to_owned(),
                "ArgumentException",
                Some(MissingPermission::EditSubscriptions),
            ),
            ("No permission for this subscription.".to_owned(), "X", None),
            ("The parameter is wrong.".to_owned(), "ArgumentException", None),
            (
                "TF401027: You need the Git 'GenericRead' permission to perform this action.".to_owned(),
                "",
                Some(MissingPermission::Git("GenericRead".to_owned())),
            ),
            ("You need the Git ' ' permission.".to_owned(), "", None),
        ] {
            assert_eq!(missing_permission(&message, type_key), expected, "{message}");
        }
    }
}
