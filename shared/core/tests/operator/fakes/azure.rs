//! The organization in memory, shared by the port, the clock and the test.

use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::OrganizationConnector;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use jiff::Timestamp;

use crate::fakes::organization::Organization;
use crate::fakes::port::Client;

/// The organization; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Azure(Arc<Mutex<Organization>>);

impl Azure {
    pub(crate) fn new(began: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Organization::new(began))))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Organization> {
        self.0.lock().expect("not poisoned")
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

    fn open(&self, url: &OrganizationUrl, _: &PersonalAccessToken) -> Result<Client, String> {
        Ok(Client { azure: self.clone(), url: url.as_str().to_owned() })
    }
}
