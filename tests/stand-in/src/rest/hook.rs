//! A saved subscription. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Subscriptions.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::quirks::Quirks;
use super::target;
use super::terms::Terms;
use crate::{Guid, Identity, Organization, time, wire};

/// A subscription as the service keeps it.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Given by the service.
    pub id: Guid,
    /// What its maker wants.
    pub terms: Terms,
    /// Whether it works.
    pub status: Status,
    /// Whoever made it.
    pub created_by: Identity,
    /// When it was made.
    pub created: Timestamp,
    /// Whoever replaced it last.
    pub modified_by: Identity,
    /// When it was replaced last.
    pub modified: Timestamp,
    /// How many retries have failed since it went on probation.
    pub probation_retries: u32,
    /// The last of them.
    pub last_probation_retry: Option<Timestamp>,
    /// The last delivery that was accepted.
    pub last_success: Option<Timestamp>,
    /// Another id, which shows among the publisher inputs.
    pub(super) inner_id: Guid,
}

/// Whether a subscription works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Enabled,
    /// A delivery has failed and is tried again for a day and a half; what happens meanwhile is
    /// lost.
    OnProbation,
    /// Somebody has switched it off.
    DisabledByUser,
    /// Too many failures, or one 410.
    DisabledBySystem,
    /// Its maker has left.
    DisabledByInactiveIdentity,
}

impl Status {
    /// As REST says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::OnProbation => "onProbation",
            Self::DisabledByUser => "disabledByUser",
            Self::DisabledBySystem => "disabledBySystem",
            Self::DisabledByInactiveIdentity => "disabledByInactiveIdentity",
        }
    }

    /// What a caller may set it to; anything else changes nothing.
    pub(super) fn wanted(text: Option<&str>) -> Option<Self> {
        [Self::Enabled, Self::DisabledByUser].into_iter().find(|status| Some(status.as_str()) == text)
    }

    /// Whether it is told what happens.
    pub(super) const fn hears(self) -> bool {
        matches!(self, Self::Enabled)
    }
}

impl Hook {
    pub(super) fn new(id: Guid, inner_id: Guid, terms: Terms, by: &Identity, at: Timestamp) -> Self {
        Self {
            id,
            terms,
            status: Status::Enabled,
            created_by: by.clone(),
            created: at,
            modified_by: by.clone(),
            modified: at,
            probation_retries: 0,
            last_probation_retry: None,
            last_success: None,
            inner_id,
        }
    }

    /// Sets a status; what probation has counted does not outlive a recovery.
    pub(super) fn turn(&mut self, status: Status) {
        self.status = status;
        if status == Status::Enabled {
            self.probation_retries = 0;
            self.last_probation_retry = None;
        }
    }

    pub(super) fn to_json(&self, organization: &Organization, quirks: &Quirks) -> Value {
        let terms = &self.terms;
        let url = format!("{}_apis/hooks/subscriptions/{}", organization.url(), self.id);
        let mut filters: Map<String, Value> = terms
            .publisher_inputs
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        filters.insert("hostId".to_owned(), json!(organization.collection));
        filters.insert("tfsSubscriptionId".to_owned(), json!(self.inner_id));
        let action = target::host(terms.url()).map_or(String::new(), |host| format!("To host {host}"));
        let mut body = json!({
            "id": self.id,
            "url": url,
            "publisherId": terms.publisher_id,
            "eventType": terms.event_type,
            "resourceVersion": terms.resource_version,
            "eventDescription": self.event_description(organization),
            "consumerId": terms.consumer_id,
            "consumerActionId": terms.consumer_action_id,
            "actionDescription": action,
            "createdBy": identity(organization, &self.created_by),
            "createdDate": time::render(self.created),
            "modifiedBy": identity(organization, &self.modified_by),
            "modifiedDate": time::render(self.modified),
            "publisherInputs": filters,
            "consumerInputs": terms.masked_inputs(),
            "_links": links(organization, terms, &url),
        });
        if self.status != Status::Enabled || !quirks.enabled_is_implied {
            body["status"] = self.status.as_str().into();
        }
        if self.probation_retries > 0 {
            let count = self.probation_retries;
            let text = quirks.probation_as_text.then(|| count.to_string().into());
            body["probationRetries"] = text.unwrap_or_else(|| count.into());
        }
        for (name, date) in [
            ("lastProbationRetryDate", self.last_probation_retry),
            ("lastSuccessfulAttemptDate", self.last_success),
        ] {
            if let Some(date) = date {
                body[name] = time::render(date).into();
            }
        }
        body
    }

    fn event_description(&self, organization: &Organization) -> String {
        let repository =
            self.terms.filter("repository").and_then(|id| organization.find_repository(None, id));
        let repository = match repository {
            Some(id) => format!("Repository {}", organization.repository_name(id)),
            None => "Any repository".to_owned(),
        };
        match self.terms.filter("branch") {
            Some(branch) => format!("{repository}, branch {branch}"),
            None => format!("{repository}, any branch"),
        }
    }
}

fn identity(organization: &Organization, who: &Identity) -> Value {
    let body = wire::identity::identity(organization, who, wire::Era::Current);
    serde_json::to_value(wire::json::Json::from(body)).unwrap_or_default()
}

fn links(organization: &Organization, terms: &Terms, url: &str) -> Value {
    let base = format!("{}_apis/hooks", organization.url());
    let consumer = format!("{base}/consumers/{}", terms.consumer_id);
    json!({
        "self": {"href": url},
        "consumer": {"href": consumer},
        "actions": {"href": format!("{consumer}/actions")},
        "notifications": {"href": format!("{url}/notifications")},
        "publisher": {"href": format!("{base}/publishers/{}", terms.publisher_id)},
    })
}
