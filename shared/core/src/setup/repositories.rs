//! `repositories`: lists the repositories that the token's owner can see, by project.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::port::AzureDevOps as _;
use crate::error::{ErrorCode, OperatorError, RestResultExt as _};
use crate::ports::Ports;
use crate::setup::Setup;
use crate::setup::report::{ByteBudget, DETAILS_BYTES_MAX, Report};
use crate::setup::request::Repositories;

impl<P: Ports> Setup<P> {
    pub(super) async fn repositories(&self, request: &Repositories) -> Result<Report, OperatorError> {
        let integration = self.integrations.open(&request.integration).await?;
        let repositories = integration.organization.repositories().await;
        let mut repositories = repositories.context("the repositories could not be listed")?;
        if let Some(choice) = &request.project {
            let is_chosen = |repository: &RepositoryInfo| match &choice.id {
                Some(id) => repository.project.id == *id,
                None => choice.is_named(&repository.project.name),
            };
            repositories.retain(is_chosen);
            if repositories.is_empty() {
                let message = format!(
                    "there is no repository in a project `{}` that the connected user or app can see",
                    choice.name
                );
                return Err(OperatorError::new(ErrorCode::NotFound, message));
            }
        }
        let mut report = Report::of("repositories");
        report.integration = Some(request.integration.to_string());
        let mut by_project: BTreeMap<&str, Vec<&RepositoryInfo>> = BTreeMap::new();
        for repository in &repositories {
            by_project.entry(&repository.project.id).or_default().push(repository);
        }
        report.summary = format!(
            "the connected user or app can see {} repositories in {} projects",
            repositories.len(),
            by_project.len()
        );
        let mut projects: Vec<Vec<&RepositoryInfo>> = by_project.into_values().collect();
        projects
            .sort_by_key(|repositories| repositories.first().map(|first| first.project.name.to_lowercase()));
        let listed = list(&projects);
        let shown: usize =
            listed.iter().filter_map(|project| project["repositories"].as_array()).map(Vec::len).sum();
        if shown < repositories.len() {
            report.warnings.push(format!(
                "{} repositories are left out, which would make the answer too long: pass a `project`",
                repositories.len() - shown
            ));
        }
        report.detail("projects", listed);
        "to receive fewer events, pass projects, a repository or a branch to `connect`"
            .clone_into(&mut report.next);
        Ok(report)
    }
}

/// The projects, each with as many of its repositories as the answer has room for. Every project comes before the first
/// repository: with its name, its repositories can be asked for.
fn list(projects: &[Vec<&RepositoryInfo>]) -> Vec<Value> {
    let mut space = ByteBudget::of(DETAILS_BYTES_MAX);
    let heads = projects.iter().filter_map(|repositories| head(repositories));
    let mut listed: Vec<Value> = heads.take_while(|project| space.takes(project)).collect();
    for (project, repositories) in listed.iter_mut().zip(projects) {
        let described = repositories.iter().map(|repository| describe(repository));
        let fitting: Vec<Value> = described.take_while(|repository| space.takes(repository)).collect();
        project["repositories"] = fitting.into();
    }
    listed
}

/// A project without its repositories.
fn head(repositories: &[&RepositoryInfo]) -> Option<Value> {
    let project = &repositories.first()?.project;
    Some(
        json!({"id": project.id, "name": project.name, "repositoryCount": repositories.len(), "repositories": []}),
    )
}

fn describe(repository: &RepositoryInfo) -> Value {
    json!({
        "id": repository.id,
        "name": repository.name,
        "defaultBranch": repository.default_branch,
        "webUrl": repository.web_url,
        "httpsUrl": repository.https_url,
        "sshUrl": repository.ssh_url,
        "disabled": repository.is_disabled,
    })
}
