//! `rotate-password`, and Secrets Manager's four steps for the same.
//!
//! The new password is stored as pending; then everybody waits until every receiver must know it; then each subscription
//! gets it, one after the other; then it is proven; then it becomes the current one and the old one the previous. At no
//! moment is a password sent that receivers do not accept. Cut off anywhere, it goes on where it was.

use crate::auth::password::WebhookPassword;
use crate::integration::name::IntegrationName;
use crate::integration::open::{OpenIntegration, describe_step};
use crate::ports::Clock as _;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::ports::SecureRandom as _;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{SecretStatus, StoredPassword};
use crate::secrets::store::SecretStore;
use crate::secrets::version::VersionId;
use crate::secrets::version::VersionStage;
use crate::setup::Setup;
use crate::setup::error::{Code, SetupError};
use crate::setup::report::Report;
use crate::setup::request::{Rotation, RotationStep};
use crate::subscriptions::plan::{Scope, Step};
use jiff::Timestamp;
use std::time::Duration;

impl<P: Ports> Setup<P> {
    /// The whole rotation in one go.
    pub(super) async fn rotate_password(&self, name: &IntegrationName) -> Result<Report, SetupError> {
        let mut report = Report::of("rotate-password");
        report.integration = Some(name.to_string());
        let linked = self.integrations.open(name).await?;
        let begun = self.versions_of(name).await?.in_rotation().cloned();
        report.checked.push(match &begun {
            Some(_) => "a rotation had begun: going on with it".to_owned(),
            None => "no rotation is going on".to_owned(),
        });
        let version = match begun {
            Some(version) => version,
            None => self.integrations.new_version()?,
        };
        let scope = linked.scope().await?;
        let stored = self.stage(name, &version).await?;
        report.done.push("stored a new password as pending".to_owned());
        self.give(&linked, &scope, &version, &stored, &mut report).await?;
        report.checked.extend(linked.prove(&version, &scope, &stored.password).await?);
        self.integrations.secrets.promote(name, &version).await?;
        report
            .done
            .push("made it the current password; the old one is accepted until the next rotation".to_owned());
        report.summary = format!("the webhook password of `{name}` was changed, and no delivery refused");
        "nothing; rotate again after two days at the earliest, so that no retry still carries a retired password"
            .clone_into(&mut report.next);
        Ok(report)
    }

    /// One step of Secrets Manager's own rotation.
    pub(super) async fn rotation(&self, rotation: &Rotation) -> Result<Report, SetupError> {
        let read = self.integrations.secrets.names().read(&rotation.secret_id);
        let Some((name, SecretKind::Webhook)) = read else {
            let message =
                format!("`{}` is not the webhook password of an integration here", rotation.secret_id);
            return Err(SetupError::new(Code::BadRequest, message));
        };
        let version = VersionId::parse(&rotation.token)
            .map_err(|error| SetupError::new(Code::BadRequest, format!("`ClientRequestToken`: {error}")))?;
        let mut report = Report::of("rotation");
        report.integration = Some(name.to_string());
        if self.versions_of(&name).await?.is_at(&version, VersionStage::Current) {
            "this version is current already".clone_into(&mut report.summary);
            return Ok(report);
        }
        match rotation.step {
            RotationStep::CreateSecret => {
                self.stage(&name, &version).await?;
                "stored a new password as pending".clone_into(&mut report.summary);
            }
            RotationStep::SetSecret => {
                let linked = self.integrations.open(&name).await?;
                let scope = linked.scope().await?;
                let stored = self.stage(&name, &version).await?;
                self.give(&linked, &scope, &version, &stored, &mut report).await?;
                "gave it to every subscription".clone_into(&mut report.summary);
            }
            RotationStep::TestSecret => {
                let linked = self.integrations.open(&name).await?;
                let scope = linked.scope().await?;
                let stored = self.stage(&name, &version).await?;
                report.checked = linked.prove(&version, &scope, &stored.password).await?;
                "proved it with test deliveries".clone_into(&mut report.summary);
            }
            RotationStep::FinishSecret => {
                self.integrations.secrets.promote(&name, &version).await?;
                "made it the current password".clone_into(&mut report.summary);
            }
        }
        "nothing: Secrets Manager goes on by itself".clone_into(&mut report.next);
        Ok(report)
    }

    async fn versions_of(
        &self,
        name: &IntegrationName,
    ) -> Result<crate::secrets::version::Versions, SetupError> {
        match self.integrations.secrets.look(name, SecretKind::Webhook).await? {
            SecretStatus::Present(state) => Ok(state.versions),
            SecretStatus::Absent => Err(crate::integration::open::unknown(name)),
            SecretStatus::ScheduledForDeletion { .. } => Err(SetupError::new(
                Code::SecretScheduledForDeletion,
                format!(
                    "`{name}` was unlinked and its password is scheduled for deletion: `connect` it again"
                ),
            )),
        }
    }

    /// Makes sure of a pending password, and reads it: the one that is there wins.
    async fn stage(&self, name: &IntegrationName, version: &VersionId) -> Result<StoredPassword, SetupError> {
        let password = WebhookPassword::generate(self.integrations.random.bytes()?);
        self.integrations.secrets.stage_webhook_password(name, &password, version).await?;
        let stored = self.integrations.secrets.webhook_password(name, version).await?;
        stored.ok_or_else(|| {
            SetupError::new(
                Code::SecretsManagerUnavailable,
                "the new password cannot be read back: run this again",
            )
        })
    }

    /// Waits until receivers must know the password, then gives it to every subscription that has another.
    async fn give(
        &self,
        linked: &OpenIntegration<Organization<P>>,
        scope: &Scope,
        version: &VersionId,
        stored: &StoredPassword,
        report: &mut Report,
    ) -> Result<(), SetupError> {
        let now = self.integrations.clock.now();
        let wait = remaining(stored.stored_at, now, self.integrations.deployment.overlap);
        if !wait.is_zero() {
            self.integrations.clock.sleep(wait).await;
        }
        let plan = linked.plan(scope, version).await?;
        for step in &plan.steps {
            match step {
                Step::Replace { .. } => report.done.push(linked.apply(step, &stored.password).await?),
                // A rotation changes passwords and nothing else.
                Step::Create(_) => report.remains.push(format!("{}: run `connect`", describe_step(step))),
            }
        }
        crate::setup::connect::report_unmanaged(&plan, report);
        Ok(())
    }
}

/// What is left of the overlap. A time that is not known, or lies ahead, counts as now.
fn remaining(stored_at: Option<Timestamp>, now: Timestamp, overlap: Duration) -> Duration {
    let age = stored_at.and_then(|at| Duration::try_from(now.duration_since(at)).ok()).unwrap_or_default();
    overlap.saturating_sub(age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_left_of_the_overlap_is_waited() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a timestamp");
        let overlap = Duration::from_secs(35);
        let ago = |seconds| Some(now - Duration::from_secs(seconds));
        assert_eq!(remaining(ago(5), now, overlap), Duration::from_secs(30));
        assert_eq!(remaining(ago(60), now, overlap), Duration::ZERO);
        assert_eq!(remaining(None, now, overlap), overlap);
        assert_eq!(remaining(Some(now + Duration::from_secs(60)), now, overlap), overlap);
    }
}
