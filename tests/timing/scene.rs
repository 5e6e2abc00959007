//! A real receiver between fakes that never wait, with everything asked for once before, so that only the credential
//! check is left to measure.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::endpoint::Endpoint;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::inbound::{AuthorizationHeader, Inbound};
use hookpost_core::integration::IntegrationName;
use hookpost_core::password::WebhookPassword;
use hookpost_core::port::{PasswordSource, PasswordSourceError, Stage, Urgency};
use hookpost_core::{PasswordPolicy, Receipt, Receiver};
use jiff::Timestamp;

use crate::measure::Random;

/// A password as `setup` makes them, but of letters only, so that a digit in it is always wrong.
pub(crate) const RIGHT: &str = "tFqLwzXbRkYmVcNsHdJpGaEuTiOyWnBxQvCrZlKfMsD";

/// Integrations, with names of one length.
#[derive(Clone)]
pub(crate) struct Names {
    /// It has the password [`RIGHT`].
    pub(crate) known: String,
    /// It has a password of one character.
    pub(crate) short: String,
    /// It has a password of a thousand, which is several blocks of SHA-256.
    pub(crate) long: String,
    /// There is none of this name, and it was asked for before.
    pub(crate) unknown: String,
    /// There is none of this name, and it was never asked for.
    pub(crate) unmet: String,
}

struct Store(Names);

impl PasswordSource for Store {
    async fn fetch(
        &self,
        integration: &IntegrationName,
        stage: Stage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        let Names { known, short, long, .. } = &self.0;
        let password = match integration.as_str() {
            _ if stage != Stage::Current => return Ok(None),
            name if name == known => RIGHT.to_owned(),
            name if name == short => "s".to_owned(),
            name if name == long => "l".repeat(1000),
            _ => return Ok(None),
        };
        Ok(WebhookPassword::new(password.into()))
    }
}

pub(crate) struct Scene {
    pub(crate) names: Names,
    receiver: Receiver<Store, RecordingQueue>,
}

impl Scene {
    /// Every integration but one was asked for, and refused, a moment ago.
    pub(crate) fn warm(random: &mut Random) -> Self {
        let mut name = || random.name();
        let names = Names { known: name(), short: name(), long: name(), unknown: name(), unmet: name() };
        let policy = PasswordPolicy {
            ttl: Duration::from_secs(300),
            stale: Duration::from_secs(3600),
            refetch: Duration::from_secs(30),
            jitter_seed: 1,
        };
        let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
        let store = Store(names.clone());
        let receiver = Receiver::new(Endpoint::CodePushed, policy, store, events, quarantine);
        let scene = Self { names, receiver };
        let Names { known, short, long, unknown, .. } = &scene.names;
        for name in random.shuffled([known, short, long, unknown]) {
            scene.refuses(name, "refused");
        }
        scene
    }

    /// And strangers ask for so many more that wrong credentials are answered 503 `busy`.
    pub(crate) fn busy(random: &mut Random) -> Self {
        let scene = Self::warm(random);
        for _ in 0..30 {
            scene.receive(request(&random.name(), &basic(b"wrong")));
        }
        for name in [&scene.names.known, &scene.names.unmet] {
            scene.refuses(name, "unavailable");
        }
        scene
    }

    fn refuses(&self, name: &str, status: &str) {
        assert_eq!(self.receive(request(name, &basic(b"wrong"))).outcome.status(), status);
    }

    /// The fakes never wait, so neither does this.
    pub(crate) fn receive(&self, inbound: Inbound) -> Receipt {
        let mut future = pin!(self.receiver.receive(inbound));
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(receipt) => receipt,
            Poll::Pending => unreachable!("the fakes never wait"),
        }
    }
}

/// A delivery to one integration. Its body is never looked at: every request here is refused.
pub(crate) fn request(integration: &str, authorization: &[u8]) -> Inbound {
    Inbound {
        method: "POST".to_owned(),
        integration: Some(integration.to_owned()),
        change: None,
        content_type: Some("application/json".to_owned()),
        authorization: Some(AuthorizationHeader::new(authorization)),
        traceparent: None,
        activity_id: None,
        trace_header: None,
        body: b"{}".to_vec(),
        received_at: Timestamp::UNIX_EPOCH,
    }
}

/// The header that Azure DevOps sends: no username.
pub(crate) fn basic(password: &[u8]) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode([b":", password].concat())).into_bytes()
}

/// The right password with one character that is not right.
pub(crate) fn wrong_at(place: usize, character: u8) -> Vec<u8> {
    let mut password = RIGHT.as_bytes().to_vec();
    password[place] = character;
    password
}
