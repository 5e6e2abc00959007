//! The organization in memory, shared by the port, the clock and the test.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::OrganizationConnector;
use jiff::Timestamp;

use crate::fakes::organization::Organization;
use crate::fakes::port::Client;

/// The organization; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Azure {
    organization: Arc<Mutex<Organization>>,
    turns: Arc<Turns>,
}

/// Lets a test decide before which call another one comes.
#[derive(Debug, Default)]
struct Turns {
    /// Whether every call lets the others come first.
    are_taken: AtomicBool,
    /// Whether the last turn ended because a run waits for time to pass.
    waits: AtomicBool,
}

impl Azure {
    pub(crate) fn new(began: Timestamp) -> Self {
        Self { organization: Arc::new(Mutex::new(Organization::new(began))), turns: Arc::default() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Organization> {
        self.organization.lock().expect("not poisoned")
    }

    /// Lets every call, to Azure DevOps and to Secrets Manager, end a turn from now on.
    pub(crate) fn take_turns(&self, taken: bool) {
        self.turns.are_taken.store(taken, Ordering::Relaxed);
    }

    /// Whether the last turn ended because a run waits for time to pass.
    pub(crate) fn take_waits(&self) -> bool {
        self.turns.waits.swap(false, Ordering::Relaxed)
    }

    /// Ends the turn of a run before its next call.
    pub(crate) async fn turn(&self) {
        let mut ends = self.turns.are_taken.load(Ordering::Relaxed);
        poll_fn(|_| if std::mem::take(&mut ends) { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    /// Lets time pass.
    pub(crate) async fn wait(&self, duration: Duration) {
        self.lock().began += duration;
        self.turns.waits.store(true, Ordering::Relaxed);
        self.turn().await;
    }

    /// Refuses every call whose text contains `call`, from now on.
    pub(crate) fn refuse(&self, call: impl Into<String>, error: RestError) {
        self.lock().refuse(call, error);
    }

    /// Refuses no call from now on.
    pub(crate) fn refuse_nothing(&self) {
        self.lock().refuse_nothing();
    }

    /// The calls that change something, since the last time.
    pub(crate) fn take_changes(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.lock().calls);
        let changes = ["create", "replace", "disable", "delete"];
        calls.into_iter().filter(|call| changes.iter().any(|change| call.starts_with(change))).collect()
    }

    /// The id of the first subscription to pushes of this project.
    pub(crate) fn push_of(&self, project: &str) -> String {
        let organization = self.lock();
        let found = organization.subscriptions.iter().find(|existing| {
            existing.event_type == "git.push" && existing.project_id.as_deref() == Some(project)
        });
        found.expect("a subscription").id.clone()
    }

    /// The ids and URLs of the subscriptions.
    pub(crate) fn subscriptions(&self) -> Vec<(String, String)> {
        let organization = self.lock();
        let subscriptions = organization.subscriptions.iter();
        subscriptions.map(|existing| (existing.id.clone(), existing.url.clone())).collect()
    }
}

impl OrganizationConnector for Azure {
    type Organization = Client;

    fn open(&self, url: &OrganizationUrl, credential: &AccessCredential) -> Result<Client, String> {
        let access_token = match credential {
            AccessCredential::Basic(_) => None,
            AccessCredential::Bearer(token) => Some(token.clone()),
        };
        Ok(Client { azure: self.clone(), url: url.as_str().to_owned(), access_token })
    }
}
