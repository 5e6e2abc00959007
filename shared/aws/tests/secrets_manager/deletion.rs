//! Secrets that are being deleted.

use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::{RecoveryWindow, SecretStatus};
use hookpost_core::secrets::store::SecretStore as _;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, config, contoso, id, password};

const DAY_SECONDS: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_secret_is_scheduled_for_deletion_once_and_keeps_its_date() {
    let fixture = Fixture::open("delete").await;
    fixture.seed().await;
    let deleted = fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::LONGEST).await;
    let Ok(SecretStatus::ScheduledForDeletion { until: Some(until) }) = deleted else {
        panic!("{deleted:?}")
    };
    let call = fixture.proxy.calls_of("DeleteSecret").remove(0);
    assert_eq!(call.input["RecoveryWindowInDays"], 30);
    assert!(call.input["ForceDeleteWithoutRecovery"].is_null());
    let status = fixture.store.describe(&contoso(), SecretKind::Webhook).await.expect("known");
    assert_eq!(status, SecretStatus::ScheduledForDeletion { until: Some(until) });
    let again = fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await;
    assert_eq!(again.expect("known"), SecretStatus::ScheduledForDeletion { until: Some(until) });
    assert_eq!(fixture.proxy.calls_of("DeleteSecret").len(), 1);
    let nothing = fixture.store.delete(&contoso(), SecretKind::Organization, RecoveryWindow::SHORTEST).await;
    assert_eq!(nothing.expect("known"), SecretStatus::Absent);
}

#[tokio::test]
async fn the_recovery_window_is_the_requested_one() {
    let fixture = Fixture::open("window").await;
    fixture.seed_config().await;
    let changed = fixture.state(SecretKind::Organization).await.changed_at.expect("a date");
    let window = RecoveryWindow::days(9).expect("between 7 and 30");
    let deleted = fixture.store.delete(&contoso(), SecretKind::Organization, window).await;
    let Ok(SecretStatus::ScheduledForDeletion { until: Some(until) }) = deleted else {
        panic!("{deleted:?}")
    };
    let days = (until.as_second() - changed.as_second()) / DAY_SECONDS;
    assert_eq!(days, 9);
    for days in [0, 6, 31] {
        assert_eq!(RecoveryWindow::days(days), None);
    }
}

#[tokio::test]
async fn every_use_of_a_secret_being_deleted_fails_with_the_deletion_date() {
    let fixture = Fixture::open("scheduled").await;
    fixture.seed().await;
    fixture.stage(&id(2)).await;
    fixture.seed_config().await;
    let mut until = Vec::new();
    for kind in SecretKind::ALL {
        let deleted = fixture.store.delete(&contoso(), kind, RecoveryWindow::SHORTEST).await;
        let Ok(SecretStatus::ScheduledForDeletion { until: Some(date) }) = deleted else {
            panic!("{deleted:?}")
        };
        until.push(date);
    }
    fixture.proxy.forget();
    let (store, integration, new) = (&fixture.store, contoso(), password(canary::WRONG_PASSWORD));
    let errors = [
        store.create_webhook_password(&integration, &new, &id(3)).await.map(drop),
        store.stage_webhook_password(&integration, &new, &id(3)).await.map(drop),
        store.promote(&integration, &id(2)).await,
        store.drop_pending(&integration, &id(2)).await,
    ];
    let scheduled = |kind, until| {
        Err(SecretStoreError::ScheduledForDeletion { secret: fixture.name(kind), until: Some(until) })
    };
    for error in errors {
        assert_eq!(error, scheduled(SecretKind::Webhook, until[0]));
    }
    let errors = [
        store.config(&integration).await.map(drop),
        store.create_config(&integration, &config(), &id(2)).await.map(drop),
        store.store_config(&integration, &config(), &id(2)).await,
    ];
    for error in errors {
        assert_eq!(error, scheduled(SecretKind::Organization, until[1]));
    }
    // moto would have taken the writes, and answers a creation with ResourceExistsException. Neither is tried, so both
    // are told apart here whatever the service says.
    assert!(fixture.operations().iter().all(|name| name == "DescribeSecret"));
}

#[tokio::test]
async fn a_restored_secret_is_what_it_was() {
    let fixture = Fixture::open("restore").await;
    let absent = fixture.store.restore(&contoso(), SecretKind::Webhook).await;
    assert_eq!(absent.expect("known"), SecretStatus::Absent);
    fixture.seed().await;
    fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await.expect("deleted");
    for _ in 0..2 {
        let restored = fixture.store.restore(&contoso(), SecretKind::Webhook).await.expect("restored");
        assert!(matches!(restored, SecretStatus::Present(_)), "{restored:?}");
    }
    assert_eq!(fixture.proxy.calls_of("RestoreSecret").len(), 1, "the second time there was nothing to do");
    assert_eq!(fixture.password(&id(1)).await.as_deref(), Some(canary::PASSWORD));
}
