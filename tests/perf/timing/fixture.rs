//! A real receiver between fakes that never wait, with every password cached, so that only the credential check is left to
//! measure.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use futures_util::FutureExt as _;
use hookpost_core::auth::cache::PasswordPolicy;
use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::published_names::PublishedNames;
use hookpost_core::ports::{PasswordSource, PasswordSourceError, Urgency};
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::receiver::{HandledRequest, Receiver};
use hookpost_core::secrets::version::VersionStage;
use jiff::Timestamp;

/// A password as `setup` creates it, but of letters only, so that a digit in it is always wrong.
pub(crate) const RIGHT: &str = "tFqLwzXbRkYmVcNsHdJpGaEuTiOyWnBxQvCrZlKfMsD";

/// Names of integrations, of one length.
#[derive(Clone)]
pub(crate) struct Names {
    /// Has the password [`RIGHT`].
    pub(crate) known: String,
    /// Has a password of one character.
    pub(crate) short: String,
    /// Has a password of 1,000 characters, which is several blocks of SHA-256.
    pub(crate) long: String,
    /// Does not exist, and is cached as such.
    pub(crate) unknown: String,
    /// Does not exist, and is not cached.
    pub(crate) uncached: String,
}

struct Store(Names);

impl PasswordSource for Store {
    async fn fetch(
        &self,
        integration: &IntegrationName,
        stage: VersionStage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        let Names { known, short, long, .. } = &self.0;
        let password = match integration.as_str() {
            _ if stage != VersionStage::Current => return Ok(None),
            name if name == known => RIGHT.to_owned(),
            name if name == short => "s".to_owned(),
            name if name == long => "l".repeat(1000),
            _ => return Ok(None),
        };
        Ok(WebhookPassword::new(password.into()))
    }

    async fn names(&self) -> Result<Option<PublishedNames>, PasswordSourceError> {
        let Names { known, short, long, .. } = &self.0;
        let names = [known, short, long].map(|name| IntegrationName::parse(name));
        Ok(Some(PublishedNames(names.into_iter().flatten().collect())))
    }
}

pub(crate) struct Fixture {
    pub(crate) names: Names,
    receiver: Receiver<Store, RecordingQueue>,
}

impl Fixture {
    /// A receiver that has just refused a request to every integration but `uncached`.
    pub(crate) fn warm(random: &mut Rng) -> Self {
        let mut name = || name(random);
        let names = Names { known: name(), short: name(), long: name(), unknown: name(), uncached: name() };
        let policy = PasswordPolicy {
            ttl: Duration::from_secs(300),
            stale_limit: Duration::from_secs(3600),
            refetch_interval: Duration::from_secs(30),
            jitter_seed: 1,
        };
        let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
        let store = Store(names.clone());
        let receiver = Receiver::new(Endpoint::CodePushed, policy, store, events, quarantine);
        let fixture = Self { names, receiver };
        let Names { known, short, long, unknown, .. } = &fixture.names;
        // What was made next to what makes a difference of a cycle, too.
        let mut all = [known, short, long, unknown];
        random.shuffle(&mut all);
        for name in all {
            fixture.refuses(name, "refused");
        }
        fixture
    }

    /// The same, after requests to so many unknown integrations that only published names are looked up.
    pub(crate) fn flooded(random: &mut Rng) -> Self {
        let fixture = Self::warm(random);
        for _ in 0..30 {
            fixture.receive(request(&name(random), &basic(b"wrong")));
        }
        for name in [&fixture.names.known, &fixture.names.uncached] {
            fixture.refuses(name, "refused");
        }
        fixture
    }

    fn refuses(&self, name: &str, status: &str) {
        assert_eq!(self.receive(request(name, &basic(b"wrong"))).outcome.status(), status);
    }

    /// Handles a request without waiting, as the fakes do.
    pub(crate) fn receive(&self, request: WebhookRequest) -> HandledRequest {
        self.receiver.receive(request).now_or_never().expect("the fakes never wait")
    }
}

/// A name for an integration, always of the same length.
fn name(random: &mut Rng) -> String {
    (0..9).map(|_| random.lowercase()).collect()
}

/// A delivery to an integration. Its body is never read, because every request here is refused.
pub(crate) fn request(integration: &str, authorization: &[u8]) -> WebhookRequest {
    WebhookRequest {
        method: "POST".to_owned(),
        integration: Some(integration.to_owned()),
        change: None,
        content_type: Some("application/json".to_owned()),
        authorization: Some(AuthorizationHeader::new(authorization)),
        traceparent: None,
        activity_id: None,
        kept_headers: Vec::new(),
        trace_header: None,
        body: b"{}".to_vec(),
        received_at: Timestamp::UNIX_EPOCH,
    }
}

/// The `Authorization` header that Azure DevOps sends: no user name.
pub(crate) fn basic(password: &[u8]) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode([b":", password].concat())).into_bytes()
}

/// The right password with one wrong character.
pub(crate) fn wrong_at(place: usize, character: u8) -> Vec<u8> {
    let mut password = RIGHT.as_bytes().to_vec();
    password[place] = character;
    password
}
