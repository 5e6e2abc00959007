//! Signs in at Entra with the role of this function: gets access tokens, keeps them for the life of the process, and
//! decides what is tried again.
//!
//! What is tried again depends on the kind of failure and the field `error` of Entra's answer, never on an AADSTS number.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::entra::access_token::AccessToken;
use crate::entra::app::{Authority, EntraApp};
use crate::entra::assertion::{Assertion, Claims};
use crate::entra::port::{EntraError, EntraRefusal, RoleIdentity, StsError, TokenEndpoint};
use crate::entra::refusal;
use crate::entra::roles::Roles;
use crate::error::{ErrorCode, OperatorError};
use crate::invocation::InvocationDeadline;
use crate::ports::Clock;

/// How long an assertion is valid: AWS's default, and the most that the template allows. It is used at once.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(300);

/// The shortest lifetime that STS accepts, for functions whose own credentials end soon.
const ASSERTION_LIFETIME_MIN: Duration = Duration::from_secs(60);

/// An access token is used only while it is valid for longer than this, which is longer than any invocation, so that none
/// expires in use.
const LEFT_MIN: SignedDuration = SignedDuration::from_mins(10);

/// Waits before a request is made again that Entra throttled or failed to answer.
const WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// Entra may ask to wait; beyond this, the run ends instead.
const WAIT_MAX: Duration = Duration::from_secs(8);

/// How long a failure counts for further integrations of the same invocation, so that a pass over many does not ask and
/// wait for each: as long as the longest pass.
const FAILURE_COUNTS: SignedDuration = SignedDuration::from_mins(5);

/// How long `connect` goes on while Entra refuses. Microsoft: a new federated credential is known everywhere after some
/// minutes, and until then is accepted and refused by turns.
const PROPAGATION_MAX: Duration = Duration::from_secs(60);

/// Time between these attempts.
const PROPAGATION_WAIT: Duration = Duration::from_secs(5);

/// Time of the invocation that must be left for another attempt.
const TIME_FOR_WORK: Duration = Duration::from_secs(60);

/// Whether a refusal may be one of a federated credential that was made a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// It may: the operator has just made it, and waits for the answer.
    Awaited,
    /// The next pass, or the operator, comes back anyway.
    NotAwaited,
}

/// Signs in at Entra.
#[derive(Debug)]
pub struct SignIn<I, E> {
    identity: I,
    entra: E,
    audience: String,
    /// The roles of the deployment.
    pub roles: Roles,
    cache: Mutex<Cache>,
}

/// What one process keeps.
#[derive(Debug, Default)]
struct Cache {
    tokens: Vec<(EntraApp, AccessToken)>,
    failures: Vec<SignInFailure>,
}

/// A sign-in that failed.
#[derive(Debug)]
struct SignInFailure {
    concerns: Concerned,
    at: Timestamp,
    /// The end of the invocation in which that was.
    invocation: Option<Timestamp>,
    error: OperatorError,
}

/// Whose sign-ins fail as long as nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Concerned {
    /// Everybody's: STS gives no assertion.
    Everybody,
    /// Those at one authority, which is out.
    Authority(Authority),
    /// Those of one app, which Entra refuses.
    App(EntraApp),
}

impl Concerned {
    fn includes(&self, app: &EntraApp) -> bool {
        match self {
            Self::Everybody => true,
            Self::Authority(authority) => *authority == app.authority,
            Self::App(refused) => refused == app,
        }
    }
}

impl<I: RoleIdentity, E: TokenEndpoint> SignIn<I, E> {
    /// Signs in with assertions for this audience.
    pub fn new(identity: I, entra: E, audience: String, roles: Roles) -> Self {
        Self { identity, entra, audience, roles, cache: Mutex::default() }
    }

    /// For whom the assertions are.
    pub(crate) fn audience(&self) -> &str {
        &self.audience
    }

    /// What STS says about the role of this function.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::FederationDisabled`], [`ErrorCode::FederationDenied`], [`ErrorCode::StsUnavailable`].
    pub(crate) async fn claims(&self) -> Result<Claims, OperatorError> {
        let assertion = self.assertion().await.map_err(|error| refusal::of_sts(&error))?;
        claims_of(&assertion)
    }

    /// An access token of an app, which stays valid for longer than this invocation lasts.
    ///
    /// # Errors
    ///
    /// Those of [`claims`](Self::claims), and one for each cause in Entra.
    pub(crate) async fn access_token(
        &self,
        app: &EntraApp,
        propagation: Propagation,
        clock: &impl Clock,
        deadline: &InvocationDeadline,
    ) -> Result<AccessToken, OperatorError> {
        let now = clock.now();
        if let Some(token) = self.known(app, now) {
            return Ok(token);
        }
        if propagation == Propagation::NotAwaited
            && let Some(failure) = self.failure(app, now, deadline)
        {
            return Err(failure);
        }
        let (at, invocation) = (clock.now(), deadline.ends_at());
        match self.sign_in(app, propagation, clock, deadline).await {
            Ok(token) => {
                let mut cache = self.cache();
                cache.tokens.retain(|(known, _)| known != app);
                cache.tokens.push((app.clone(), token.clone()));
                Ok(token)
            }
            Err((concerns, error)) => {
                let mut cache = self.cache();
                cache.failures.retain(|known| known.concerns != concerns);
                cache.failures.push(SignInFailure { concerns, at, invocation, error: error.clone() });
                Err(error)
            }
        }
    }

    /// Gets a token, trying again what may succeed.
    async fn sign_in(
        &self,
        app: &EntraApp,
        propagation: Propagation,
        clock: &impl Clock,
        deadline: &InvocationDeadline,
    ) -> Result<AccessToken, (Concerned, OperatorError)> {
        let begun = clock.now();
        let (mut waits, mut refusals) = (WAITS.iter(), 0_u32);
        loop {
            let assertion = self.assertion().await;
            let assertion = assertion.map_err(|error| (Concerned::Everybody, refusal::of_sts(&error)))?;
            let error = match self.entra.access_token(app, &assertion).await {
                Ok(token) => return Ok(token),
                Err(error) => error,
            };
            let now = clock.now();
            let wait = match &error {
                EntraError::Unavailable { retry_after, .. } => waits
                    .next()
                    .map(|wait| retry_after.unwrap_or(*wait).max(*wait))
                    .filter(|wait| *wait <= WAIT_MAX),
                EntraError::Refused(refusal) if may_be_new(refusal) => {
                    refusals += 1;
                    let elapsed = now.duration_since(begun).unsigned_abs();
                    match propagation {
                        Propagation::Awaited => {
                            waits = WAITS.iter();
                            (elapsed + PROPAGATION_WAIT <= PROPAGATION_MAX).then_some(PROPAGATION_WAIT)
                        }
                        // Once more with a fresh assertion: this one may have expired on its way.
                        Propagation::NotAwaited => (refusals == 1).then_some(Duration::ZERO),
                    }
                }
                EntraError::Refused(_) | EntraError::OutOfTime => None,
            };
            let has_time =
                |wait: &Duration| deadline.time_left(now).is_none_or(|left| left >= *wait + TIME_FOR_WORK);
            let Some(wait) = wait.filter(has_time) else {
                let claims = claims_of(&assertion).map_err(|error| (Concerned::Everybody, error))?;
                let concerns = match error {
                    EntraError::Refused(_) => Concerned::App(app.clone()),
                    EntraError::Unavailable { .. } | EntraError::OutOfTime => {
                        Concerned::Authority(app.authority)
                    }
                };
                return Err((concerns, refusal::of_entra(&error, app, &self.roles.claims(&claims))));
            };
            if !wait.is_zero() {
                clock.sleep(wait).await;
            }
        }
    }

    /// An assertion about the role. STS refuses lifetimes beyond that of the function's own credentials.
    async fn assertion(&self) -> Result<Assertion, StsError> {
        match self.identity.assertion(&self.audience, ASSERTION_LIFETIME).await {
            Err(StsError::LifetimeTooLong) => {
                self.identity.assertion(&self.audience, ASSERTION_LIFETIME_MIN).await
            }
            result => result,
        }
    }

    fn known(&self, app: &EntraApp, now: Timestamp) -> Option<AccessToken> {
        let mut cache = self.cache();
        cache.tokens.retain(|(_, token)| token.expires_at.duration_since(now) > LEFT_MIN);
        cache.tokens.iter().find(|(known, _)| known == app).map(|(_, token)| token.clone())
    }

    fn failure(
        &self,
        app: &EntraApp,
        now: Timestamp,
        deadline: &InvocationDeadline,
    ) -> Option<OperatorError> {
        let mut cache = self.cache();
        let counts = |failure: &SignInFailure| {
            failure.invocation == deadline.ends_at() && now.duration_since(failure.at) < FAILURE_COUNTS
        };
        cache.failures.retain(counts);
        cache
            .failures
            .iter()
            .find(|failure| failure.concerns.includes(app))
            .map(|failure| failure.error.clone())
    }

    /// Forgets the access tokens when Azure DevOps refuses an app: they may have been revoked, and a new one may do.
    pub(crate) fn forget_if_refused(&self, error: &OperatorError) {
        if error.code() == ErrorCode::AppNotInOrganization {
            self.cache().tokens.clear();
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn claims_of(assertion: &Assertion) -> Result<Claims, OperatorError> {
    assertion.claims().ok_or_else(|| {
        let detail = "it answers with something that is no assertion".to_owned();
        refusal::of_sts(&StsError::Unavailable { detail })
    })
}

/// Whether a refusal may be one of a federated credential that Entra does not know everywhere yet. Only the field `error`
/// tells, which a mistyped tenant or a policy shares at times: then the attempts are in vain. An app that is unknown or
/// disabled has another one (`unauthorized_client`).
fn may_be_new(refusal: &EntraRefusal) -> bool {
    matches!(refusal.error.as_str(), "invalid_client" | "invalid_grant" | "invalid_request")
}
