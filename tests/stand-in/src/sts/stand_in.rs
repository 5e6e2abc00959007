//! The stand-in, as tests use it.

use std::io;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::keys::SigningKey;
use super::{Call, Fault, Role, handler};
use crate::server::{Reply, Server};
use crate::service::{Secrets, Service, ServiceState};
use crate::{Timestamp, Uuid, service};

/// A running STS of one region and one account. It ends when dropped.
#[derive(Debug)]
pub struct StandIn {
    server: Option<Server>,
    pub(super) shared: Arc<Shared>,
}

pub(crate) type Shared = Service<State, Fault, Call>;
pub(super) type ServedState = ServiceState<State, Fault, Call>;

/// What STS knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(super) region: String,
    pub(super) issuer: String,
    roles: Vec<Role>,
    /// The last one signs; the others are still published.
    keys: Vec<Arc<SigningKey>>,
    pub(super) issued: Secrets,
    pub(super) call_count: usize,
}

impl StandIn {
    /// Without a port: only [`Self::answer`] answers. Its issuer has the form of AWS's.
    pub fn new(region: &str) -> Self {
        let state = State {
            region: region.to_owned(),
            issuer: format!("https://{}.tokens.sts.global.api.aws", Uuid::from_bytes(service::random())),
            roles: Vec::new(),
            keys: vec![SigningKey::of_process()],
            issued: Secrets::default(),
            call_count: 0,
        };
        Self { server: None, shared: Arc::new(Service::new(state)) }
    }

    /// Starts on a free port of 127.0.0.1. Its issuer is its own address.
    ///
    /// # Panics
    ///
    /// There is no free port.
    #[expect(clippy::expect_used, reason = "without a loopback port no test can run")]
    pub async fn start(region: &str) -> Self {
        Self::start_on(0, region).await.expect("a free port on 127.0.0.1 is needed")
    }

    /// Starts on the given port of 127.0.0.1, or (0) on a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start_on(port: u16, region: &str) -> io::Result<Self> {
        let Self { shared, .. } = Self::new(region);
        let state = Arc::clone(&shared);
        let server =
            Server::start_on(port, move |request| handler::handle(Arc::clone(&state), request)).await?;
        shared.state().own.issuer = format!("http://{}", server.address());
        Ok(Self { server: Some(server), shared })
    }

    /// Answers a request that comes without a connection. `None` where a connection would be closed.
    pub async fn answer(&self, request: Request<Bytes>) -> Reply {
        handler::handle(Arc::clone(&self.shared), request).await
    }

    /// Such as `http://127.0.0.1:40125`, without a path; empty without a port.
    pub fn address(&self) -> String {
        self.server.as_ref().map(|server| format!("http://{}", server.address())).unwrap_or_default()
    }

    /// The issuer of the tokens, which a federated credential in Entra names.
    pub fn issuer(&self) -> String {
        self.shared.state().own.issuer.clone()
    }

    /// Lets an access key id belong to a role, or to another role than before.
    pub fn register(&self, access_key_id: &str, role_arn: &str) {
        self.shared.state().own.register(access_key_id, role_arn);
    }

    /// Signs with a new key from now on. The old ones stay published.
    pub fn rotate_key(&self) {
        self.shared.state().own.keys.push(Arc::new(SigningKey::generate()));
    }

    /// Stops publishing every key but the newest.
    pub fn withdraw_old_keys(&self) {
        let keys = &mut self.shared.state().own.keys;
        keys.drain(..keys.len().saturating_sub(1));
    }

    /// A token with any claims, signed with the newest key.
    pub fn sign(&self, claims: &Value) -> String {
        self.shared.state().own.sign(claims)
    }

    /// Sets the time. It stands still from then on; before, it is that of this machine.
    pub fn set_time(&self, at: Timestamp) {
        self.shared.state().time = Some(at);
    }

    /// Every token given so far. None of them may appear in any output.
    pub fn issued(&self) -> Vec<String> {
        self.shared.state().own.issued.0.clone()
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}

impl State {
    pub(super) fn role(&self, access_key_id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.access_key_id == access_key_id)
    }

    pub(super) fn register(&mut self, access_key_id: &str, arn: &str) {
        self.roles.retain(|role| role.access_key_id != access_key_id);
        self.roles.push(Role { access_key_id: access_key_id.to_owned(), arn: arn.to_owned() });
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.keys.last().map(|key| key.sign(claims)).unwrap_or_default()
    }

    /// The published keys (RFC 7517).
    pub(crate) fn jwks(&self) -> Value {
        json!({"keys": self.keys.iter().map(|key| key.to_jwk()).collect::<Vec<_>>()})
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }
}
