//! What to allow, out of the words with which AWS denies something.

/// An action that was denied, and what it was denied on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) action: String,
    pub(crate) resource: String,
}

impl Denial {
    /// Takes both from AWS's message, "… is not authorized to perform: ACTION on resource: RESOURCE because …", for it
    /// may be another action than the call's own: `CreateSecret` with tags also needs `TagResource`. What the message
    /// does not name is the call itself.
    pub(crate) fn of(message: &str, action: &str, resource: &str) -> Self {
        let behind = |mark: &str| message.split_once(mark)?.1.split_whitespace().next().map(str::to_owned);
        Self {
            action: behind("to perform: ").unwrap_or_else(|| action.to_owned()),
            resource: behind("on resource: ").unwrap_or_else(|| resource.to_owned()),
        }
    }
}

/// Whether a denial is about the key that encrypts something.
pub(crate) fn is_about_key(message: &str) -> bool {
    message.to_ascii_lowercase().contains("kms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_stands_in_the_message_or_is_the_call() {
        let message = "User: arn:aws:sts::1:assumed-role/setup/setup is not authorized to perform: \
                       secretsmanager:TagResource on resource: hookpost/contoso/webhook because no identity-based \
                       policy allows the secretsmanager:TagResource action";
        let denial = Denial::of(message, "secretsmanager:CreateSecret", "x");
        assert_eq!(denial.action, "secretsmanager:TagResource");
        assert_eq!(denial.resource, "hookpost/contoso/webhook");
        let silent = Denial { action: "sqs:ReceiveMessage".to_owned(), resource: "q".to_owned() };
        assert_eq!(Denial::of("Access to the resource q is denied.", "sqs:ReceiveMessage", "q"), silent);
    }
}
