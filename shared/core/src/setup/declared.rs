//! Integrations that code declares: CloudFormation, the CDK and Terraform create, update and delete them.
//!
//! Each has an owner, which is stored with its configuration. Only its owner updates or deletes an integration, so a create
//! that was refused because the name is taken unlinks nothing when it is rolled back. `connect` stores what is wanted
//! before it acts, so `watch` completes what a run that was cut off has begun.

pub mod lifecycle;
pub mod resource;
pub mod resource_id;
pub mod response;

use serde_json::{Value, json};

use crate::error::{ErrorCode, OperatorError};
use crate::integration::lock::OUTLASTED_BY;
use crate::integration::name::IntegrationName;
use crate::ports::{Clock as _, Ports};
use crate::setup::Setup;
use crate::setup::changes::ChangeProgress;
use crate::setup::report::Report;
use crate::setup::request::declared::DeleteRequest;
use crate::setup::request::{Connect, Unlink};

/// What code wants of an integration.
#[derive(Debug)]
pub enum Declaration {
    /// The integration exists with these properties.
    Connected(Box<Wanted>),
    /// The integration does not exist.
    Deleted(DeleteRequest),
    /// Nothing was ever made.
    Nothing,
}

/// An integration that shall exist.
#[derive(Debug)]
pub struct Wanted {
    /// Its properties. They have a name and a claim.
    pub connect: Connect,
    /// What is deleted once the integration is connected: the one in whose place it comes.
    pub former: Option<DeleteRequest>,
    /// What is deleted in the end, as far as that works: an earlier update that failed has left it.
    pub leftover: Option<DeleteRequest>,
    /// What is deleted if the integration cannot be connected, as far as that works, where the caller does not ask for it.
    pub undo: Option<DeleteRequest>,
}

/// What was done for code.
#[derive(Debug)]
pub struct Done {
    /// For the log.
    pub report: Report,
    /// The integration; `None` after a deletion.
    pub integration: Option<Attributes>,
}

/// What code may refer to. It is the same at every run with the same properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The name of the integration.
    pub integration: String,
    /// The name of the organization.
    pub organization: String,
    /// How many subscriptions it should have.
    pub subscriptions: usize,
    /// The beginning of its webhook URLs, with a slash at the end.
    pub webhook_url: String,
}

impl Attributes {
    /// As JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "integration": self.integration,
            "organization": self.organization,
            "subscriptions": self.subscriptions,
            "webhookUrl": self.webhook_url,
        })
    }
}

impl<P: Ports> Setup<P> {
    /// Brings about what a template declares.
    ///
    /// # Errors
    ///
    /// A [`OperatorError`]: a stable code, and a message that says what to do. What was begun is completed by the next run,
    /// or by `watch`.
    pub async fn declare(&self, declaration: Declaration) -> Result<Done, OperatorError> {
        match declaration {
            Declaration::Connected(wanted) => self.declare_connected(*wanted).await,
            Declaration::Deleted(deletion) => self.delete_declared(&deletion).await.map(deleted),
            Declaration::Nothing => {
                let mut report = Report::of("unlink");
                "nothing was ever made".clone_into(&mut report.summary);
                Ok(deleted(report))
            }
        }
    }

    async fn declare_connected(&self, wanted: Wanted) -> Result<Done, OperatorError> {
        let connected = self.connect_outlasted(&wanted.connect).await;
        let mut done = match (connected, wanted.undo) {
            (Err(error), Some(undo)) => {
                drop(self.delete_declared(&undo).await);
                return Err(error);
            }
            (Err(error), None) => return Err(with_former(error, wanted.former.as_ref())),
            (Ok(done), _) => done,
        };
        if let Some(former) = &wanted.former {
            let deleted = self.delete_declared(former).await.map_err(|error| {
                let (name, code) = (&former.integration, error.code());
                let message = format!(
                    "the new integration is connected, and the former one, `{name}`, is still there: run `unlink` for it. \
                     {error}"
                );
                OperatorError::new(code, message)
            })?;
            done.report.done.push(deleted.summary);
        }
        if let Some(leftover) = &wanted.leftover {
            match self.delete_declared(leftover).await {
                Ok(deleted) => done.report.done.push(deleted.summary),
                Err(error) => {
                    done.report
                        .remains
                        .push(format!("`{}` of a failed update: {error}", leftover.integration));
                }
            }
        }
        Ok(done)
    }

    /// Connects, and ends early enough that a deletion which comes meanwhile can wait for it.
    async fn connect_outlasted(&self, request: &Connect) -> Result<Done, OperatorError> {
        let (clock, deadline) = (&self.integrations.clock, &self.integrations.deadline);
        let (now, left) = (clock.now(), deadline.time_left(clock.now()));
        let ends = left.and_then(|left| now.checked_add(left).ok());
        let earlier =
            left.and_then(|left| left.checked_sub(OUTLASTED_BY)).filter(|left| *left > OUTLASTED_BY);
        if let Some(earlier) = earlier.and_then(|left| now.checked_add(left).ok()) {
            deadline.set(earlier);
        }
        let connected = self.connect(request).await;
        if let Some(ends) = ends {
            deadline.set(ends);
        }
        let connected = connected?;
        let progress = connected.progress;
        if let Some(code) = progress.as_ref().and_then(ChangeProgress::failure) {
            let report = connected.report;
            let message = format!("{}. {}", report.summary, report.remains.join("; "));
            return Err(OperatorError::new(code, message));
        }
        let organization = self.integrations.organization_url(&request.organization_url)?;
        let attributes = request.integration.as_ref().map(|name| Attributes {
            integration: name.to_string(),
            organization: organization.name().to_owned(),
            subscriptions: progress.map_or(0, |progress| progress.wanted()),
            webhook_url: self.integrations.urls(name).prefix(),
        });
        Ok(Done { report: connected.report.bounded(), integration: attributes })
    }

    /// Deletes an integration that its owner no longer declares. One that is gone, or that somebody else declares, is not
    /// an error: whoever deletes wants it to be no longer theirs.
    async fn delete_declared(&self, deletion: &DeleteRequest) -> Result<Report, OperatorError> {
        if deletion.keeps {
            return Ok(self.give_up(deletion).await);
        }
        let name = &deletion.integration;
        let outcome = match self.unlink(unlink(deletion, false)).await {
            Err(error) if has_lost_access(error.code()) => self.unlink(unlink(deletion, true)).await,
            outcome => outcome,
        };
        match outcome {
            // A secret of this name that is not ours was not made by this owner either.
            Err(error)
                if matches!(error.code(), ErrorCode::IntegrationUnknown | ErrorCode::IntegrationTaken) =>
            {
                Ok(report(name, format!("`{name}` is gone already: {error}")))
            }
            outcome => outcome.map(Report::bounded),
        }
    }

    /// Leaves the integration connected and without an owner, so that other code can adopt it. A failure remains in the
    /// report: this way out of a deletion has to work when nothing else does.
    async fn give_up(&self, deletion: &DeleteRequest) -> Report {
        let name = &deletion.integration;
        match self.try_give_up(deletion).await {
            Ok(()) => report(name, format!("`{name}` stays connected, and no code declares it")),
            Err(error) => {
                let mut report = report(name, format!("`{name}` stays as it is"));
                report.remains.push(format!("its owner could not be removed: {error}"));
                report
            }
        }
    }

    async fn try_give_up(&self, deletion: &DeleteRequest) -> Result<(), OperatorError> {
        let name = &deletion.integration;
        loop {
            let found = match self.integrations.wait_until_free(name).await {
                Err(error) if error.code() == ErrorCode::SecretScheduledForDeletion => None,
                found => found?,
            };
            let Some(found) = found else { return Ok(()) };
            let owned =
                found.stored.link.config().filter(|config| config.owner.as_ref() == Some(&deletion.owner));
            let Some(mut config) = owned.cloned() else { return Ok(()) };
            config.owner = None;
            let link = found.stored.link.with(config);
            if self.integrations.store_in_place_of(name, &found.version, &link, None).await?.is_some() {
                return Ok(());
            }
        }
    }
}

/// The error of an update that would have unlinked the former integration. The tool may not know it any more.
fn with_former(error: OperatorError, former: Option<&DeleteRequest>) -> OperatorError {
    let Some(former) = former else { return error };
    let name = &former.integration;
    let message = format!(
        "{error}. The former integration, `{name}`, is still connected: run `unlink` for it once the new one is"
    );
    OperatorError::new(error.code(), message)
}

fn deleted(report: Report) -> Done {
    Done { report, integration: None }
}

fn report(name: &IntegrationName, summary: String) -> Report {
    Report { integration: Some(name.to_string()), summary, ..Report::of("unlink") }
}

fn unlink(deletion: &DeleteRequest, without_organization: bool) -> Unlink {
    Unlink {
        integration: deletion.integration.clone(),
        recovery_days: deletion.recovery_days,
        without_organization,
        dry_run: false,
        owner: Some(deletion.owner.clone()),
    }
}

/// Whether the credential is good for nothing any more. Code deletes an integration after what it depends on: an app may
/// be out of the organization by then, and a deletion that waits for it can never succeed.
fn has_lost_access(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::OrganizationUnknown
            | ErrorCode::TokenUnknown
            | ErrorCode::TokenRefused
            | ErrorCode::AppNotInOrganization
            | ErrorCode::EntraAppUnknown
            | ErrorCode::EntraAppDisabled
            | ErrorCode::EntraTenantUnknown
    )
}
