//! Subscribes to the events of a repository of the run.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::git::Repository;
use crate::raw_client::{Call, Method};
use crate::run::{MARK, Run};
use crate::unsettled::Unsettled;

/// The path of all subscriptions.
pub(crate) const SUBSCRIPTIONS: [&str; 3] = ["_apis", "hooks", "subscriptions"];

impl<C: Clock> Run<C> {
    /// A URL of a host that does not exist.
    pub(crate) fn nowhere(&self) -> String {
        marked("https://example.invalid/", &self.name)
    }

    /// Where deliveries go.
    pub(crate) fn target(&self) -> String {
        self.webhook.as_ref().map_or_else(|| self.nowhere(), |url| marked(url, &self.name))
    }

    /// Where deliveries are answered with 410.
    pub(crate) fn gone_target(&self) -> Option<String> {
        self.gone.as_ref().map(|url| marked(url, &self.name))
    }

    /// Subscribes with the inputs that the product has; the id.
    pub(crate) async fn subscribe(
        &self,
        kind: SubscriptionKind,
        repository: &Repository,
    ) -> Result<String, Unsettled> {
        self.subscribe_at(kind, repository, None, self.target()).await
    }

    /// Subscribes to a branch, or with another URL.
    pub(crate) async fn subscribe_at(
        &self,
        kind: SubscriptionKind,
        repository: &Repository,
        branch: Option<&str>,
        url: String,
    ) -> Result<String, Unsettled> {
        let mut body = self.body(kind, repository, &url);
        if let Some(branch) = branch {
            body["publisherInputs"]["branch"] = branch.into();
        }
        self.subscribe_with(body).await
    }

    /// Subscribes with a body of its own; the id. Not with the client of the product, which lists the subscriptions of
    /// everybody when an answer is lost; those of the run are found in the end.
    pub(crate) async fn subscribe_with(&self, body: Value) -> Result<String, Unsettled> {
        let call = Call::with_body(Method::POST, &SUBSCRIPTIONS, body);
        let created = self.first.raw.call(call).await?.success()?;
        let id = created["id"].as_str().ok_or_else(|| no_id("subscription"))?;
        self.made.subscription(id);
        Ok(id.to_owned())
    }

    /// The body that creates a subscription.
    pub(crate) fn body(&self, kind: SubscriptionKind, repository: &Repository, url: &str) -> Value {
        let mut body = json!({
            "publisherId": "tfs",
            "eventType": kind.event_type(),
            "resourceVersion": kind.resource_version(),
            "consumerId": "webHooks",
            "consumerActionId": "httpRequest",
            "publisherInputs": {"projectId": self.project.id, "repository": repository.id},
            "consumerInputs": {
                "url": url,
                "basicAuthPassword": self.password,
                "resourceDetailsToSend": "all",
                "messagesToSend": "text",
                "detailedMessagesToSend": "none",
            },
        });
        if let Some(filter) = kind.notification_type() {
            body["publisherInputs"]["notificationType"] = filter.into();
        }
        body
    }

    /// A subscription as it is now.
    pub(crate) async fn subscription(&self, id: &str) -> Result<Value, Unsettled> {
        self.first.raw.call(Call::get(&["_apis", "hooks", "subscriptions", id], &[])).await?.success()
    }
}

fn marked(url: &str, run: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{MARK}{run}")
}

pub(crate) fn no_id(what: &str) -> Unsettled {
    Unsettled::Call(format!("the answer to the creation of a {what} has no id"))
}
