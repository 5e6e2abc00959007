//! The stand-in itself, as tests hold it.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;

use super::account::Account;
use super::history::Attempt;
use super::hook::Hook;
use super::pat::PersonalAccessToken;
use super::quirks::{LocalTargets, Quirks};
use super::rights::Rights;
use super::sending::Sent;
use super::server;
use super::world::Shared;
use crate::server::Server;
use crate::tour::Tour;
use crate::{Guid, Identity, Notification, Organization, ProjectId, RepositoryId};

/// A running Azure DevOps: `{address}/{organization}` stands for
/// `https://dev.azure.com/{organization}`. It ends when dropped.
#[derive(Debug)]
pub struct StandIn {
    server: Server,
    pub(super) shared: Arc<Shared>,
}

impl StandIn {
    /// On a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// There is no free port.
    #[expect(clippy::expect_used, reason = "without a loopback port no test can run")]
    pub async fn start(organizations: impl IntoIterator<Item = Organization>) -> Self {
        Self::start_on(0, organizations).await.expect("a free port on 127.0.0.1 is needed")
    }

    /// On a certain port of 127.0.0.1, or (0) on a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start_on(
        port: u16,
        organizations: impl IntoIterator<Item = Organization>,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(organizations));
        let handler = Arc::clone(&shared);
        let server =
            Server::start_on(port, move |request| server::handle(Arc::clone(&handler), request)).await?;
        Ok(Self { server, shared })
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Where an organization answers, without a final slash.
    pub fn url(&self, organization: &str) -> String {
        let path = self.account(organization, |account| account.path());
        format!("{}/{path}", self.address())
    }

    /// Looks at an organization, or makes something happen in it.
    ///
    /// # Panics
    ///
    /// There is no such organization.
    pub fn organization<R>(&self, name: &str, act: impl FnOnce(&mut Organization) -> R) -> R {
        self.account(name, |account| act(&mut account.organization))
    }

    /// Makes a token known; one with the same secret is replaced.
    pub fn register_pat(&self, token: PersonalAccessToken) {
        let mut world = self.shared.world();
        world.tokens.retain(|old| old.secret != token.secret);
        world.tokens.push(token);
    }

    /// Grants an identity these permissions and no others, in one project or (`None`) in the
    /// organization and every project not named. Whoever was never granted anything has all.
    pub fn grant(&self, organization: &str, who: &Identity, project: Option<ProjectId>, rights: Rights) {
        self.account(organization, |account| {
            let project = project.map(|id| account.organization.project_guid(id));
            account.grants.set(who, project, rights);
        });
    }

    /// Changes how the service is; see [`Quirks`].
    pub fn quirks(&self, change: impl FnOnce(&mut Quirks)) {
        change(&mut self.shared.world().quirks);
    }

    /// Lets subscriptions point to this machine.
    pub fn allow_local_targets(&self) {
        self.quirks(|quirks| quirks.local_targets = LocalTargets::Allowed);
    }

    /// Stops the clock at a time.
    pub fn set_time(&self, at: Timestamp) {
        self.shared.world().time = Some(at);
    }

    /// The subscriptions of an organization, oldest first.
    pub fn hooks(&self, organization: &str) -> Vec<Hook> {
        self.account(organization, |account| account.hooks.clone())
    }

    /// One subscription.
    pub fn hook(&self, id: Guid) -> Option<Hook> {
        self.with(id, |account| account.hook(id).cloned()).flatten()
    }

    /// Sets the scene for a tour, which `POST {address}/_stand-in/{organization}/tour` starts.
    pub fn prepare_tour(&self, organization: &str) -> (ProjectId, RepositoryId) {
        let now = self.shared.world().now();
        self.account(organization, |account| {
            let tour = Tour::prepare(&mut account.organization, now);
            let scene = (tour.project(), tour.repository());
            account.tour = Some(tour);
            scene
        })
    }

    /// Posts a notification as its subscription is saved now, remembers what became of it, and
    /// changes the subscription's status as the answer demands. Posting the same one again is a
    /// retry. `None` when the subscription is gone or cannot be delivered to.
    pub async fn deliver(&self, notification: &Notification) -> Option<Sent> {
        let sending = self.shared.world().queue(notification)?;
        Some(sending.send(&self.shared).await)
    }

    /// Posts one after the other, in their order; see [`Self::deliver`].
    pub async fn deliver_all(&self, notifications: impl IntoIterator<Item = Notification>) -> Vec<Sent> {
        let mut sent = Vec::new();
        for notification in notifications {
            sent.extend(self.deliver(&notification).await);
        }
        sent
    }

    /// What became of every notification of an organization, oldest first.
    pub fn history(&self, organization: &str) -> Vec<Attempt> {
        self.account(organization, |account| account.history.all().to_vec())
    }

    #[expect(clippy::expect_used, reason = "a mistake in a test fails the test")]
    pub(super) fn account<R>(&self, name: &str, act: impl FnOnce(&mut Account) -> R) -> R {
        let mut world = self.shared.world();
        let account = world.accounts.iter_mut().find(|account| account.name() == name);
        act(account.expect("an organization of this stand-in"))
    }

    pub(super) fn with<R>(&self, subscription: Guid, act: impl FnOnce(&mut Account) -> R) -> Option<R> {
        let mut world = self.shared.world();
        world.account_of(subscription).map(act)
    }
}
