//! `unlink`: our subscriptions first, then the password, then the link, so that a run that was cut off can go on.

use crate::azure_devops::port::AzureDevOps as _;
use crate::ports::Ports;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{Deletion, RecoveryWindow, SecretStatus};
use crate::secrets::store::SecretStore;
use crate::setup::Setup;
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::setup::report::Report;
use crate::setup::request::Unlink;
use crate::subscriptions::webhook_url::Ownership;

impl<P: Ports> Setup<P> {
    pub(super) async fn unlink(&self, request: Unlink) -> Result<Report, SetupError> {
        let name = &request.integration;
        let mut report = Report::of("unlink");
        report.integration = Some(name.to_string());
        match self.integrations.secrets.look(name, SecretKind::Organization).await? {
            SecretStatus::Absent => return Err(crate::integration::open::unknown(name)),
            SecretStatus::ScheduledForDeletion { .. } => {
                // The link goes last, so everything before it is gone.
                report.summary = format!("`{name}` is unlinked already");
                "nothing; `connect` brings it back".clone_into(&mut report.next);
                return Ok(report);
            }
            SecretStatus::Present(_) => {}
        }
        let linked = self.integrations.open(name).await?;
        let existing = linked.subscriptions().await?;
        for existing in
            existing.iter().filter(|existing| linked.urls.ownership(&existing.url) == Ownership::Ours)
        {
            let what = format!("delete subscription {} ({})", existing.id, existing.event_type);
            if request.dry_run {
                report.planned.push(what);
                continue;
            }
            let deleted = linked.organization.delete(&existing.id).await;
            deleted.context(format!("could not {what}"))?;
            report.done.push(what);
        }
        let window = RecoveryWindow::days(request.recovery_days).unwrap_or(RecoveryWindow::LONGEST);
        for kind in [SecretKind::Webhook, SecretKind::Organization] {
            let secret = self.integrations.secrets.names().name(name, kind);
            if request.dry_run {
                report.planned.push(format!("schedule `{secret}` for deletion in {} days", window.as_days()));
                continue;
            }
            match self.integrations.secrets.delete(name, kind, window).await? {
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
