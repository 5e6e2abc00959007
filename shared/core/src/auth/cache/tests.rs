use super::*;
use zeroize::Zeroizing;

const TTL: u64 = 300;
const STALE: u64 = 3600;
const REFETCH: u64 = 30;

/// A cache beside a store that can be changed, broken and counted, on a clock of its own.
struct Scene {
    cache: PasswordCache,
    store: HashMap<(&'static str, usize), &'static str>,
    down: bool,
    fetches: usize,
    now: Timestamp,
}

impl Scene {
    fn new() -> Self {
        let seconds = Duration::from_secs;
        let policy = PasswordPolicy {
            ttl: seconds(TTL),
            stale: seconds(STALE),
            refetch: seconds(REFETCH),
            jitter_seed: 7,
        };
        let now = "2026-03-01T00:00:00Z".parse().expect("a timestamp");
        Self { cache: PasswordCache::new(policy), store: HashMap::new(), down: false, fetches: 0, now }
    }

    fn with(mut self, stage: VersionStage, password: &'static str) -> Self {
        self.put(stage, password);
        self
    }

    fn put(&mut self, stage: VersionStage, password: &'static str) {
        self.store.insert(("contoso", stage as usize), password);
    }

    fn remove(&mut self, stage: VersionStage) {
        self.store.remove(&("contoso", stage as usize));
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
        for _ in 0..4 {
            match self.cache.check(&integration, &presented, self.now) {
                Check::Admitted(_) => return "admitted",
                Check::Refused => return "refused",
                Check::Unavailable => return "unavailable",
                Check::Busy => return "busy",
                Check::Fetch(stages, _) => {
                    let answered = |stage: &&VersionStage| self.fetch(&integration, **stage);
                    let _ = stages.iter().take_while(answered).count();
                }
            }
        }
        "endless"
    }

    fn fetch(&mut self, integration: &IntegrationName, stage: VersionStage) -> bool {
        self.fetches += 1;
        let kept =
            self.store.iter().find(|((name, at), _)| *name == integration.as_str() && *at == stage as usize);
        let password = kept.and_then(|(_, text)| WebhookPassword::new(Zeroizing::new((*text).to_owned())));
        let found = if self.down { Err(()) } else { Ok(password.as_ref()) };
        self.cache.learn(integration, stage, found, self.now);
        !self.down
    }
}

#[test]
fn the_hot_path_asks_once_per_time_to_live() {
    let mut scene = Scene::new().with(VersionStage::Current, "one");
    for _ in 0..100 {
        assert_eq!(scene.present("one"), "admitted");
        scene.wait(2);
    }
    assert_eq!(scene.fetches, 1);
    scene.wait(TTL);
    assert_eq!(scene.present("one"), "admitted");
    assert_eq!(scene.fetches, 2);
}

#[test]
fn a_rotation_refuses_no_live_password_at_any_moment() {
    let mut scene = Scene::new().with(VersionStage::Current, "old");
    assert_eq!(scene.present("old"), "admitted");
    scene.put(VersionStage::Pending, "new");
    assert_eq!(scene.present("new"), "admitted");
    assert_eq!(scene.present("old"), "admitted");
    scene.put(VersionStage::Current, "new");
    scene.put(VersionStage::Previous, "old");
    scene.remove(VersionStage::Pending);
    // Through several times to live, while a stranger keeps using up the refetches.
    for _ in 0..60 {
        scene.wait(17);
        assert_eq!(scene.present("guess"), "refused");
        assert_eq!(scene.present("old"), "admitted");
        assert_eq!(scene.present("new"), "admitted");
    }
    // Rotated once more: "old" is retired, and refused once what was known of it has expired.
    scene.put(VersionStage::Current, "newer");
    scene.put(VersionStage::Previous, "new");
    scene.wait(TTL);
    assert_eq!(scene.present("old"), "refused");
    assert_eq!(scene.present("new"), "admitted");
}

#[test]
fn a_flood_of_wrong_passwords_causes_one_refetch_per_interval() {
    let mut scene = Scene::new().with(VersionStage::Current, "right");
    for _ in 0..1000 {
        assert_eq!(scene.present("wrong"), "refused");
    }
    assert_eq!(scene.fetches, 3, "current, then pending and previous");
    scene.wait(REFETCH);
    for _ in 0..1000 {
        assert_eq!(scene.present("wrong"), "refused");
    }
    assert_eq!(scene.fetches, 6);
}

#[test]
fn an_outage_serves_what_was_known_until_the_hard_limit() {
    let mut scene = Scene::new().with(VersionStage::Current, "right");
    assert_eq!(scene.present("right"), "admitted");
    scene.down = true;
    scene.wait(STALE - 10);
    assert_eq!(scene.present("right"), "admitted");
    scene.wait(20);
    assert_eq!(scene.present("right"), "unavailable");
    scene.down = false;
    scene.wait(2);
    assert_eq!(scene.present("right"), "admitted");
}

#[test]
fn an_outage_never_looks_like_wrong_credentials() {
    let mut scene = Scene::new().with(VersionStage::Current, "right").with(VersionStage::Pending, "next");
    scene.down = true;
    assert_eq!(scene.present("right"), "unavailable", "nothing cached");
    scene.down = false;
    scene.wait(2);
    assert_eq!(scene.present("right"), "admitted");
    scene.down = true;
    assert_eq!(scene.present("next"), "unavailable", "it may be the pending one");
    assert_eq!(scene.present("next"), "unavailable", "and still may be");
    assert_eq!(scene.present("right"), "admitted");
}

#[test]
fn a_lookup_that_is_cut_off_leaves_nothing_refused() {
    let mut scene = Scene::new().with(VersionStage::Current, "right").with(VersionStage::Pending, "next");
    assert_eq!(scene.present("right"), "admitted");
    let integration = IntegrationName::parse("contoso").expect("a name");
    let check = scene.cache.check(&integration, &PasswordDigest::of(b"next"), scene.now);
    assert!(matches!(check, Check::Fetch(..)), "and then the deadline ends the request");
    assert_eq!(scene.present("next"), "unavailable", "it may be the pending one; nobody knows yet");
    scene.wait(REFETCH);
    assert_eq!(scene.present("next"), "admitted");
}

#[test]
fn a_guess_does_not_make_the_hot_path_ask_for_more() {
    let mut scene = Scene::new().with(VersionStage::Current, "right");
    assert_eq!(scene.present("right"), "admitted");
    assert_eq!(scene.present("guess"), "refused");
    scene.wait(TTL);
    let before = scene.fetches;
    assert_eq!(scene.present("right"), "admitted");
    assert_eq!(scene.fetches, before + 1, "the current one alone");
}

#[test]
fn a_store_that_is_down_is_asked_once_a_second() {
    let mut scene = Scene::new();
    scene.down = true;
    for _ in 0..50 {
        assert_eq!(scene.present("any"), "unavailable");
    }
    assert_eq!(scene.fetches, 1);
    scene.wait(1);
    assert_eq!(scene.present("any"), "unavailable");
    assert_eq!(scene.fetches, 2);
}

#[test]
fn an_unknown_integration_is_remembered_and_looked_up_again_later() {
    let mut scene = Scene::new();
    for _ in 0..100 {
        assert_eq!(scene.present("any"), "refused");
    }
    assert_eq!(scene.fetches, 3, "the same work as a wrong password");
    scene.put(VersionStage::Current, "fresh");
    scene.wait(REFETCH);
    assert_eq!(scene.present("fresh"), "admitted");
}

#[test]
fn a_stranger_who_makes_up_names_cannot_run_up_calls() {
    let mut scene = Scene::new().with(VersionStage::Current, "right");
    assert_eq!(scene.present("right"), "admitted");
    let mut last = "";
    for round in 0..10 {
        for number in 0..500 {
            last = scene.present_to(&format!("made-up-{round}-{number}"), "x");
        }
        assert_eq!(scene.present("right"), "admitted");
        scene.wait(REFETCH);
    }
    assert_eq!(last, "busy", "not known, so not to be refused for good");
    let names = 10 * usize::try_from(NEW_NAMES_PER_INTERVAL).expect("small");
    assert!(scene.fetches <= 3 * names + 10, "{} fetches", scene.fetches);
    assert!(scene.cache.entries.len() <= 50, "{} entries kept", scene.cache.entries.len());
}

#[test]
fn asking_for_the_same_made_up_names_again_costs_no_more() {
    let mut scene = Scene::new();
    for _ in 0..20 {
        for number in 0..100 {
            scene.present_to(&format!("made-up-{number}"), "x");
        }
        scene.wait(REFETCH);
    }
    assert!(scene.fetches <= 20 * 3 * 20, "{} fetches", scene.fetches);
}

#[test]
fn a_clock_that_jumps_back_only_causes_a_refetch() {
    let mut scene = Scene::new().with(VersionStage::Current, "right");
    assert_eq!(scene.present("right"), "admitted");
    scene.now -= Duration::from_secs(86_400);
    assert_eq!(scene.present("right"), "admitted");
    assert_eq!(scene.fetches, 2);
}

#[test]
fn instances_do_not_ask_at_the_same_moment() {
    let name = IntegrationName::parse("contoso").expect("a name");
    let life = |jitter_seed| {
        let seconds = Duration::from_secs;
        PasswordPolicy { ttl: seconds(TTL), stale: seconds(STALE), refetch: seconds(REFETCH), jitter_seed }
            .life_of(&name)
    };
    let lives: std::collections::HashSet<Duration> = (0..50).map(life).collect();
    assert!(lives.len() > 10, "{lives:?}");
    assert!(lives.iter().all(|life| (270..=300).contains(&life.as_secs())), "{lives:?}");
}
