//! `identity`: shows what an app in Entra has to trust, and the commands that set it up. Asks AWS STS, and nothing else.

use serde_json::{Value, json};

use crate::entra::app::EntraApp;
use crate::entra::assertion::Claims;
use crate::entra::commands;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::IntegrationConfig;
use crate::integration::open::{unknown, unlinked};
use crate::ports::Ports;
use crate::secrets::store::SecretStore as _;
use crate::setup::Setup;
use crate::setup::report::Report;
use crate::setup::request::ShowIdentity;

impl<P: Ports> Setup<P> {
    /// Shows issuer, subjects and audience, and the commands. Where STS gives no assertion, it shows what is known without.
    pub(super) async fn show_identity(&self, request: &ShowIdentity) -> Result<Report, OperatorError> {
        let mut report = Report::of("identity");
        report.integration = request.integration.as_ref().map(ToString::to_string);
        let config = self.config_of(request).await?;
        let of_integration = config.as_ref().and_then(|config| config.credential.app());
        let app = request.app.as_ref().or(of_integration);
        let sign_in = &self.integrations.sign_in;
        let subjects: serde_json::Map<String, Value> = sign_in
            .roles
            .subjects()
            .map(|(function, subject)| (function.to_owned(), json!(subject)))
            .collect();
        let mut steps = match sign_in.claims().await {
            Ok(claims) => {
                report.detail("issuer", claims.issuer.clone());
                report.detail("audience", claims.audience.clone());
                report.warnings.extend(differs(&claims, sign_in.roles.setup.as_deref()));
                commands(app, &sign_in.roles.claims(&claims))
            }
            Err(error) => {
                let is_disabled = error.code() == ErrorCode::FederationDisabled;
                report.detail("audience", sign_in.audience());
                report.remains.push(error.to_string());
                is_disabled.then(|| commands::ENABLE_FEDERATION.to_owned()).into_iter().collect()
            }
        };
        let url =
            request.organization_url.as_ref().or(config.as_ref().map(|config| &config.organization_url));
        if let (Some(app), Some(url)) = (app, url) {
            steps.push(commands::add_to_organization(app, self.integrations.organization_url(url)?.name()));
        }
        report.detail("subjects", subjects);
        report.detail("commands", steps);
        if report.remains.is_empty() {
            "the app must trust both roles, by issuer, subject and audience, letter case included"
                .clone_into(&mut report.summary);
            "run the commands that are not done yet, add the app to the organization with the access level Basic, then run \
             `connect` with `entra` and `dryRun`"
                .clone_into(&mut report.next);
        } else {
            "AWS STS gives no assertion yet".clone_into(&mut report.summary);
            "follow the advice in `remains`, then run `identity` again".clone_into(&mut report.next);
        }
        Ok(report)
    }

    async fn config_of(&self, request: &ShowIdentity) -> Result<Option<IntegrationConfig>, OperatorError> {
        let Some(name) = &request.integration else { return Ok(None) };
        let found = self.integrations.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        found.stored.link.config().cloned().ok_or_else(|| unlinked(name)).map(Some)
    }
}

/// The commands that make an app trust the roles, and create it where there is none.
fn commands(app: Option<&EntraApp>, trusted: &[Claims]) -> Vec<String> {
    let (mut steps, client) = match app {
        Some(app) => (Vec::new(), app.client_id.as_str()),
        None => (vec![commands::CREATE_APP.to_owned()], commands::NEW_APP),
    };
    steps.push(commands::create_service_principal(client));
    steps.extend(trusted.iter().map(|claims| commands::trust(client, claims)));
    steps
}

/// Warns when AWS names the role in another form than its ARN: then the subject of `watch` may have that form, too.
fn differs(claims: &Claims, role: Option<&str>) -> Option<String> {
    role.filter(|role| *role != claims.subject).map(|role| {
        format!(
            "AWS names the role of `setup` `{}`, and the stack `{role}`: the subject of `watch` may have the form that AWS \
             uses, too",
            claims.subject
        )
    })
}
