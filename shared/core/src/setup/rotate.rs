//! `rotate-password`, and the four steps of a rotation by Secrets Manager.
//!
//! A rotation stores the new password as pending, waits until every receiver accepts it, updates the subscriptions one
//! after the other, and sends test deliveries. Only when every subscription that delivers has it, the new password
//! becomes the current one, and the old password the previous one. Azure DevOps never sends a password that the
//! receivers do not accept. An interrupted rotation continues when it is run again.

use std::time::Duration;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::integration::open::unknown;
use crate::integration::open_integration::OpenIntegration;
use crate::integration::password::{remaining_overlap, stored_at_latest};
use crate::ports::{Clock as _, Organization, Ports, SecureRandom as _};
use crate::secrets::name::SecretKind;
use crate::secrets::status::{SecretDescription, SecretStatus, StoreOutcome, StoredPassword};
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::{VersionId, VersionStage};
use crate::setup::Setup;
use crate::setup::report::Report;
use crate::setup::request::RotatePassword;
use crate::setup::request::rotation::{Rotation, RotationStep};
use crate::setup::{new_password, test_deliveries};
use crate::subscriptions::scope::{Scope, wanted};

/// A rotation begins to wait for the receivers only while this much time remains afterwards.
const TIME_TO_UPDATE: Duration = Duration::from_secs(30);

impl<P: Ports> Setup<P> {
    /// Runs a whole rotation.
    pub(super) async fn rotate_password(&self, request: &RotatePassword) -> Result<Report, OperatorError> {
        let name = &request.integration;
        let mut report = Report::of("rotate-password");
        report.integration = Some(name.to_string());
        let is_rotated = self
            .with_lock(name, &mut report, async |config, report| {
                let secret = self.webhook_secret(name).await?;
                let current = secret.versions.at(VersionStage::Current);
                if request.current_version.is_some() && request.current_version.as_ref() != current {
                    return Ok(false);
                }
                self.rotate_locked(name, config, &secret, report).await?;
                Ok(true)
            })
            .await?;
        if !is_rotated {
            report.summary = format!("the webhook password of `{name}` was rotated already");
            "nothing".clone_into(&mut report.next);
            return Ok(report);
        }
        report.summary = format!("the webhook password of `{name}` was rotated");
        "nothing; wait at least two days before the next rotation, since retries may still send the old password"
            .clone_into(&mut report.next);
        Ok(report)
    }

    async fn rotate_locked(
        &self,
        name: &IntegrationName,
        config: &mut IntegrationConfig,
        secret: &SecretDescription,
        report: &mut Report,
    ) -> Result<(), OperatorError> {
        let integration = self.integrations.open_config(name, config.clone()).await?;
        let in_progress = secret.versions.in_rotation().cloned();
        report.checked.push(match &in_progress {
            Some(_) => "a rotation was in progress: continuing it".to_owned(),
            None => "no rotation was in progress".to_owned(),
        });
        let version = match in_progress {
            Some(version) => version,
            None => self.integrations.new_version()?,
        };
        let resolved = integration.resolve().await?;
        // Names may be stored whose ids are known now, and projects may have been renamed.
        config.selection = resolved.selection.clone();
        resolved.report(report);
        let scope = resolved.scope;
        let stored = self.stage(name, &version, secret).await?;
        report.done.push("the new password is stored as pending".to_owned());
        self.update_subscriptions(&integration, &scope, &version, &stored, report).await?;
        report.checked.extend(prove(&integration, &scope, &version, &stored.password).await?);
        self.integrations.secrets.promote(name, &version).await?;
        report.done.push(
            "made the new password the current one; receivers accept the old password until the next rotation"
                .to_owned(),
        );
        Ok(())
    }

    /// Runs one step of a rotation by Secrets Manager.
    pub(super) async fn rotation(&self, rotation: &Rotation) -> Result<Report, OperatorError> {
        let secret = self.integrations.secrets.names().read(&rotation.secret_id);
        let Some((name, SecretKind::Webhook)) = secret else {
            let message = format!("`{}` is not a webhook password of this deployment", rotation.secret_id);
            return Err(OperatorError::new(ErrorCode::BadRequest, message));
        };
        let version = VersionId::parse(&rotation.token).map_err(|error| {
            OperatorError::new(ErrorCode::BadRequest, format!("`ClientRequestToken`: {error}"))
        })?;
        let mut report = Report::of("rotation");
        report.integration = Some(name.to_string());
        let secret = self.webhook_secret(&name).await?;
        if secret.versions.is_at(&version, VersionStage::Current) {
            "this version is already the current one".clone_into(&mut report.summary);
            return Ok(report);
        }
        match rotation.step {
            RotationStep::CreateSecret => {
                self.stage(&name, &version, &secret).await?;
                "the new password is stored as pending".clone_into(&mut report.summary);
            }
            RotationStep::SetSecret => {
                self.with_lock(&name, &mut report, async |config, report| {
                    let integration = self.integrations.open_config(&name, config.clone()).await?;
                    let scope = integration.resolve().await?.scope;
                    let stored = self.stage(&name, &version, &secret).await?;
                    self.update_subscriptions(&integration, &scope, &version, &stored, report).await
                })
                .await?;
                "updated every subscription with the new password".clone_into(&mut report.summary);
            }
            RotationStep::TestSecret => {
                let integration = self.integrations.open(&name).await?;
                let scope = integration.resolve().await?.scope;
                let stored = self.stage(&name, &version, &secret).await?;
                report.checked = prove(&integration, &scope, &version, &stored.password).await?;
                "sent test deliveries with the new password".clone_into(&mut report.summary);
            }
            RotationStep::FinishSecret => {
                self.integrations.secrets.promote(&name, &version).await?;
                "made the new password the current one".clone_into(&mut report.summary);
            }
        }
        "nothing: Secrets Manager continues the rotation".clone_into(&mut report.next);
        Ok(report)
    }

    /// The webhook secret, without its values.
    async fn webhook_secret(&self, name: &IntegrationName) -> Result<SecretDescription, OperatorError> {
        match self.integrations.secrets.describe(name, SecretKind::Webhook).await? {
            SecretStatus::Present(description) => Ok(description),
            SecretStatus::Absent => Err(unknown(name)),
            SecretStatus::ScheduledForDeletion { .. } => Err(OperatorError::new(
                ErrorCode::SecretScheduledForDeletion,
                format!(
                    "`{name}` was unlinked, and its password is scheduled for deletion: run `connect` again"
                ),
            )),
        }
    }

    /// Stores a new password as pending and reads it back. A pending password of the same version stays. `secret` is the
    /// description from before.
    async fn stage(
        &self,
        name: &IntegrationName,
        version: &VersionId,
        secret: &SecretDescription,
    ) -> Result<StoredPassword, OperatorError> {
        let password = WebhookPassword::generate(self.integrations.random.bytes()?);
        let staged = self.integrations.secrets.stage_webhook_password(name, &password, version).await?;
        let stored = self.integrations.secrets.webhook_password(name, version).await?.ok_or_else(|| {
            OperatorError::new(
                ErrorCode::SecretsManagerUnavailable,
                "the new password cannot be read back: run this again",
            )
        })?;
        let stored_at = match staged {
            // Now, whatever Secrets Manager says: it creates the version before the password.
            StoreOutcome::New(_) => None,
            StoreOutcome::Existing(_) => stored_at_latest(&stored, secret.changed_at),
        };
        Ok(StoredPassword { stored_at, ..stored })
    }

    /// Waits until every receiver accepts the password, then updates the subscriptions that send another password.
    async fn update_subscriptions(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        scope: &Scope,
        version: &VersionId,
        stored: &StoredPassword,
        report: &mut Report,
    ) -> Result<(), OperatorError> {
        let now = self.integrations.clock.now();
        let wait = remaining_overlap(stored.stored_at, now, self.integrations.deployment.overlap);
        if !wait.is_zero() {
            let time_left = self.integrations.deadline.time_left(now);
            if time_left.is_some_and(|left| left < wait + TIME_TO_UPDATE) {
                return Err(OperatorError::new(
                    ErrorCode::OutOfTime,
                    format!(
                        "a new password is stored, and every receiver accepts it in {} s: run the same request again \
                         then, which goes on there",
                        wait.as_secs() + 1
                    ),
                ));
            }
            self.integrations.clock.sleep(wait).await;
        }
        new_password::send_to_all(integration, scope, version, &stored.password, report).await
    }
}

/// Sends test deliveries with a new password.
///
/// # Errors
///
/// When an endpoint could not be tested, or does not accept the password.
async fn prove<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    version: &VersionId,
    password: &WebhookPassword,
) -> Result<Vec<String>, OperatorError> {
    let wanted = wanted(scope, &integration.urls, version);
    let tests = test_deliveries::send(integration, &wanted, password).await?;
    if !tests.is_complete {
        tests.passed_over.into_result()?;
    }
    Ok(tests.checked)
}
