//! Lists projects and repositories.

use hookpost_core::azure_devops::catalog::{ProjectInfo, ProjectStatus, RepositoryInfo};
use hookpost_core::azure_devops::error::{RestError, TokenRejection};
use serde::Deserialize;
use url::Url;

use crate::call::Call;
use crate::error::unreadable_response;
use crate::error_body::ErrorBody;
use crate::lenient::{ListResponse, OptionalText};
use crate::transport::Transport;

/// Projects per page.
const PAGE: &str = "100";

/// Most pages that are requested, in case a server never ends its list.
const PAGES_MAX: usize = 1000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireProject {
    id: OptionalText,
    name: OptionalText,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireRepository {
    id: OptionalText,
    name: OptionalText,
    project: Option<WireProject>,
    default_branch: OptionalText,
    web_url: OptionalText,
    remote_url: OptionalText,
    ssh_url: OptionalText,
    is_disabled: OptionalText,
}

impl WireProject {
    /// Converts the project; `None` when it has no id.
    fn into_project(self) -> Option<ProjectInfo> {
        Some(ProjectInfo { id: self.id.into_id()?, name: self.name.or_empty() })
    }
}

impl WireRepository {
    /// Converts the repository; `None` when it or its project has no id.
    fn into_repository(self) -> Option<RepositoryInfo> {
        let https_url = self.remote_url.into_option().map(|text| without_user_info(&text));
        Some(RepositoryInfo {
            id: self.id.into_id()?,
            name: self.name.or_empty(),
            project: self.project?.into_project()?,
            default_branch: self.default_branch.into_option(),
            web_url: self.web_url.into_option().map(|text| without_user_info(&text)).or(https_url.clone()),
            https_url,
            ssh_url: self.ssh_url.into_option(),
            is_disabled: self.is_disabled.is("true"),
        })
    }
}

/// Lists all projects.
pub(crate) async fn projects(transport: &Transport) -> Result<Vec<ProjectInfo>, RestError> {
    let mut projects = Vec::new();
    let mut next_page = None::<String>;
    for _ in 0..PAGES_MAX {
        let mut query = vec![("stateFilter", "wellFormed"), ("$top", PAGE)];
        query.extend(next_page.as_deref().map(|token| ("continuationToken", token)));
        let response = transport.call_for_json(Call::get(&["_apis", "projects"], &query)).await?;
        let page = response.decode::<ListResponse<WireProject>>()?;
        let page = page.into_items().ok_or_else(|| unreadable_response("it has no list of projects"))?;
        projects.extend(page.filter_map(WireProject::into_project));
        let token = response.header("x-ms-continuationtoken").filter(|token| !token.is_empty());
        next_page = token.map(str::to_owned);
        if next_page.is_none() {
            return Ok(projects);
        }
    }
    Err(unreadable_response("its list of projects does not end"))
}

/// Requests one project.
///
/// Only Azure DevOps's own words say that the project is gone: a renamed organization answers with a page and 404, too.
/// A refused token says why; one without the scope does not.
pub(crate) async fn project(transport: &Transport, id: &str) -> Result<ProjectStatus, RestError> {
    let response = transport.call(Call::get(&["_apis", "projects", id], &[])).await?;
    if response.is_json_success() {
        let project = response.decode::<WireProject>()?.into_project();
        return project
            .map(ProjectStatus::Visible)
            .ok_or_else(|| unreadable_response("the project has no id"));
    }
    let error = transport.error(&response, None);
    match error {
        RestError::NotFound { .. }
            if ErrorBody::read(&response, transport.secrets(), None).is_about_the_repository() =>
        {
            Ok(ProjectStatus::Gone)
        }
        RestError::Unauthorized { .. } if error.token_rejection() == Some(TokenRejection::Unspecified) => {
            Ok(ProjectStatus::Unknown)
        }
        RestError::Forbidden { .. } => Ok(ProjectStatus::Unknown),
        error => Err(error),
    }
}

/// Lists the repositories of all projects with one call, which does not need the scope for listing projects.
pub(crate) async fn repositories(transport: &Transport) -> Result<Vec<RepositoryInfo>, RestError> {
    let response = transport.call_for_json(Call::get(&["_apis", "git", "repositories"], &[])).await?;
    let repositories = response.decode::<ListResponse<WireRepository>>()?;
    let repositories =
        repositories.into_items().ok_or_else(|| unreadable_response("it has no list of repositories"))?;
    Ok(repositories.filter_map(WireRepository::into_repository).collect())
}

/// Removes user info from a URL. Clone URLs have the organization there, and a person may have put a token there.
fn without_user_info(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return text.to_owned();
    };
    // Neither call fails for a URL with a host.
    if url.set_username("").is_ok() && url.set_password(None).is_ok() { url.into() } else { text.to_owned() }
}
