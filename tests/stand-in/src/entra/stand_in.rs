//! The stand-in, as tests use it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Bytes;
use serde_json::Value;

use super::{AccessTokens, App, Call, Fault, FederatedCredential, Registration, Tenant, Tenants, handler};
use crate::server::{Reply, Server};
use crate::service::{Service, ServiceState};
use crate::{Timestamp, Uuid, sts};

/// A running Entra: `{address}/{tenant}` stands for `https://login.microsoftonline.com/{tenant}`. It ends when dropped.
#[derive(Debug)]
pub struct StandIn {
    server: Option<Server>,
    pub(super) shared: Arc<Shared>,
    tenant: Uuid,
}

/// How Entra answers, where sources differ or do not say.
#[derive(Clone, Debug)]
pub struct Behavior {
    /// For how long an access token is valid. 3599 seconds by default.
    pub token_lifetime: Duration,
    /// The status of every refusal. `None`, the default: 400 or 401 by cause, as reported.
    pub refusal_status: Option<u16>,
    /// Whether trace id, correlation id and time follow the description after a space, and not after a line break.
    /// Answers from 2024 on are reported so; false by default.
    pub one_line: bool,
}

pub(super) type Shared = Service<State, Fault, Call>;
pub(super) type ServedState = ServiceState<State, Fault, Call>;

/// What Entra knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) tenants: Tenants,
    pub(super) tokens: Arc<AccessTokens>,
    pub(super) behavior: Behavior,
    issuers: Vec<Arc<sts::Shared>>,
    pub(super) call_count: usize,
}

impl State {
    /// The published keys of an issuer; `None` when nothing answers there.
    pub(super) fn keys(&self, issuer: &str) -> Option<Value> {
        self.issuers
            .iter()
            .map(|sts| sts.state())
            .find(|sts| sts.own.issuer() == issuer)
            .map(|sts| sts.own.jwks())
    }
}

impl StandIn {
    /// Without a port: only [`Self::answer`] answers. It can read the keys of this issuer, and has one tenant.
    pub fn new(issuer: &sts::StandIn) -> Self {
        let mut tenants = Tenants::new();
        let tenant = tenants.add_tenant();
        let behavior =
            Behavior { token_lifetime: Duration::from_secs(3599), refusal_status: None, one_line: false };
        let state = State {
            tenants,
            tokens: Arc::default(),
            behavior,
            issuers: vec![issuer.shared()],
            call_count: 0,
        };
        Self { server: None, shared: Arc::new(Service::new(state)), tenant }
    }

    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// There is no free port.
    #[expect(clippy::expect_used, reason = "without a loopback port no test can run")]
    pub async fn start(issuer: &sts::StandIn) -> Self {
        Self::start_on(0, issuer).await.expect("a free port on 127.0.0.1 is needed")
    }

    /// Starts on the given port of 127.0.0.1, or (0) on a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start_on(port: u16, issuer: &sts::StandIn) -> io::Result<Self> {
        let Self { shared, tenant, .. } = Self::new(issuer);
        let state = Arc::clone(&shared);
        let server =
            Server::start_on(port, move |request| handler::handle(Arc::clone(&state), request)).await?;
        Ok(Self { server: Some(server), shared, tenant })
    }

    /// Answers a request that comes without a connection. `None` where a connection would be closed.
    pub async fn answer(&self, request: Request<Bytes>) -> Reply {
        handler::handle(Arc::clone(&self.shared), request).await
    }

    /// Such as `http://127.0.0.1:40125`, without a path; empty without a port.
    pub fn address(&self) -> String {
        self.server.as_ref().map(|server| format!("http://{}", server.address())).unwrap_or_default()
    }

    /// The tenant that is there from the start.
    pub fn tenant(&self) -> Uuid {
        self.tenant
    }

    /// Adds a tenant.
    pub fn add_tenant(&self) -> Uuid {
        self.shared.state().own.tenants.add_tenant()
    }

    /// Registers an app, without a federated credential.
    pub fn register_app(&self, tenant: Uuid, name: &str) -> App {
        self.shared.state().own.tenants.add_app(tenant, name)
    }

    /// Deletes an app. Its access tokens stay valid.
    pub fn remove_app(&self, app: &App) {
        self.shared.state().own.tenants.remove_app(app.client_id);
    }

    /// Adds a federated credential to an app.
    pub fn trust(&self, app: &App, credential: FederatedCredential) {
        self.change_app(app, |registration| registration.credentials.push(credential));
    }

    /// Changes what an administrator can change about an app.
    ///
    /// # Panics
    ///
    /// There is no such app.
    #[expect(clippy::expect_used, reason = "a mistake in a test fails the test")]
    pub fn change_app(&self, app: &App, change: impl FnOnce(&mut Registration)) {
        let mut state = self.shared.state();
        change(state.own.tenants.registration_mut(app.client_id).expect("an app of this stand-in"));
    }

    /// Changes what an administrator can change about a tenant.
    ///
    /// # Panics
    ///
    /// There is no such tenant.
    #[expect(clippy::expect_used, reason = "a mistake in a test fails the test")]
    pub fn change_tenant(&self, tenant: Uuid, change: impl FnOnce(&mut Tenant)) {
        let mut state = self.shared.state();
        change(state.own.tenants.tenant_mut(tenant).expect("a tenant of this stand-in"));
    }

    /// Changes how Entra answers.
    pub fn configure(&self, change: impl FnOnce(&mut Behavior)) {
        change(&mut self.shared.state().own.behavior);
    }

    /// Sets the time. It stands still from then on; before, it is that of this machine.
    pub fn set_time(&self, at: Timestamp) {
        self.shared.state().time = Some(at);
    }

    /// Every access token given so far. None of them may appear in any output.
    pub fn issued(&self) -> Vec<String> {
        self.tokens().secrets()
    }

    /// Ends every access token given so far.
    pub fn revoke_tokens(&self) {
        self.tokens().revoke();
    }

    pub(crate) fn tokens(&self) -> Arc<AccessTokens> {
        Arc::clone(&self.shared.state().own.tokens)
    }
}
