//! Many integrations, and an attacker who makes up names.

use super::*;
use crate::auth::known_names::NAMES_INTERVAL;

fn teams(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("team-{number}"))
}

/// Names that no integration has, each once.
fn made_up() -> impl Iterator<Item = String> {
    (0..).map(|number| format!("made-up-{number}"))
}

#[test]
fn two_hundred_integrations_are_admitted_by_a_cold_instance() {
    let mut fixture = Fixture::of(teams(200));
    for name in teams(200) {
        assert_eq!(fixture.present_to(&name, "right"), "admitted", "{name}");
    }
    assert_eq!((fixture.fetches, fixture.name_fetches), (200, 0), "as many calls as without a list");
}

#[test]
fn made_up_names_keep_no_delivery_out_and_cause_a_bounded_number_of_calls() {
    for per_second in [2, 10, 50, 500] {
        let mut fixture = Fixture::of(teams(200));
        let mut made_up_names = made_up();
        for name in teams(200) {
            for _ in 0..per_second {
                let made_up_name = made_up_names.next().expect("endless");
                assert_eq!(fixture.present_to(&made_up_name, "x"), "rejected");
            }
            assert_eq!(fixture.present_to(&name, "right"), "admitted", "{name}, {per_second} a second");
            fixture.wait(1);
        }
        // 200 seconds are seven intervals of 30 s, each with 20 look-ups of three stages.
        assert!(fixture.fetches <= 200 + 7 * 20 * 3, "{} calls at {per_second} a second", fixture.fetches);
        assert!(fixture.name_fetches <= 200 / 5, "{} calls for names", fixture.name_fetches);
        assert!(fixture.cache.entries.len() <= 200 + 2 * 20, "{} entries", fixture.cache.entries.len());
    }
}

#[test]
fn repeated_made_up_names_cause_no_more_calls() {
    let mut fixture = Fixture::of(teams(1));
    for _ in 0..20 {
        for made_up_name in made_up().take(100) {
            assert_eq!(fixture.present_to(&made_up_name, "x"), "rejected");
        }
        fixture.wait(REFETCH);
    }
    assert!(fixture.fetches <= 20 * 3 * 20, "{} fetches", fixture.fetches);
}

#[test]
fn neither_answers_nor_calls_tell_names_apart() {
    for is_published in [true, false] {
        let probe = |name: &str| {
            let mut fixture = Fixture::of(teams(1));
            fixture.published = fixture.published.filter(|_| is_published);
            // Cold, repeated, after each interval and after the time to live.
            [0, 0, 1, 5, 10, REFETCH, TTL].map(|seconds| {
                fixture.wait(seconds);
                (fixture.present_to(name, "x"), fixture.fetches, fixture.name_fetches)
            })
        };
        assert_eq!(probe("team-0"), probe("nobody"), "published: {is_published}");
    }
}

#[test]
fn the_answer_tells_no_names_apart_in_a_flood_and_in_an_outage() {
    for names_are_down in [false, true] {
        let mut fixture = Fixture::of(teams(3));
        assert_eq!(fixture.present_to("team-0", "right"), "admitted");
        assert_eq!(fixture.present_to("team-0", "x"), "rejected");
        for made_up_name in made_up().take(100) {
            fixture.present_to(&made_up_name, "x");
        }
        fixture.names_are_down = names_are_down;
        fixture.wait(6);
        let expected = if names_are_down { "unavailable" } else { "rejected" };
        for name in ["team-0", "team-1", "nobody"] {
            assert_eq!(fixture.present_to(name, "x"), expected, "{name}");
        }
    }
}

#[test]
fn a_new_integration_is_admitted_at_once_where_its_name_is_not_cached() {
    let mut fixture = Fixture::of(teams(1));
    assert_eq!(fixture.present_to("team-0", "right"), "admitted");
    fixture.connect("fabrikam");
    assert_eq!(fixture.present_to("fabrikam", "right"), "admitted");
}

#[test]
fn a_new_integration_is_admitted_although_an_attacker_asked_for_it_before() {
    for flooded in [false, true] {
        let mut fixture = Fixture::of(teams(1));
        if flooded {
            for made_up_name in made_up().take(100) {
                fixture.present_to(&made_up_name, "x");
            }
        }
        assert_eq!(fixture.present_to("fabrikam", "x"), "rejected");
        fixture.connect("fabrikam");
        for made_up_name in made_up().skip(100).take(10) {
            assert_eq!(fixture.present_to(&made_up_name, "x"), "rejected");
        }
        fixture.now += NAMES_INTERVAL;
        assert_eq!(fixture.present_to("fabrikam", "right"), "admitted", "flooded: {flooded}");
    }
}

#[test]
fn an_unlinked_integration_is_rejected_while_its_name_is_still_published() {
    let mut fixture = Fixture::of(teams(2));
    fixture.passwords.remove(&("team-1".to_owned(), VersionStage::Current as usize));
    assert_eq!(fixture.present_to("team-1", "right"), "rejected");
    fixture.connect("team-1");
    fixture.now += NAMES_INTERVAL;
    assert_eq!(fixture.present_to("team-1", "right"), "admitted", "connected again");
}

#[test]
fn an_outage_serves_the_names_that_were_read_before_and_rejects_nothing() {
    let mut fixture = Fixture::of(teams(2));
    assert_eq!(fixture.present_to("team-0", "right"), "admitted");
    for made_up_name in made_up().take(30) {
        assert_eq!(fixture.present_to(&made_up_name, "x"), "rejected");
    }
    fixture.names_are_down = true;
    fixture.wait(10);
    assert_eq!(fixture.present_to("team-1", "right"), "admitted", "published when the names were read");
    for _ in 0..50 {
        assert_eq!(fixture.present_to("fabrikam", "right"), "unavailable", "it may be new");
    }
    assert_eq!(fixture.name_fetches, 2, "before and in the outage");
    fixture.is_down = true;
    fixture.wait(TTL);
    assert_eq!(fixture.present_to("team-0", "right"), "admitted", "cached");
    assert_eq!(fixture.present_to("fabrikam", "right"), "unavailable");
}

#[test]
fn without_a_list_every_name_is_looked_up() {
    let mut fixture = Fixture::of(teams(200));
    fixture.published = None;
    let mut made_up_names = made_up();
    for name in teams(200) {
        for made_up_name in made_up_names.by_ref().take(3) {
            assert_eq!(fixture.present_to(&made_up_name, "x"), "rejected");
        }
        assert_eq!(fixture.present_to(&name, "right"), "admitted", "{name}");
    }
}

#[test]
fn a_name_is_known_by_the_list_or_without_one_by_its_password() {
    let knows = |fixture: &Fixture, name| fixture.cache.knows(&IntegrationName::parse(name).expect("a name"));
    let mut published = Fixture::of(teams(2));
    let mut unpublished = Fixture::new().with(VersionStage::Current, "right");
    assert!(!knows(&published, "team-0"), "the list was not read yet");
    for name in ["team-0", "made-up-0", "contoso"] {
        assert_eq!(published.present_to(name, "wrong"), "rejected");
        assert_eq!(unpublished.present_to(name, "wrong"), "rejected");
        let expected = (name == "team-0", name == "contoso");
        assert_eq!((knows(&published, name), knows(&unpublished, name)), expected, "{name}");
    }
}
