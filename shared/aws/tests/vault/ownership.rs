//! Secrets of our names that are not ours.

use aws_sdk_secretsmanager::types::Tag;
use hookpost_core::setup::vault::{
    INTEGRATION_TAG, Presence, RecoveryWindow, SecretKind, Vault as _, VaultError,
};
use hookpost_harness::secrets::{Stage, webhook_value};
use hookpost_stand_in::canary;

use crate::world::{World, contoso, id, link, password};

async fn tag(world: &World, value: &str) {
    let tag = Tag::builder().key(INTEGRATION_TAG).value(value).build();
    let request = world.sdk.tag_resource().secret_id(world.name(SecretKind::Webhook)).tags(tag);
    request.send().await.expect("tagged");
}

#[tokio::test]
async fn a_secret_of_somebody_else_is_not_touched_by_anything() {
    let world = World::open("foreign").await;
    let theirs = webhook_value(canary::PREVIOUS_PASSWORD);
    for kind in SecretKind::ALL {
        world.secrets.create(&world.name(kind), &theirs).await.expect("made");
    }
    let (vault, integration, new) = (&world.vault, contoso(), password(canary::WRONG_PASSWORD));
    let window = RecoveryWindow::SHORTEST;
    let not_ours = |kind| Err(VaultError::NotOurs { secret: world.name(kind), tag: INTEGRATION_TAG });
    for other_integrations in [false, true] {
        if other_integrations {
            tag(&world, "fabrikam").await;
        }
        let errors = [
            vault.look(&integration, SecretKind::Webhook).await.map(drop),
            vault.webhook_password(&integration, &id(1)).await.map(drop),
            vault.create_webhook_password(&integration, &new, &id(1)).await.map(drop),
            vault.stage_webhook_password(&integration, &new, &id(1)).await.map(drop),
            vault.promote(&integration, &id(1)).await,
            vault.drop_pending(&integration, &id(1)).await,
            vault.restore(&integration, SecretKind::Webhook).await.map(drop),
            vault.delete(&integration, SecretKind::Webhook, window).await.map(drop),
        ];
        for error in errors {
            assert_eq!(error, not_ours(SecretKind::Webhook));
        }
    }
    let errors = [
        vault.link(&integration).await.map(drop),
        vault.store_link(&integration, &link(), &id(1)).await.map(drop),
    ];
    for error in errors {
        assert_eq!(error, not_ours(SecretKind::Organization));
    }
    assert!(world.operations().iter().all(|name| name == "DescribeSecret"));
    for kind in SecretKind::ALL {
        assert_eq!(world.secrets.value(&world.name(kind), Stage::Current).await.expect("there"), theirs);
    }
}

#[tokio::test]
async fn one_that_is_being_deleted_is_not_restored_for_somebody_else() {
    let world = World::open("foreign-deleted").await;
    let name = world.name(SecretKind::Webhook);
    world.secrets.create(&name, &webhook_value(canary::PASSWORD)).await.expect("made");
    world.secrets.schedule_deletion(&name).await.expect("scheduled");
    // Without tags it cannot be told whose it is, for AWS may hide them meanwhile: the name is taken, and that is said.
    let presence = world.vault.look(&contoso(), SecretKind::Webhook).await.expect("known");
    assert!(matches!(presence, Presence::ScheduledForDeletion { until: Some(_) }), "{presence:?}");
    let error = world.vault.restore(&contoso(), SecretKind::Webhook).await.expect_err("not ours");
    assert!(matches!(error, VaultError::NotOurs { .. }), "{error}");
    world.sdk.restore_secret().secret_id(&name).send().await.expect("restored");
    tag(&world, "fabrikam").await;
    world.secrets.schedule_deletion(&name).await.expect("scheduled");
    let error = world.vault.look(&contoso(), SecretKind::Webhook).await.expect_err("not ours");
    assert!(matches!(error, VaultError::NotOurs { .. }), "{error}");
}

#[tokio::test]
async fn a_secret_made_by_hand_is_ours_once_it_has_the_tag() {
    let world = World::open("handed-over").await;
    let name = world.name(SecretKind::Webhook);
    world.secrets.create(&name, &webhook_value(canary::PASSWORD)).await.expect("made");
    let error = world.vault.look(&contoso(), SecretKind::Webhook).await.expect_err("not ours");
    assert!(error.to_string().contains("add that tag"), "{error}");
    tag(&world, "contoso").await;
    let Ok(Presence::Present(state)) = world.vault.look(&contoso(), SecretKind::Webhook).await else {
        panic!("it should be ours");
    };
    assert_eq!(state.stack, None);
    world.stage(&id(2)).await;
}

#[tokio::test]
async fn a_tagged_secret_without_a_value_gets_its_first() {
    let world = World::open("empty").await;
    let owner = Tag::builder().key(INTEGRATION_TAG).value("contoso").build();
    for kind in SecretKind::ALL {
        let request = world.sdk.create_secret().name(world.name(kind)).tags(owner.clone());
        request.send().await.expect("made");
    }
    assert!(world.vault.link(&contoso()).await.expect("readable").is_none());
    let new = password(canary::PASSWORD);
    let staged = world.vault.stage_webhook_password(&contoso(), &new, &id(1)).await;
    assert_eq!(staged, Err(VaultError::Missing { secret: world.name(SecretKind::Webhook) }));
    world.vault.create_webhook_password(&contoso(), &new, &id(1)).await.expect("stored");
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    assert_eq!(world.stages().await, [Some(id(1)), None, None]);
    assert!(world.vault.link(&contoso()).await.expect("readable").is_some());
}
