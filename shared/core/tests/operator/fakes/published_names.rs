//! The published names in memory.

use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::published_names::{PublishedNames, PublishedNamesStore, StoredNames};
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::version::VersionId;

use crate::fakes::secrets::Secrets;

/// The list. Clones share their state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Published(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) stored: Option<StoredNames>,
    /// Names that another run publishes right before the next change.
    pub(crate) of_another_run: Vec<&'static str>,
    /// Whether another run changes the list before each change.
    pub(crate) changes_always: bool,
    /// Calls, those that changed nothing included.
    pub(crate) calls: Vec<&'static str>,
}

impl Published {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("not poisoned")
    }

    /// The names, or nothing when there is no list.
    pub(crate) fn names(&self) -> Vec<String> {
        let state = self.lock();
        state.stored.iter().flat_map(|stored| &stored.names.0).map(ToString::to_string).collect()
    }

    /// Replaces the list.
    pub(crate) fn set(&self, names: &[&str]) {
        self.lock().store(names.iter().map(|name| IntegrationName::parse(name).expect("a name")));
    }
}

impl State {
    fn store(&mut self, names: impl IntoIterator<Item = IntegrationName>) {
        let first = || VersionId::generate([0; 16]);
        let version = self.stored.as_ref().map_or_else(first, |stored| stored.version.successor());
        self.stored = Some(StoredNames { names: PublishedNames(names.into_iter().collect()), version });
    }
}

impl PublishedNamesStore for Secrets {
    async fn published_names(&self) -> Result<Option<StoredNames>, SecretStoreError> {
        self.azure.turn().await;
        let mut state = self.published.lock();
        state.calls.push("read");
        Ok(state.stored.clone())
    }

    async fn store_published_names(
        &self,
        names: &PublishedNames,
        read: Option<&VersionId>,
    ) -> Result<bool, SecretStoreError> {
        self.azure.turn().await;
        let mut state = self.published.lock();
        state.calls.push("store");
        let others = std::mem::take(&mut state.of_another_run);
        if !others.is_empty() {
            let present = state.stored.iter().flat_map(|stored| stored.names.0.clone()).collect::<Vec<_>>();
            let others = others.into_iter().map(|name| IntegrationName::parse(name).expect("a name"));
            state.store(present.into_iter().chain(others));
        }
        let is_latest = !state.changes_always && state.stored.as_ref().map(|stored| &stored.version) == read;
        if is_latest {
            state.store(names.0.clone());
        }
        Ok(is_latest)
    }
}
