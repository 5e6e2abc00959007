//! Which passwords authenticate while a secret changes.

use hookpost_harness::account::INTEGRATION;
use hookpost_harness::secrets::{Stage, webhook_secret, webhook_value};
use hookpost_stand_in::canary;

use crate::fixture::{ReceiverFixture, status_and_code};

/// An event that is authenticated and ignored.
const BODY: &str = r#"{"eventType":"build.complete"}"#;

async fn present(fixture: &ReceiverFixture, password: &str) -> (u64, String) {
    status_and_code(&fixture.send(&fixture.request_with_password(BODY, password)).await)
}

fn authenticated() -> (u64, String) {
    (202, "ignored".to_owned())
}

fn unauthorized() -> (u64, String) {
    (401, "unauthorized".to_owned())
}

#[tokio::test]
async fn the_pending_password_is_accepted_while_the_current_one_still_is() {
    let fixture = ReceiverFixture::open("pending", "code-pushed").await;
    let name = webhook_secret(&fixture.account.prefix, INTEGRATION);
    let value = webhook_value(canary::PENDING_PASSWORD);
    fixture.account.secrets.put(&name, &value, Stage::Pending).await.expect("stored");
    assert_eq!(present(&fixture, canary::PASSWORD).await, authenticated());
    assert_eq!(present(&fixture, canary::PENDING_PASSWORD).await, authenticated());
    assert_eq!(present(&fixture, canary::PASSWORD).await, authenticated());
    assert_eq!(present(&fixture, canary::WRONG_PASSWORD).await, unauthorized());
    fixture.close().await;
}

#[tokio::test]
async fn a_retired_password_is_refused_once_the_cache_expires() {
    let settings = [("HOOKPOST_PASSWORD_TTL_SECONDS", "1"), ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
    let fixture = ReceiverFixture::open_with("retired", "code-pushed", &settings).await;
    assert_eq!(present(&fixture, canary::PASSWORD).await, authenticated());
    let name = webhook_secret(&fixture.account.prefix, INTEGRATION);
    for password in [canary::PREVIOUS_PASSWORD, canary::PENDING_PASSWORD] {
        fixture.account.secrets.put(&name, &webhook_value(password), Stage::Current).await.expect("stored");
    }
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while present(&fixture, canary::PASSWORD).await != unauthorized() {
        assert!(std::time::Instant::now() < deadline, "still accepted after 20 s with a time to live of 1 s");
    }
    assert_eq!(present(&fixture, canary::PENDING_PASSWORD).await, authenticated());
    fixture.close().await;
}

#[tokio::test]
async fn a_secret_scheduled_for_deletion_authenticates_nobody() {
    let fixture = ReceiverFixture::open("unlinked", "code-pushed").await;
    let name = webhook_secret(&fixture.account.prefix, INTEGRATION);
    fixture.account.secrets.schedule_deletion(&name).await.expect("scheduled");
    assert_eq!(present(&fixture, canary::PASSWORD).await, unauthorized());
    fixture.close().await;
}

#[tokio::test]
async fn a_flood_of_wrong_passwords_fetches_each_stage_once() {
    let fixture = ReceiverFixture::open("flood", "code-pushed").await;
    for _ in 0..200 {
        assert_eq!(present(&fixture, canary::WRONG_PASSWORD).await, unauthorized());
    }
    assert_eq!(fixture.password_fetches(), 3, "current, pending, previous");
    assert_eq!(present(&fixture, canary::PASSWORD).await, authenticated());
    assert_eq!(fixture.password_fetches(), 3);
    fixture.close().await;
}
