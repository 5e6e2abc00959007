//! The permissions of the token's owner are asked for together and named, and a list that may be incomplete is not acted on.

use hookpost_core::azure_devops::catalog::SubscriptionRights;
use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::error::ErrorCode;
use hookpost_core::secrets::version::VersionStage;

use crate::fakes::organization::{LAB, SHOP, not_found};
use crate::fixture::{Fixture, connect, lines, request, with};

const VIEW_ONLY: SubscriptionRights = SubscriptionRights { view: true, edit: false };
const EDIT_ONLY: SubscriptionRights = SubscriptionRights { view: false, edit: true };
const NONE: SubscriptionRights = SubscriptionRights { view: false, edit: false };

fn whole() -> serde_json::Value {
    with(connect(), "projects", "all")
}

#[test]
fn connect_names_each_missing_permission_and_changes_nothing() {
    for (permissions, named, unnamed) in [
        (VIEW_ONLY, "lacks \"Edit subscriptions\" in `Lab`", "\"View subscriptions\""),
        (EDIT_ONLY, "lacks \"View subscriptions\" in `Lab`", "\"Edit subscriptions\""),
        (NONE, "lacks \"View subscriptions\" and \"Edit subscriptions\" in `Lab`", "`Shop`"),
    ] {
        for fixture in [Fixture::new(), Fixture::connected()] {
            let stored = fixture.secrets.stored();
            fixture.azure.lock().permissions.insert(Some(LAB.to_owned()), permissions);
            let error = fixture.error(&connect());
            assert_eq!(error.code(), ErrorCode::PermissionMissing);
            assert!(error.message().contains(named) && !error.message().contains(unnamed), "{error}");
            assert!(fixture.azure.take_changes().is_empty(), "no second set is made");
            assert_eq!(fixture.secrets.stored(), stored);
        }
    }
}

#[test]
fn the_whole_organization_needs_both_permissions_everywhere() {
    let fixture = Fixture::new();
    fixture.azure.lock().permissions.insert(None, EDIT_ONLY);
    let error = fixture.error(&whole());
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
    assert!(error.message().contains("\"View subscriptions\" in the whole organization"), "{error}");
}

#[test]
fn the_permission_on_notifications_is_a_warning() {
    let fixture = Fixture::new();
    assert!(!lines(&fixture.report(&whole())["warnings"]).contains("notifications"));

    let fixture = Fixture::new();
    fixture.azure.lock().may_administer_notifications = false;
    let report = fixture.report(&whole());
    assert!(lines(&report["warnings"]).contains("administer its notifications"), "{report}");
    assert_eq!(fixture.azure.lock().subscriptions.len(), 8);

    let fixture = Fixture::new();
    fixture.azure.refuse("notifications", RestError::NotFound { message: "no namespace".to_owned() });
    let report = fixture.report(&whole());
    assert!(lines(&report["warnings"]).contains("no namespace"), "{report}");

    let fixture = Fixture::new();
    fixture.azure.lock().may_administer_notifications = false;
    assert!(
        !lines(&fixture.report(&connect())["warnings"]).contains("notifications"),
        "projects need it not"
    );
}

#[test]
fn a_create_refused_for_the_whole_organization_names_the_permission() {
    let fixture = Fixture::new();
    let missing = MissingPermission::AdministerNotifications;
    fixture.azure.refuse("create", RestError::Forbidden { message: "no".to_owned(), missing });
    let error = fixture.error(&whole());
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
    assert!(error.message().contains("project collection administrator"), "{error}");
    assert!(!error.message().contains("defect"), "{error}");
}

#[test]
fn a_project_that_cannot_be_asked_about_is_named_beside_the_others() {
    let fixture = Fixture::new();
    fixture.azure.refuse(format!("permissions {SHOP}"), not_found());
    fixture.azure.lock().permissions.insert(Some(LAB.to_owned()), VIEW_ONLY);
    let error = fixture.error(&connect());
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
    assert!(error.message().contains("`Lab`") && error.message().contains("`Shop`"), "{error}");
}

#[test]
fn status_does_not_call_hidden_subscriptions_missing() {
    let fixture = Fixture::connected();
    fixture.azure.lock().permissions.insert(Some(LAB.to_owned()), EDIT_ONLY);
    let report = fixture.report(&request("status"));
    let remains = lines(&report["remains"]);
    assert!(remains.contains("`Lab`") && remains.contains("\"View subscriptions\""), "{remains}");
    assert!(!remains.contains("is missing"), "{remains}");
}

#[test]
fn rotation_and_unlink_stop_where_subscriptions_are_hidden() {
    for action in ["rotate-password", "unlink"] {
        let fixture = Fixture::connected();
        let password = fixture.secrets.version(VersionStage::Current);
        fixture.azure.lock().permissions.insert(Some(LAB.to_owned()), EDIT_ONLY);
        let error = fixture.error(&request(action));
        assert_eq!(error.code(), ErrorCode::PermissionMissing, "{action}");
        assert!(error.message().contains("\"View subscriptions\""), "{error}");
        assert!(fixture.azure.take_changes().is_empty(), "{action}");
        assert_eq!(fixture.secrets.version(VersionStage::Current), password, "{action}");
    }
}
