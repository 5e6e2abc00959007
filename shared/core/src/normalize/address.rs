//! URLs of Azure DevOps as deliveries have them, and the parts of their paths.
//!
//! Azure DevOps Services writes an organization as `dev.azure.com/{organization}` and as
//! `{organization}.visualstudio.com`, the latter with and without `DefaultCollection`. A server has its own host, port
//! and virtual directory.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// The characters of a path segment that are percent-encoded: all but RFC 3986's unreserved ones, so that a name has one
/// form whatever was escaped in the URLs of a delivery.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An HTTP URL without user info, query and fragment.
#[derive(Debug)]
pub(super) struct Address<'a> {
    /// The URL as it was sent.
    sent: &'a str,
    url: Url,
}

impl<'a> Address<'a> {
    /// Parses a URL; `None` when it is not an HTTP URL.
    pub(super) fn parse(sent: &'a str) -> Option<Self> {
        let mut url = Url::parse(sent).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(Self { sent, url })
    }

    /// The segments of the path, as they were written, without empty ones.
    pub(super) fn segments(&self) -> impl Iterator<Item = &str> + Clone {
        self.url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty())
    }

    /// The scheme, host and port.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The number of leading segments that name the organization; `None` when the URL is not one of Azure DevOps
    /// Services.
    pub(super) fn services_prefix(&self) -> Option<usize> {
        let host = self.url.host_str()?;
        let is_default = |segment: Option<&str>| {
            usize::from(segment.is_some_and(|segment| segment.eq_ignore_ascii_case("DefaultCollection")))
        };
        let mut segments = self.segments();
        if host == "dev.azure.com" {
            segments.next()?;
            return Some(1 + is_default(segments.next()));
        }
        host.strip_suffix(".visualstudio.com").filter(|label| !label.contains('.'))?;
        Some(is_default(segments.next()))
    }

    /// The organization of Azure DevOps Services as it was sent, in any case.
    pub(super) fn services_organization(&self) -> Option<Cow<'a, str>> {
        self.services_prefix()?;
        let (_, rest) = self.sent.trim_start().split_once("//")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let label = host.len().checked_sub(".visualstudio.com".len());
        match label.and_then(|at| host.get(..at)).filter(|label| !label.contains('.')) {
            Some(label) => Some(Cow::Borrowed(label)),
            None => path.split('/').find(|segment| !segment.is_empty()).map(decode),
        }
    }
}

/// A segment without percent-encoding.
pub(super) fn decode(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

/// A name as a path segment, in its one form.
pub(super) fn encode(name: &str) -> Cow<'_, str> {
    utf8_percent_encode(name, SEGMENT).into()
}

/// Whether the user info of a URL, or of an SSH address, has a password.
pub(super) fn has_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organization_is_given_as_it_was_sent() {
        for (url, expected) in [
            ("https://dev.azure.com/khTrails/Shop/_git/web", Some("khTrails")),
            ("https://khTrails@dev.azure.com//khTrails", Some("khTrails")),
            ("https://khTrails.visualstudio.com/DefaultCollection/_git/web", Some("khTrails")),
            ("HTTPS://u:p@KhTrails.VisualStudio.com", Some("KhTrails")),
            ("https://dev.azure.com/", None),
            ("https://a.b.visualstudio.com/x", None),
            ("https://tfs.example/tfs/Main", None),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!(address.services_organization().as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_name_has_one_form_in_a_path() {
        for segment in
            ["KB%20(new)%20&%20o'b", "KB%20%28new%29%20%26%20o%27b", "KB%20%28new%29%20%26%20o%27b"]
        {
            assert_eq!(encode(&decode(segment)), "KB%20%28new%29%20%26%20o%27b");
        }
        assert_eq!(encode("a-b.c_d~e/é"), "a-b.c_d~e%2F%C3%A9");
    }

    #[test]
    fn passwords_in_urls_are_found() {
        for url in ["https://u:p@h/x", "http://:p@h", "u:p@h:v3/x", "ssh://u:p@h:22/x"] {
            assert!(has_password(url), "{url}");
        }
        for url in ["https://u@h:8080/x", "git@ssh.dev.azure.com:v3/a/b/c", "https://h/a:b@c", ""] {
            assert!(!has_password(url), "{url}");
        }
    }
}
