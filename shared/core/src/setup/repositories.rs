//! `repositories`: lists the repositories that the token's owner can see, with their projects.

use serde_json::{Value, json};

use crate::azure_devops::port::AzureDevOps as _;
use crate::integration::name::IntegrationName;
use crate::ports::Ports;
use crate::setup::Setup;
use crate::setup::error::{Context as _, SetupError};
use crate::setup::report::Report;

impl<P: Ports> Setup<P> {
    pub(super) async fn repositories(&self, name: &IntegrationName) -> Result<Report, SetupError> {
        let integration = self.integrations.open(name).await?;
        let repositories = integration.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let mut report = Report::of("repositories");
        report.integration = Some(name.to_string());
        report.summary = format!("the token's owner can see {} repositories", repositories.len());
        let list = repositories.iter().map(|repository| {
            json!({
                "project": {"id": repository.project.id, "name": repository.project.name},
                "id": repository.id,
                "name": repository.name,
                "defaultBranch": repository.default_branch,
                "webUrl": repository.web_url,
                "httpsUrl": repository.https_url,
                "sshUrl": repository.ssh_url,
                "disabled": repository.is_disabled,
            })
        });
        report.detail("repositories", list.collect::<Vec<Value>>());
        "to receive fewer events, pass projects, a repository or a branch to `connect`"
            .clone_into(&mut report.next);
        Ok(report)
    }
}
