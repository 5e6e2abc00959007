use zeroize::Zeroizing;

use super::*;

const TTL: u64 = 300;
const STALE: u64 = 3600;
const REFETCH: u64 = 30;

/// A cache, and a password source that can be changed, broken and counted, with its own clock.
struct Fixture {
    cache: PasswordCache,
    passwords: HashMap<(String, usize), &'static str>,
    /// The published names; `None` when there is no list.
    published: Option<PublishedNames>,
    is_down: bool,
    /// A stage, of which every fetch fails.
    is_down_at: Option<VersionStage>,
    /// Whether the published names cannot be fetched.
    names_are_down: bool,
    fetches: usize,
    name_fetches: usize,
    now: Timestamp,
}

impl Fixture {
    fn new() -> Self {
        let seconds = Duration::from_secs;
        let policy = PasswordPolicy {
            ttl: seconds(TTL),
            stale_limit: seconds(STALE),
            refetch_interval: seconds(REFETCH),
            jitter_seed: 7,
        };
        let now = "2026-03-01T00:00:00Z".parse().expect("a timestamp");
        Self {
            cache: PasswordCache::new(policy),
            passwords: HashMap::new(),
            published: None,
            is_down: false,
            is_down_at: None,
            names_are_down: false,
            fetches: 0,
            name_fetches: 0,
            now,
        }
    }

    /// A deployment with these integrations, each with the password `right`.
    fn of(names: impl IntoIterator<Item = String>) -> Self {
        let mut fixture = Self::new();
        fixture.published = Some(PublishedNames::default());
        for name in names {
            fixture.connect(&name);
        }
        fixture
    }

    /// Connects an integration as `setup` does.
    fn connect(&mut self, name: &str) {
        self.passwords.insert((name.to_owned(), VersionStage::Current as usize), "right");
        self.published.get_or_insert_default().0.insert(IntegrationName::parse(name).expect("a name"));
    }

    fn with(mut self, stage: VersionStage, password: &'static str) -> Self {
        self.put(stage, password);
        self
    }

    fn put(&mut self, stage: VersionStage, password: &'static str) {
        self.passwords.insert(("contoso".to_owned(), stage as usize), password);
    }

    fn remove(&mut self, stage: VersionStage) {
        self.passwords.remove(&("contoso".to_owned(), stage as usize));
    }

    fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn present(&mut self, password: &str) -> &'static str {
        self.present_to("contoso", password)
    }

    fn present_to(&mut self, name: &str, password: &str) -> &'static str {
        let integration = IntegrationName::parse(name).expect("a name");
        let presented = PasswordDigest::of(password.as_bytes());
        for _ in 0..6 {
            match self.cache.check(&integration, &presented, self.now) {
                Decision::Admitted(_) => return "admitted",
                Decision::Rejected => return "rejected",
                Decision::Unavailable => return "unavailable",
                Decision::FetchNames => {
                    self.name_fetches += 1;
                    let is_down = self.is_down || self.names_are_down;
                    let fetched = if is_down { Err(()) } else { Ok(self.published.clone()) };
                    self.cache.record_names(fetched, self.now);
                }
                Decision::Fetch(stages, _) => {
                    let succeeds = |stage: &&VersionStage| self.fetch(&integration, **stage);
                    let _ = stages.iter().take_while(succeeds).count();
                }
            }
        }
        "endless"
    }

    fn fetch(&mut self, integration: &IntegrationName, stage: VersionStage) -> bool {
        self.fetches += 1;
        let stored = self.passwords.get(&(integration.to_string(), stage as usize));
        let password = stored.and_then(|text| WebhookPassword::new(Zeroizing::new((*text).to_owned())));
        let is_down = self.is_down || self.is_down_at == Some(stage);
        let fetched = if is_down { Err(()) } else { Ok(password.as_ref()) };
        self.cache.record_fetch(integration, stage, fetched, self.now);
        !is_down
    }
}

mod names;

#[test]
fn a_matching_password_is_fetched_once_per_time_to_live() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "current");
    for _ in 0..100 {
        assert_eq!(fixture.present("current"), "admitted");
        fixture.wait(2);
    }
    assert_eq!(fixture.fetches, 1);
    fixture.wait(TTL);
    assert_eq!(fixture.present("current"), "admitted");
    assert_eq!(fixture.fetches, 2);
}

#[test]
fn a_rotation_never_rejects_a_valid_password() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "old");
    assert_eq!(fixture.present("old"), "admitted");
    fixture.put(VersionStage::Pending, "new");
    assert_eq!(fixture.present("new"), "admitted");
    assert_eq!(fixture.present("old"), "admitted");
    fixture.put(VersionStage::Current, "new");
    fixture.put(VersionStage::Previous, "old");
    fixture.remove(VersionStage::Pending);
    // Through several times to live, while an attacker keeps using up the refetches.
    for _ in 0..60 {
        fixture.wait(17);
        assert_eq!(fixture.present("guess"), "rejected");
        assert_eq!(fixture.present("old"), "admitted");
        assert_eq!(fixture.present("new"), "admitted");
    }
    // Rotated once more: "old" is retired, and rejected once its cache entry has expired.
    fixture.put(VersionStage::Current, "newer");
    fixture.put(VersionStage::Previous, "new");
    fixture.wait(TTL);
    assert_eq!(fixture.present("old"), "rejected");
    assert_eq!(fixture.present("new"), "admitted");
}

#[test]
fn a_flood_of_wrong_passwords_causes_one_refetch_per_interval() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right");
    for _ in 0..1000 {
        assert_eq!(fixture.present("wrong"), "rejected");
    }
    assert_eq!(fixture.fetches, 3, "current, then pending and previous");
    fixture.wait(REFETCH);
    for _ in 0..1000 {
        assert_eq!(fixture.present("wrong"), "rejected");
    }
    assert_eq!(fixture.fetches, 6);
}

#[test]
fn cached_passwords_are_used_in_an_outage_until_the_stale_limit() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right");
    assert_eq!(fixture.present("right"), "admitted");
    fixture.is_down = true;
    fixture.wait(STALE - 10);
    assert_eq!(fixture.present("right"), "admitted");
    fixture.wait(20);
    assert_eq!(fixture.present("right"), "unavailable");
    fixture.is_down = false;
    fixture.wait(2);
    assert_eq!(fixture.present("right"), "admitted");
}

#[test]
fn an_outage_never_looks_like_wrong_credentials() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right").with(VersionStage::Pending, "next");
    fixture.is_down = true;
    assert_eq!(fixture.present("right"), "unavailable", "nothing cached");
    fixture.is_down = false;
    fixture.wait(2);
    assert_eq!(fixture.present("right"), "admitted");
    fixture.is_down = true;
    assert_eq!(fixture.present("next"), "unavailable", "the password may be the pending one");
    assert_eq!(fixture.present("next"), "unavailable", "and still may be the pending one");
    assert_eq!(fixture.present("right"), "admitted");
}

#[test]
fn a_fetch_that_is_cut_off_rejects_nothing() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right").with(VersionStage::Pending, "next");
    assert_eq!(fixture.present("right"), "admitted");
    let integration = IntegrationName::parse("contoso").expect("a name");
    let decision = fixture.cache.check(&integration, &PasswordDigest::of(b"next"), fixture.now);
    assert!(matches!(decision, Decision::Fetch(..)), "the deadline ends the request here");
    assert_eq!(fixture.present("next"), "unavailable", "the password may be the pending one");
    fixture.wait(REFETCH);
    assert_eq!(fixture.present("next"), "admitted");
}

#[test]
fn a_wrong_guess_causes_no_extra_fetch_for_the_right_password() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right");
    assert_eq!(fixture.present("right"), "admitted");
    assert_eq!(fixture.present("guess"), "rejected");
    fixture.wait(TTL);
    let before = fixture.fetches;
    assert_eq!(fixture.present("right"), "admitted");
    assert_eq!(fixture.fetches, before + 1, "only the current password");
}

#[test]
fn a_failing_password_source_is_called_once_a_second() {
    let mut fixture = Fixture::new();
    fixture.is_down = true;
    for _ in 0..50 {
        assert_eq!(fixture.present("any"), "unavailable");
    }
    assert_eq!(fixture.fetches, 1);
    fixture.wait(1);
    assert_eq!(fixture.present("any"), "unavailable");
    assert_eq!(fixture.fetches, 2);
}

#[test]
fn an_unknown_integration_is_cached_and_fetched_again_later() {
    let mut fixture = Fixture::new();
    for _ in 0..100 {
        assert_eq!(fixture.present("any"), "rejected");
    }
    assert_eq!(fixture.fetches, 3, "the same work as a wrong password");
    fixture.put(VersionStage::Current, "fresh");
    fixture.wait(REFETCH);
    assert_eq!(fixture.present("fresh"), "admitted");
}

#[test]
fn a_retired_password_is_rejected_although_one_stage_cannot_be_fetched() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "newer").with(VersionStage::Previous, "old");
    assert_eq!(fixture.present("old"), "admitted");
    fixture.put(VersionStage::Previous, "new");
    fixture.is_down_at = Some(VersionStage::Previous);
    let end = fixture.now + Duration::from_secs(STALE);
    while fixture.now < end {
        fixture.wait(60);
        assert_eq!(fixture.present("newer"), "admitted");
        let expected = if fixture.now < end { "admitted" } else { "unavailable" };
        assert_eq!(fixture.present("old"), expected, "after the outage's limit, at {}", fixture.now);
    }
    fixture.is_down_at = None;
    fixture.wait(REFETCH);
    assert_eq!(fixture.present("old"), "rejected");
}

#[test]
fn a_pending_password_is_admitted_if_the_previous_one_cannot_be_fetched() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right").with(VersionStage::Pending, "next");
    fixture.is_down_at = Some(VersionStage::Previous);
    assert_eq!(fixture.present("next"), "admitted");
    fixture.wait(TTL);
    assert_eq!(fixture.present("next"), "admitted");
}

#[test]
fn a_clock_that_jumps_back_only_causes_a_refetch() {
    let mut fixture = Fixture::new().with(VersionStage::Current, "right");
    assert_eq!(fixture.present("right"), "admitted");
    fixture.now -= Duration::from_secs(86_400);
    assert_eq!(fixture.present("right"), "admitted");
    assert_eq!(fixture.fetches, 2);
}

#[test]
fn instances_do_not_fetch_at_the_same_moment() {
    let name = IntegrationName::parse("contoso").expect("a name");
    let ttl = |jitter_seed| {
        let seconds = Duration::from_secs;
        PasswordPolicy {
            ttl: seconds(TTL),
            stale_limit: seconds(STALE),
            refetch_interval: seconds(REFETCH),
            jitter_seed,
        }
        .ttl_of(&name)
    };
    let ttls: std::collections::HashSet<Duration> = (0..50).map(ttl).collect();
    assert!(ttls.len() > 10, "{ttls:?}");
    assert!(ttls.iter().all(|ttl| (270..=300).contains(&ttl.as_secs())), "{ttls:?}");
}
