//! All the state of a stand-in.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use super::account::Account;
use super::asked::Asked;
use super::call::{Call, Effect};
use super::fault::Script;
use super::pat::PersonalAccessToken;
use super::quirks::Quirks;
use crate::ids::Ids;
use crate::{Guid, Organization};

#[derive(Debug)]
pub(super) struct World {
    pub(super) accounts: Vec<Account>,
    pub(super) tokens: Vec<PersonalAccessToken>,
    pub(super) quirks: Quirks,
    pub(super) script: Script,
    pub(super) calls: Vec<Call>,
    count: usize,
    /// Ids that only REST shows; apart from the organizations', so that those stay what the seed
    /// says.
    pub(super) ids: Ids,
    /// `None` for the clock of this machine.
    pub(super) time: Option<Timestamp>,
}

/// The world, which calls and tests take turns with.
#[derive(Debug)]
pub(super) struct Shared {
    world: Mutex<World>,
    /// Changes with every call that comes in and with every one that is done.
    pub(super) turns: watch::Sender<usize>,
}

impl Shared {
    pub(super) fn new(organizations: impl IntoIterator<Item = Organization>) -> Self {
        let world = World {
            accounts: organizations.into_iter().map(Account::new).collect(),
            tokens: Vec::new(),
            quirks: Quirks::default(),
            script: Script::default(),
            calls: Vec::new(),
            count: 0,
            ids: Ids::new(0x5e_ed0f_4e57),
            time: None,
        };
        Self { world: Mutex::new(world), turns: watch::Sender::new(0) }
    }

    pub(super) fn turn(&self) {
        self.turns.send_modify(|turns| *turns += 1);
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "a server has a clock; tests that care set the time")]
    pub(super) fn now(&self) -> Timestamp {
        self.time.unwrap_or_else(Timestamp::now)
    }

    /// The account that holds a subscription.
    pub(super) fn account_of(&mut self, subscription: Guid) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.hook(subscription).is_some())
    }

    /// Remembers a call that has come in; returns its number.
    pub(super) fn note(&mut self, asked: &Asked, operation: &str) -> usize {
        self.count += 1;
        self.calls.push(Call {
            operation: operation.to_owned(),
            target: asked.target.clone(),
            body: asked.body(),
            status: None,
            effect: Effect::None,
            number: self.count,
        });
        self.count
    }

    pub(super) fn call_mut(&mut self, number: usize) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.number == number)
    }
}
