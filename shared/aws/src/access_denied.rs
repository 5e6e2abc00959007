//! Reads the missing permission from AWS's message of a denied call.

/// A denied action and its resource.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AccessDenied {
    pub(crate) action: String,
    pub(crate) resource: String,
}

impl AccessDenied {
    /// Reads both from AWS's message, "… is not authorized to perform: ACTION on resource: RESOURCE because …". The action
    /// may be another than the call's own: `CreateSecret` with tags also needs `TagResource`. Where the message names
    /// none, it is the call's `action` on `resource`.
    pub(crate) fn from_message(message: &str, action: &str, resource: &str) -> Self {
        let word_after =
            |text: &str| message.split_once(text)?.1.split_whitespace().next().map(str::to_owned);
        Self {
            action: word_after("to perform: ").unwrap_or_else(|| action.to_owned()),
            resource: word_after("on resource: ").unwrap_or_else(|| resource.to_owned()),
        }
    }
}

/// Whether the message of a denial is about a KMS key.
pub(crate) fn is_about_key(message: &str) -> bool {
    message.to_ascii_lowercase().contains("kms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_denied_action_is_in_the_message_or_is_the_call() {
        let message = "User: arn:aws:sts::1:assumed-role/setup/setup is not authorized to perform: \
                       secretsmanager:TagResource on resource: hookpost/contoso/webhook because no identity-based \
                       policy allows the secretsmanager:TagResource action";
        let denied = AccessDenied::from_message(message, "secretsmanager:CreateSecret", "x");
        assert_eq!(denied.action, "secretsmanager:TagResource");
        assert_eq!(denied.resource, "hookpost/contoso/webhook");
        let silent = AccessDenied { action: "sqs:ReceiveMessage".to_owned(), resource: "q".to_owned() };
        assert_eq!(
            AccessDenied::from_message("Access to the resource q is denied.", "sqs:ReceiveMessage", "q"),
            silent
        );
    }
}
