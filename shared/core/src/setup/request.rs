//! What an operator asks `setup` for, read from the JSON of the console's Test tab. Everything that is wrong with it is
//! said at once, each thing by its path, with an example that works.

mod example;
mod fields;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::name::IntegrationName;
use crate::setup::error::{Code, SetupError};
use crate::setup::request::fields::Fields;

/// One request.
#[derive(Debug)]
pub enum SetupRequest {
    /// `IntegrationConfig` an organization.
    Connect(Box<Connect>),
    /// Say how the integrations are; `None` for all of them.
    Status(Option<IntegrationName>),
    /// List projects and repositories to choose from.
    Repositories(IntegrationName),
    /// Change the webhook password, with overlap.
    RotatePassword(IntegrationName),
    /// Change the personal access token.
    ReplaceToken(ReplaceToken),
    /// Queue what was missed.
    Replay(Replay),
    /// Take the subscriptions and the secrets away.
    Unlink(Unlink),
    /// One step of Secrets Manager's own rotation.
    Rotation(Rotation),
}

/// `connect`
#[derive(Debug)]
pub struct Connect {
    /// The integration's name; `None` to take the organization's.
    pub integration: Option<IntegrationName>,
    /// As given; parsed later, since which forms are allowed is a setting.
    pub organization_url: String,
    /// The credential.
    pub token: Token,
    /// The day after which the token no longer works, as its owner saw it.
    pub token_expires_on: Option<Date>,
    /// Names or ids; empty for the whole organization.
    pub projects: Vec<String>,
    /// A name or id; needs exactly one project.
    pub repository: Option<String>,
    /// Only this branch.
    pub branch: Option<String>,
    /// Show the plan and change nothing.
    pub dry_run: bool,
}

/// `replace-token`
#[derive(Debug)]
pub struct ReplaceToken {
    /// Which integration.
    pub integration: IntegrationName,
    /// The new credential.
    pub token: Token,
    /// The day after which it no longer works.
    pub token_expires_on: Option<Date>,
}

/// Where the personal access token is.
#[derive(Debug)]
pub enum Token {
    /// In the request. It then stands in whatever keeps the request: a saved test event, a command's history.
    Given(PersonalAccessToken),
    /// In a secret of this account, by name or ARN: leaves no trace.
    InSecret(String),
}

/// `replay`
#[derive(Debug)]
pub struct Replay {
    /// Which integration.
    pub integration: IntegrationName,
    /// What to replay.
    pub what: ReplaySource,
    /// Say what would be replayed and queue nothing.
    pub dry_run: bool,
}

/// What can be replayed.
#[derive(Debug)]
pub enum ReplaySource {
    /// Deliveries that failed in a span of time, out of Azure DevOps's own log, which reaches back some 7 days.
    Failed {
        /// From this moment.
        from: Timestamp,
        /// To this moment; `None` for now.
        to: Option<Timestamp>,
    },
    /// What is in the quarantine.
    Quarantine,
}

/// `unlink`
#[derive(Debug)]
pub struct Unlink {
    /// Which integration.
    pub integration: IntegrationName,
    /// For how many days the secrets can still be restored: 7 to 30.
    pub recovery_days: u8,
    /// Say what would be taken away and change nothing.
    pub dry_run: bool,
}

/// One step of a rotation, as Secrets Manager asks for it.
#[derive(Debug)]
pub struct Rotation {
    /// Which step.
    pub step: RotationStep,
    /// The secret's ARN.
    pub secret_id: String,
    /// The id the new version has or gets.
    pub token: String,
}

/// Secrets Manager's four steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStep {
    /// Make the new password and store it as pending.
    CreateSecret,
    /// Give it to Azure DevOps.
    SetSecret,
    /// Prove it.
    TestSecret,
    /// Make it the current one.
    FinishSecret,
}

impl SetupRequest {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`], with everything that is wrong and an example. Values are not repeated: one may be a token.
    pub fn parse(json: &Value) -> Result<Self, SetupError> {
        let Some(object) = json.as_object() else {
            return Err(bad(&["the request must be one JSON object".to_owned()], "connect"));
        };
        if object.contains_key("Step") {
            return rotation(json);
        }
        let mut fields = Fields::of(object);
        let action = fields.required_text("action", "what to do").unwrap_or_default();
        let request = match action.as_str() {
            "connect" => connect(&mut fields),
            "status" => Some(Self::Status(fields.integration())),
            "repositories" => fields.required_integration().map(Self::Repositories),
            "rotate-password" => fields.required_integration().map(Self::RotatePassword),
            "replace-token" => replace_token(&mut fields),
            "replay" => replay(&mut fields),
            "unlink" => unlink(&mut fields),
            "" => return Err(bad(&fields.problems(), "connect")),
            _ => {
                let known = "connect, status, repositories, rotate-password, replace-token, replay, unlink";
                return Err(bad(&[format!("`action` must be one of: {known}")], "connect"));
            }
        };
        let problems = fields.finish(&action);
        request.filter(|_| problems.is_empty()).ok_or_else(|| bad(&problems, &action))
    }
}

fn bad(problems: &[String], action: &str) -> SetupError {
    let example = example::of(action);
    SetupError::new(Code::BadRequest, format!("{}. Example: {example}", problems.join("; ")))
}

fn connect(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let connect = Connect {
        integration: fields.integration(),
        organization_url: fields
            .required_text("organizationUrl", "such as https://dev.azure.com/contoso")
            .unwrap_or_default(),
        token_expires_on: fields.date("patExpiresOn"),
        projects: fields.texts_or_all("projects"),
        repository: fields.text("repository"),
        branch: fields.text("branch"),
        dry_run: fields.flag("dryRun"),
        token: fields.token()?,
    };
    if connect.repository.is_some() && connect.projects.len() != 1 {
        fields.problem("`repository` needs exactly one project in `projects`");
    }
    Some(SetupRequest::Connect(Box::new(connect)))
}

fn replace_token(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let token_expires_on = fields.date("patExpiresOn");
    let (integration, token) = (fields.required_integration(), fields.token());
    Some(SetupRequest::ReplaceToken(ReplaceToken {
        integration: integration?,
        token: token?,
        token_expires_on,
    }))
}

fn replay(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let integration = fields.required_integration();
    let dry_run = fields.flag("dryRun");
    let (from, to) = (fields.moment("from"), fields.moment("to"));
    let what = match (fields.flag("quarantine"), from) {
        (true, None) if to.is_none() => ReplaySource::Quarantine,
        (true, _) => {
            fields.problem("`quarantine` takes no span of time: leave `from` and `to` out");
            return None;
        }
        (false, Some(from)) => {
            if to.is_some_and(|to| to <= from) {
                fields.problem("`to` must be after `from`");
            }
            ReplaySource::Failed { from, to }
        }
        (false, None) => {
            fields.problem("`from` is missing: the moment to begin at, or `quarantine`: true");
            return None;
        }
    };
    Some(SetupRequest::Replay(Replay { integration: integration?, what, dry_run }))
}

fn unlink(fields: &mut Fields<'_>) -> Option<SetupRequest> {
    let recovery_days = fields.number("recoveryDays", 7..=30).unwrap_or(30);
    let dry_run = fields.flag("dryRun");
    let integration = fields.required_integration()?;
    Some(SetupRequest::Unlink(Unlink { integration, recovery_days, dry_run }))
}

/// Secrets Manager's own event; it adds fields from time to time, so unknown ones are no error.
fn rotation(json: &Value) -> Result<SetupRequest, SetupError> {
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let step = match text("Step").as_str() {
        "createSecret" => RotationStep::CreateSecret,
        "setSecret" => RotationStep::SetSecret,
        "testSecret" => RotationStep::TestSecret,
        "finishSecret" => RotationStep::FinishSecret,
        _ => {
            let steps = "`Step` must be createSecret, setSecret, testSecret or finishSecret";
            return Err(SetupError::new(Code::BadRequest, steps.to_owned()));
        }
    };
    let rotation = Rotation { step, secret_id: text("SecretId"), token: text("ClientRequestToken") };
    if rotation.secret_id.is_empty() || rotation.token.is_empty() {
        let missing = "`SecretId` and `ClientRequestToken` must be there".to_owned();
        return Err(SetupError::new(Code::BadRequest, missing));
    }
    Ok(SetupRequest::Rotation(rotation))
}

#[cfg(test)]
mod tests;
