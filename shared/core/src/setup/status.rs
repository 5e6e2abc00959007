//! `status`: what is well and what is not, each problem with what to do about it.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::ports::Clock as _;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::setup::Setup;
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::setup::report::Report;
use crate::setup::verify::expiry;
use crate::subscriptions::plan::{Plan, Step, delivery_problem};

/// How far back Azure DevOps keeps its log.
const LOG: SignedDuration = SignedDuration::from_hours(7 * 24);

impl<P: Ports> Setup<P> {
    pub(super) async fn status(&self, name: Option<&IntegrationName>) -> Result<Report, SetupError> {
        let names = match name {
            Some(name) => vec![name.clone()],
            None => self.integrations.names().await?,
        };
        let mut report = Report::of("status");
        report.integration = name.map(ToString::to_string);
        let mut all = Map::new();
        for name in &names {
            match self.status_of(name, &mut report).await {
                Ok(details) => drop(all.insert(name.to_string(), details)),
                // One integration in problem must not hide how the others are.
                Err(error) if names.len() > 1 => report.remains.push(format!("`{name}`: {error}")),
                Err(error) => return Err(error),
            }
        }
        report.summary = match (names.len(), report.remains.len()) {
            (0, _) => "no integration is connected".to_owned(),
            (_, 0) => "all is well".to_owned(),
            (_, troubles) => format!("{troubles} things need somebody"),
        };
        report.next = match (names.len(), report.remains.len()) {
            (0, _) => "run `connect`".to_owned(),
            (_, 0) => "nothing".to_owned(),
            _ => "see `remains`; `connect` again repairs subscriptions".to_owned(),
        };
        report.detail("integrations", Value::Object(all));
        Ok(report)
    }

    async fn status_of(&self, name: &IntegrationName, report: &mut Report) -> Result<Value, SetupError> {
        let linked = self.integrations.open(name).await?;
        let owner = linked.organization.connection().await;
        let owner = owner.context("the token does not work any more")?;
        let mut token = Report::default();
        expiry(linked.config.pat_expires_on, self.integrations.clock.now(), &mut token);
        report.warnings.extend(token.warnings.iter().map(|warning| format!("`{name}`: {warning}")));
        let scope = linked.scope().await?;
        let version = if let Some((version, _)) = self.integrations.current_password(name).await? {
            version
        } else {
            report.remains.push(format!("`{name}` has no webhook password: run `connect` again"));
            self.integrations.new_version()?
        };
        let plan = linked.plan(&scope, &version).await?;
        note_troubles(name, &plan, report);
        let subscriptions = self.subscriptions_of(&linked, &plan).await?;
        Ok(json!({
            "organization": linked.config.organization_url,
            "tokenOwner": owner.display_name,
            "tokenExpiresOn": linked.config.pat_expires_on.map(|date| date.to_string()),
            "tokenDaysLeft": token.details.get("tokenDaysLeft"),
            "subscriptions": subscriptions,
        }))
    }

    async fn subscriptions_of(
        &self,
        linked: &OpenIntegration<Organization<P>>,
        plan: &Plan,
    ) -> Result<Vec<Value>, SetupError> {
        let drifted = plan.steps.iter().filter_map(|step| match step {
            Step::Replace { existing, .. } => Some(existing.as_ref()),
            Step::Create(_) => None,
        });
        let existing: Vec<&ExistingSubscription> = plan.kept.iter().chain(drifted).collect();
        let ids: Vec<&str> = existing.iter().map(|existing| existing.id.as_str()).collect();
        let since = self
            .integrations
            .clock
            .now()
            .saturating_sub(LOG)
            .unwrap_or_else(|_| self.integrations.clock.now());
        let counts = linked.organization.delivery_counts(&ids, since).await;
        let counts = counts.context("the log of deliveries could not be read")?;
        let describe = |existing: &&ExistingSubscription| {
            let count = counts.iter().find(|count| count.subscription_id == existing.id);
            json!({
                "id": existing.id,
                "event": existing.event_type,
                "change": existing.kind().and_then(crate::subscriptions::kind::SubscriptionKind::change).map(crate::subscriptions::kind::ChangeKind::word),
                "projectId": existing.project_id,
                "state": state(&existing.status),
                "lastSuccess": existing.last_success.map(|at| at.to_string()),
                "succeededLastDays": count.map(|count| count.succeeded),
                "failedLastDays": count.map(|count| count.failed),
                "createdBy": existing.created_by.as_ref().map(|identity| &identity.display_name),
            })
        };
        Ok(existing.iter().map(describe).collect())
    }
}

/// Each problem with what to do.
fn note_troubles(name: &IntegrationName, plan: &Plan, report: &mut Report) {
    for step in &plan.steps {
        report.remains.push(match step {
            Step::Create(wanted) => {
                let change =
                    wanted.kind.change().map_or_else(String::new, |change| format!(" ({})", change.word()));
                format!(
                    "`{name}`: the subscription to {}{change} is missing: run `connect` again",
                    wanted.kind.event_type()
                )
            }
            Step::Replace { existing, why, .. } => {
                let fix = fix(existing);
                format!(
                    "`{name}`: subscription {} ({}): {}: {fix}",
                    existing.id,
                    existing.event_type,
                    why.join("; ")
                )
            }
        });
    }
    crate::setup::connect::report_unmanaged(plan, report);
}

fn fix(existing: &ExistingSubscription) -> String {
    let owner =
        existing.created_by.as_ref().map_or("whoever made it", |identity| identity.display_name.as_str());
    match existing.status {
        SubscriptionStatus::OnProbation => {
            "find out in its history why a delivery failed, then run `connect` again, and `replay` what was missed".to_owned()
        }
        SubscriptionStatus::DisabledBySystem => "run `connect` again, then `replay` what was missed".to_owned(),
        SubscriptionStatus::DisabledByInactiveIdentity => {
            format!("{owner} left: delete it, and run `connect` with a token of somebody who stays")
        }
        _ => "run `connect` again".to_owned(),
    }
}

fn state(status: &SubscriptionStatus) -> String {
    match status {
        SubscriptionStatus::Other(other) => other.clone(),
        known => delivery_problem(known).unwrap_or("enabled").to_owned(),
    }
}
