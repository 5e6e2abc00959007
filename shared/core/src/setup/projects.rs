//! `projects`: lists the projects that a credential can see, so that an operator can choose from them before connecting.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::azure_devops::port::AzureDevOps as _;
use crate::entra::sign_in::Propagation;
use crate::error::{OperatorError, RestResultExt as _};
use crate::ports::{Clock as _, Ports};
use crate::setup::Setup;
use crate::setup::report::{ByteBudget, DETAILS_BYTES_MAX, Report};
use crate::setup::request::Projects;
use crate::setup::verify::check_credential;

impl<P: Ports> Setup<P> {
    /// Lists the projects by the repositories that can be seen: a project without one has nothing to subscribe to, and
    /// listing projects themselves needs a further scope of the token.
    pub(super) async fn projects(&self, request: &Projects) -> Result<Report, OperatorError> {
        let mut report = Report::of("projects");
        let organization_url = self.integrations.organization_url(&request.organization_url)?;
        let credential = self.requested(&request.credential, &organization_url).await?;
        let access = self.integrations.access(&credential, Propagation::NotAwaited).await?;
        self.check_collection(&organization_url, &access).await?;
        let organization = self.integrations.open_organization(&organization_url, &access)?;
        let now = self.integrations.clock.now();
        check_credential(&organization, &organization_url, &credential, now, &mut report).await?;
        let repositories = organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let projects: BTreeMap<(String, String), String> = repositories
            .into_iter()
            .map(|repository| repository.project)
            .map(|project| ((project.name.to_lowercase(), project.id), project.name))
            .collect();
        report.summary =
            format!("{} projects with repositories that the connected user or app can see", projects.len());
        let mut space = ByteBudget::of(DETAILS_BYTES_MAX);
        let listed = projects.iter().map(|((_, id), name)| json!({"id": id, "name": name}));
        let listed: Vec<Value> = listed.take_while(|project| space.takes(project)).collect();
        report.detail("projects", listed);
        "pass the ids or names of those that you want as `projects` to `connect`, or none for all"
            .clone_into(&mut report.next);
        Ok(report)
    }
}
