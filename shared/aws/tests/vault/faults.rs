//! Secrets Manager refuses, is busy, or is away.

use hookpost_core::setup::vault::{
    RecoveryWindow, SecretId, SecretKind, SecretNames, Vault as _, VaultError, VersionId,
};
use hookpost_harness::front::Fault;
use hookpost_harness::secrets::Stage;
use hookpost_stand_in::canary;

use crate::world::{World, contoso, id, link, password};

/// Something that makes the call, on a secret that is there with a pending version 2.
async fn make(world: &World, operation: &str) -> Result<(), VaultError> {
    let (vault, integration) = (&world.vault, contoso());
    match operation {
        "DescribeSecret" => vault.look(&integration, SecretKind::Webhook).await.map(drop),
        "GetSecretValue" => vault.webhook_password(&integration, &id(1)).await.map(drop),
        "CreateSecret" => vault.store_link(&integration, &link(), &id(1)).await.map(drop),
        "PutSecretValue" => {
            vault.drop_pending(&integration, &id(2)).await?;
            let new = password(canary::PENDING_PASSWORD);
            vault.stage_webhook_password(&integration, &new, &id(3)).await.map(drop)
        }
        "UpdateSecretVersionStage" => vault.promote(&integration, &id(2)).await,
        "DeleteSecret" => {
            vault.delete(&integration, SecretKind::Webhook, RecoveryWindow::SHORTEST).await.map(drop)
        }
        "RestoreSecret" => {
            vault.delete(&integration, SecretKind::Webhook, RecoveryWindow::SHORTEST).await?;
            vault.restore(&integration, SecretKind::Webhook).await.map(drop)
        }
        "ListSecrets" => vault.list().await.map(drop),
        other => panic!("`{other}` is not called"),
    }
}

const OPERATIONS: [&str; 8] = [
    "DescribeSecret",
    "GetSecretValue",
    "CreateSecret",
    "PutSecretValue",
    "UpdateSecretVersionStage",
    "DeleteSecret",
    "RestoreSecret",
    "ListSecrets",
];

/// What becomes of each operation while it alone fails in this way.
async fn each(name: &str, fault: Fault, check: impl Fn(&str, &str, VaultError)) {
    for operation in OPERATIONS {
        let world = World::open(&format!("{name}-{}", operation.to_ascii_lowercase())).await;
        world.seed().await;
        world.stage(&id(2)).await;
        world.front.fail_each(operation, fault.clone());
        let error = make(&world, operation).await.expect_err(operation);
        canary::assert_absent("an error", format!("{error} {error:?}"));
        let kind = if operation == "CreateSecret" { SecretKind::Organization } else { SecretKind::Webhook };
        let secret = if operation == "ListSecrets" { "*".to_owned() } else { world.name(kind) };
        check(operation, &secret, error);
    }
}

#[tokio::test]
async fn a_missing_permission_is_named_with_the_secret_to_allow_it_on() {
    let fault = Fault::Refuse { status: 400, code: "AccessDeniedException" };
    each("denied", fault, |operation, secret, error| {
        let VaultError::Denied { action, resource, .. } = &error else { panic!("{operation}: {error:?}") };
        assert_eq!(*action, format!("secretsmanager:{operation}"));
        assert_eq!(resource, secret);
        let sentence = format!("this function may not do `{action}` on `{resource}`: allow it");
        assert!(error.to_string().starts_with(&sentence), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_told_apart_from_a_missing_permission() {
    for (call, code) in [("GetSecretValue", "DecryptionFailure"), ("CreateSecret", "EncryptionFailure")] {
        let world = World::open(&format!("key-{}", call.to_ascii_lowercase())).await;
        world.seed().await;
        world.front.fail_each(call, Fault::Refuse { status: 400, code });
        let error = make(&world, call).await.expect_err("the key");
        assert!(matches!(error, VaultError::Key { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_busy_service_is_asked_again_and_then_told_as_busy() {
    each("busy", Fault::Throttle, |operation, _, error| {
        assert_eq!(error, VaultError::Throttled { action: format!("secretsmanager:{operation}") });
    })
    .await;
    let world = World::open("busy-once").await;
    world.seed().await;
    world.front.fail_next("DescribeSecret", Fault::Throttle);
    assert_eq!(world.password(&id(1)).await.as_deref(), Some(canary::PASSWORD));
}

#[tokio::test]
async fn a_service_that_is_away_is_unreachable() {
    for fault in [Fault::outage(), Fault::Drop, Fault::Garbage] {
        let world = World::open(&format!("away-{}", format!("{fault:?}").len())).await;
        world.seed().await;
        world.front.fail_each("DescribeSecret", fault);
        let error = world.vault.look(&contoso(), SecretKind::Webhook).await.expect_err("away");
        let VaultError::Unreachable { action, .. } = &error else { panic!("{error:?}") };
        assert_eq!(action, "secretsmanager:DescribeSecret");
        canary::assert_absent("an error", format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_in_the_services_words() {
    let world = World::open("refused").await;
    world.front.fail_each("CreateSecret", Fault::Refuse { status: 400, code: "LimitExceededException" });
    let error = make(&world, "CreateSecret").await.expect_err("refused");
    let VaultError::Refused { detail, .. } = &error else { panic!("{error:?}") };
    assert_eq!(detail, "LimitExceededException: refused by the test");
}

#[tokio::test]
async fn a_refused_move_is_believed_when_nothing_has_moved() {
    let world = World::open("unmoved").await;
    world.seed().await;
    world.stage(&id(2)).await;
    world.front.fail_each(
        "UpdateSecretVersionStage",
        Fault::Refuse { status: 400, code: "InvalidParameterException" },
    );
    for result in
        [world.vault.promote(&contoso(), &id(2)).await, world.vault.drop_pending(&contoso(), &id(2)).await]
    {
        assert!(matches!(result, Err(VaultError::Refused { .. })), "{result:?}");
    }
    world.front.heal();
    assert_eq!(world.stages().await, [Some(id(1)), Some(id(2)), None]);
}

#[tokio::test]
async fn a_password_that_cannot_be_read_is_never_made_current() {
    let world = World::open("unreadable").await;
    world.seed().await;
    let name = world.name(SecretKind::Webhook);
    let broken = format!(r#"{{"pass":"{}"}}"#, canary::PENDING_PASSWORD);
    let version = world.secrets.put(&name, &broken, Stage::Pending).await.expect("stored");
    let version = VersionId::parse(&version).expect("an id");
    let error = world.vault.promote(&contoso(), &version).await.expect_err("malformed");
    assert!(matches!(&error, VaultError::Malformed { secret, .. } if *secret == name), "{error:?}");
    assert!(error.to_string().contains("`password`"), "{error}");
    canary::assert_absent("an error", format!("{error} {error:?}"));
    assert_eq!(world.stages().await, [Some(id(1)), Some(version), None]);
}

#[tokio::test]
async fn no_debug_output_shows_a_secret() {
    let world = World::open("debug").await;
    world.seed().await;
    let stored = world.vault.webhook_password(&contoso(), &id(1)).await.expect("readable");
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    let link = world.vault.link(&contoso()).await.expect("readable");
    canary::assert_absent("debug output", format!("{stored:?} {link:?} {:?}", world.vault));
    let names = SecretNames::new("x").expect("a prefix");
    assert_ne!(names, world.names);
    assert!(SecretId::parse(canary::PAT).is_err(), "a token in place of a secret's name is not asked for");
}
