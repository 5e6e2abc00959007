//! The URLs that subscriptions deliver to, and the ownership of a subscription by its URL.

use url::Url;

use crate::integration::name::IntegrationName;
use crate::receiver::endpoint::Endpoint;
use crate::secrets::version::VersionId;
use crate::subscriptions::kind::SubscriptionKind;

/// The query parameter that names the version of the webhook password that a subscription was given. Azure DevOps never
/// returns a password, so an interrupted rotation finds the subscriptions that are left to update by this parameter. It
/// is not secret, and receivers ignore it.
const VERSION_PARAMETER: &str = "version";

/// The query parameter that names the successor of a subscription that was superseded. The subscription is disabled, and
/// stays until its delivery log is read, since the log is deleted with it.
const SUPERSEDED_PARAMETER: &str = "superseded";

/// Characters of a version id in the URL. They distinguish the few versions that one secret has.
const VERSION_CHARS: usize = 8;

/// The webhook URLs of one integration.
#[derive(Clone, Debug)]
pub struct WebhookUrls {
    base: String,
    /// The base of subscriptions that deliver elsewhere and belong to this integration, too: `connect` moves them.
    other_base: Option<String>,
    integration: IntegrationName,
}

/// Whose subscription it is, by the URL that it delivers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// The subscription delivers to this integration in this deployment, or did so until its webhook URLs changed.
    Ours,
    /// `setup` created the subscription for an integration of this name at another address, such as that of a stack
    /// that was replaced.
    OursElsewhere,
    /// The subscription belongs to somebody else.
    Others,
}

impl WebhookUrls {
    /// The URLs of an integration. `base` is everything before `/{integration}`; a trailing slash is removed.
    pub fn new(base: &str, integration: IntegrationName) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), other_base: None, integration }
    }

    /// Counts subscriptions under another base as those of this integration: the webhook URLs of the deployment have
    /// changed, and `connect` has not moved every subscription yet.
    #[must_use]
    pub fn with_other_base(self, base: &str) -> Self {
        let other_base = base.trim_end_matches('/');
        let other_base = (other_base != self.base).then(|| other_base.to_owned());
        Self { other_base, ..self }
    }

    /// The integration that the URLs belong to.
    pub fn integration(&self) -> &IntegrationName {
        &self.integration
    }

    /// The start of every URL of the integration.
    pub fn prefix(&self) -> String {
        format!("{}/{}/", self.base, self.integration)
    }

    /// The URL of an endpoint, without a query.
    pub fn endpoint(&self, endpoint: Endpoint) -> String {
        format!("{}{endpoint}", self.prefix())
    }

    /// The URL of a subscription that has this version of the webhook password.
    pub fn of(&self, kind: SubscriptionKind, version: &VersionId) -> String {
        let endpoint = self.endpoint(kind.endpoint());
        let change = kind.change_word().map_or_else(String::new, |change| format!("change={change}&"));
        format!("{endpoint}?{change}{VERSION_PARAMETER}={}", short(version))
    }

    /// The ownership of the subscription that delivers to this URL. Any query is accepted for [`Ownership::Ours`], so
    /// that subscriptions made by hand count as ours.
    pub fn ownership(&self, url: &str) -> Ownership {
        let address = url.split(['?', '#']).next().unwrap_or_default();
        let endpoints = [Endpoint::CodePushed, Endpoint::PullRequest];
        let is_under = |base: &String| {
            endpoints.iter().any(|endpoint| {
                format!("{base}/{}/{endpoint}", self.integration).eq_ignore_ascii_case(address)
            })
        };
        if is_under(&self.base) || self.other_base.as_ref().is_some_and(is_under) {
            return Ownership::Ours;
        }
        let has_our_path =
            |endpoint: &Endpoint| address.ends_with(&format!("/{}/{endpoint}", self.integration));
        if endpoints.iter().any(has_our_path) && parameter(url, VERSION_PARAMETER).is_some() {
            return Ownership::OursElsewhere;
        }
        Ownership::Others
    }

    /// Whether `setup` or `watch` created or adopted the subscription of this integration that delivers to this URL.
    /// Subscriptions made by hand have no version of the password in their URL.
    pub fn is_managed(&self, url: &str) -> bool {
        self.ownership(url) == Ownership::Ours && parameter(url, VERSION_PARAMETER).is_some()
    }
}

/// The query parameter `change` of a webhook URL: [`SubscriptionKind::change_word`].
pub(crate) fn change_of(url: &str) -> Option<String> {
    parameter(url, "change")
}

/// The version of the webhook password that the subscription with this URL was given, shortened; `None` for a
/// subscription that `setup` did not make.
pub(crate) fn version_of(url: &str) -> Option<String> {
    parameter(url, VERSION_PARAMETER)
}

/// The id of the subscription that supersedes the one with this URL.
pub(crate) fn superseded_by(url: &str) -> Option<String> {
    parameter(url, SUPERSEDED_PARAMETER)
}

/// The URL of a subscription that is superseded by `successor`. `url` is one of [`WebhookUrls::of`].
pub(crate) fn superseded_url(url: &str, successor: &str) -> String {
    format!("{url}&{SUPERSEDED_PARAMETER}={successor}")
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
    fn a_url_names_endpoint_change_and_password_version() {
        let version = VersionId::generate([0xab; 16]);
        let push = "https://api.example.com/hooks/contoso/code-pushed?version=abababab";
        assert_eq!(urls().of(SubscriptionKind::Push, &version), push);
        let vote = urls().of(SubscriptionKind::PullRequestUpdated(ChangeKind::Vote), &version);
        assert_eq!(vote, "https://api.example.com/hooks/contoso/pull-request?change=vote&version=abababab");
        assert_eq!(change_of(&vote).as_deref(), Some("vote"));
        assert_eq!(version_of(&vote).as_deref(), Some("abababab"));
        assert_eq!(version_of("https://api.example.com/hooks/contoso/code-pushed"), None);
        let any = urls().of(SubscriptionKind::PullRequestUpdatedAny, &version);
        assert_eq!(any, "https://api.example.com/hooks/contoso/pull-request?change=any&version=abababab");
    }

    #[test]
    fn a_superseded_subscription_names_its_successor_and_stays_ours() {
        let url = urls().of(SubscriptionKind::Push, &VersionId::generate([0xab; 16]));
        assert_eq!(superseded_by(&url), None);
        let superseded = superseded_url(&url, "5eed0001-0000-4000-8000-000000000000");
        assert_eq!(superseded_by(&superseded).as_deref(), Some("5eed0001-0000-4000-8000-000000000000"));
        assert_eq!(urls().ownership(&superseded), Ownership::Ours);
        assert_eq!(version_of(&superseded), version_of(&url));
    }

    #[test]
    fn subscriptions_under_the_former_base_are_ours_until_they_are_moved() {
        let moving = urls().with_other_base("https://old.example.com/v1/");
        let old = "https://old.example.com/v1/contoso/code-pushed?version=abababab";
        assert_eq!(moving.ownership(old), Ownership::Ours);
        assert!(moving.is_managed(old));
        assert_eq!(urls().ownership(old), Ownership::OursElsewhere);
        let third = "https://third.example.com/v1/contoso/code-pushed?version=abababab";
        assert_eq!(moving.ownership(third), Ownership::OursElsewhere);
    }

    #[test]
    fn ownership_follows_from_the_url() {
        for (url, ownership) in [
            ("https://api.example.com/hooks/contoso/code-pushed", Ownership::Ours),
            ("https://API.example.com/hooks/contoso/pull-request?change=vote", Ownership::Ours),
            ("https://old.example.com/v1/contoso/code-pushed?version=abababab", Ownership::OursElsewhere),
            ("https://old.example.com/v1/contoso/code-pushed", Ownership::Others),
            ("https://api.example.com/hooks/contoso-2/code-pushed?version=abababab", Ownership::Others),
            ("https://api.example.com/hooks/contoso/code-pushed/x", Ownership::Others),
            ("https://ci.example.com/webhook", Ownership::Others),
            ("", Ownership::Others),
        ] {
            assert_eq!(urls().ownership(url), ownership, "{url}");
        }
        assert!(urls().is_managed("https://api.example.com/hooks/contoso/code-pushed?version=abababab"));
        assert!(!urls().is_managed("https://api.example.com/hooks/contoso/pull-request?change=vote"));
        assert!(!urls().is_managed("https://old.example.com/v1/contoso/code-pushed?version=abababab"));
    }
}
