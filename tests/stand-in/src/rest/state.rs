//! The state of a stand-in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::fault::FaultPlan;
use super::{Account, ApiRequest, Call, PersonalAccessToken};
use crate::entra::AccessTokens;
use crate::ids::IdGenerator;
use crate::{Organization, Timestamp, Uuid, time};

#[derive(Debug)]
pub(super) struct ServiceState {
    pub(super) accounts: Vec<Account>,
    pub(super) tokens: Vec<PersonalAccessToken>,
    /// Those of the Entra that is trusted.
    pub(super) access_tokens: Option<Arc<AccessTokens>>,
    pub(super) faults: FaultPlan,
    pub(super) calls: Vec<Call>,
    call_count: usize,
    /// For ids that only REST shows, so that an organization's ids depend on its seed alone.
    pub(super) ids: IdGenerator,
    /// `None` for the clock of this machine.
    pub(super) time: Option<Timestamp>,
}

/// The state, shared between calls and tests.
#[derive(Debug)]
pub(super) struct SharedState {
    state: Mutex<ServiceState>,
    /// Signals each call that arrives and each that is done.
    pub(super) changes: watch::Sender<()>,
}

impl SharedState {
    pub(super) fn new(organizations: impl IntoIterator<Item = Organization>) -> Self {
        let state = ServiceState {
            accounts: organizations.into_iter().map(Account::new).collect(),
            tokens: Vec::new(),
            access_tokens: None,
            faults: FaultPlan::default(),
            calls: Vec::new(),
            call_count: 0,
            ids: IdGenerator::new(0x5e_ed0f_4e57),
            time: None,
        };
        Self { state: Mutex::new(state), changes: watch::Sender::new(()) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, ServiceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServiceState {
    pub(super) fn now(&self) -> Timestamp {
        time::set_or_now(self.time)
    }

    pub(super) fn account(&mut self, organization: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.name() == organization)
    }

    /// The organization that a request is for.
    pub(super) fn account_at(&self, request: &ApiRequest) -> Option<&Account> {
        self.accounts.iter().find(|account| account.answers(request))
    }

    /// The organization with this id, which stays when it is renamed.
    pub(super) fn account_with(&mut self, id: Uuid) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.organization.collection == id)
    }

    /// The organization that has a subscription.
    pub(super) fn account_of(&mut self, subscription: Uuid) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.hook(subscription).is_some())
    }

    /// Records a call and returns its number.
    pub(super) fn record_call(&mut self, operation: &str) -> usize {
        self.call_count += 1;
        self.calls.push(Call {
            operation: operation.to_owned(),
            status: None,
            has_effect: false,
            number: self.call_count,
        });
        self.call_count
    }

    /// `status` is that of the response; `None` when the connection is closed instead.
    pub(super) fn record_result(&mut self, number: usize, has_effect: bool, status: Option<u16>) {
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.number == number) {
            (call.has_effect, call.status) = (has_effect, status);
        }
    }
}
