//! Parses REST URLs of repositories, pull requests and threads, which are often all that identifies a repository.

use url::Url;

/// The parts of a URL such as `https://dev.azure.com/contoso/{project}/_apis/git/repositories/{id}/pullRequests/7`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RestUrl {
    /// The URL of the organization or collection, without a slash at the end.
    pub(super) organization_url: String,
    /// The repository's REST URL.
    pub(super) repository_url: String,
    /// The repository's GUID, lower case.
    pub(super) repository_id: String,
    /// The number after `pullRequests`.
    pub(super) pull_request: Option<u64>,
    /// The number after `threads`.
    pub(super) thread: Option<u64>,
}

impl RestUrl {
    /// Parses a URL; `None` when it is not the REST URL of a repository.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = plain_url(text)?;
        let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
        let apis = segments.iter().position(|segment| *segment == "_apis")?;
        let [_, "git", "repositories", id, below @ ..] = &segments[apis..] else {
            return None;
        };
        let mut organization = &segments[..apis];
        if let [before @ .., last] = organization
            && is_guid(last)
        {
            organization = before;
        }
        let numbered = |name: &str| {
            let at = below.iter().position(|segment| segment.eq_ignore_ascii_case(name))?;
            below.get(at + 1)?.parse().ok()
        };
        Some(Self {
            organization_url: with_path(&url, organization),
            repository_url: with_path(&url, &segments[..apis + 4]),
            repository_id: id.to_ascii_lowercase(),
            pull_request: numbered("pullRequests"),
            thread: numbered("threads"),
        })
    }
}

/// Parses an HTTP URL, and removes user info, query and fragment.
pub(super) fn plain_url(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// The scheme, host and port of `url` with another path, whose segments are already percent-encoded.
pub(super) fn with_path(url: &Url, segments: &[&str]) -> String {
    let origin = url.origin().ascii_serialization();
    segments.iter().fold(origin, |text, segment| text + "/" + segment)
}

fn is_guid(text: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(
            |(at, c)| {
                if hyphens.contains(&at) { c == b'-' } else { c.is_ascii_hexdigit() }
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_read_from_every_form_of_url() {
        let project = "0d1e2f30-4152-4637-8899-aabbccddeeff";
        for (text, organization) in [
            (
                "https://dev.azure.com/contoso/_apis/git/repositories/AB-1".to_owned(),
                "https://dev.azure.com/contoso",
            ),
            (
                format!(
                    "https://u@DEV.azure.com/contoso/{project}/_apis/git/repositories/ab-1/pushes/3?x=1#y"
                ),
                "https://dev.azure.com/contoso",
            ),
            (
                "http://tfs.example:8080/tfs/Main/_apis/git/repositories/ab-1".to_owned(),
                "http://tfs.example:8080/tfs/Main",
            ),
        ] {
            let rest = RestUrl::parse(&text).expect(&text);
            assert_eq!(rest.organization_url, organization, "{text}");
            assert_eq!(rest.repository_id, "ab-1", "{text}");
        }
    }

    #[test]
    fn pull_request_and_thread_numbers_are_read() {
        let text = "https://dev.azure.com/c/_apis/git/repositories/x/pullRequests/7/threads/12/comments/2";
        let rest = RestUrl::parse(text).expect("a REST URL");
        assert_eq!((rest.pull_request, rest.thread), (Some(7), Some(12)));
        assert_eq!(rest.repository_url, "https://dev.azure.com/c/_apis/git/repositories/x");
    }

    #[test]
    fn other_urls_are_not_rest_urls() {
        for text in
            ["", "x", "mailto:a@b", "https://h/", "https://h/_apis", "https://h/_apis/git/repositories/"]
        {
            assert_eq!(RestUrl::parse(text), None, "{text}");
        }
    }
}
