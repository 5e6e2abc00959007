//! An integration: what is stored for it, what `watch` saw last, and its buttons. Azure DevOps is not asked.

use askama::Template;
use hookpost_core::overview::{ConnectedBy, IntegrationOverview};
use hookpost_core::setup::stored::StoredIntegration;
use serde_json::{Value, json};

use crate::setup::page::console::Console;
use crate::setup::page::views::button::Button;
use crate::setup::page::views::excerpt::{excerpt, first, link};
use crate::setup::page::views::frame::{Frame, Moment};
use crate::setup::page::views::overview::describe;
use crate::setup::page::views::state::{State, credential, needs};

/// Most lines of one list.
const LINES_MAX: usize = 20;

/// Longest line, in bytes of HTML.
const LINE_BYTES_MAX: usize = 2000;

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
    notes: Vec<String>,
    needs: Vec<String>,
    subscriptions: Option<(String, Moment)>,
    not_delivering: Vec<String>,
    last_delivery: Option<Moment>,
    failed: Vec<(Moment, String)>,
    work: Option<(String, Moment, Vec<String>)>,
    buttons: Vec<Button>,
}

impl IntegrationPage {
    /// The view of an integration; `seen` is what `watch` saw of it.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        stored: &StoredIntegration,
        seen: Option<&IntegrationOverview>,
        console: &Console,
    ) -> Self {
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
        let subscriptions = seen.and_then(|seen| seen.subscriptions.as_ref());
        Self {
            name: stored.name.to_string(),
            state: State::of(seen, &frame),
            organization: stored.organization_url.clone(),
            organization_link: link(&stored.organization_url).map(str::to_owned),
            credential: credential(&stored.connected_by, &frame),
            credential_details: ids(&stored.connected_by),
            webhooks: vec![("Code pushed", pushes), ("Pull requests", pull_requests)],
            password_link: console.secret(&stored.password_secret),
            password_secret: stored.password_secret.clone(),
            projects: first(stored.projects.iter().map(|(_, name)| name.clone()).collect(), LINES_MAX),
            narrowed: [("Repository", &stored.repository), ("Branch", &stored.branch)]
                .into_iter()
                .filter_map(|(label, value)| Some((label, value.clone()?)))
                .collect(),
            owner: stored.owner.clone(),
            notes: running.into_iter().chain(stored.unfinished.clone()).collect(),
            needs: seen
                .map(needs)
                .map(|needs| lines(&needs.into_iter().map(str::to_owned).collect::<Vec<_>>()))
                .unwrap_or_default(),
            subscriptions: subscriptions.map(|each| {
                (format!("{} of {} deliver", each.delivering, each.wanted), frame.moment(each.listed_at))
            }),
            not_delivering: subscriptions.map(|each| lines(&each.not_delivering)).unwrap_or_default(),
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
    let rotate = Button::run("Rotate password", &rotate).confirming(format!(
        "Rotate the webhook password of {name}? Its subscriptions get a new password one by one, and receivers accept the \
         old one meanwhile, so no delivery is refused. It takes a minute or two."
    ));
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
    let (tenant, client) = match &stored.connected_by {
        ConnectedBy::Entra { tenant_id, client_id } => (Some(tenant_id), Some(client_id)),
        ConnectedBy::Token { .. } => (None, None),
    };
    json!({
        "integration": stored.name.as_str(),
        "organizationUrl": stored.organization_url,
        "tenantId": tenant,
        "clientId": client,
        "projects": ids.join(", "),
        "repository": stored.repository,
        "branch": stored.branch,
    })
}
