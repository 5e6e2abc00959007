//! The list of Hookpost's secrets.

use aws_sdk_secretsmanager::types::Tag;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::RecoveryWindow;
use hookpost_core::secrets::store::{INTEGRATION_TAG, SecretStore as _};
use hookpost_harness::secrets::webhook_value;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, contoso, id, password};

#[tokio::test]
async fn the_list_holds_only_secrets_of_ours() {
    let fixture = Fixture::open("list").await;
    assert!(fixture.store.list().await.expect("listed").is_empty());
    let adventure = IntegrationName::parse("adventure").expect("a name");
    fixture.seed().await;
    fixture.seed_config().await;
    fixture
        .store
        .create_webhook_password(&adventure, &password(canary::PASSWORD), &id(1))
        .await
        .expect("made");
    fixture.store.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await.expect("deleted");
    let value = webhook_value(canary::PASSWORD);
    let untagged =
        fixture.names.name(&IntegrationName::parse("foreign").expect("a name"), SecretKind::Webhook);
    fixture.secrets.create(&untagged, &value).await.expect("made");
    let owner = Tag::builder().key(INTEGRATION_TAG).value("contoso").build();
    let elsewhere = format!("{}contoso/webhook", fixture.names.common_prefix().replace('/', "-2/"));
    let request = fixture.sdk.create_secret().name(elsewhere).secret_string(&value).tags(owner);
    request.send().await.expect("made");

    let listed = fixture.store.list().await.expect("listed");
    let found: Vec<_> = listed.iter().map(|secret| (secret.integration.as_str(), secret.kind)).collect();
    let expected = [
        ("adventure", SecretKind::Webhook),
        ("contoso", SecretKind::Webhook),
        ("contoso", SecretKind::Organization),
    ];
    assert_eq!(found, expected);
    assert!(listed[0].is_usable);
    assert!(!listed[1].is_usable);
    let call = fixture.proxy.calls_of("ListSecrets").pop().expect("a call");
    assert_eq!(call.input["IncludePlannedDeletion"], true);
    assert_eq!(call.input["Filters"][0]["Key"], "name");
    assert_eq!(call.input["Filters"][0]["Values"][0], fixture.names.common_prefix());
}

#[tokio::test]
async fn all_pages_of_a_list_are_read() {
    let fixture = Fixture::open("pages").await;
    let owner = |integration: &str| Tag::builder().key(INTEGRATION_TAG).value(integration).build();
    // One page holds a hundred, here as in AWS.
    for number in 0..101 {
        let integration = format!("team-{number}");
        let name = format!("{}{integration}/webhook", fixture.names.common_prefix());
        let request = fixture.sdk.create_secret().name(name).tags(owner(&integration));
        request.send().await.expect("made");
    }
    assert_eq!(fixture.store.list().await.expect("listed").len(), 101);
    assert_eq!(fixture.proxy.calls_of("ListSecrets").len(), 2);
}
