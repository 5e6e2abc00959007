//! The stand-in, as tests use it.

use std::io;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;

use super::{Account, Permissions, PersonalAccessToken, ServiceBehavior, SharedState, handler};
use crate::demo::Demo;
use crate::server::{Reply, Server};
use crate::{
    Identity, Notification, Organization, ProjectId, RepositoryId, Subscription, Timestamp, Uuid, entra,
};

/// A running Azure DevOps: `{address}/{organization}` stands for
/// `https://dev.azure.com/{organization}`. It ends when dropped.
#[derive(Debug)]
pub struct StandIn {
    server: Server,
    pub(super) shared: Arc<SharedState>,
}

impl StandIn {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// There is no free port.
    #[expect(clippy::expect_used, reason = "without a loopback port no test can run")]
    pub async fn start(organizations: impl IntoIterator<Item = Organization>) -> Self {
        Self::start_on(0, organizations).await.expect("a free port on 127.0.0.1 is needed")
    }

    /// Starts on the given port of 127.0.0.1, or (0) on a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start_on(
        port: u16,
        organizations: impl IntoIterator<Item = Organization>,
    ) -> io::Result<Self> {
        let shared = Arc::new(SharedState::new(organizations));
        let state = Arc::clone(&shared);
        let server =
            Server::start_on(port, move |request| handler::handle(Arc::clone(&state), request)).await?;
        Ok(Self { server, shared })
    }

    /// Answers a request that comes without a connection. `None` where a connection would be closed.
    pub async fn answer(&self, request: Request<Bytes>) -> Reply {
        handler::handle(Arc::clone(&self.shared), request).await
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The URL of an organization, without a final slash.
    pub fn url(&self, organization: &str) -> String {
        let path = self.account(organization, |account| account.path());
        format!("{}/{path}", self.address())
    }

    /// Reads or changes an organization.
    ///
    /// # Panics
    ///
    /// There is no such organization.
    pub fn organization<R>(&self, name: &str, act: impl FnOnce(&mut Organization) -> R) -> R {
        self.account(name, |account| act(&mut account.organization))
    }

    /// Adds a token, or replaces the one with the same secret.
    pub fn register_pat(&self, token: PersonalAccessToken) {
        let mut state = self.shared.state();
        state.tokens.retain(|old| old.secret != token.secret);
        state.tokens.push(token);
    }

    /// Accepts the access tokens of this Entra, and of no other. Its apps are members of every organization, until
    /// [`Self::exclude`].
    pub fn trust(&self, entra: &entra::StandIn) {
        self.shared.state().access_tokens = Some(entra.tokens());
    }

    /// Grants an identity these permissions and no others, in one project or (`None`) in the
    /// organization and every project without a grant. An identity without any grant has all.
    pub fn grant(&self, organization: &str, who: &Identity, project: Option<ProjectId>, grants: Permissions) {
        self.account(organization, |account| {
            let project = project.map(|id| account.organization.project_uuid(id));
            account.grants.set(who, project, grants);
        });
    }

    /// Changes the behavior of the service, for every organization.
    pub fn configure(&self, change: impl Fn(&mut ServiceBehavior)) {
        for account in &mut self.shared.state().accounts {
            account.organization.configure(&change);
        }
    }

    /// Sets the time. It stands still from then on; before, it is that of this machine.
    pub fn set_time(&self, at: Timestamp) {
        self.shared.state().time = Some(at);
    }

    /// The subscriptions of an organization, oldest first.
    pub fn subscriptions(&self, organization: &str) -> Vec<Subscription> {
        self.account(organization, |account| account.hooks().cloned().collect())
    }

    /// One subscription.
    pub fn subscription(&self, id: Uuid) -> Option<Subscription> {
        self.with(id, |account| account.hook(id).cloned()).flatten()
    }

    /// Prepares the demo, which `POST {address}/_stand-in/{organization}/demo` starts.
    /// Gives its project, the repository there, and its second project.
    pub fn prepare_demo(&self, organization: &str) -> (ProjectId, RepositoryId, ProjectId) {
        let now = self.shared.state().now();
        self.account(organization, |account| {
            let demo = Demo::prepare(&mut account.organization, now);
            let people = &demo.participants;
            let ids = (people.project, people.repository, people.second_project);
            account.demo = Some(demo);
            ids
        })
    }

    /// Posts a notification once with the credentials its subscription has now, logs the response, and
    /// changes the subscription's status accordingly. Posting it again is a retry. Gives the status of
    /// the response, if there was one; when the subscription is gone, nothing is posted.
    pub async fn deliver(&self, notification: &Notification) -> Option<u16> {
        let due = self.shared.state().queue_now(notification)?;
        due.send(&self.shared).await.ok().map(|response| response.status)
    }

    /// Posts one after the other; see [`Self::deliver`].
    pub async fn deliver_all(
        &self,
        notifications: impl IntoIterator<Item = Notification>,
    ) -> Vec<Option<u16>> {
        let mut sent = Vec::new();
        for notification in notifications {
            sent.push(self.deliver(&notification).await);
        }
        sent
    }

    #[expect(clippy::expect_used, reason = "a mistake in a test fails the test")]
    pub(super) fn account<R>(&self, name: &str, act: impl FnOnce(&mut Account) -> R) -> R {
        let mut state = self.shared.state();
        act(state.account(name).expect("an organization of this stand-in"))
    }

    pub(super) fn with<R>(&self, subscription: Uuid, act: impl FnOnce(&mut Account) -> R) -> Option<R> {
        let mut state = self.shared.state();
        state.account_of(subscription).map(act)
    }
}
