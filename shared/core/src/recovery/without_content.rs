//! Completes an event that the delivery log keeps without its content, from the pull request that its message names.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::recovery::Recovery;
use crate::recovery::change::keys_of;
use crate::subscriptions::kind::{ChangeKind, SubscriptionKind};

impl<O: AzureDevOps> Recovery<'_, O> {
    /// The event with the pull request in its present state as content, so that it keeps its id. `None` for pushes and
    /// comments, whose lists and threads have more than the event, and where the message does not name the pull request.
    pub(crate) async fn complete(
        &self,
        kind: SubscriptionKind,
        event: &str,
    ) -> Result<Option<String>, RestError> {
        if matches!(kind, SubscriptionKind::Push | SubscriptionKind::PullRequestCommented) {
            return Ok(None);
        }
        let mut event: Value = serde_json::from_str(event).unwrap_or_default();
        let text = event["message"]["text"].as_str().unwrap_or_default();
        let repositories = self.repositories().await?;
        let Some((repository, number)) = named_in(text, repositories) else { return Ok(None) };
        let json = self.organization.pull_request(&repository.id, number).await?;
        let Ok(content) = serde_json::from_str::<Value>(&json) else { return Ok(None) };
        event["resource"] = content;
        Ok(Some(event.to_string()))
    }
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// What identifies the change of an event that [`complete`](Self::complete) has completed. Its content is later than the
    /// event, so that it may show another status.
    pub(crate) fn keys(&self, kind: SubscriptionKind, body: &str) -> Vec<String> {
        let events = self.delivered(kind, body);
        let keys = keys_of(&events);
        if kind != SubscriptionKind::PullRequestUpdated(ChangeKind::Status) {
            return keys.collect();
        }
        let of_any_status = keys.filter_map(|key| {
            let (pull_request, _) = key.rsplit_once('/')?;
            Some(["completed", "abandoned", "status"].map(|status| format!("{pull_request}/{status}")))
        });
        of_any_status.flatten().collect()
    }
}

/// The pull request that a message names: `… pull request {number} ({title}) in {repository}\r\n{URL of the repository}`.
/// The title may contain anything, so only the text before it and the last line are read.
fn named_in<'a>(text: &str, repositories: &'a [RepositoryInfo]) -> Option<(&'a RepositoryInfo, u64)> {
    let (_, rest) = text.split_once("pull request ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    let url = canonical(text.lines().next_back()?);
    let repository = repositories
        .iter()
        .find(|repository| repository.web_url.as_deref().map(canonical).as_ref() == Some(&url))?;
    Some((repository, digits.parse().ok()?))
}

/// A URL in a form in which equal ones are equal.
fn canonical(url: &str) -> String {
    let decoded = percent_decode_str(url.trim().trim_end_matches('/')).decode_utf8_lossy();
    decoded.to_lowercase()
}
