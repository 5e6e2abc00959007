//! `status`: reports the state of integrations, and each problem with its solution.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_devops::deliveries::DeliveryCounts;
use crate::azure_devops::error::Concerns;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::ports::{Clock as _, Organization, Ports};
use crate::setup::Setup;
use crate::setup::error::{Context as _, PassedOver, SetupError, refusal};
use crate::setup::report::Report;
use crate::setup::verify::report_expiry;
use crate::setup::{owners, rights};
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{Plan, Retirement, Step, delivery_problem};
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
        let now = self.integrations.clock.now();
        let owner = integration.connection(now).await?.owner;
        let mut expiry = Report::default();
        report_expiry(integration.config.pat_expires_on, now, &mut expiry);
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
        let hidden = rights::hidden_projects(&integration.organization, &plan.steps).await?;
        report_problems(name, &plan, scope, &hidden, report);
        match integration.subscriptions_to_other_events().await {
            Ok(others) => report.remains.extend(others.iter().map(|other| {
                let other = describe_existing(other);
                format!(
                    "`{name}`: {other}: its event type is not forwarded: delete it, or point it elsewhere"
                )
            })),
            Err(error) => report.warnings.push(format!("`{name}`: {error}")),
        }
        let owners = owners::warning(plan.existing(), &owner);
        report.warnings.extend(owners.map(|warning| format!("`{name}`: {warning}")));
        let subscriptions = self.subscriptions_of(&integration, &plan, scope, report).await?;
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
        report: &mut Report,
    ) -> Result<Vec<Value>, SetupError> {
        let existing: Vec<&ExistingSubscription> = plan.existing().collect();
        let ids: Vec<&str> = existing.iter().map(|existing| existing.id.as_str()).collect();
        let now = self.integrations.clock.now();
        let since = now.saturating_sub(DELIVERY_LOG_PERIOD).unwrap_or(now);
        let counts = delivery_counts(&integration.organization, &ids, since, report).await?;
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

/// Counts the deliveries of all subscriptions in one call, and one by one when that fails because of one of them, which
/// is passed over. Where the log cannot be read at all, the report says so and there are no counts.
async fn delivery_counts(
    organization: &impl AzureDevOps,
    ids: &[&str],
    since: Timestamp,
    report: &mut Report,
) -> Result<Vec<DeliveryCounts>, SetupError> {
    match organization.delivery_counts(ids, since).await {
        Ok(counts) => return Ok(counts),
        Err(error) if error.concerns() == Concerns::EveryCall => {
            return Err(refusal(&error, "the delivery log could not be read"));
        }
        Err(_) => {}
    }
    let (mut failed, mut counts) = (PassedOver::default(), Vec::new());
    for id in ids {
        let count = organization.delivery_counts(&[id], since).await;
        let count = count.context(format!("the delivery log of subscription {id} could not be read"));
        match failed.note(count) {
            Ok(count) => counts.extend(count.into_iter().flatten()),
            Err(error) => {
                report.remains.push(error.to_string());
                break;
            }
        }
    }
    report.remains.extend(failed.messages());
    Ok(counts)
}

/// Adds each problem of the plan to the report, with its solution. In the projects of `hidden`, subscriptions only look
/// missing.
fn report_problems(
    name: &IntegrationName,
    plan: &Plan,
    scope: &Scope,
    hidden: &BTreeSet<Option<String>>,
    report: &mut Report,
) {
    report
        .remains
        .extend(rights::describe_hidden(hidden, scope).map(|problem| format!("`{name}`: {problem}")));
    let is_hidden =
        |step: &&Step| rights::project_of_new(step).is_some_and(|project| hidden.contains(project));
    for step in plan.steps.iter().filter(|step| !is_hidden(step)) {
        report.remains.push(match step {
            Step::Create(wanted) => {
                let change =
                    wanted.kind.change_word().map_or_else(String::new, |change| format!(" ({change})"));
                let project = wanted.project_id.as_deref();
                let project =
                    project.map_or_else(String::new, |id| format!(" of `{}`", scope.project_name(id)));
                format!(
                    "`{name}`: the subscription{project} to {}{change} is missing: run `connect` again",
                    wanted.kind.event_type()
                )
            }
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
    report.remains.extend(plan.retirements.iter().map(|Retirement { existing, .. }| {
        format!(
            "`{name}`: subscription {} ({}): another subscription delivers what is selected, so that events come twice: \
             run `connect` again",
            existing.id, existing.event_type
        )
    }));
    report.list_unmanaged(plan);
}

/// What the operator should do about a subscription that does not deliver as it should.
fn solution(existing: &ExistingSubscription) -> String {
    let owner = existing.created_by.as_ref().map_or("its creator", |identity| identity.display_name.as_str());
    match existing.status {
        SubscriptionStatus::OnProbation => {
            "see its history for why a delivery failed; `watch` enables it and brings in what it missed".to_owned()
        }
        SubscriptionStatus::DisabledBySystem => {
            "see its history for why deliveries failed; `watch` enables it and brings in what it missed".to_owned()
        }
        SubscriptionStatus::DisabledByUser => {
            "run `connect` again; Azure DevOps Services shows who disabled it under Organization settings, Auditing"
                .to_owned()
        }
        SubscriptionStatus::DisabledByInactiveIdentity => {
            format!(
                "{owner} is no longer active: if the token is theirs, pass that of an active user to `replace-token`; \
                 `watch` makes the subscription anew and brings in what it missed"
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
