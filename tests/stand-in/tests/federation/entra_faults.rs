//! Faults of Entra, and credentials that are new.

use std::time::Duration;

use hookpost_stand_in::entra::Fault;

use crate::fixture::Fixture;

#[tokio::test]
async fn new_credentials_and_keys_are_unknown_for_some_calls() {
    let fixture = Fixture::start().await;
    fixture.entra.propagating(2);
    assert_eq!(fixture.outcome().await, (400, 70_021));
    assert_eq!(fixture.outcome().await, (400, 70_021));
    assert_eq!(fixture.outcome().await, (200, 0));
    fixture.entra.kid_unknown(1);
    assert_eq!(fixture.outcome().await, (401, 7_000_272));
    assert_eq!(fixture.outcome().await, (200, 0));
}

#[tokio::test]
async fn while_credentials_spread_entra_refuses_and_accepts_by_turns() {
    let fixture = Fixture::start().await;
    fixture.entra.flapping();
    for status in [400, 200, 400, 200] {
        assert_eq!(fixture.outcome().await.0, status);
    }
    fixture.entra.clear_faults();
    assert_eq!((fixture.outcome().await.0, fixture.outcome().await.0), (200, 200));
}

/// Those that no other test reaches: other clouds, numbers that Microsoft derives from others, and unknown ones.
#[tokio::test]
async fn every_number_can_be_the_cause() {
    let fixture = Fixture::start().await;
    for (code, status, error) in [
        (90_038, 400, "invalid_request"),
        (900_382, 400, "invalid_request"),
        (900_439, 400, "invalid_request"),
        (7_002_121, 401, "invalid_client"),
        (7_002_131, 401, "invalid_client"),
        (7_002_241, 401, "invalid_client"),
        (501_661, 401, "invalid_client"),
        (53_003, 400, "invalid_grant"),
        (700_024, 401, "invalid_client"),
        (424_242, 400, "invalid_request"),
    ] {
        fixture.entra.fail_next(Fault::Refused(code));
        let refused = fixture.exchange("").await.unwrap();
        let body = refused.json();
        assert_eq!((refused.status, body["error"].as_str()), (status, Some(error)), "{code}");
        assert_eq!(body["error_codes"][0], code);
    }
    for code in [90_006, 90_012, 90_024, 90_033, 90_090] {
        fixture.entra.fail_next(Fault::TemporarilyUnavailable(code));
        let refused = fixture.exchange("").await.unwrap();
        assert_eq!((refused.status, &refused.json()["error"]), (503, &"temporarily_unavailable".into()));
        assert_eq!(refused.json()["error_codes"][0], code);
    }
}

#[tokio::test]
async fn throttled_calls_may_be_told_when_to_come_back() {
    let fixture = Fixture::start().await;
    fixture.entra.fail_next(Fault::Throttled(Some(Duration::from_secs(17))));
    fixture.entra.fail_next(Fault::Throttled(None));
    for wait in ["17", ""] {
        let throttled = fixture.exchange("").await.unwrap();
        assert_eq!((throttled.status, throttled.header("retry-after")), (429, wait));
    }
}

#[tokio::test(start_paused = true)]
async fn answers_can_be_no_tokens_late_or_missing() {
    let fixture = Fixture::start().await;
    let assertion = fixture.assertion().await;
    for (fault, status, text) in [
        (Fault::Status(502), 502, ""),
        (Fault::Html(200), 200, "<!DOCTYPE html>"),
        (Fault::Html(503), 503, "<!DOCTYPE html>"),
        (Fault::Redirect, 302, "Object moved"),
        (Fault::BrokenJson, 200, "{\"token_type\":\"Bearer\""),
        (Fault::NoToken, 200, "{\"token_type\":\"Bearer\",\"expires_in\":3599}"),
        (Fault::Delayed(Duration::from_secs(30)), 200, "\"access_token\":\"ey"),
    ] {
        fixture.entra.fail_next(fault);
        let answer = fixture.exchange(&assertion).await.unwrap();
        assert_eq!(answer.status, status);
        assert!(answer.text.contains(text), "{}", answer.text);
    }
    fixture.entra.fail_next(Fault::Oversized);
    assert!(fixture.exchange(&assertion).await.unwrap().text.len() > 64 * 1024);
    fixture.entra.fail_each(Fault::Stall(Duration::from_secs(60)));
    assert!(fixture.exchange(&assertion).await.is_none());
    assert_eq!(fixture.entra.calls().last().unwrap().status, None);
}
