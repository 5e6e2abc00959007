//! Finds the organization, project and repository of a delivery, and writes their URLs in one form.
//!
//! Azure DevOps Services writes the URL of the same repository as `dev.azure.com/{org}` and `{org}.visualstudio.com`, with and
//! without `DefaultCollection`, with the organization as user info, and leaves the project out when the repository is
//! has the same name. A server has its own host, port and collections.

use hookpost_events::{Organization, Project, Repository};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::normalize::fields::{guid, non_empty};
use crate::normalize::rest_url::{RestUrl, plain_url, with_path};
use crate::payload::Containers;
use crate::payload::git::WireRepository;
use crate::payload::lenient::scalar::Text;

/// The characters that are percent-encoded in a path segment.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The repository of a delivery, with its project and organization.
#[derive(Debug)]
pub(super) struct RepositoryLocation {
    pub(super) organization: Organization,
    pub(super) project: Project,
    pub(super) repository: Repository,
    /// The canonical URL of the repository.
    pub(super) source: String,
    /// Identifies the repository in ids: its GUID, else its canonical URL.
    pub(super) key: String,
}

/// The path of a repository on Azure DevOps Services, each part percent-encoded.
struct ServicesPath {
    organization: String,
    project: String,
    repository: String,
}

/// Finds the repository of a delivery; `None` when nothing in the delivery names one. `rest_urls` are REST URLs from other
/// fields of the resource, the most reliable first.
pub(super) fn locate(
    repository: Option<&WireRepository<'_>>,
    containers: Option<&Containers<'_>>,
    rest_urls: &[Option<&Text<'_>>],
) -> Option<RepositoryLocation> {
    let empty = WireRepository::default();
    let wire = repository.unwrap_or(&empty);
    let rest = std::iter::once(wire.url.as_ref()).chain(rest_urls.iter().copied()).flatten();
    let rest = rest.into_iter().find_map(|text| RestUrl::parse(text.as_str()));
    let web =
        [&wire.web_url, &wire.remote_url].into_iter().flatten().find_map(|text| plain_url(text.as_str()));
    let base = containers
        .and_then(|containers| containers.collection.as_ref().or(containers.account.as_ref()))
        .and_then(|container| plain_url(container.base_url.as_ref()?.as_str()));

    let id = guid(wire.id.as_ref()).or_else(|| rest.as_ref().map(|rest| rest.repository_id.clone()));
    let project = Project {
        id: wire.project.as_ref().and_then(|project| guid(project.id.as_ref())),
        name: wire.project.as_ref().and_then(|project| non_empty(project.name.as_ref())),
    };
    let name = non_empty(wire.name.as_ref());
    let hints =
        Hints { wire, rest: rest.as_ref(), web: web.as_ref(), base: base.as_ref(), id, project, name };
    match hints.services_path() {
        Some(path) => Some(hints.locate_on_services(&path)),
        None => hints.locate_elsewhere(),
    }
}

/// The fields of a delivery that locate its repository.
struct Hints<'a> {
    wire: &'a WireRepository<'a>,
    rest: Option<&'a RestUrl>,
    web: Option<&'a Url>,
    base: Option<&'a Url>,
    id: Option<String>,
    project: Project,
    name: Option<String>,
}

impl Hints<'_> {
    fn services_path(&self) -> Option<ServicesPath> {
        let encoded = |name: &str| utf8_percent_encode(name, SEGMENT).to_string();
        if let Some((organization, path)) = self.web.and_then(split_services_url)
            && let [before @ .., "_git", repository] = path.as_slice()
        {
            let field = self.project.name.as_deref().map(encoded);
            let project = before.last().map(|segment| (*segment).to_owned()).or(field);
            let project = project.unwrap_or_else(|| (*repository).to_owned());
            return Some(ServicesPath { organization, project, repository: (*repository).to_owned() });
        }
        let rest = self.rest.and_then(|rest| plain_url(&rest.repository_url));
        let (organization, _) = rest.as_ref().or(self.base).and_then(split_services_url)?;
        let (project, repository) = (self.project.name.as_deref()?, self.name.as_deref()?);
        Some(ServicesPath { organization, project: encoded(project), repository: encoded(repository) })
    }

    fn locate_on_services(self, path: &ServicesPath) -> RepositoryLocation {
        let ServicesPath { organization, project, repository } = path;
        let decoded = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let organization_url = format!("https://dev.azure.com/{organization}");
        let path = format!("{project}/_git/{repository}");
        let source = format!("{organization_url}/{path}");
        let ssh = format!("{organization}/{project}/{repository}");
        let mut alternate_urls = vec![
            format!("https://{organization}@dev.azure.com/{organization}/{path}"),
            format!("https://{organization}.visualstudio.com/{path}"),
            format!("https://{organization}.visualstudio.com/DefaultCollection/{path}"),
            format!("{organization}@vs-ssh.visualstudio.com:v3/{ssh}"),
        ];
        if project.eq_ignore_ascii_case(repository) {
            alternate_urls.push(format!("{organization_url}/_git/{repository}"));
            alternate_urls.push(format!("https://{organization}.visualstudio.com/_git/{repository}"));
        }
        let api_url = self.id.as_ref().map(|id| format!("{organization_url}/_apis/git/repositories/{id}"));
        RepositoryLocation {
            organization: Organization { name: Some(decoded(organization)), url: Some(organization_url) },
            project: Project { name: self.project.name.or_else(|| Some(decoded(project))), ..self.project },
            key: self.id.clone().unwrap_or_else(|| source.to_ascii_lowercase()),
            repository: Repository {
                id: self.id,
                name: self.name.or_else(|| Some(decoded(repository))),
                web_url: Some(source.clone()),
                https_url: Some(source.clone()),
                ssh_url: Some(format!("git@ssh.dev.azure.com:v3/{ssh}")),
                api_url,
                alternate_urls,
                default_branch: non_empty(self.wire.default_branch.as_ref()),
            },
            source,
        }
    }

    /// Locates a repository on a server, or one that is known by its REST URL only.
    fn locate_elsewhere(self) -> Option<RepositoryLocation> {
        let plain = |text: Option<&Text<'_>>| {
            text.and_then(|text| plain_url(text.as_str())).map(|url| without_empty_segments(&url))
        };
        let web_url = plain(self.wire.web_url.as_ref());
        let https_url = plain(self.wire.remote_url.as_ref());
        let (organization, api_url) = self.organization_and_api_url();
        let source = web_url.clone().or_else(|| https_url.clone()).or_else(|| api_url.clone())?;
        Some(RepositoryLocation {
            organization,
            project: self.project,
            key: self.id.clone().unwrap_or_else(|| source.to_ascii_lowercase()),
            repository: Repository {
                id: self.id,
                name: self.name,
                https_url: https_url.clone().or_else(|| web_url.clone()),
                web_url: web_url.or(https_url),
                ssh_url: non_empty(self.wire.ssh_url.as_ref()),
                api_url,
                alternate_urls: Vec::new(),
                default_branch: non_empty(self.wire.default_branch.as_ref()),
            },
            source,
        })
    }

    /// The organization and the REST URL of the repository, from REST URLs alone.
    fn organization_and_api_url(&self) -> (Organization, Option<String>) {
        let rest = self.rest.and_then(|rest| plain_url(&rest.repository_url));
        if let Some((organization, _)) = rest.as_ref().or(self.base).and_then(split_services_url) {
            let url = format!("https://dev.azure.com/{organization}");
            let api_url = self.id.as_ref().map(|id| format!("{url}/_apis/git/repositories/{id}"));
            return (Organization { name: Some(organization), url: Some(url) }, api_url);
        }
        let url = self
            .base
            .map(without_empty_segments)
            .or_else(|| self.rest.map(|rest| rest.organization_url.clone()));
        let name = url.as_deref().and_then(|url| url.rsplit('/').next());
        let name = name.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned());
        (Organization { name, url }, self.rest.map(|rest| rest.repository_url.clone()))
    }
}

/// Splits a URL of Azure DevOps Services into the organization and the rest of the path; `None` for other URLs. The case
/// of an organization's name does not matter and is lost in host names, so the name is written in lower case.
fn split_services_url(url: &Url) -> Option<(String, Vec<&str>)> {
    let mut path: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    let host = url.host_str()?;
    if host == "dev.azure.com" {
        return (!path.is_empty()).then(|| (path.remove(0).to_ascii_lowercase(), path));
    }
    let organization = host.strip_suffix(".visualstudio.com").filter(|label| !label.contains('.'))?;
    if path.first().is_some_and(|segment| segment.eq_ignore_ascii_case("DefaultCollection")) {
        path.remove(0);
    }
    Some((organization.to_ascii_lowercase(), path))
}

/// The URL without empty path segments.
fn without_empty_segments(url: &Url) -> String {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    with_path(url, &segments)
}
