//! Parses REST URLs of repositories, pull requests and threads, which are often all that identifies a repository.

use crate::normalize::address::Address;
use crate::normalize::fields::guid_in;

/// The parts of a URL such as `https://dev.azure.com/contoso/{project}/_apis/git/repositories/{id}/pullRequests/7`.
#[derive(Debug)]
pub(super) struct RestUrl<'a> {
    pub(super) address: Address<'a>,
    /// The number of segments before `_apis`.
    pub(super) prefix: usize,
    /// The GUID of the project, lower case. The URL may have its name instead, or neither.
    pub(super) project_id: Option<String>,
    /// The GUID of the repository, lower case.
    pub(super) repository_id: Option<String>,
    /// The number after `pullRequests`.
    pub(super) pull_request: Option<u64>,
    /// The number after `threads`.
    pub(super) thread: Option<u64>,
}

impl<'a> RestUrl<'a> {
    /// Parses a URL; `None` when it is not the REST URL of a repository.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let address = Address::parse(text)?;
        let segments: Vec<&str> = address.segments().collect();
        let prefix = segments.iter().position(|segment| *segment == "_apis")?;
        let [_, "git", "repositories", id, below @ ..] = &segments[prefix..] else {
            return None;
        };
        let numbered = |name: &str| {
            let at = below.iter().position(|segment| segment.eq_ignore_ascii_case(name))?;
            below.get(at + 1)?.parse().ok()
        };
        let (pull_request, thread) = (numbered("pullRequests"), numbered("threads"));
        let project_id = segments[..prefix].last().and_then(|last| guid_in(last));
        let repository_id = guid_in(id);
        Some(Self { address, prefix, project_id, repository_id, pull_request, thread })
    }
}

/// The REST URL of a project, such as `https://dev.azure.com/contoso/_apis/projects/{id}`.
#[derive(Debug)]
pub(super) struct ProjectUrl<'a> {
    pub(super) address: Address<'a>,
    /// The number of segments before `_apis`: those of the organization or collection.
    pub(super) prefix: usize,
    /// The GUID of the project, lower case.
    pub(super) project_id: Option<String>,
}

impl<'a> ProjectUrl<'a> {
    /// Parses a URL; `None` when it is not the REST URL of a project.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let address = Address::parse(text)?;
        let segments: Vec<&str> = address.segments().collect();
        let prefix = segments.iter().position(|segment| *segment == "_apis")?;
        let [_, "projects", id, ..] = &segments[prefix..] else {
            return None;
        };
        let project_id = guid_in(id);
        Some(Self { address, prefix, project_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECT: &str = "0d1e2f30-4152-4637-8899-aabbccddeeff";
    const REPOSITORY: &str = "5f0cbb5e-7b0b-4b5c-9f0e-0d3f6a0c2b11";

    #[test]
    fn the_repository_is_read_from_every_form_of_url() {
        for (text, project, prefix) in [
            ("https://dev.azure.com/contoso/_apis/git/repositories/{R}".to_owned(), None, 1),
            (
                format!(
                    "https://u@DEV.azure.com/contoso/{PROJECT}/_apis/git/repositories/{{R}}/pushes/3?x=1#y"
                ),
                Some(PROJECT),
                2,
            ),
            ("http://tfs.example:8080/tfs//Main/Shop/_apis/git/repositories/{R}".to_owned(), None, 3),
        ] {
            let text = text.replace("{R}", &REPOSITORY.to_ascii_uppercase());
            let rest = RestUrl::parse(&text).expect(&text);
            assert_eq!(rest.repository_id.as_deref(), Some(REPOSITORY), "{text}");
            assert_eq!((rest.project_id.as_deref(), rest.prefix), (project, prefix), "{text}");
        }
    }

    #[test]
    fn pull_request_and_thread_numbers_are_read() {
        let text = "https://dev.azure.com/c/_apis/git/repositories/x/pullRequests/7/threads/12/comments/2";
        let rest = RestUrl::parse(text).expect("a REST URL");
        assert_eq!((rest.pull_request, rest.thread), (Some(7), Some(12)));
        assert_eq!(rest.repository_id, None, "only a GUID is an id");
    }

    #[test]
    fn other_urls_are_not_rest_urls() {
        for text in
            ["", "x", "mailto:a@b", "https://h/", "https://h/_apis", "https://h/_apis/git/repositories/"]
        {
            assert!(RestUrl::parse(text).is_none(), "{text}");
            assert!(ProjectUrl::parse(text).is_none(), "{text}");
        }
    }
}
