//! The webhook password from its first version to the next.

use hookpost_core::setup::vault::{SecretKind, Stored, Vault as _, VaultError};
use hookpost_harness::front::Fault;
use hookpost_harness::secrets::Stage;
use hookpost_stand_in::canary;

use crate::world::{STACK, World, contoso, id, password};

#[tokio::test]
async fn the_first_password_is_current_and_the_secret_carries_its_tags_from_the_start() {
    let world = World::open("first").await;
    assert!(world.password(&id(1)).await.is_none(), "nothing is there yet");
    world.front.forget();
    let made = world.vault.create_webhook_password(&contoso(), &password(canary::PASSWORD), &id(1)).await;
    assert_eq!(made.expect("made"), Stored::New(id(1)));
    let call = world.front.calls_of("CreateSecret").remove(0);
    assert_eq!(call.input["ClientRequestToken"], id(1).as_str());
    assert_eq!(call.input["Tags"][0]["Key"], "hookpost:integration");
    assert_eq!(call.input["Tags"][0]["Value"], "contoso");
    assert_eq!(call.input["Tags"][1]["Key"], "hookpost:stack");
    let value =
        world.secrets.value(&world.name(SecretKind::Webhook), Stage::Current).await.expect("readable");
    assert_eq!(value, format!(r#"{{"password":"{}"}}"#, canary::PASSWORD), "as receivers read it");
    let state = world.state(SecretKind::Webhook).await;
    assert_eq!(state.stack.as_deref(), Some(STACK));
    assert!(!state.rotation_enabled && state.changed_at.is_some());
    assert!(world.names.read(&state.arn).is_some(), "{}", state.arn);
    assert_eq!(world.stages().await, [Some(id(1)), None, None]);
}

#[tokio::test]
async fn a_password_that_is_there_stays_whatever_is_offered() {
    let world = World::open("stays").await;
    world.seed().await;
    for version in [id(1), id(2)] {
        let other = password(canary::WRONG_PASSWORD);
        let made = world.vault.create_webhook_password(&contoso(), &other, &version).await;
        assert_eq!(made.expect("answered"), Stored::Existing(id(1)));
    }
    assert_eq!(world.operations(), ["DescribeSecret", "DescribeSecret"], "only looked at");
    assert_eq!(world.password(&id(1)).await.as_deref(), Some(canary::PASSWORD));
}

#[tokio::test]
async fn of_two_that_connect_at_once_both_get_the_same_password() {
    let world = World::open("race").await;
    // Long enough for both to have looked before either makes the secret.
    world.front.fail_each("CreateSecret", Fault::Delay(std::time::Duration::from_millis(500)));
    let (mine, yours) = (password(canary::PASSWORD), password(canary::PENDING_PASSWORD));
    let (integration, ids) = (contoso(), [id(1), id(2)]);
    let (a, b) = tokio::join!(
        world.vault.create_webhook_password(&integration, &mine, &ids[0]),
        world.vault.create_webhook_password(&integration, &yours, &ids[1]),
    );
    let (a, b) = (a.expect("answered"), b.expect("answered"));
    assert_eq!(a.version(), b.version());
    assert_eq!(world.front.calls_of("CreateSecret").len(), 2, "both tried");
    assert_eq!(world.stages().await, [Some(a.version().clone()), None, None]);
}

#[tokio::test]
async fn a_rotation_goes_from_pending_to_current_and_leaves_the_old_one_as_previous() {
    let world = World::open("rotation").await;
    world.seed().await;
    world.stage(&id(2)).await;
    assert_eq!(world.stages().await, [Some(id(1)), Some(id(2)), None]);
    let stored = world.vault.webhook_password(&contoso(), &id(2)).await.expect("readable").expect("there");
    assert_eq!(stored.password.expose(), canary::PENDING_PASSWORD);
    assert!(stored.stored_at.is_some());
    world.front.forget();
    world.vault.promote(&contoso(), &id(2)).await.expect("promoted");
    let moves = world.front.calls_of("UpdateSecretVersionStage");
    assert_eq!(moves.len(), 2);
    assert_eq!(moves[0].input["VersionStage"], "AWSCURRENT");
    assert_eq!(moves[0].input["MoveToVersionId"], id(2).as_str());
    assert_eq!(moves[0].input["RemoveFromVersionId"], id(1).as_str());
    assert_eq!(moves[1].input["VersionStage"], "AWSPENDING");
    assert_eq!(moves[1].input["RemoveFromVersionId"], id(2).as_str());
    assert!(moves[1].input["MoveToVersionId"].is_null());
    assert_eq!(world.stages().await, [Some(id(2)), None, Some(id(1))]);
    // The next one pushes the first out.
    world.stage(&id(3)).await;
    world.vault.promote(&contoso(), &id(3)).await.expect("promoted");
    assert_eq!(world.stages().await, [Some(id(3)), None, Some(id(2))]);
}

#[tokio::test]
async fn each_step_of_a_rotation_done_again_changes_nothing() {
    let world = World::open("again").await;
    world.seed().await;
    world.stage(&id(2)).await;
    let other = password(canary::WRONG_PASSWORD);
    let again = world.vault.stage_webhook_password(&contoso(), &other, &id(2)).await;
    assert_eq!(again.expect("answered"), Stored::Existing(id(2)));
    assert_eq!(
        world.password(&id(2)).await.as_deref(),
        Some(canary::PENDING_PASSWORD),
        "the first one stays"
    );
    world.vault.promote(&contoso(), &id(2)).await.expect("promoted");
    world.front.forget();
    world.vault.promote(&contoso(), &id(2)).await.expect("nothing to do");
    world.vault.drop_pending(&contoso(), &id(2)).await.expect("nothing to do");
    let late = world.vault.stage_webhook_password(&contoso(), &other, &id(2)).await;
    assert_eq!(late.expect("answered"), Stored::Existing(id(2)), "it is current, which is further");
    assert!(world.operations().iter().all(|name| name == "DescribeSecret" || name == "GetSecretValue"));
    assert_eq!(world.stages().await, [Some(id(2)), None, Some(id(1))]);
}

#[tokio::test]
async fn a_rotation_that_has_begun_is_not_pushed_aside() {
    let world = World::open("begun").await;
    world.seed().await;
    world.stage(&id(2)).await;
    let other = password(canary::WRONG_PASSWORD);
    let error = world.vault.stage_webhook_password(&contoso(), &other, &id(3)).await.expect_err("begun");
    let secret = world.name(SecretKind::Webhook);
    assert_eq!(error, VaultError::RotationInProgress { secret: secret.clone(), pending: id(2) });
    let error = world.vault.promote(&contoso(), &id(3)).await.expect_err("not pending");
    assert_eq!(error, VaultError::NotPending { secret: secret.clone(), version: id(3) });
    world.vault.drop_pending(&contoso(), &id(3)).await.expect("nothing to do");
    assert_eq!(world.stages().await, [Some(id(1)), Some(id(2)), None]);
    // Given up, another can begin; but not under the same id.
    world.vault.drop_pending(&contoso(), &id(2)).await.expect("given up");
    assert_eq!(world.stages().await, [Some(id(1)), None, None]);
    let error = world.vault.stage_webhook_password(&contoso(), &other, &id(2)).await.expect_err("spent");
    assert_eq!(error, VaultError::VersionSpent { secret, version: id(2) });
    world.stage(&id(3)).await;
    assert_eq!(world.stages().await, [Some(id(1)), Some(id(3)), None]);
}

#[tokio::test]
async fn without_a_current_password_there_is_nothing_to_rotate() {
    let world = World::open("nothing").await;
    let secret = world.name(SecretKind::Webhook);
    let missing = VaultError::Missing { secret };
    let new = password(canary::PENDING_PASSWORD);
    let staged = world.vault.stage_webhook_password(&contoso(), &new, &id(1)).await;
    assert_eq!(staged.expect_err("missing"), missing);
    assert_eq!(world.vault.promote(&contoso(), &id(1)).await.expect_err("missing"), missing);
    world.vault.drop_pending(&contoso(), &id(1)).await.expect("nothing to do");
    assert!(world.operations().iter().all(|name| name == "DescribeSecret"));
}
