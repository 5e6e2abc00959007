//! `status`: reports the state of integrations, and each problem with its solution.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::ports::{Clock as _, Organization, Ports};
use crate::setup::Setup;
use crate::setup::error::{Context as _, SetupError};
use crate::setup::report::Report;
use crate::setup::verify::report_expiry;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{Plan, Step, delivery_problem};
use crate::subscriptions::scope::Scope;

/// Period over which deliveries are counted: as long as Azure DevOps keeps its delivery log.
const DELIVERY_LOG_PERIOD: SignedDuration = SignedDuration::from_hours(7 * 24);

impl<P: Ports> Setup<P> {
    /// Reports on one integration, or on all of them when `name` is `None`.
    pub(super) async fn status(&self, name: Option<&IntegrationName>) -> Result<Report, SetupError> {
        let names = match name {
            Some(name) => vec![name.clone()],
            None => self.integrations.names().await?,
        };
        let mut report = Report::of("status");
        report.integration = name.map(ToString::to_string);
        let mut integrations = Map::new();
        for name in &names {
            match self.status_of(name, &mut report).await {
                Ok(details) => drop(integrations.insert(name.to_string(), details)),
                // A failing integration must not hide the state of the others.
                Err(error) if names.len() > 1 => report.remains.push(format!("`{name}`: {error}")),
                Err(error) => return Err(error),
            }
        }
        report.summary = match (names.len(), report.remains.len()) {
            (0, _) => "no integration is connected".to_owned(),
            (_, 0) => "no problems found".to_owned(),
            (_, problems) => format!("{problems} problems: see `remains`"),
        };
        report.next = match (names.len(), report.remains.len()) {
            (0, _) => "run `connect`".to_owned(),
            (_, 0) => "nothing".to_owned(),
            _ => "follow the advice in `remains`; running `connect` again repairs subscriptions".to_owned(),
        };
        report.detail("integrations", Value::Object(integrations));
        Ok(report)
    }

    /// The details of one integration. Adds its problems to the report.
    async fn status_of(&self, name: &IntegrationName, report: &mut Report) -> Result<Value, SetupError> {
        let integration = self.integrations.open(name).await?;
        let owner = integration.connection().await?.owner;
        let mut expiry = Report::default();
        report_expiry(integration.config.pat_expires_on, self.integrations.clock.now(), &mut expiry);
        report.warnings.extend(expiry.warnings.iter().map(|warning| format!("`{name}`: {warning}")));
        let resolved = integration.resolve().await?;
        let named = |text: String| format!("`{name}`: {text}");
        report.remains.extend(resolved.problems().map(named));
        report.warnings.extend(resolved.renamed.iter().cloned().map(named));
        let scope = &resolved.scope;
        let version = if let Some((version, _)) = self.integrations.current_password(name).await? {
            version
        } else {
            report.remains.push(format!("`{name}` has no webhook password: run `connect` again"));
            self.integrations.new_version()?
        };
        let plan = integration.plan(scope, &version).await?;
        report_problems(name, &plan, scope, report);
        let subscriptions = self.subscriptions_of(&integration, &plan, scope).await?;
        Ok(json!({
            "organization": integration.config.organization_url,
            "tokenOwner": owner.display_name,
            "tokenExpiresOn": integration.config.pat_expires_on.map(|date| date.to_string()),
            "tokenDaysLeft": expiry.details.get("tokenDaysLeft"),
            "subscriptions": subscriptions,
        }))
    }

    /// The subscriptions of the plan that exist, each with its state and the number of its recent deliveries.
    async fn subscriptions_of(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        plan: &Plan,
        scope: &Scope,
    ) -> Result<Vec<Value>, SetupError> {
        let drifted = plan.steps.iter().filter_map(|step| match step {
            Step::Replace { existing, .. } | Step::Retire { existing, .. } => Some(existing.as_ref()),
            Step::Create(_) => None,
        });
        let existing: Vec<&ExistingSubscription> = plan.kept.iter().chain(drifted).collect();
        let ids: Vec<&str> = existing.iter().map(|existing| existing.id.as_str()).collect();
        let now = self.integrations.clock.now();
        let since = now.saturating_sub(DELIVERY_LOG_PERIOD).unwrap_or(now);
        let counts = integration.organization.delivery_counts(&ids, since).await;
        let counts = counts.context("the delivery log could not be read")?;
        let describe = |existing: &&ExistingSubscription| {
            let count = counts.iter().find(|count| count.subscription_id == existing.id);
            json!({
                "id": existing.id,
                "event": existing.event_type,
                "change": existing.kind().and_then(SubscriptionKind::change_word),
                "project": existing.project_id.as_deref().map(|id| scope.project_name(id)),
                "projectId": existing.project_id,
                "state": state(&existing.status),
                "lastSuccess": existing.last_success.map(|time| time.to_string()),
                "succeededLastDays": count.map(|count| count.succeeded),
                "failedLastDays": count.map(|count| count.failed),
                "createdBy": existing.created_by.as_ref().map(|identity| &identity.display_name),
            })
        };
        Ok(existing.iter().map(describe).collect())
    }
}

/// Adds each problem of the plan to the report, with its solution.
fn report_problems(name: &IntegrationName, plan: &Plan, scope: &Scope, report: &mut Report) {
    for step in &plan.steps {
        report.remains.push(match step {
            Step::Create(wanted) => {
                let change = wanted.kind.change_word().map_or_else(String::new, |change| format!(" ({change})"));
                let project = wanted.project_id.as_deref();
                let project =
                    project.map_or_else(String::new, |id| format!(" of `{}`", scope.project_name(id)));
                format!(
                    "`{name}`: the subscription{project} to {}{change} is missing: run `connect` again",
                    wanted.kind.event_type()
                )
            }
            Step::Retire { existing, .. } => format!(
                "`{name}`: subscription {} ({}): another subscription delivers what is selected, so that events come \
                 twice: run `connect` again",
                existing.id, existing.event_type
            ),
            Step::Replace { existing, differences, .. } => {
                let solution = solution(existing);
                format!(
                    "`{name}`: subscription {} ({}): {}: {solution}",
                    existing.id,
                    existing.event_type,
                    differences.join("; ")
                )
            }
        });
    }
    report.list_unmanaged(plan);
}

/// What the operator should do about a subscription that does not deliver as it should.
fn solution(existing: &ExistingSubscription) -> String {
    let owner = existing.created_by.as_ref().map_or("its creator", |identity| identity.display_name.as_str());
    match existing.status {
        SubscriptionStatus::OnProbation => {
            "see its history for why a delivery failed, then run `connect` again, and `replay` the missed events"
                .to_owned()
        }
        SubscriptionStatus::DisabledBySystem => "run `connect` again, then `replay` the missed events".to_owned(),
        SubscriptionStatus::DisabledByInactiveIdentity => {
            format!(
                "{owner} is no longer active: delete the subscription, and run `connect` with the token of an \
                 active user"
            )
        }
        _ => "run `connect` again".to_owned(),
    }
}

/// The state of a subscription as text: "enabled", a description of the problem, or a status unknown to Hookpost.
fn state(status: &SubscriptionStatus) -> String {
    match status {
        SubscriptionStatus::Other(status) => status.clone(),
        known => delivery_problem(known).unwrap_or("enabled").to_owned(),
    }
}
