//! An integration: what is stored for it, what `watch` saw last, and its buttons. Azure DevOps is not asked.

use askama::Template;
use hookpost_core::overview::{ConnectedBy, Overview};
use hookpost_core::setup::stored::StoredIntegration;
use serde_json::{Value, json};

use crate::setup::page::console::ConsoleLinks;
use crate::setup::page::views::attention::{State, credential, needs};
use crate::setup::page::views::button::Button;
use crate::setup::page::views::excerpt::{LINE_BYTES_MAX, excerpt, first, link};
use crate::setup::page::views::frame::{Frame, Moment};
use crate::setup::page::views::overview::{describe, is_stale};

/// Most lines of one list.
const LINES_MAX: usize = 20;

/// The view of one integration.
#[derive(Template)]
#[template(path = "page/integration.html")]
pub(in crate::setup::page) struct IntegrationPage {
    frame: Frame,
    name: String,
    state: State,
    organization: String,
    organization_link: Option<String>,
    credential: String,
    credential_details: Vec<(&'static str, String)>,
    webhooks: Vec<(&'static str, String)>,
    password_secret: String,
    password_link: Option<String>,
    projects: Vec<String>,
    narrowed: Vec<(&'static str, String)>,
    owner: Option<String>,
    is_seen: bool,
    failing_since: Option<Moment>,
    notes: Vec<String>,
    needs: Vec<String>,
    subscriptions: Option<(String, Moment)>,
    last_delivery: Option<Moment>,
    failed: Vec<(Moment, String)>,
    work: Option<(String, Moment, Vec<String>)>,
    buttons: Vec<Button>,
}

impl IntegrationPage {
    /// The view of an integration; `overview` is what `watch` saw.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        stored: &StoredIntegration,
        overview: Option<&Overview>,
        console: &ConsoleLinks,
    ) -> Self {
        let seen = overview
            .and_then(|seen| seen.integrations.iter().find(|each| each.integration == stored.name.as_str()));
        let is_old = overview.is_some_and(|overview| is_stale(overview, &frame));
        let lines = |lines: &[String]| -> Vec<String> {
            first(lines.iter().map(|line| excerpt(line, LINE_BYTES_MAX)).collect(), LINES_MAX)
        };
        let [pushes, pull_requests] = stored.webhook_urls.clone();
        let running = stored.running_until.map(|until| {
            format!(
                "`setup` is at work on this integration, at most until {}: look again then.",
                frame.exact(until)
            )
        });
        let rotating = stored.is_rotating && stored.running_until.is_none();
        let rotating =
            rotating.then(|| "a rotation has begun and not ended: Rotate password completes it".to_owned());
        let subscriptions = seen.and_then(|seen| seen.subscriptions.as_ref());
        Self {
            name: stored.name.to_string(),
            state: State::of(seen, Some(&stored.connected_by), is_old, &frame),
            is_seen: seen.is_some(),
            failing_since: seen.and_then(|seen| seen.failing_since).map(|at| frame.moment(at)),
            organization: stored.organization_url.clone(),
            organization_link: link(&stored.organization_url).map(str::to_owned),
            credential: credential(&stored.connected_by, &frame),
            credential_details: ids(&stored.connected_by),
            webhooks: vec![("Code pushed", pushes), ("Pull requests", pull_requests)],
            password_link: console.secret(&stored.password_secret),
            password_secret: stored.password_secret.clone(),
            projects: first(stored.projects.iter().map(|(_, name)| name.clone()).collect(), LINES_MAX),
            narrowed: narrowed(stored),
            owner: stored.owner.clone(),
            notes: running.into_iter().chain(stored.unfinished.clone()).chain(rotating).collect(),
            needs: seen
                .map(needs)
                .map(|needs| lines(&needs.into_iter().map(str::to_owned).collect::<Vec<_>>()))
                .unwrap_or_default(),
            subscriptions: subscriptions.map(|each| {
                (format!("{} of {} deliver", each.delivering, each.wanted), frame.moment(each.listed_at))
            }),
            last_delivery: seen.and_then(|seen| seen.last_delivery).map(|at| frame.moment(at)),
            failed: seen
                .map(|seen| &seen.failed_deliveries[..])
                .unwrap_or_default()
                .iter()
                .map(|failed| (frame.moment(failed.at), excerpt(&failed.description, LINE_BYTES_MAX)))
                .collect(),
            work: seen.and_then(|seen| seen.last_work.as_ref()).map(|work| {
                (
                    describe(work.healed, work.replayed, work.reconstructed),
                    frame.moment(work.at),
                    lines(&work.done),
                )
            }),
            buttons: buttons(stored),
            frame,
        }
    }
}

fn narrowed(stored: &StoredIntegration) -> Vec<(&'static str, String)> {
    let repository = stored.repository.as_ref().map(|(_, name)| ("Repository", format!("only {name}")));
    let branch = stored.branch.as_ref().map(|branch| ("Branch", format!("only {branch}")));
    let unfiltered = stored.unfiltered.then(|| ("Pull requests", "every update, unfiltered".to_owned()));
    repository.into_iter().chain(branch).chain(unfiltered).collect()
}

fn ids(by: &ConnectedBy) -> Vec<(&'static str, String)> {
    match by {
        ConnectedBy::Token { .. } => Vec::new(),
        ConnectedBy::Entra { tenant_id, client_id } => {
            vec![("Tenant id", tenant_id.clone()), ("Client id", client_id.clone())]
        }
    }
}

fn buttons(stored: &StoredIntegration) -> Vec<Button> {
    let name = stored.name.as_str();
    let view = |label: &str, view: &str| Button::new(label, &json!({"view": view, "integration": name}));
    let version = stored.password_version.as_ref().map(ToString::to_string);
    let rotate = json!({"action": "rotate-password", "integration": name, "currentVersion": version});
    let rotate = Button::run("Rotate password", &rotate);
    let mut buttons = vec![view("Check now", "status").primary(), rotate, view("Replay…", "replay")];
    if matches!(stored.connected_by, ConnectedBy::Token { .. }) {
        buttons.push(view("Replace token…", "replace-token"));
    }
    buttons.push(Button::new("Connect again…", &json!({"view": "connect", "values": values(stored)})));
    buttons.push(view("Unlink…", "unlink"));
    buttons
}

/// The fields of the form with which the integration is connected again.
fn values(stored: &StoredIntegration) -> Value {
    let ids: Vec<&str> = stored.projects.iter().map(|(id, _)| id.as_str()).collect();
    let (tenant, client, expires_on) = match &stored.connected_by {
        ConnectedBy::Entra { tenant_id, client_id } => (Some(tenant_id), Some(client_id), None),
        ConnectedBy::Token { expires_on } => (None, None, expires_on.map(|date| date.to_string())),
    };
    json!({
        "integration": stored.name.as_str(),
        "organizationUrl": stored.organization_url,
        "patExpiresOn": expires_on,
        "tenantId": tenant,
        "clientId": client,
        "authorityHost": stored.authority_host,
        "projects": ids.join(", "),
        "repository": stored.repository.as_ref().map(|(id, _)| id),
        "branch": stored.branch,
        "unfiltered": stored.unfiltered.then_some("true"),
    })
}
