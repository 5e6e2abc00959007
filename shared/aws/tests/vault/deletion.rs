//! Secrets that are being deleted.

use hookpost_core::setup::vault::{Deletion, Presence, RecoveryWindow, SecretKind, Vault as _, VaultError};
use hookpost_stand_in::canary;

use crate::world::{World, contoso, id, link, password};

const DAY_SECONDS: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_secret_is_scheduled_for_deletion_once_and_keeps_its_date() {
    let world = World::open("delete").await;
    world.seed().await;
    let deleted = world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::LONGEST).await;
    let Ok(Deletion::Scheduled { until: Some(until) }) = deleted else { panic!("{deleted:?}") };
    let call = world.front.calls_of("DeleteSecret").remove(0);
    assert_eq!(call.input["RecoveryWindowInDays"], 30);
    assert!(call.input["ForceDeleteWithoutRecovery"].is_null());
    let presence = world.vault.look(&contoso(), SecretKind::Webhook).await.expect("known");
    assert_eq!(presence, Presence::ScheduledForDeletion { until: Some(until) });
    let again = world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await;
    assert_eq!(again.expect("known"), Deletion::Scheduled { until: Some(until) });
    assert_eq!(world.front.calls_of("DeleteSecret").len(), 1);
    let nothing = world.vault.delete(&contoso(), SecretKind::Organization, RecoveryWindow::SHORTEST).await;
    assert_eq!(nothing.expect("known"), Deletion::Absent);
}

#[tokio::test]
async fn the_window_is_what_was_asked_for() {
    let world = World::open("window").await;
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    let changed = world.state(SecretKind::Organization).await.changed_at.expect("a date");
    let window = RecoveryWindow::days(9).expect("between 7 and 30");
    let deleted = world.vault.delete(&contoso(), SecretKind::Organization, window).await;
    let Ok(Deletion::Scheduled { until: Some(until) }) = deleted else { panic!("{deleted:?}") };
    let days = (until.as_second() - changed.as_second()) / DAY_SECONDS;
    assert_eq!(days, 9);
    for days in [0, 6, 31] {
        assert_eq!(RecoveryWindow::days(days), None);
    }
}

#[tokio::test]
async fn every_use_of_a_secret_that_is_being_deleted_says_so_and_until_when() {
    let world = World::open("scheduled").await;
    world.seed().await;
    world.stage(&id(2)).await;
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    let mut until = Vec::new();
    for kind in SecretKind::ALL {
        let deleted = world.vault.delete(&contoso(), kind, RecoveryWindow::SHORTEST).await;
        let Ok(Deletion::Scheduled { until: Some(date) }) = deleted else { panic!("{deleted:?}") };
        until.push(date);
    }
    world.front.forget();
    let (vault, integration, new) = (&world.vault, contoso(), password(canary::WRONG_PASSWORD));
    let errors = [
        vault.webhook_password(&integration, &id(1)).await.map(drop),
        vault.create_webhook_password(&integration, &new, &id(3)).await.map(drop),
        vault.stage_webhook_password(&integration, &new, &id(3)).await.map(drop),
        vault.promote(&integration, &id(2)).await,
        vault.drop_pending(&integration, &id(2)).await,
    ];
    let scheduled =
        |kind, until| Err(VaultError::ScheduledForDeletion { secret: world.name(kind), until: Some(until) });
    for error in errors {
        assert_eq!(error, scheduled(SecretKind::Webhook, until[0]));
    }
    let errors = [
        vault.link(&integration).await.map(drop),
        vault.store_link(&integration, &link(), &id(2)).await.map(drop),
    ];
    for error in errors {
        assert_eq!(error, scheduled(SecretKind::Organization, until[1]));
    }
    // moto would have taken the writes, and answers a creation with ResourceExistsException. Neither is tried, so both
    // are told apart here whatever the service says.
    assert!(world.operations().iter().all(|name| name == "DescribeSecret"));
}

#[tokio::test]
async fn a_restored_secret_is_what_it_was() {
    let world = World::open("restore").await;
    let absent = world.vault.restore(&contoso(), SecretKind::Webhook).await;
    assert_eq!(absent.expect("known"), Presence::Absent);
    world.seed().await;
    world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await.expect("deleted");
    for _ in 0..2 {
        let restored = world.vault.restore(&contoso(), SecretKind::Webhook).await.expect("restored");
        assert!(matches!(restored, Presence::Present(_)), "{restored:?}");
    }
    assert_eq!(world.front.calls_of("RestoreSecret").len(), 1, "the second time there was nothing to do");
    assert_eq!(world.password(&id(1)).await.as_deref(), Some(canary::PASSWORD));
}
