//! AWS STS and Microsoft Entra in memory. An assertion is exchanged for an access token where a federated credential of
//! the app has its claims, letter for letter.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hookpost_core::entra::access_token::AccessToken;
use hookpost_core::entra::app::EntraApp;
use hookpost_core::entra::assertion::{Assertion, Claims};
use hookpost_core::entra::port::{EntraError, EntraRefusal, RoleIdentity, StsError, TokenEndpoint};
use jiff::SignedDuration;

use crate::fakes::azure::Azure;

pub(crate) const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
pub(crate) const CLIENT: &str = "83d59817-0000-4000-8000-000000000001";
pub(crate) const ISSUER: &str = "https://ab12cd34.tokens.sts.global.api.aws";
pub(crate) const AUDIENCE: &str = "api://AzureADTokenExchange";
pub(crate) const SETUP_ROLE: &str = "arn:aws:iam::111122223333:role/hookpost-SetupRole-A1b2";
pub(crate) const WATCH_ROLE: &str = "arn:aws:iam::111122223333:role/hookpost-WatchRole-C3d4";

/// Parts of what must never be shown.
pub(crate) const CANARIES: [&str; 2] = ["canaryofanassertion", "canaryofanaccesstoken"];

/// What STS and Entra know, and how they answer.
#[derive(Debug)]
pub(crate) struct EntraState {
    /// The federated credentials of the app.
    pub(crate) trusted: Vec<Claims>,
    /// What STS answers instead of an assertion.
    pub(crate) sts_refuses: Option<StsError>,
    /// The longest lifetime that STS gives an assertion.
    pub(crate) lifetime_max: Duration,
    /// What Entra answers next, before it answers as it is.
    pub(crate) next: VecDeque<EntraError>,
    /// What Entra answers instead of a token.
    pub(crate) refuses: Option<EntraError>,
    /// How long access tokens are valid.
    pub(crate) token_lifetime: SignedDuration,
    /// How many access tokens Entra gave.
    pub(crate) given: u32,
    /// The lifetimes of the assertions that were asked for.
    pub(crate) lifetimes: Vec<Duration>,
}

/// STS and Entra, asked by the function with this role. Clones share what is known.
#[derive(Clone, Debug)]
pub(crate) struct Entra {
    azure: Azure,
    role: Arc<Mutex<String>>,
    state: Arc<Mutex<EntraState>>,
}

pub(crate) fn claims(role: &str) -> Claims {
    Claims { issuer: ISSUER.to_owned(), subject: role.to_owned(), audience: AUDIENCE.to_owned() }
}

/// A refusal with this field `error` and AADSTS number.
pub(crate) fn refused(error: &str, code: u64) -> EntraError {
    EntraError::Refused(EntraRefusal {
        error: error.to_owned(),
        codes: vec![code],
        description: format!("AADSTS{code}: a sentence of Entra."),
        trace_id: "7ace0000-0000-4000-8000-000000000001".to_owned(),
        correlation_id: String::new(),
    })
}

pub(crate) fn out() -> EntraError {
    EntraError::Unavailable { detail: "status 503".to_owned(), retry_after: None }
}

impl Entra {
    /// Entra with an app that trusts both roles.
    pub(crate) fn new(azure: Azure) -> Self {
        let state = EntraState {
            trusted: [SETUP_ROLE, WATCH_ROLE].map(claims).to_vec(),
            sts_refuses: None,
            lifetime_max: Duration::from_secs(3600),
            next: VecDeque::new(),
            refuses: None,
            token_lifetime: SignedDuration::from_secs(3599),
            given: 0,
            lifetimes: Vec::new(),
        };
        Self { azure, role: Arc::default(), state: Arc::new(Mutex::new(state)) }
    }

    /// The same, asked by another role.
    pub(crate) fn as_role(&self, role: &str) -> Self {
        Self { role: Arc::new(Mutex::new(role.to_owned())), ..self.clone() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, EntraState> {
        self.state.lock().expect("not poisoned")
    }

    async fn call(&self, call: &str) -> Result<(), String> {
        self.azure.turn().await;
        self.azure.lock().call(call.to_owned()).map_err(|error| error.to_string())
    }
}

impl RoleIdentity for Entra {
    async fn assertion(&self, audience: &str, lifetime: Duration) -> Result<Assertion, StsError> {
        self.call("assertion").await.map_err(|detail| StsError::Unavailable { detail })?;
        let role = self.role.lock().expect("not poisoned").clone();
        let mut state = self.state();
        state.lifetimes.push(lifetime);
        if let Some(error) = &state.sts_refuses {
            return Err(error.clone());
        }
        if lifetime > state.lifetime_max {
            return Err(StsError::LifetimeTooLong);
        }
        let payload = format!(r#"{{"iss":"{ISSUER}","sub":"{role}","aud":"{audience}"}}"#);
        let text = format!("e30.{}.{}", URL_SAFE_NO_PAD.encode(payload), CANARIES[0]);
        Ok(Assertion::new(text.into()))
    }
}

impl TokenEndpoint for Entra {
    async fn access_token(&self, app: &EntraApp, assertion: &Assertion) -> Result<AccessToken, EntraError> {
        let down = |detail| EntraError::Unavailable { detail, retry_after: None };
        self.call("access token").await.map_err(down)?;
        let now = self.azure.lock().now();
        let mut state = self.state();
        if let Some(error) = state.next.pop_front().or_else(|| state.refuses.clone()) {
            return Err(error);
        }
        if app.tenant_id.as_str() != TENANT || app.client_id.as_str() != CLIENT {
            return Err(refused("unauthorized_client", 700_016));
        }
        let claims = assertion.claims().expect("an assertion");
        if !state.trusted.contains(&claims) {
            return Err(refused("invalid_client", 700_213));
        }
        state.given += 1;
        let text = format!("{}{}", CANARIES[1], state.given);
        Ok(AccessToken::new(text.into(), now + state.token_lifetime))
    }
}
