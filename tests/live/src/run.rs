//! One run: who asks, in which project, and what was made there.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hookpost_core::azure_devops::catalog::{Connection, ProjectInfo};
use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::entra::access_token::AccessToken;
use hookpost_core::ports::Clock;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use url::Url;
use zeroize::Zeroizing;

use crate::clients::Clients;
use crate::raw_client::{Call, Method, RawClient, Reply};
use crate::unsettled::Unsettled;

/// A run. All that it makes is in its project: repositories and subscriptions are recorded here, and
/// [`Run::clean_up`] deletes them.
#[derive(Debug)]
pub(crate) struct Run<C> {
    pub(crate) clock: C,
    /// The person or app that makes everything.
    pub(crate) first: Clients,
    /// Who uses the second token.
    pub(crate) second: Option<Clients>,
    /// Whether that is another person or app.
    pub(crate) has_two_people: bool,
    pub(crate) owner: Connection,
    pub(crate) project: ProjectInfo,
    /// The URL of the organization, before `_apis`.
    pub(crate) base: Url,
    pub(crate) webhook: Option<String>,
    pub(crate) gone: Option<String>,
    pub(crate) wait: Option<Duration>,
    /// The password of every subscription.
    pub(crate) password: String,
    /// True once the operator has stopped the run.
    pub(crate) stopped: watch::Receiver<bool>,
    /// Eight digits that no other run has.
    pub(crate) name: String,
    pub(crate) made: Made,
}

/// The ids of what was made.
#[derive(Debug, Default)]
pub(crate) struct Made {
    subscriptions: Mutex<Vec<String>>,
    /// Forks come after their parents.
    repositories: Mutex<Vec<String>>,
}

impl Made {
    pub(crate) fn subscription(&self, id: &str) {
        if !id.is_empty() {
            lock(&self.subscriptions).push(id.to_owned());
        }
    }

    pub(crate) fn repository(&self, id: &str) {
        lock(&self.repositories).push(id.to_owned());
    }
}

impl<C: Clock> Run<C> {
    /// The clients of another person.
    pub(crate) fn second(&self) -> Result<&Clients, Unsettled> {
        let second = self.second.as_ref().filter(|_| self.has_two_people);
        second.ok_or(Unsettled::Needs("needs the token of another person: PAT2_FILE=…"))
    }

    /// Waits, unless the run is stopped.
    pub(crate) async fn pause(&self, seconds: u64) -> Result<(), Unsettled> {
        let mut stopped = self.stopped.clone();
        tokio::select! {
            () = self.clock.sleep(Duration::from_secs(seconds)) => Ok(()),
            _ = stopped.wait_for(|stopped| *stopped) => Err(Unsettled::Stopped),
        }
    }

    /// A client with a token of the first one's kind, which nobody issued.
    pub(crate) fn client_with_wrong_token(&self) -> Result<RawClient, Unsettled> {
        let token = if self.first.is_app {
            let token = Zeroizing::new("eyJhbGciOiJSUzI1NiJ9.e30.bm9ib2R5".to_owned());
            AccessCredential::Bearer(AccessToken::new(token, Timestamp::MAX))
        } else {
            let token = PersonalAccessToken::parse(&"x".repeat(52));
            AccessCredential::Basic(token.map_err(|error| Unsettled::Call(error.to_string()))?)
        };
        RawClient::new(self.base.clone(), &token, self.stopped.clone())
    }

    /// Deletes subscriptions and repositories; those of earlier runs that were killed, too. Returns what is left.
    pub(crate) async fn clean_up(&self) -> Vec<String> {
        let mut left = Vec::new();
        let mut ids = lock(&self.made.subscriptions).clone();
        match self.find_subscriptions().await {
            Ok(found) => ids.extend(found),
            Err(error) => left.push(format!(
                "maybe subscriptions whose creation had no answer, since they could not be looked for ({error}). Look \
                 at the service hooks of the project."
            )),
        }
        ids.sort();
        ids.dedup();
        for id in ids {
            if let Err(error) = self.first.product.delete(&id).await {
                left.push(format!(
                    "the subscription {id}: {error}. Delete it in the project's settings, Service hooks."
                ));
            }
        }
        for id in self.repositories().await {
            let path = [&self.project.id, "_apis", "git", "repositories", &id];
            let deleted = self.first.raw.call(Call { method: Method::DELETE, ..Call::get(&path, &[]) }).await;
            if let Err(error) = deleted.and_then(Reply::success) {
                left.push(format!("the repository {id}: {error}. Delete it in the project's settings."));
            }
        }
        left
    }

    /// The ids of the repositories of this run, the latest first. Those whose creation had no answer are found by name.
    async fn repositories(&self) -> Vec<String> {
        let mut ids: Vec<_> = lock(&self.made.repositories).iter().rev().cloned().collect();
        let path = [&self.project.id, "_apis", "git", "repositories"];
        let listed =
            self.first.raw.call(Call::get(&path, &[])).await.map(|reply| reply.body).unwrap_or_default();
        let prefix = self.repository_name("");
        for repository in listed["value"].as_array().into_iter().flatten() {
            let text = |member: &str| repository[member].as_str().unwrap_or_default();
            let is_known = ids.iter().any(|id| id == text("id"));
            if text("name").starts_with(&prefix) && !is_known {
                ids.push(text("id").to_owned());
            }
        }
        ids
    }

    /// The name of a repository of this run.
    pub(crate) fn repository_name(&self, purpose: &str) -> String {
        format!("verify-{}-{purpose}", self.name)
    }

    /// The subscriptions of this program in the project, and that of this run for the whole organization.
    async fn find_subscriptions(&self) -> Result<Vec<String>, Unsettled> {
        let is = |input: &str, value: &str| json!([{"conditions": [{"inputId": input, "operator": "equals", "inputValue": value}]}]);
        let mut in_project = json!({"publisherId": "tfs", "consumerId": "webHooks"});
        let mut of_run = in_project.clone();
        in_project["publisherInputFilters"] = is("projectId", &self.project.id);
        of_run["consumerInputFilters"] = is("url", &self.nowhere());
        let mut found = Vec::new();
        for query in [in_project, of_run] {
            let path = ["_apis", "hooks", "subscriptionsquery"];
            let call = Call::with_body(Method::POST, &path, query);
            let body = self.first.raw.call(call).await?.success()?;
            let results = body["results"].as_array().map(Vec::as_slice).unwrap_or_default();
            // How the service combines filters is not documented.
            let ours = results.iter().filter(|hook| self.is_ours(hook));
            found.extend(ours.filter_map(|hook| hook["id"].as_str().map(str::to_owned)));
        }
        Ok(found)
    }

    fn is_ours(&self, hook: &Value) -> bool {
        let url = hook["consumerInputs"]["url"].as_str().unwrap_or_default();
        let project = hook["publisherInputs"]["projectId"].as_str();
        let is_in_project = project.is_some_and(|id| id.eq_ignore_ascii_case(&self.project.id));
        url == self.nowhere() || (is_in_project && url.contains(MARK))
    }
}

/// In the URL of every subscription that this program makes.
pub(crate) const MARK: &str = "hookpost-verify=";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
