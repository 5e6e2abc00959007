//! Rotation by Secrets Manager itself.

use aws_sdk_secretsmanager::types::RotationRulesType;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::store::SecretStore as _;
use hookpost_core::secrets::version::VersionId;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, contoso, id, password};

/// Prepares the secret as AWS does before it calls `createSecret`: rotation on, and a pending version without a value.
/// moto also moves the current label when it knows no function to call; this function moves it back.
async fn begin(fixture: &Fixture, old: &VersionId, new: &VersionId) {
    let secret = fixture.name(SecretKind::Webhook);
    let rules = RotationRulesType::builder().automatically_after_days(30).build();
    let rotation = fixture.sdk.rotate_secret().secret_id(&secret).client_request_token(new.as_str());
    rotation.rotation_rules(rules).send().await.expect("begun");
    let label =
        |stage: &str| fixture.sdk.update_secret_version_stage().secret_id(&secret).version_stage(stage);
    let (old, new) = (old.as_str(), new.as_str());
    let back = label("AWSCURRENT").move_to_version_id(old).remove_from_version_id(new);
    back.send().await.expect("moved");
    label("AWSPREVIOUS").remove_from_version_id(new).send().await.expect("moved");
    label("AWSPENDING").move_to_version_id(new).send().await.expect("moved");
}

#[tokio::test]
async fn the_empty_version_of_a_rotation_is_filled_and_promoted() {
    let fixture = Fixture::open("own-rotation").await;
    fixture.seed().await;
    begin(&fixture, &id(1), &id(2)).await;
    let state = fixture.state(SecretKind::Webhook).await;
    assert!(state.rotation_enabled);
    assert_eq!(state.versions.in_rotation(), Some(&id(2)));
    assert_eq!(fixture.password(&id(2)).await, None, "nothing is in it yet");
    let early = fixture.store.promote(&contoso(), &id(2)).await;
    let secret = fixture.name(SecretKind::Webhook);
    assert_eq!(
        early,
        Err(SecretStoreError::NotPending { secret, version: id(2) }),
        "it would lock everybody out"
    );

    fixture.stage(&id(2)).await;
    assert_eq!(fixture.password(&id(2)).await.as_deref(), Some(canary::PENDING_PASSWORD));
    let again =
        fixture.store.stage_webhook_password(&contoso(), &password(canary::WRONG_PASSWORD), &id(2)).await;
    assert_eq!(again, Ok(StoreOutcome::Existing(id(2))));
    for _ in 0..2 {
        fixture.store.promote(&contoso(), &id(2)).await.expect("promoted");
        // The label stays where it is: see `promote`.
        assert_eq!(fixture.stages().await, [Some(id(2)), Some(id(2)), Some(id(1))]);
    }
    fixture.stage(&id(3)).await;
    assert_eq!(fixture.stages().await, [Some(id(2)), Some(id(3)), Some(id(1))], "and is moved by the next");
}
