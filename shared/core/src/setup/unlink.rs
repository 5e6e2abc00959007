//! `unlink`: our subscriptions first, then the password, then the link, so that a run that was cut off can go on.

use crate::azure_devops::port::AzureDevOps as _;
use crate::integration::open::vault;
use crate::ports::MessageQueue;
use crate::quarantine::port::Quarantine;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{Deletion, Presence, RecoveryWindow};
use crate::secrets::store::Vault;
use crate::setup::error::SetupError;
use crate::setup::report::Report;
use crate::setup::request::Unlink;
use crate::setup::verify::refusal;
use crate::setup::{Directory, Setup, World};
use crate::subscriptions::webhook_url::Whose;

impl<D, V, Q, K, W> Setup<D, V, Q, K, W>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    K: Quarantine + Send + Sync,
    W: World + Send + Sync,
{
    pub(super) async fn unlink(&self, request: Unlink) -> Result<Report, SetupError> {
        let name = &request.integration;
        let mut report = Report::of("unlink");
        report.integration = Some(name.to_string());
        match self.vault.look(name, SecretKind::Organization).await.map_err(vault)? {
            Presence::Absent => return Err(crate::integration::open::unknown(name)),
            Presence::ScheduledForDeletion { .. } => {
                // The link goes last, so everything before it is gone.
                report.summary = format!("`{name}` is unlinked already");
                "nothing; `connect` brings it back".clone_into(&mut report.next);
                return Ok(report);
            }
            Presence::Present(_) => {}
        }
        let linked = self.linked(name).await?;
        let existing = linked.subscriptions().await?;
        for existing in existing.iter().filter(|existing| linked.urls.whose(&existing.url) == Whose::Ours) {
            let what = format!("delete subscription {} ({})", existing.id, existing.event_type);
            if request.dry_run {
                report.planned.push(what);
                continue;
            }
            let deleted = linked.organization.delete(&existing.id).await;
            deleted.map_err(|error| refusal(&error, &format!("could not {what}")))?;
            report.done.push(what);
        }
        let window = RecoveryWindow::days(request.recovery_days).unwrap_or(RecoveryWindow::LONGEST);
        for kind in [SecretKind::Webhook, SecretKind::Organization] {
            let secret = self.vault.names().name(name, kind);
            if request.dry_run {
                report.planned.push(format!("schedule `{secret}` for deletion in {} days", window.as_days()));
                continue;
            }
            match self.vault.delete(name, kind, window).await.map_err(vault)? {
                Deletion::Absent => {}
                Deletion::Scheduled { until } => {
                    let until =
                        until.map_or_else(|| format!("{} days", window.as_days()), |until| until.to_string());
                    report.done.push(format!("scheduled `{secret}` for deletion"));
                    report.remains.push(format!("`{secret}` can be restored, by `connect`, until {until}"));
                }
            }
        }
        report.remains.push("events on the queues stay where they are".to_owned());
        if request.dry_run {
            report.summary = format!("{} things would be taken away", report.planned.len());
            "run the same without `dryRun`".clone_into(&mut report.next);
        } else {
            report.summary = format!("`{name}` is unlinked");
            "revoke the token in Azure DevOps if nothing else uses it".clone_into(&mut report.next);
        }
        Ok(report)
    }
}
