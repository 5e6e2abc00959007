//! Calls that Secrets Manager carries out and whose answer is lost: once, so that the SDK repeats them, and every time, as
//! when the function is killed and the operation runs again.

use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::status::{RecoveryWindow, SecretStatus};
use hookpost_core::secrets::store::SecretStore as _;
use hookpost_harness::fault_proxy::Fault;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, config, contoso, id, on_branch, password};

/// How often the SDK tries.
const ATTEMPTS: usize = 3;

/// Loses the answer of the next call only.
fn lose_one(fixture: &Fixture, operation: &str) {
    fixture.proxy.fail_next(operation, Fault::DropAfterForward);
}

/// Loses the answers of all tries of the next call, the first of which is carried out.
fn lose_all(fixture: &Fixture, operation: &str) {
    for _ in 0..ATTEMPTS {
        fixture.proxy.fail_next(operation, Fault::DropAfterForward);
    }
}

#[track_caller]
fn assert_lost<T: std::fmt::Debug>(result: &Result<T, SecretStoreError>) {
    assert!(matches!(result, Err(SecretStoreError::Unreachable { .. })), "{result:?}");
}

#[tokio::test]
async fn a_secret_is_created_once() {
    let fixture = Fixture::open("replay-create").await;
    let new = password(canary::PASSWORD);
    lose_one(&fixture, "CreateSecret");
    let made = fixture.store.create_webhook_password(&contoso(), &new, &id(1)).await;
    assert_eq!(made.expect("made"), StoreOutcome::New(id(1)));
    assert_eq!(fixture.proxy.calls_of("CreateSecret").len(), 2);
    assert_eq!(fixture.stages().await, [Some(id(1)), None, None]);
    lose_all(&fixture, "CreateSecret");
    assert_lost(&fixture.store.create_config(&contoso(), &config(), &id(1)).await);
    let stored = fixture.store.create_config(&contoso(), &config(), &id(2)).await;
    assert_eq!(stored.expect("there"), StoreOutcome::Existing(id(1)));
}

#[tokio::test]
async fn a_version_is_added_once() {
    let fixture = Fixture::open("replay-put").await;
    fixture.seed().await;
    lose_one(&fixture, "PutSecretValue");
    fixture.stage(&id(2)).await;
    fixture.store.promote(&contoso(), &id(2)).await.expect("promoted");
    lose_all(&fixture, "PutSecretValue");
    let (new, other) = (password(canary::PREVIOUS_PASSWORD), password(canary::WRONG_PASSWORD));
    assert_lost(&fixture.store.stage_webhook_password(&contoso(), &new, &id(3)).await);
    // A resumed operation does not know the first password, and offers another.
    let staged = fixture.store.stage_webhook_password(&contoso(), &other, &id(3)).await;
    assert_eq!(staged.expect("there"), StoreOutcome::Existing(id(3)));
    assert_eq!(fixture.password(&id(3)).await.as_deref(), Some(canary::PREVIOUS_PASSWORD));
    assert_eq!(fixture.stages().await, [Some(id(2)), Some(id(3)), Some(id(1))]);
}

#[tokio::test]
async fn a_link_is_replaced_once() {
    let fixture = Fixture::open("replay-config").await;
    fixture.seed_config().await;
    let (newer, newest) = (on_branch("main"), on_branch("release"));
    lose_one(&fixture, "PutSecretValue");
    fixture.store.store_config(&contoso(), &newer, &id(2)).await.expect("stored");
    assert_eq!(fixture.proxy.calls_of("PutSecretValue").len(), 2);
    lose_all(&fixture, "PutSecretValue");
    assert_lost(&fixture.store.store_config(&contoso(), &newest, &id(3)).await);
    assert_eq!(fixture.stored_config().await.selection.branch.as_deref(), Some("release"));
}

#[tokio::test]
async fn a_promotion_that_is_already_done_succeeds() {
    let fixture = Fixture::open("replay-promote").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    // The label is off the old version when the call is repeated, which Secrets Manager calls a wrong parameter.
    lose_one(&fixture, "UpdateSecretVersionStage");
    fixture.store.promote(&contoso(), &id(2)).await.expect("promoted");
    assert_eq!(fixture.stages().await, [Some(id(2)), None, Some(id(1))]);
    fixture.stage(&id(3)).await;
    lose_all(&fixture, "UpdateSecretVersionStage");
    assert_lost(&fixture.store.promote(&contoso(), &id(3)).await);
    assert_eq!(
        fixture.stages().await,
        [Some(id(3)), Some(id(3)), Some(id(2))],
        "killed before the label was taken"
    );
    fixture.store.promote(&contoso(), &id(3)).await.expect("finished");
    assert_eq!(fixture.stages().await, [Some(id(3)), None, Some(id(2))]);
}

#[tokio::test]
async fn a_leftover_label_of_a_rotation_does_not_block_the_next() {
    let fixture = Fixture::open("replay-left").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    lose_all(&fixture, "UpdateSecretVersionStage");
    assert_lost(&fixture.store.promote(&contoso(), &id(2)).await);
    fixture.stage(&id(3)).await;
    assert_eq!(fixture.stages().await, [Some(id(2)), Some(id(3)), Some(id(1))]);
}

#[tokio::test]
async fn a_rotation_is_abandoned_once() {
    let fixture = Fixture::open("replay-drop").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    lose_one(&fixture, "UpdateSecretVersionStage");
    fixture.store.drop_pending(&contoso(), &id(2)).await.expect("given up");
    assert_eq!(fixture.stages().await, [Some(id(1)), None, None]);
}

#[tokio::test]
async fn a_deletion_or_restoration_that_is_already_done_succeeds() {
    let fixture = Fixture::open("replay-delete").await;
    fixture.seed().await;
    lose_one(&fixture, "DeleteSecret");
    let deleted = fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await;
    assert!(matches!(deleted, Ok(SecretStatus::ScheduledForDeletion { until: Some(_) })), "{deleted:?}");
    assert_eq!(fixture.proxy.calls_of("DeleteSecret").len(), 2);
    lose_one(&fixture, "RestoreSecret");
    let restored = fixture.store.restore(&contoso(), SecretKind::Webhook).await;
    assert!(matches!(restored, Ok(SecretStatus::Present(_))), "{restored:?}");
    lose_all(&fixture, "DeleteSecret");
    assert_lost(&fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await);
    let again = fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await;
    assert!(matches!(again, Ok(SecretStatus::ScheduledForDeletion { until: Some(_) })), "{again:?}");
}
