//! Secrets with names of Hookpost that belong to another owner.

use aws_sdk_secretsmanager::types::Tag;
use hookpost_core::integration::published_names::{PublishedNames, PublishedNamesStore as _};
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::{RecoveryWindow, SecretStatus};
use hookpost_core::secrets::store::{INTEGRATION_TAG, SecretStore as _};
use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::secrets::{VersionStage, webhook_value};
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, config, contoso, id, password};

async fn tag(fixture: &Fixture, value: &str) {
    let tag = Tag::builder().key(INTEGRATION_TAG).value(value).build();
    let request = fixture.sdk.tag_resource().secret_id(fixture.name(SecretKind::Webhook)).tags(tag);
    request.send().await.expect("tagged");
}

#[tokio::test]
async fn no_operation_touches_a_secret_of_another_owner() {
    let fixture = Fixture::open("foreign").await;
    let theirs = webhook_value(canary::PREVIOUS_PASSWORD);
    for kind in SecretKind::ALL {
        fixture.secrets.create(&fixture.name(kind), &theirs).await.expect("made");
    }
    let (store, integration, new) = (&fixture.store, contoso(), password(canary::WRONG_PASSWORD));
    let window = RecoveryWindow::SHORTEST;
    let not_ours = |kind| Err(SecretStoreError::NotOurs { secret: fixture.name(kind), tag: INTEGRATION_TAG });
    for other_integrations in [false, true] {
        if other_integrations {
            tag(&fixture, "fabrikam").await;
        }
        let errors = [
            store.describe(&integration, SecretKind::Webhook).await.map(drop),
            store.create_webhook_password(&integration, &new, &id(1)).await.map(drop),
            store.stage_webhook_password(&integration, &new, &id(1)).await.map(drop),
            store.promote(&integration, &id(1)).await,
            store.drop_pending(&integration, &id(1)).await,
            store.restore(&integration, SecretKind::Webhook).await.map(drop),
            store.delete(&integration, SecretKind::Webhook, window).await.map(drop),
        ];
        for error in errors {
            assert_eq!(error, not_ours(SecretKind::Webhook));
        }
    }
    let errors = [
        store.config(&integration).await.map(drop),
        store.create_config(&integration, &config(), &id(1)).await.map(drop),
        store.store_config(&integration, &config(), &id(1)).await,
    ];
    for error in errors {
        assert_eq!(error, not_ours(SecretKind::Organization));
    }
    assert!(fixture.operations().iter().all(|name| name == "DescribeSecret"));
    for kind in SecretKind::ALL {
        assert_eq!(
            fixture.secrets.value(&fixture.name(kind), VersionStage::Current).await.expect("there"),
            theirs
        );
    }
}

#[tokio::test]
async fn no_operation_touches_a_secret_of_another_stack() {
    let fixture = Fixture::open("other-stack").await;
    fixture.seed().await;
    fixture.seed_config().await;
    let names = PublishedNames::from_json(r#"{"names":["contoso"]}"#).expect("names");
    assert!(fixture.store.store_published_names(&names, None).await.expect("stored"));
    fixture.proxy.forget();

    let (store, integration, new) = (&fixture.other_stack, contoso(), password(canary::WRONG_PASSWORD));
    let window = RecoveryWindow::SHORTEST;
    let errors = [
        store.describe(&integration, SecretKind::Webhook).await.map(drop),
        store.create_webhook_password(&integration, &new, &id(2)).await.map(drop),
        store.stage_webhook_password(&integration, &new, &id(2)).await.map(drop),
        store.promote(&integration, &id(1)).await,
        store.drop_pending(&integration, &id(1)).await,
        store.restore(&integration, SecretKind::Webhook).await.map(drop),
        store.delete(&integration, SecretKind::Organization, window).await.map(drop),
        store.config(&integration).await.map(drop),
        store.create_config(&integration, &config(), &id(2)).await.map(drop),
        store.store_config(&integration, &config(), &id(2)).await,
        store.store_published_names(&names, Some(&id(2))).await.map(drop),
    ];
    for error in errors {
        let error = error.expect_err("of another stack");
        assert!(matches!(error, SecretStoreError::OfAnotherStack { .. }), "{error}");
        assert!(error.to_string().contains("belongs to the stack `hooks-production`"), "{error}");
        assert!(error.to_string().contains("set its tag `hookpost:stack` to `hooks-test`"), "{error}");
    }
    assert!(store.list().await.expect("listed").is_empty());
    let reads = ["DescribeSecret", "ListSecrets"];
    assert!(fixture.operations().iter().all(|name| reads.contains(&&**name)), "{:?}", fixture.operations());

    // IAM refuses to read the list of another stack; the reason is told apart from a missing permission.
    fixture.proxy.fail_next("GetSecretValue", Fault::Refuse { status: 400, code: "AccessDeniedException" });
    let error = store.published_names().await.expect_err("of another stack");
    assert!(matches!(error, SecretStoreError::OfAnotherStack { .. }), "{error}");
}

#[tokio::test]
async fn a_secret_being_deleted_is_restored_only_for_its_owner() {
    let fixture = Fixture::open("foreign-deleted").await;
    let name = fixture.name(SecretKind::Webhook);
    fixture.secrets.create(&name, &webhook_value(canary::PASSWORD)).await.expect("made");
    fixture.secrets.schedule_deletion(&name).await.expect("scheduled");
    // Without tags the owner is unknown, because AWS may hide the tags of such a secret: the name is reported as taken.
    let status = fixture.store.describe(&contoso(), SecretKind::Webhook).await.expect("known");
    assert!(matches!(status, SecretStatus::ScheduledForDeletion { until: Some(_) }), "{status:?}");
    let error = fixture.store.restore(&contoso(), SecretKind::Webhook).await.expect_err("not ours");
    assert!(matches!(error, SecretStoreError::NotOurs { .. }), "{error}");
    fixture.sdk.restore_secret().secret_id(&name).send().await.expect("restored");
    tag(&fixture, "fabrikam").await;
    fixture.secrets.schedule_deletion(&name).await.expect("scheduled");
    let error = fixture.store.describe(&contoso(), SecretKind::Webhook).await.expect_err("not ours");
    assert!(matches!(error, SecretStoreError::NotOurs { .. }), "{error}");
}

#[tokio::test]
async fn a_secret_created_by_hand_is_ours_once_it_has_the_tag() {
    let fixture = Fixture::open("handed-over").await;
    let name = fixture.name(SecretKind::Webhook);
    fixture.secrets.create(&name, &webhook_value(canary::PASSWORD)).await.expect("made");
    let error = fixture.store.describe(&contoso(), SecretKind::Webhook).await.expect_err("not ours");
    assert!(error.to_string().contains("add that tag"), "{error}");
    tag(&fixture, "contoso").await;
    fixture.stage(&id(2)).await;
}

#[tokio::test]
async fn a_tagged_secret_without_a_value_gets_its_first_value() {
    let fixture = Fixture::open("empty").await;
    let owner = Tag::builder().key(INTEGRATION_TAG).value("contoso").build();
    for kind in SecretKind::ALL {
        let request = fixture.sdk.create_secret().name(fixture.name(kind)).tags(owner.clone());
        request.send().await.expect("made");
    }
    assert!(fixture.store.config(&contoso()).await.expect("readable").is_none());
    let new = password(canary::PASSWORD);
    let staged = fixture.store.stage_webhook_password(&contoso(), &new, &id(1)).await;
    assert_eq!(staged, Err(SecretStoreError::Missing { secret: fixture.name(SecretKind::Webhook) }));
    fixture.store.create_webhook_password(&contoso(), &new, &id(1)).await.expect("stored");
    fixture.seed_config().await;
    assert_eq!(fixture.stages().await, [Some(id(1)), None, None]);
    assert!(fixture.store.config(&contoso()).await.expect("readable").is_some());
}
