//! The webhook password and its rotation by `setup`.

use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::store::SecretStore as _;
use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::secrets::VersionStage;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, STACK, contoso, id, password};

#[tokio::test]
async fn the_first_password_is_current_and_its_secret_is_tagged() {
    let fixture = Fixture::open("first").await;
    assert!(fixture.password(&id(1)).await.is_none(), "nothing is there yet");
    fixture.proxy.forget();
    let made = fixture.store.create_webhook_password(&contoso(), &password(canary::PASSWORD), &id(1)).await;
    assert_eq!(made.expect("made"), StoreOutcome::New(id(1)));
    let call = fixture.proxy.calls_of("CreateSecret").remove(0);
    assert_eq!(call.input["ClientRequestToken"], id(1).as_str());
    assert_eq!(call.input["Tags"][0]["Key"], "hookpost:integration");
    assert_eq!(call.input["Tags"][0]["Value"], "contoso");
    assert_eq!(call.input["Tags"][1]["Key"], "hookpost:stack");
    assert_eq!(call.input["Tags"][1]["Value"], STACK);
    let value = fixture
        .secrets
        .value(&fixture.name(SecretKind::Webhook), VersionStage::Current)
        .await
        .expect("readable");
    assert_eq!(value, format!(r#"{{"password":"{}"}}"#, canary::PASSWORD), "as receivers read it");
    let state = fixture.state(SecretKind::Webhook).await;
    assert!(!state.rotation_enabled && state.changed_at.is_some());
    assert!(fixture.names.read(&state.arn).is_some(), "{}", state.arn);
    assert_eq!(fixture.stages().await, [Some(id(1)), None, None]);
}

#[tokio::test]
async fn creating_a_password_leaves_an_existing_one() {
    let fixture = Fixture::open("stays").await;
    fixture.seed().await;
    for version in [id(1), id(2)] {
        let other = password(canary::WRONG_PASSWORD);
        let made = fixture.store.create_webhook_password(&contoso(), &other, &version).await;
        assert_eq!(made.expect("answered"), StoreOutcome::Existing(id(1)));
    }
    assert_eq!(fixture.operations(), ["DescribeSecret", "DescribeSecret"], "only looked at");
    assert_eq!(fixture.password(&id(1)).await.as_deref(), Some(canary::PASSWORD));
}

#[tokio::test]
async fn two_concurrent_connects_get_the_same_password() {
    let fixture = Fixture::open("race").await;
    // Long enough for both to have looked before either makes the secret.
    fixture.proxy.fail_each("CreateSecret", Fault::Delay(std::time::Duration::from_millis(500)));
    let (mine, yours) = (password(canary::PASSWORD), password(canary::PENDING_PASSWORD));
    let (integration, ids) = (contoso(), [id(1), id(2)]);
    let (a, b) = tokio::join!(
        fixture.store.create_webhook_password(&integration, &mine, &ids[0]),
        fixture.store.create_webhook_password(&integration, &yours, &ids[1]),
    );
    let (a, b) = (a.expect("answered"), b.expect("answered"));
    assert_eq!(a.version(), b.version());
    assert_eq!(fixture.proxy.calls_of("CreateSecret").len(), 2, "both tried");
    assert_eq!(fixture.stages().await, [Some(a.version().clone()), None, None]);
}

#[tokio::test]
async fn a_rotation_promotes_the_pending_and_keeps_the_previous_password() {
    let fixture = Fixture::open("rotation").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    assert_eq!(fixture.stages().await, [Some(id(1)), Some(id(2)), None]);
    let stored = fixture.store.webhook_password(&contoso(), &id(2)).await.expect("readable").expect("there");
    assert_eq!(stored.password.expose(), canary::PENDING_PASSWORD);
    assert!(stored.stored_at.is_some());
    fixture.proxy.forget();
    fixture.store.promote(&contoso(), &id(2)).await.expect("promoted");
    let moves = fixture.proxy.calls_of("UpdateSecretVersionStage");
    assert_eq!(moves.len(), 2);
    assert_eq!(moves[0].input["VersionStage"], "AWSCURRENT");
    assert_eq!(moves[0].input["MoveToVersionId"], id(2).as_str());
    assert_eq!(moves[0].input["RemoveFromVersionId"], id(1).as_str());
    assert_eq!(moves[1].input["VersionStage"], "AWSPENDING");
    assert_eq!(moves[1].input["RemoveFromVersionId"], id(2).as_str());
    assert!(moves[1].input["MoveToVersionId"].is_null());
    assert_eq!(fixture.stages().await, [Some(id(2)), None, Some(id(1))]);
    // The next one pushes the first out.
    fixture.stage(&id(3)).await;
    fixture.store.promote(&contoso(), &id(3)).await.expect("promoted");
    assert_eq!(fixture.stages().await, [Some(id(3)), None, Some(id(2))]);
}

#[tokio::test]
async fn a_repeated_step_of_a_rotation_changes_nothing() {
    let fixture = Fixture::open("again").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    let other = password(canary::WRONG_PASSWORD);
    let again = fixture.store.stage_webhook_password(&contoso(), &other, &id(2)).await;
    assert_eq!(again.expect("answered"), StoreOutcome::Existing(id(2)));
    assert_eq!(
        fixture.password(&id(2)).await.as_deref(),
        Some(canary::PENDING_PASSWORD),
        "the first one stays"
    );
    fixture.store.promote(&contoso(), &id(2)).await.expect("promoted");
    fixture.proxy.forget();
    fixture.store.promote(&contoso(), &id(2)).await.expect("nothing to do");
    fixture.store.drop_pending(&contoso(), &id(2)).await.expect("nothing to do");
    let late = fixture.store.stage_webhook_password(&contoso(), &other, &id(2)).await;
    assert_eq!(late.expect("answered"), StoreOutcome::Existing(id(2)), "it is current, which is further");
    assert!(fixture.operations().iter().all(|name| name == "DescribeSecret" || name == "GetSecretValue"));
    assert_eq!(fixture.stages().await, [Some(id(2)), None, Some(id(1))]);
}

#[tokio::test]
async fn a_second_rotation_waits_for_the_first() {
    let fixture = Fixture::open("begun").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    let other = password(canary::WRONG_PASSWORD);
    let error = fixture.store.stage_webhook_password(&contoso(), &other, &id(3)).await.expect_err("begun");
    let secret = fixture.name(SecretKind::Webhook);
    assert_eq!(error, SecretStoreError::RotationInProgress { secret: secret.clone(), pending: id(2) });
    let error = fixture.store.promote(&contoso(), &id(3)).await.expect_err("not pending");
    assert_eq!(error, SecretStoreError::NotPending { secret: secret.clone(), version: id(3) });
    fixture.store.drop_pending(&contoso(), &id(3)).await.expect("nothing to do");
    assert_eq!(fixture.stages().await, [Some(id(1)), Some(id(2)), None]);
    // Given up, another can begin; but not under the same id.
    fixture.store.drop_pending(&contoso(), &id(2)).await.expect("given up");
    assert_eq!(fixture.stages().await, [Some(id(1)), None, None]);
    let error = fixture.store.stage_webhook_password(&contoso(), &other, &id(2)).await.expect_err("spent");
    assert_eq!(error, SecretStoreError::VersionIdReused { secret, version: id(2) });
    fixture.stage(&id(3)).await;
    assert_eq!(fixture.stages().await, [Some(id(1)), Some(id(3)), None]);
}

#[tokio::test]
async fn a_rotation_needs_a_current_password() {
    let fixture = Fixture::open("nothing").await;
    let secret = fixture.name(SecretKind::Webhook);
    let missing = SecretStoreError::Missing { secret };
    let new = password(canary::PENDING_PASSWORD);
    let staged = fixture.store.stage_webhook_password(&contoso(), &new, &id(1)).await;
    assert_eq!(staged.expect_err("missing"), missing);
    assert_eq!(fixture.store.promote(&contoso(), &id(1)).await.expect_err("missing"), missing);
    fixture.store.drop_pending(&contoso(), &id(1)).await.expect("nothing to do");
    assert!(fixture.operations().iter().all(|name| name == "DescribeSecret"));
}
