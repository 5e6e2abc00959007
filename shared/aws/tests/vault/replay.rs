//! Calls that are carried out and whose answer is lost: once, so that the SDK repeats them, and every time, as when the
//! function is killed and the operation is run again.

use hookpost_core::setup::vault::{
    Deletion, Link, Presence, RecoveryWindow, SecretKind, Stored, Vault as _, VaultError,
};
use hookpost_harness::front::Fault;
use hookpost_stand_in::canary;

use crate::world::{World, contoso, id, link, password};

/// How often the SDK tries.
const ATTEMPTS: usize = 3;

/// Loses the answer of the next call only.
fn lose_one(world: &World, operation: &str) {
    world.front.fail_next(operation, Fault::DropAfterForward);
}

/// Loses the answers of all tries of the next call, the first of which is carried out.
fn lose_all(world: &World, operation: &str) {
    for _ in 0..ATTEMPTS {
        world.front.fail_next(operation, Fault::DropAfterForward);
    }
}

#[track_caller]
fn assert_lost<T: std::fmt::Debug>(result: &Result<T, VaultError>) {
    assert!(matches!(result, Err(VaultError::Unreachable { .. })), "{result:?}");
}

#[tokio::test]
async fn a_secret_is_made_once() {
    let world = World::open("replay-create").await;
    let new = password(canary::PASSWORD);
    lose_one(&world, "CreateSecret");
    let made = world.vault.create_webhook_password(&contoso(), &new, &id(1)).await;
    assert_eq!(made.expect("made"), Stored::New(id(1)));
    assert_eq!(world.front.calls_of("CreateSecret").len(), 2);
    assert_eq!(world.stages().await, [Some(id(1)), None, None]);
    lose_all(&world, "CreateSecret");
    assert_lost(&world.vault.store_link(&contoso(), &link(), &id(1)).await);
    let stored = world.vault.store_link(&contoso(), &link(), &id(2)).await;
    assert_eq!(stored.expect("there"), Stored::Existing(id(1)));
}

#[tokio::test]
async fn a_version_is_made_once() {
    let world = World::open("replay-put").await;
    world.seed().await;
    lose_one(&world, "PutSecretValue");
    world.stage(&id(2)).await;
    world.vault.promote(&contoso(), &id(2)).await.expect("promoted");
    lose_all(&world, "PutSecretValue");
    let (new, other) = (password(canary::PREVIOUS_PASSWORD), password(canary::WRONG_PASSWORD));
    assert_lost(&world.vault.stage_webhook_password(&contoso(), &new, &id(3)).await);
    // Whoever resumes does not know the password that was made, and offers another.
    let staged = world.vault.stage_webhook_password(&contoso(), &other, &id(3)).await;
    assert_eq!(staged.expect("there"), Stored::Existing(id(3)));
    assert_eq!(world.password(&id(3)).await.as_deref(), Some(canary::PREVIOUS_PASSWORD));
    assert_eq!(world.stages().await, [Some(id(2)), Some(id(3)), Some(id(1))]);
}

#[tokio::test]
async fn a_link_is_replaced_once() {
    let world = World::open("replay-link").await;
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    let newer = Link { branch: Some("main".to_owned()), ..link() };
    lose_one(&world, "PutSecretValue");
    let stored = world.vault.store_link(&contoso(), &newer, &id(2)).await;
    assert_eq!(stored.expect("stored"), Stored::New(id(2)));
    let newest = Link { branch: Some("release".to_owned()), ..link() };
    lose_all(&world, "PutSecretValue");
    assert_lost(&world.vault.store_link(&contoso(), &newest, &id(3)).await);
    let stored = world.vault.store_link(&contoso(), &newest, &id(4)).await;
    assert_eq!(stored.expect("there"), Stored::Existing(id(3)));
}

#[tokio::test]
async fn a_promotion_that_finds_itself_done_is_done() {
    let world = World::open("replay-promote").await;
    world.seed().await;
    world.stage(&id(2)).await;
    // The label is off the old version when the call is repeated, which Secrets Manager calls a wrong parameter.
    lose_one(&world, "UpdateSecretVersionStage");
    world.vault.promote(&contoso(), &id(2)).await.expect("promoted");
    assert_eq!(world.stages().await, [Some(id(2)), None, Some(id(1))]);
    world.stage(&id(3)).await;
    lose_all(&world, "UpdateSecretVersionStage");
    assert_lost(&world.vault.promote(&contoso(), &id(3)).await);
    assert_eq!(
        world.stages().await,
        [Some(id(3)), Some(id(3)), Some(id(2))],
        "killed before the label was taken"
    );
    world.vault.promote(&contoso(), &id(3)).await.expect("finished");
    assert_eq!(world.stages().await, [Some(id(3)), None, Some(id(2))]);
}

#[tokio::test]
async fn what_a_finished_rotation_left_behind_does_not_block_the_next() {
    let world = World::open("replay-left").await;
    world.seed().await;
    world.stage(&id(2)).await;
    lose_all(&world, "UpdateSecretVersionStage");
    assert_lost(&world.vault.promote(&contoso(), &id(2)).await);
    world.stage(&id(3)).await;
    assert_eq!(world.stages().await, [Some(id(2)), Some(id(3)), Some(id(1))]);
}

#[tokio::test]
async fn a_rotation_is_given_up_once() {
    let world = World::open("replay-drop").await;
    world.seed().await;
    world.stage(&id(2)).await;
    lose_one(&world, "UpdateSecretVersionStage");
    world.vault.drop_pending(&contoso(), &id(2)).await.expect("given up");
    assert_eq!(world.stages().await, [Some(id(1)), None, None]);
}

#[tokio::test]
async fn a_deletion_and_a_restoration_that_find_themselves_done_are_done() {
    let world = World::open("replay-delete").await;
    world.seed().await;
    lose_one(&world, "DeleteSecret");
    let deleted = world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await;
    assert!(matches!(deleted, Ok(Deletion::Scheduled { until: Some(_) })), "{deleted:?}");
    assert_eq!(world.front.calls_of("DeleteSecret").len(), 2);
    lose_one(&world, "RestoreSecret");
    let restored = world.vault.restore(&contoso(), SecretKind::Webhook).await;
    assert!(matches!(restored, Ok(Presence::Present(_))), "{restored:?}");
    lose_all(&world, "DeleteSecret");
    assert_lost(&world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await);
    let again = world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await;
    assert!(matches!(again, Ok(Deletion::Scheduled { until: Some(_) })), "{again:?}");
}
