//! Projects and repositories.

use hookpost_core::azure_devops::catalog::{ProjectInfo, RepositoryInfo};
use hookpost_core::azure_devops::error::RestError;
use serde::Deserialize;
use url::Url;

use crate::answer::unreadable;
use crate::call::Call;
use crate::lenient::{Listing, Text};
use crate::transport::Transport;

const PAGE: &str = "100";

/// Most pages that are read: more would be a server that never says stop.
const PAGES_MAX: usize = 1000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireProject {
    id: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireRepository {
    id: Text,
    name: Text,
    project: Option<WireProject>,
    default_branch: Text,
    web_url: Text,
    remote_url: Text,
    ssh_url: Text,
    is_disabled: Text,
}

impl WireProject {
    /// `None` without an id: there is nothing to be done with such a one.
    fn read(self) -> Option<ProjectInfo> {
        Some(ProjectInfo { id: self.id.into_id()?, name: self.name.or_empty() })
    }
}

impl WireRepository {
    fn read(self) -> Option<RepositoryInfo> {
        let https_url = self.remote_url.into_option().map(|text| without_user_info(&text));
        Some(RepositoryInfo {
            id: self.id.into_id()?,
            name: self.name.or_empty(),
            project: self.project?.read()?,
            default_branch: self.default_branch.into_option(),
            web_url: self.web_url.into_option().map(|text| without_user_info(&text)).or(https_url.clone()),
            https_url,
            ssh_url: self.ssh_url.into_option(),
            is_disabled: self.is_disabled.is("true"),
        })
    }
}

pub(crate) async fn projects(transport: &Transport) -> Result<Vec<ProjectInfo>, RestError> {
    let mut projects = Vec::new();
    let mut token = None::<String>;
    for _ in 0..PAGES_MAX {
        let mut query = vec![("stateFilter", "wellFormed"), ("$top", PAGE)];
        query.extend(token.as_deref().map(|token| ("continuationToken", token)));
        let answer = transport.ask(Call::get(&["_apis", "projects"], &query)).await?;
        let page = answer.decode::<Listing<WireProject>>()?;
        let page = page.into_items().ok_or_else(|| unreadable("it has no list of projects"))?;
        projects.extend(page.filter_map(WireProject::read));
        token = answer.header("x-ms-continuationtoken").filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            return Ok(projects);
        }
    }
    Err(unreadable("its list of projects does not end"))
}

/// One listing for all projects, which saves the scope that listing projects needs.
pub(crate) async fn repositories(transport: &Transport) -> Result<Vec<RepositoryInfo>, RestError> {
    let answer = transport.ask(Call::get(&["_apis", "git", "repositories"], &[])).await?;
    let repositories = answer.decode::<Listing<WireRepository>>()?;
    let repositories =
        repositories.into_items().ok_or_else(|| unreadable("it has no list of repositories"))?;
    Ok(repositories.filter_map(WireRepository::read).collect())
}

/// The organization stands in front of the host in what is cloned from; in what a person pasted, a token might.
fn without_user_info(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return text.to_owned();
    };
    // Neither fails for a URL with a host.
    if url.set_username("").is_ok() && url.set_password(None).is_ok() { url.into() } else { text.to_owned() }
}
