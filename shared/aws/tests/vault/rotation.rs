//! Secrets Manager's own rotation, as far as the vault has to do with it.

use aws_sdk_secretsmanager::types::RotationRulesType;
use hookpost_core::setup::vault::{SecretKind, Stored, Vault as _, VaultError, VersionId};
use hookpost_stand_in::canary;

use crate::world::{World, contoso, id, password};

/// Leaves the secret as AWS does before it calls `createSecret`: rotation on, and a pending version without a value.
/// moto moves the current label too, when it knows no function to call, so that is put right.
async fn begin(world: &World, old: &VersionId, new: &VersionId) {
    let secret = world.name(SecretKind::Webhook);
    let rules = RotationRulesType::builder().automatically_after_days(30).build();
    let rotation = world.sdk.rotate_secret().secret_id(&secret).client_request_token(new.as_str());
    rotation.rotation_rules(rules).send().await.expect("begun");
    let label = |stage: &str| world.sdk.update_secret_version_stage().secret_id(&secret).version_stage(stage);
    let (old, new) = (old.as_str(), new.as_str());
    let back = label("AWSCURRENT").move_to_version_id(old).remove_from_version_id(new);
    back.send().await.expect("moved");
    label("AWSPREVIOUS").remove_from_version_id(new).send().await.expect("moved");
    label("AWSPENDING").move_to_version_id(new).send().await.expect("moved");
}

#[tokio::test]
async fn the_empty_version_that_secrets_manager_made_is_filled_and_promoted() {
    let world = World::open("own-rotation").await;
    world.seed().await;
    begin(&world, &id(1), &id(2)).await;
    let state = world.state(SecretKind::Webhook).await;
    assert!(state.rotation_enabled);
    assert_eq!(state.versions.in_rotation(), Some(&id(2)));
    assert_eq!(world.password(&id(2)).await, None, "nothing is in it yet");
    let early = world.vault.promote(&contoso(), &id(2)).await;
    let secret = world.name(SecretKind::Webhook);
    assert_eq!(early, Err(VaultError::NotPending { secret, version: id(2) }), "it would lock everybody out");

    world.stage(&id(2)).await;
    assert_eq!(world.password(&id(2)).await.as_deref(), Some(canary::PENDING_PASSWORD));
    let again =
        world.vault.stage_webhook_password(&contoso(), &password(canary::WRONG_PASSWORD), &id(2)).await;
    assert_eq!(again, Ok(Stored::Existing(id(2))));
    for _ in 0..2 {
        world.vault.promote(&contoso(), &id(2)).await.expect("promoted");
        // The label stays where it is: see `promote`.
        assert_eq!(world.stages().await, [Some(id(2)), Some(id(2)), Some(id(1))]);
    }
    world.stage(&id(3)).await;
    assert_eq!(world.stages().await, [Some(id(2)), Some(id(3)), Some(id(1))], "and is moved by the next");
}
