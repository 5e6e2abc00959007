//! The words of refusals and warnings that depend on the time.

use hookpost_core::azure_devops::error::RestError;

use crate::fixture::{Fixture, connect, lines, request};

const BEFORE: &str = "2026-11-30T23:59:59Z";
const AFTER: &str = "2026-12-01T00:00:00Z";

/// Nothing is connected yet at this time.
fn at(now: &str) -> Fixture {
    let fixture = Fixture::new();
    fixture.azure.lock().began = now.parse().expect("a timestamp");
    fixture
}

#[test]
fn a_token_refused_from_december_on_may_have_been_a_global_one() {
    for error in [RestError::SignInPage, RestError::Unauthorized { message: String::new() }] {
        for (now, is_named) in [(BEFORE, false), (AFTER, true)] {
            let fixture = at(now);
            fixture.report(&connect());
            fixture.azure.refuse("connection", error.clone());
            for request in [connect(), request("status")] {
                let refusal = fixture.error(&request);
                let names_the_end = refusal.message().contains("all accessible organizations");
                assert_eq!(names_the_end, is_named, "{now}: {refusal}");
            }
        }
    }
}

#[test]
fn the_warning_about_global_tokens_knows_the_day() {
    let warning = |now| lines(&at(now).report(&connect())["warnings"]);
    assert!(warning(BEFORE).contains("stops working on 2026-12-01"), "{}", warning(BEFORE));
    assert!(warning(AFTER).contains("was to stop working on 2026-12-01"), "{}", warning(AFTER));
}
