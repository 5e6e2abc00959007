//! The request to `setup`: the JSON event of its Lambda function. The error for an invalid request lists every problem,
//! each with its field, and an example that works.

pub mod credential;
pub mod declared;
mod example;
mod fields;
pub mod rotation;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::entra::app::EntraApp;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::integration::owner::Owner;
use crate::integration::selection::{Choice, Selection};
use crate::secrets::version::VersionId;
use crate::setup::request::credential::{RequestedCredential, Token, app, credential, token};
use crate::setup::request::fields::Fields;
use crate::setup::request::rotation::Rotation;

/// A request to `setup`.
#[derive(Debug)]
pub enum SetupRequest {
    /// Connect an organization, or bring its integration up to date.
    Connect(Box<Connect>),
    /// Report on one integration, or on all of them.
    Status(Status),
    /// List the projects that a credential can see, before an integration is connected with it.
    Projects(Projects),
    /// List the repositories that the token's owner can see.
    Repositories(Repositories),
    /// Rotate the webhook password.
    RotatePassword(RotatePassword),
    /// Replace the personal access token.
    ReplaceToken(ReplaceToken),
    /// Show what an app in Entra has to trust.
    Identity(ShowIdentity),
    /// Queue the events of failed or quarantined deliveries.
    Replay(Replay),
    /// Delete the subscriptions and the secrets of an integration.
    Unlink(Unlink),
    /// Run one step of a rotation by Secrets Manager.
    Rotation(Rotation),
}

/// The fields of `connect`.
#[derive(Debug)]
pub struct Connect {
    /// The name of the integration; `None` for the name of the organization.
    pub integration: Option<IntegrationName>,
    /// Not parsed yet, since a setting decides which hosts are allowed.
    pub organization_url: String,
    /// The credential.
    pub credential: RequestedCredential,
    /// What to subscribe to. A repository has exactly one project.
    pub selection: Selection,
    /// Recreate the subscriptions that others than the token's owner created.
    pub renew_subscriptions: bool,
    /// Return the plan and change nothing.
    pub dry_run: bool,
    /// Who declares the integration as code; `None` when an operator connects.
    pub claim: Option<Claim>,
}

/// Who declares an integration as code.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The owner of the integration from now on.
    pub owner: Owner,
    /// Take over an integration that an operator connected.
    pub adopts: bool,
    /// Reserve the name before anything else, so that a deletion which comes meanwhile ends the run.
    pub reserves: bool,
}

/// The fields of `status`.
#[derive(Debug)]
pub struct Status {
    /// The integration; `None` for all of them.
    pub integration: Option<IntegrationName>,
    /// Show every subscription, and every problem of a kind.
    pub verbose: bool,
}

/// The fields of `projects`.
#[derive(Debug)]
pub struct Projects {
    /// Not parsed yet, since a setting decides which hosts are allowed.
    pub organization_url: String,
    /// The credential.
    pub credential: RequestedCredential,
}

/// The fields of `rotate-password`.
#[derive(Debug)]
pub struct RotatePassword {
    /// The integration.
    pub integration: IntegrationName,
    /// Rotate only while this version of the password is the current one, so that a request which is sent twice rotates
    /// once; `None` to rotate in any case.
    pub current_version: Option<VersionId>,
}

/// The fields of `repositories`.
#[derive(Debug)]
pub struct Repositories {
    /// The integration.
    pub integration: IntegrationName,
    /// The name or the id of a project; `None` for all projects.
    pub project: Option<Choice>,
}

/// The fields of `replace-token`.
#[derive(Debug)]
pub struct ReplaceToken {
    /// The integration.
    pub integration: IntegrationName,
    /// The new token.
    pub token: Token,
    /// The last day on which the new token works, as the operator declares it.
    pub token_expires_on: Option<Date>,
}

/// The fields of `identity`.
#[derive(Debug)]
pub struct ShowIdentity {
    /// The app of the commands; `None` for one that does not exist yet.
    pub app: Option<EntraApp>,
    /// An integration whose app the commands are for.
    pub integration: Option<IntegrationName>,
    /// The organization that the app is to be added to.
    pub organization_url: Option<String>,
}

/// The fields of `replay`.
#[derive(Debug)]
pub struct Replay {
    /// The integration.
    pub integration: IntegrationName,
    /// Where the deliveries come from.
    pub source: ReplaySource,
    /// Count the events and queue nothing.
    pub dry_run: bool,
}

/// Where replayed deliveries come from.
#[derive(Debug)]
pub enum ReplaySource {
    /// The failed deliveries of a period, in Azure DevOps's log, which reaches back about 7 days.
    Failed {
        /// Start of the period.
        from: Timestamp,
        /// End of the period; `None` for now.
        to: Option<Timestamp>,
    },
    /// The quarantine.
    Quarantine,
}

/// The fields of `unlink`.
#[derive(Debug)]
pub struct Unlink {
    /// The integration.
    pub integration: IntegrationName,
    /// How many days the secrets can be restored: 7 to 30.
    pub recovery_days: u8,
    /// Delete the secrets even if the organization cannot be used and its subscriptions stay.
    pub without_organization: bool,
    /// Return the planned deletions and delete nothing.
    pub dry_run: bool,
    /// Unlink only what this owner declares; `None` when an operator unlinks.
    pub owner: Option<Owner>,
}

impl SetupRequest {
    /// Parses a request.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BadRequest`], with every problem and an example. The message repeats no values, since a value may be a
    /// token.
    pub fn parse(json: &Value) -> Result<Self, OperatorError> {
        let Some(object) = json.as_object() else {
            return Err(bad_request(&["the request must be one JSON object".to_owned()], "connect"));
        };
        if object.contains_key("Step") {
            return Rotation::parse(json).map(Self::Rotation);
        }
        let mut fields = Fields::of(object);
        let action = fields.required_text("action", "the name of an action").unwrap_or_default();
        let request = match action.as_str() {
            "connect" => {
                let dry_run = fields.flag("dryRun");
                let connect = connect(&mut fields);
                connect.map(|connect| Self::Connect(Box::new(Connect { dry_run, ..connect })))
            }
            "status" => {
                let (integration, verbose) = (fields.integration(), fields.flag("verbose"));
                Some(Self::Status(Status { integration, verbose }))
            }
            "projects" => projects(&mut fields),
            "repositories" => repositories(&mut fields),
            "rotate-password" => rotate_password(&mut fields),
            "replace-token" => replace_token(&mut fields),
            "identity" => identity(&mut fields),
            "replay" => replay(&mut fields),
            "unlink" => unlink(&mut fields),
            "" => return Err(bad_request(&fields.problems(), "connect")),
            _ => {
                let actions = "connect, status, projects, repositories, rotate-password, replace-token, identity, replay, unlink";
                return Err(bad_request(&[format!("`action` must be one of: {actions}")], "connect"));
            }
        };
        let problems = fields.finish(&action);
        request.filter(|_| problems.is_empty()).ok_or_else(|| bad_request(&problems, &action))
    }
}

fn bad_request(problems: &[String], action: &str) -> OperatorError {
    let example = example::of(action);
    OperatorError::new(ErrorCode::BadRequest, format!("{}. Example: {example}", problems.join("; ")))
        .with_problems(problems)
}

/// The fields that an operator and code both give.
fn connect(fields: &mut Fields<'_>) -> Option<Connect> {
    let selection = Selection {
        projects: fields.texts_or_all("projects").iter().map(|text| Choice::parse(text)).collect(),
        repository: fields.text("repository").map(|text| Choice::parse(&text)),
        branch: fields.branch("branch"),
        unfiltered: fields.flag("unfiltered"),
    };
    if selection.repository.is_some() && selection.projects.len() != 1 {
        fields.problem("`repository` needs exactly one project in `projects`");
    }
    let connect = Connect {
        integration: fields.integration(),
        organization_url: organization_url(fields),
        selection,
        renew_subscriptions: fields.flag("renewSubscriptions"),
        dry_run: false,
        claim: None,
        credential: credential(fields)?,
    };
    Some(connect)
}

fn projects(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let organization_url = organization_url(fields);
    Some(SetupRequest::Projects(Projects { credential: credential(fields)?, organization_url }))
}

fn organization_url(fields: &mut Fields<'_>) -> String {
    fields.required_text("organizationUrl", "such as https://dev.azure.com/contoso").unwrap_or_default()
}

fn rotate_password(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let current_version = fields.text("currentVersion").and_then(|text| {
        let version = VersionId::parse(&text);
        version.map_err(|error| fields.problem(format!("`currentVersion`: {error}"))).ok()
    });
    let integration = fields.required_integration()?;
    Some(SetupRequest::RotatePassword(RotatePassword { integration, current_version }))
}

fn repositories(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let project = fields.text("project").map(|text| Choice::parse(&text));
    let integration = fields.required_integration()?;
    Some(SetupRequest::Repositories(Repositories { integration, project }))
}

fn replace_token(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let token_expires_on = fields.date("patExpiresOn");
    let (integration, token) = (fields.required_integration(), token(fields));
    Some(SetupRequest::ReplaceToken(ReplaceToken {
        integration: integration?,
        token: token?,
        token_expires_on,
    }))
}

fn identity(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let integration = fields.integration();
    let app = if fields.contains("entra") { Some(app(fields)?) } else { None };
    if app.is_some() && integration.is_some() {
        fields.problem("give `integration` or `entra`, not both");
    }
    let organization_url = fields.text("organizationUrl");
    Some(SetupRequest::Identity(ShowIdentity { app, integration, organization_url }))
}

fn replay(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let integration = fields.required_integration();
    let dry_run = fields.flag("dryRun");
    let (from, to) = (fields.timestamp("from"), fields.timestamp("to"));
    let source = match (fields.flag("quarantine"), from) {
        (true, None) if to.is_none() => ReplaySource::Quarantine,
        (true, _) => {
            fields.problem("`quarantine` takes no period: leave `from` and `to` out");
            return None;
        }
        (false, Some(from)) => {
            if to.is_some_and(|to| to <= from) {
                fields.problem("`to` must be after `from`");
            }
            ReplaySource::Failed { from, to }
        }
        (false, None) => {
            fields.problem("`from` is missing: the start of the period; or pass `quarantine`: true");
            return None;
        }
    };
    Some(SetupRequest::Replay(Replay { integration: integration?, source, dry_run }))
}

fn unlink(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let recovery_days = fields.number("recoveryDays", 7..=30).unwrap_or(30);
    let without_organization = fields.flag("withoutOrganization");
    let dry_run = fields.flag("dryRun");
    let integration = fields.required_integration()?;
    Some(SetupRequest::Unlink(Unlink {
        integration,
        recovery_days,
        without_organization,
        dry_run,
        owner: None,
    }))
}

#[cfg(test)]
mod tests;
