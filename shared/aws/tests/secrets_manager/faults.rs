//! Secrets Manager refuses, throttles, or is unreachable.

use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::{SecretId, SecretKind, SecretNames};
use hookpost_core::secrets::status::RecoveryWindow;
use hookpost_core::secrets::store::SecretStore as _;
use hookpost_core::secrets::version::VersionId;
use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::secrets::VersionStage;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, config, contoso, id, password};

/// Runs a store operation that makes this call, on a secret with a pending version 2.
async fn run(fixture: &Fixture, operation: &str) -> Result<(), SecretStoreError> {
    let (store, integration) = (&fixture.store, contoso());
    match operation {
        "DescribeSecret" => store.describe(&integration, SecretKind::Webhook).await.map(drop),
        "GetSecretValue" => store.webhook_password(&integration, &id(1)).await.map(drop),
        "CreateSecret" => store.create_config(&integration, &config(), &id(1)).await.map(drop),
        "PutSecretValue" => {
            store.drop_pending(&integration, &id(2)).await?;
            let new = password(canary::PENDING_PASSWORD);
            store.stage_webhook_password(&integration, &new, &id(3)).await.map(drop)
        }
        "UpdateSecretVersionStage" => store.promote(&integration, &id(2)).await,
        "DeleteSecret" => {
            store.delete(&integration, SecretKind::Webhook, RecoveryWindow::SHORTEST).await.map(drop)
        }
        "RestoreSecret" => {
            store.delete(&integration, SecretKind::Webhook, RecoveryWindow::SHORTEST).await?;
            store.restore(&integration, SecretKind::Webhook).await.map(drop)
        }
        "ListSecrets" => store.list().await.map(drop),
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

/// Checks the error of each operation while it alone fails in this way.
async fn each(name: &str, fault: Fault, check: impl Fn(&str, &str, SecretStoreError)) {
    for operation in OPERATIONS {
        let fixture = Fixture::open(&format!("{name}-{}", operation.to_ascii_lowercase())).await;
        fixture.seed().await;
        fixture.stage(&id(2)).await;
        fixture.proxy.fail_each(operation, fault.clone());
        let error = run(&fixture, operation).await.expect_err(operation);
        canary::assert_absent("an error", format!("{error} {error:?}"));
        let kind = if operation == "CreateSecret" { SecretKind::Organization } else { SecretKind::Webhook };
        let secret = if operation == "ListSecrets" { "*".to_owned() } else { fixture.name(kind) };
        check(operation, &secret, error);
    }
}

#[tokio::test]
async fn the_error_of_a_denied_call_names_action_and_secret() {
    let fault = Fault::Refuse { status: 400, code: "AccessDeniedException" };
    each("denied", fault, |operation, secret, error| {
        let SecretStoreError::Denied { action, resource, .. } = &error else {
            panic!("{operation}: {error:?}")
        };
        assert_eq!(*action, format!("secretsmanager:{operation}"));
        assert_eq!(resource, secret);
        let sentence = format!("this function may not do `{action}` on `{resource}`: allow it");
        assert!(error.to_string().starts_with(&sentence), "{error}");
    })
    .await;
}

#[tokio::test]
async fn an_unusable_key_is_not_a_missing_permission() {
    for (call, code) in [("GetSecretValue", "DecryptionFailure"), ("CreateSecret", "EncryptionFailure")] {
        let fixture = Fixture::open(&format!("key-{}", call.to_ascii_lowercase())).await;
        fixture.seed().await;
        fixture.proxy.fail_each(call, Fault::Refuse { status: 400, code });
        let error = run(&fixture, call).await.expect_err("the key");
        assert!(matches!(error, SecretStoreError::Key { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_throttled_call_is_repeated_and_then_reported() {
    each("busy", Fault::Throttle, |operation, _, error| {
        assert_eq!(error, SecretStoreError::Throttled { action: format!("secretsmanager:{operation}") });
    })
    .await;
    let fixture = Fixture::open("busy-once").await;
    fixture.seed().await;
    fixture.proxy.fail_next("DescribeSecret", Fault::Throttle);
    assert_eq!(fixture.password(&id(1)).await.as_deref(), Some(canary::PASSWORD));
}

#[tokio::test]
async fn an_outage_is_reported_as_unreachable() {
    for fault in [Fault::outage(), Fault::Drop, Fault::Garbage] {
        let fixture = Fixture::open(&format!("away-{}", format!("{fault:?}").len())).await;
        fixture.seed().await;
        fixture.proxy.fail_each("DescribeSecret", fault);
        let error = fixture.store.describe(&contoso(), SecretKind::Webhook).await.expect_err("away");
        let SecretStoreError::Unreachable { action, .. } = &error else { panic!("{error:?}") };
        assert_eq!(action, "secretsmanager:DescribeSecret");
        canary::assert_absent("an error", format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn a_refusal_repeats_the_message_of_secrets_manager() {
    let fixture = Fixture::open("refused").await;
    fixture.proxy.fail_each("CreateSecret", Fault::Refuse { status: 400, code: "LimitExceededException" });
    let error = run(&fixture, "CreateSecret").await.expect_err("refused");
    let SecretStoreError::Refused { detail, .. } = &error else { panic!("{error:?}") };
    assert_eq!(detail, "LimitExceededException: refused by the test");
}

#[tokio::test]
async fn a_refused_move_is_an_error_when_nothing_has_moved() {
    let fixture = Fixture::open("unmoved").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    fixture.proxy.fail_each(
        "UpdateSecretVersionStage",
        Fault::Refuse { status: 400, code: "InvalidParameterException" },
    );
    for result in [
        fixture.store.promote(&contoso(), &id(2)).await,
        fixture.store.drop_pending(&contoso(), &id(2)).await,
    ] {
        assert!(matches!(result, Err(SecretStoreError::Refused { .. })), "{result:?}");
    }
    fixture.proxy.heal();
    assert_eq!(fixture.stages().await, [Some(id(1)), Some(id(2)), None]);
}

#[tokio::test]
async fn an_unreadable_password_is_never_promoted() {
    let fixture = Fixture::open("unreadable").await;
    fixture.seed().await;
    let name = fixture.name(SecretKind::Webhook);
    let broken = format!(r#"{{"pass":"{}"}}"#, canary::PENDING_PASSWORD);
    let version = fixture.secrets.put(&name, &broken, VersionStage::Pending).await.expect("stored");
    let version = VersionId::parse(&version).expect("an id");
    let error = fixture.store.promote(&contoso(), &version).await.expect_err("malformed");
    assert!(matches!(&error, SecretStoreError::Malformed { secret, .. } if *secret == name), "{error:?}");
    assert!(error.to_string().contains("`password`"), "{error}");
    canary::assert_absent("an error", format!("{error} {error:?}"));
    assert_eq!(fixture.stages().await, [Some(id(1)), Some(version), None]);
}

#[tokio::test]
async fn no_debug_output_shows_a_secret() {
    let fixture = Fixture::open("debug").await;
    fixture.seed().await;
    let stored = fixture.store.webhook_password(&contoso(), &id(1)).await.expect("readable");
    fixture.seed_config().await;
    let config = fixture.store.config(&contoso()).await.expect("readable");
    canary::assert_absent("debug output", format!("{stored:?} {config:?} {:?}", fixture.store));
    let names = SecretNames::new("x").expect("a prefix");
    assert_ne!(names, fixture.names);
    assert!(SecretId::parse(canary::PAT).is_err(), "a token in place of a secret's name is not asked for");
}
