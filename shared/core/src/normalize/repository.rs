//! Finds the organization, project and repository of a delivery, and gives them one identity: the same repository has
//! the same ids, names and URLs, whichever of them a delivery has and however it writes them.

use hookpost_events::{Organization, Project, Repository};

use crate::normalize::address::{encode, has_password};
use crate::normalize::alternate_urls;
use crate::normalize::collection::Collection;
use crate::normalize::fields::{guid_in, non_empty};
use crate::normalize::location_sources::{FallbackSources, LocationSources};
use crate::payload::git::WireRepository;

/// The repository of a delivery, with its project and organization.
#[derive(Debug)]
pub(super) struct RepositoryLocation {
    pub(super) organization: Organization,
    pub(super) project: Project,
    pub(super) repository: Repository,
    /// Identifies the repository in ids: its GUID, else its canonical URL.
    pub(super) key: String,
}

impl RepositoryLocation {
    /// The canonical URL of the repository: for a browser, else in the REST API.
    pub(super) fn source(&self) -> &str {
        let url = self.repository.web_url.as_deref().or(self.repository.api_url.as_deref());
        url.unwrap_or_default()
    }
}

/// Finds the repository of a delivery; `None` when nothing in the delivery names one.
pub(super) fn locate(
    repository: Option<&WireRepository<'_>>,
    fallbacks: FallbackSources<'_>,
) -> Option<RepositoryLocation> {
    let empty = WireRepository::default();
    let wire = repository.unwrap_or(&empty);
    let sources = LocationSources::new(wire, fallbacks);
    let collection = Collection::find(&sources)?;
    let id = sources.repository_id();
    let path = Path::find(&sources, &collection);
    let api_url = id.as_ref().map(|id| [&collection.url, "/_apis/git/repositories/", id].concat());
    let web_url = path.as_ref().map(|path| {
        [&collection.url, "/", &encode(&path.project), "/_git/", &encode(&path.repository)].concat()
    });
    let source = web_url.as_ref().or(api_url.as_ref())?;
    let key = id.clone().unwrap_or_else(|| source.to_ascii_lowercase());
    let (ssh_url, alternate_urls) = other_urls(wire, &collection, path.as_ref(), web_url.as_ref());
    let (project, name) = match path {
        Some(path) => (
            Some(path.project).filter(|name| sources.has_project_name() || guid_in(name).is_none()),
            Some(path.repository).filter(|name| sources.has_name() || guid_in(name).is_none()),
        ),
        None => (sources.project_name(), sources.name()),
    };
    Some(RepositoryLocation {
        organization: Organization {
            id: sources.collection_id(),
            name: collection.name,
            display_name: collection.display_name,
            url: Some(collection.url),
        },
        project: Project { id: sources.project_id(), name: project },
        repository: Repository {
            id,
            name,
            https_url: web_url.clone(),
            web_url,
            ssh_url,
            api_url,
            alternate_urls,
            default_branch: non_empty(wire.default_branch.as_ref()),
        },
        key,
    })
}

/// The names in the path of a repository's URL, not encoded. A GUID stands for a name that the delivery does not have.
struct Path {
    project: String,
    repository: String,
}

impl Path {
    fn find(sources: &LocationSources<'_>, collection: &Collection) -> Option<Self> {
        let address = sources.web().map(|web| &web.address);
        let address = address.or_else(|| sources.rest().first().map(|rest| &rest.address));
        let prefix = address.map_or(0, |address| collection.prefix_in(address));
        Some(Self { project: sources.project_in_path(prefix)?, repository: sources.repository_in_path()? })
    }
}

/// The canonical SSH URL, and the alternate URLs.
fn other_urls(
    wire: &WireRepository<'_>,
    collection: &Collection,
    path: Option<&Path>,
    web_url: Option<&String>,
) -> (Option<String>, Vec<String>) {
    let sent_ssh = || non_empty(wire.ssh_url.as_ref()).filter(|url| !has_password(url));
    let names = path.map(|path| (encode(&path.project), encode(&path.repository)));
    let (ssh_url, mut urls) = match (names, &collection.name) {
        (Some((project, repository)), Some(organization)) if collection.is_services => {
            let organization = &encode(organization);
            let ssh = ["git@ssh.dev.azure.com:v3/", organization, "/", &project, "/", &repository].concat();
            (Some(ssh), alternate_urls::of_services(organization, &project, &repository))
        }
        (Some((project, repository)), _) => {
            (sent_ssh(), alternate_urls::of_server(&collection.url, &project, &repository))
        }
        (None, _) => (sent_ssh(), Vec::new()),
    };
    let sent = [&wire.web_url, &wire.remote_url, &wire.ssh_url];
    alternate_urls::add_sent(&mut urls, [web_url, ssh_url.as_ref()], sent);
    (ssh_url, urls)
}
