//! AWS STS and Microsoft Entra on virtual time, which can be out, slow, or refuse by turns.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_core::azure_devops::credential::Credential;
use hookpost_core::entra::access_token::AccessToken;
use hookpost_core::entra::app::{Authority, EntraApp, EntraId};
use hookpost_core::entra::assertion::Assertion;
use hookpost_core::entra::port::{EntraError, EntraRefusal, RoleIdentity, StsError, TokenEndpoint};
use hookpost_core::entra::roles::Roles;
use hookpost_core::entra::sign_in::SignIn;
use hookpost_stand_in::{entra, rest, sts};
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::clock::VirtualClock;
use crate::rng::Rng;

const REGION: &str = "eu-west-1";
const AUDIENCE: &str = "api://AzureADTokenExchange";
const ROLE: &str = "arn:aws:iam::111122223333:role/hookpost-WatchRole-A1b2";
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/// How long `watch` waits for Entra.
const TIMEOUT: SignedDuration = SignedDuration::from_secs(10);

/// Calls of a hundred that are refused while a federated credential spreads.
const REFUSED_PERCENT: u64 = 60;

/// What fails on the way to an access token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EntraFault {
    #[default]
    None,
    /// AWS STS answers nothing.
    StsOut,
    /// Entra answers 503.
    Out,
    /// Entra answers nothing in time.
    Slow,
    /// Entra accepts and refuses.
    Flapping,
}

/// Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Entra(Arc<State>);

#[derive(Debug)]
struct State {
    sts: sts::StandIn,
    entra: entra::StandIn,
    app: entra::App,
    clock: VirtualClock,
    faults: Mutex<(EntraFault, Rng)>,
}

impl Entra {
    /// An app that trusts the role of `watch`, and is a member of every organization.
    pub(crate) fn new(azure: &rest::StandIn, clock: VirtualClock, seed: u64) -> Self {
        let sts = sts::StandIn::new(REGION);
        let entra = entra::StandIn::new(&sts);
        let app = entra.register_app(entra.tenant(), "hookpost");
        entra.trust(&app, entra::FederatedCredential::new(&sts.issuer(), ROLE));
        azure.trust(&entra);
        let faults = Mutex::new((EntraFault::None, Rng::new(seed)));
        Self(Arc::new(State { sts, entra, app, clock, faults }))
    }

    pub(crate) fn set_fault(&self, fault: EntraFault) {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner).0 = fault;
    }

    /// The credential of an integration.
    pub(crate) fn credential(&self) -> Credential {
        let id = |id: &dyn ToString| EntraId::parse(&id.to_string()).expect("a GUID");
        let app = EntraApp {
            tenant_id: id(&self.0.app.tenant_id),
            client_id: id(&self.0.app.client_id),
            authority: Authority::Public,
        };
        Credential::Entra { app, subjects: vec![ROLE.to_owned()] }
    }

    /// A process that remembers no access token.
    pub(crate) fn sign_in(&self) -> SignIn<Self, Self> {
        SignIn::new(self.clone(), self.clone(), AUDIENCE.to_owned(), Roles::default())
    }

    /// The fault of the present call.
    fn fault(&self) -> EntraFault {
        let mut faults = self.0.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, rng) = &mut *faults;
        match *fault {
            EntraFault::Flapping if !rng.percent(REFUSED_PERCENT) => EntraFault::None,
            fault => fault,
        }
    }
}

impl RoleIdentity for Entra {
    async fn assertion(&self, audience: &str, lifetime: Duration) -> Result<Assertion, StsError> {
        if self.fault() == EntraFault::StsOut {
            return Err(StsError::Unavailable { detail: "connection refused".to_owned() });
        }
        let now = self.0.clock.read().as_second();
        let expires_at = now + i64::try_from(lifetime.as_secs()).expect("minutes");
        let claims = json!({
            "iss": self.0.sts.issuer(), "sub": ROLE, "aud": audience, "iat": now, "exp": expires_at,
        });
        Ok(Assertion::new(self.0.sts.sign(&claims).into()))
    }
}

impl TokenEndpoint for Entra {
    async fn access_token(&self, app: &EntraApp, assertion: &Assertion) -> Result<AccessToken, EntraError> {
        let now = self.0.clock.read();
        self.0.entra.set_time(now);
        match self.fault() {
            EntraFault::Out => self.0.entra.fail_next(entra::Fault::Status(503)),
            EntraFault::Slow => {
                self.0.clock.set(now + TIMEOUT);
                return Err(unavailable("timed out"));
            }
            EntraFault::Flapping => self.0.entra.propagating(1),
            EntraFault::None | EntraFault::StsOut => {}
        }
        let body = Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", app.client_id.as_str())
            .append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .append_pair("client_assertion", assertion.expose())
            .append_pair("scope", SCOPE)
            .finish();
        let request = Request::post(format!("/{}/oauth2/v2.0/token", app.tenant_id))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .expect("a request");
        let response = self.0.entra.answer(request).await.ok_or_else(|| unavailable("closed"))?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|_| unavailable("closed"))?.to_bytes();
        let Ok(body) = serde_json::from_slice::<Value>(&body) else { return Err(unavailable("no JSON")) };
        match (status, body["access_token"].as_str()) {
            (200, Some(token)) => {
                let lifetime = SignedDuration::from_secs(body["expires_in"].as_i64().unwrap_or_default());
                Ok(AccessToken::new(token.to_owned().into(), now + lifetime))
            }
            (400 | 401, _) => Err(EntraError::Refused(EntraRefusal {
                error: body["error"].as_str().unwrap_or_default().to_owned(),
                codes: body["error_codes"][0].as_u64().into_iter().collect(),
                ..EntraRefusal::default()
            })),
            _ => Err(unavailable("another status")),
        }
    }
}

fn unavailable(detail: &str) -> EntraError {
    EntraError::Unavailable { detail: detail.to_owned(), retry_after: None }
}
