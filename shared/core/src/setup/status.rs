//! `status`: reports the state of integrations, and each problem with its solution. Problems of one kind are grouped in
//! `problems`, and subscriptions are counted by state in `subscriptions`.

mod counts;
mod listings;
mod problems;
mod subscriptions;
mod unfinished;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::azure_devops::credential::Credential;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{ErrorCode, OperatorError, is_late};
use crate::integration::name::IntegrationName;
use crate::integration::open::{unknown, unlinked};
use crate::integration::scope;
use crate::ports::{Clock as _, Ports};
use crate::secrets::store::SecretStore as _;
use crate::setup::Setup;
use crate::setup::report::{ByteBudget, DETAILS_BYTES_MAX, Report, enumerate};
use crate::setup::request::Status;
use crate::setup::status::counts::delivery_counts;
use crate::setup::status::listings::StatusListings;
use crate::setup::status::problems::Problems;
use crate::setup::verify::report_expiry;
use crate::setup::{creators, permissions};
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::plan;
use crate::subscriptions::scope::wanted;
use crate::subscriptions::webhook_url::Ownership;

/// Period over which deliveries are counted: as long as Azure DevOps keeps its delivery log.
const DELIVERY_LOG_PERIOD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One run of `status`.
struct StatusRun {
    is_verbose: bool,
    listings: StatusListings,
    /// The room that the answer has for subscriptions.
    space: ByteBudget,
    /// Problems that are counted and not named.
    unnamed: usize,
    report: Report,
}

impl<P: Ports> Setup<P> {
    /// Reports on one integration, or on all of them.
    pub(super) async fn status(&self, request: &Status) -> Result<Report, OperatorError> {
        let names = match &request.integration {
            Some(name) => vec![name.clone()],
            None => self.integrations.names().await?,
        };
        let mut run = StatusRun {
            is_verbose: request.verbose,
            listings: StatusListings::default(),
            space: ByteBudget::of(DETAILS_BYTES_MAX),
            unnamed: 0,
            report: Report::of("status"),
        };
        run.report.integration = request.integration.as_ref().map(ToString::to_string);
        let mut integrations = Map::new();
        for (index, name) in names.iter().enumerate() {
            match self.status_of(name, &mut run).await {
                Ok(details) => drop(integrations.insert(name.to_string(), details)),
                Err(error) if error.code() == ErrorCode::OutOfTime && index > 0 => {
                    run.report.remains.push(describe_left(&names, index));
                    break;
                }
                // A failing integration must not hide the state of the others.
                Err(error) if names.len() > 1 => run.report.remains.push(format!("`{name}`: {error}")),
                Err(error) => return Err(error),
            }
        }
        let mut report = run.report;
        let problems = report.remains.len() + run.unnamed;
        report.summary = match (names.len(), problems) {
            (0, _) => "no integration is connected".to_owned(),
            (_, 0) => "no problems found".to_owned(),
            (_, problems) => format!("{problems} problems: see `remains`"),
        };
        report.next = match (names.len(), problems) {
            (0, _) => "run `connect`".to_owned(),
            (_, 0) => "nothing".to_owned(),
            _ => "follow the advice in `remains`; running `connect` again repairs subscriptions".to_owned(),
        };
        report.detail("integrations", Value::Object(integrations));
        Ok(report)
    }

    /// The details of one integration. Adds its problems to the report.
    async fn status_of(&self, name: &IntegrationName, run: &mut StatusRun) -> Result<Value, OperatorError> {
        let found = self.integrations.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        let config = found.stored.link.config().cloned().ok_or_else(|| unlinked(name))?;
        let integration = self.integrations.open_config(name, config).await?;
        let organization = &integration.organization;
        if is_late(organization) {
            return Err(OperatorError::new(ErrorCode::OutOfTime, "the time of the function is over"));
        }
        let now = self.integrations.clock.now();
        let owner = integration.connection(now).await?.owner;
        let report = &mut run.report;
        let named = |text: String| format!("`{name}`: {text}");
        report.remains.extend(self.integrations.describe_unfinished(&found.stored, now).map(named));
        let roles = &self.integrations.sign_in.roles;
        report.remains.extend(roles.replaced(&integration.config.credential).map(named));
        let mut expiry = Report::default();
        report_expiry(&integration.config.credential, now, &mut expiry);
        report.warnings.extend(expiry.warnings.into_iter().map(named));
        let listing = run.listings.of(&integration, &owner).await?;
        let (selection, urls) = (&integration.config.selection, &integration.urls);
        let resolved =
            scope::find(organization, &listing.repositories, selection, Some(selection), urls).await?;
        let mut problems = Problems { name, is_verbose: run.is_verbose, unnamed: 0 };
        problems.add_kind(resolved.problems().collect(), &mut report.remains);
        report.warnings.extend(resolved.renamed.iter().cloned().map(named));
        let scope = &resolved.scope;
        let version = if let Some((version, _)) = self.integrations.current_password(name).await? {
            version
        } else {
            report.remains.push(format!("`{name}` has no webhook password: run `connect` again"));
            self.integrations.new_version()?
        };
        let existing = listing.subscriptions_of(name);
        let plan = plan::plan(scope, &wanted(scope, urls, &version), &existing, urls);
        let hidden = permissions::hidden_projects(organization, &plan.steps).await?;
        problems.add(&plan, scope, &hidden, report);
        match listing.others_of(name) {
            Ok(others) => {
                let ours = others.into_iter().filter(|other| urls.ownership(&other.url) == Ownership::Ours);
                let others = ours.map(|other| {
                    let other = describe_existing(other);
                    format!("{other}: its event type is not forwarded: delete it, or point it elsewhere")
                });
                problems.add_kind(others.collect(), &mut report.remains);
            }
            Err(error) => report.warnings.push(named(error.to_string())),
        }
        run.unnamed += problems.unnamed;
        report.warnings.extend(creators::warning(plan.existing(), &owner).map(named));
        let existing: Vec<&ExistingSubscription> = plan.existing().collect();
        let ids: Vec<&str> = existing.iter().map(|existing| existing.id.as_str()).collect();
        let since = now.saturating_sub(DELIVERY_LOG_PERIOD).unwrap_or(now);
        let counts = delivery_counts(organization, &ids, since, report).await?;
        let mut details = subscriptions::describe(&plan, scope, &counts, run.is_verbose, &mut run.space);
        details.insert("organization".to_owned(), json!(integration.config.organization_url));
        match &integration.config.credential {
            Credential::Pat { expires_on, .. } => details.extend([
                ("connectedBy".to_owned(), json!("token")),
                ("tokenOwner".to_owned(), json!(owner.display_name)),
                ("tokenExpiresOn".to_owned(), json!(expires_on.map(|date| date.to_string()))),
                ("tokenDaysLeft".to_owned(), json!(expiry.details.get("tokenDaysLeft"))),
            ]),
            Credential::Entra { app, .. } => details.extend([
                ("connectedBy".to_owned(), json!("entra")),
                ("app".to_owned(), json!(owner.display_name)),
                ("tenantId".to_owned(), json!(app.tenant_id.as_str())),
                ("clientId".to_owned(), json!(app.client_id.as_str())),
            ]),
        }
        Ok(details.into())
    }
}

/// Says which integrations the run did not come to. `names` are all, and `done` is how many it came to.
fn describe_left(names: &[IntegrationName], done: usize) -> String {
    let left: Vec<String> = names.iter().skip(done).map(|name| format!("`{name}`")).collect();
    format!(
        "{} of {} integrations are left, since the time of the function is over: pass one as `integration`: {}",
        left.len(),
        names.len(),
        enumerate(&left)
    )
}
