//! Passwords that come and go.

use hookpost_harness::account::INTEGRATION;
use hookpost_harness::secrets::{Stage, webhook_secret, webhook_value};
use hookpost_stand_in::canary;

use crate::world::{World, told};

/// Anything that is admitted and ignored.
const BODY: &str = r#"{"eventType":"build.complete"}"#;

async fn present(world: &World, password: &str) -> (u64, String) {
    told(&world.send(&world.request_with_password(BODY, password)).await)
}

fn admitted() -> (u64, String) {
    (202, "ignored".to_owned())
}

fn refused() -> (u64, String) {
    (401, "unauthorized".to_owned())
}

#[tokio::test]
async fn the_pending_password_is_accepted_while_the_current_one_still_is() {
    let world = World::open("pending", "code-pushed").await;
    let name = webhook_secret(&world.account.prefix, INTEGRATION);
    let value = webhook_value(canary::PENDING_PASSWORD);
    world.account.secrets.put(&name, &value, Stage::Pending).await.expect("stored");
    assert_eq!(present(&world, canary::PASSWORD).await, admitted());
    assert_eq!(present(&world, canary::PENDING_PASSWORD).await, admitted());
    assert_eq!(present(&world, canary::PASSWORD).await, admitted());
    assert_eq!(present(&world, canary::WRONG_PASSWORD).await, refused());
    world.close().await;
}

#[tokio::test]
async fn the_previous_password_is_accepted_after_a_rotation_and_a_retired_one_is_not() {
    let world = World::open("previous", "code-pushed").await;
    let name = webhook_secret(&world.account.prefix, INTEGRATION);
    for password in [canary::PREVIOUS_PASSWORD, canary::PENDING_PASSWORD] {
        world.account.secrets.put(&name, &webhook_value(password), Stage::Current).await.expect("stored");
    }
    assert_eq!(present(&world, canary::PENDING_PASSWORD).await, admitted(), "current now");
    assert_eq!(present(&world, canary::PREVIOUS_PASSWORD).await, admitted(), "previous now");
    assert_eq!(present(&world, canary::PASSWORD).await, refused(), "two rotations ago");
    world.close().await;
}

#[tokio::test]
async fn a_retired_password_is_refused_once_what_was_known_has_expired() {
    let settings = [("HOOKPOST_PASSWORD_TTL_SECONDS", "1"), ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
    let world = World::open_with("retired", "code-pushed", &settings).await;
    assert_eq!(present(&world, canary::PASSWORD).await, admitted());
    let name = webhook_secret(&world.account.prefix, INTEGRATION);
    for password in [canary::PREVIOUS_PASSWORD, canary::PENDING_PASSWORD] {
        world.account.secrets.put(&name, &webhook_value(password), Stage::Current).await.expect("stored");
    }
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while present(&world, canary::PASSWORD).await != refused() {
        assert!(std::time::Instant::now() < deadline, "still admitted after 20 s with a time to live of 1 s");
    }
    assert_eq!(present(&world, canary::PENDING_PASSWORD).await, admitted());
    world.close().await;
}

#[tokio::test]
async fn a_flood_of_wrong_passwords_asks_for_each_stage_once() {
    let world = World::open("flood", "code-pushed").await;
    for _ in 0..200 {
        assert_eq!(present(&world, canary::WRONG_PASSWORD).await, refused());
    }
    assert_eq!(world.password_fetches(), 3, "current, pending, previous");
    assert_eq!(present(&world, canary::PASSWORD).await, admitted());
    assert_eq!(world.password_fetches(), 3);
    world.close().await;
}

#[tokio::test]
async fn a_secret_scheduled_for_deletion_admits_nobody() {
    let world = World::open("unlinked", "code-pushed").await;
    let name = webhook_secret(&world.account.prefix, INTEGRATION);
    world.account.secrets.schedule_deletion(&name).await.expect("scheduled");
    assert_eq!(present(&world, canary::PASSWORD).await, refused());
    world.close().await;
}
