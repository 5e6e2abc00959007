//! The URLs that subscriptions deliver to, and telling ours from others by them.

use url::Url;

use crate::integration::name::IntegrationName;
use crate::receiver::endpoint::Endpoint;
use crate::secrets::version::VersionId;
use crate::subscriptions::kind::SubscriptionKind;

/// The query parameter that says which version of the password a subscription was given. Azure DevOps shows a password
/// to nobody, so this is how a rotation that was cut off knows where it was. It is no secret, and receivers ignore it.
const VERSION_PARAMETER: &str = "version";

/// Characters of a version id that tell it from the few others there are.
const VERSION_CHARS: usize = 8;

/// The webhook URLs of one integration.
#[derive(Clone, Debug)]
pub struct WebhookUrls {
    base: String,
    integration: IntegrationName,
}

/// Ownership a subscription is, by where it delivers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// It delivers to this integration here.
    Ours,
    /// It was made by `setup` for this integration at another address, such as that of a stack that was replaced.
    OursElsewhere,
    /// Anybody's.
    Others,
}

impl WebhookUrls {
    /// `base` is everything before `/{integration}`; a slash at its end is dropped.
    pub fn new(base: &str, integration: IntegrationName) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), integration }
    }

    /// Ownership URLs they are.
    pub fn integration(&self) -> &IntegrationName {
        &self.integration
    }

    /// Where an endpoint is, without a query.
    pub fn endpoint(&self, endpoint: Endpoint) -> String {
        format!("{}/{}/{endpoint}", self.base, self.integration)
    }

    /// Where a subscription delivers to that has been given a version of the password.
    pub fn of(&self, kind: SubscriptionKind, version: &VersionId) -> String {
        let endpoint = self.endpoint(kind.endpoint());
        let change = kind.change().map_or_else(String::new, |change| format!("change={}&", change.word()));
        format!("{endpoint}?{change}{VERSION_PARAMETER}={}", short(version))
    }

    /// Ownership the subscription with this URL is.
    pub fn ownership(&self, url: &str) -> Ownership {
        let place = url.split(['?', '#']).next().unwrap_or_default();
        let endpoints = [Endpoint::CodePushed, Endpoint::PullRequest];
        if endpoints.iter().any(|endpoint| self.endpoint(*endpoint).eq_ignore_ascii_case(place)) {
            return Ownership::Ours;
        }
        let ends = |endpoint: &Endpoint| place.ends_with(&format!("/{}/{endpoint}", self.integration));
        if endpoints.iter().any(ends) && parameter(url, VERSION_PARAMETER).is_some() {
            return Ownership::OursElsewhere;
        }
        Ownership::Others
    }
}

/// The `change` of a webhook URL.
pub(crate) fn change_of(url: &str) -> Option<String> {
    parameter(url, "change")
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn short(version: &VersionId) -> &str {
    version.as_str().get(..VERSION_CHARS).unwrap_or(version.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::kind::ChangeKind;

    fn urls() -> WebhookUrls {
        let contoso = IntegrationName::parse("contoso").expect("a name");
        WebhookUrls::new("https://api.example.com/hooks/", contoso)
    }

    #[test]
    fn a_url_says_what_it_is_for_and_which_password_it_has() {
        let version = VersionId::generate([0xab; 16]);
        let push = "https://api.example.com/hooks/contoso/code-pushed?version=abababab";
        assert_eq!(urls().of(SubscriptionKind::Push, &version), push);
        let vote = urls().of(SubscriptionKind::PullRequestUpdated(ChangeKind::Vote), &version);
        assert_eq!(vote, "https://api.example.com/hooks/contoso/pull-request?change=vote&version=abababab");
        assert_eq!(change_of(&vote).as_deref(), Some("vote"));
    }

    #[test]
    fn ours_are_told_from_others() {
        for (url, whose) in [
            ("https://api.example.com/hooks/contoso/code-pushed", Ownership::Ours),
            ("https://API.example.com/hooks/contoso/pull-request?change=vote", Ownership::Ours),
            ("https://old.example.com/v1/contoso/code-pushed?version=abababab", Ownership::OursElsewhere),
            ("https://old.example.com/v1/contoso/code-pushed", Ownership::Others),
            ("https://api.example.com/hooks/contoso-2/code-pushed?version=abababab", Ownership::Others),
            ("https://api.example.com/hooks/contoso/code-pushed/x", Ownership::Others),
            ("https://ci.example.com/webhook", Ownership::Others),
            ("", Ownership::Others),
        ] {
            assert_eq!(urls().ownership(url), whose, "{url}");
        }
    }
}
