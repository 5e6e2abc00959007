//! Every secret of ours.

use aws_sdk_secretsmanager::types::Tag;
use hookpost_core::integration::IntegrationName;
use hookpost_core::setup::vault::{INTEGRATION_TAG, RecoveryWindow, SecretKind, Standing, Vault as _};
use hookpost_harness::secrets::webhook_value;
use hookpost_stand_in::canary;

use crate::world::{STACK, World, contoso, id, link, password};

#[tokio::test]
async fn the_list_holds_what_is_ours_and_nothing_else() {
    let world = World::open("list").await;
    assert!(world.vault.list().await.expect("listed").is_empty());
    let adventure = IntegrationName::parse("adventure").expect("a name");
    world.seed().await;
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    world.vault.create_webhook_password(&adventure, &password(canary::PASSWORD), &id(1)).await.expect("made");
    world.vault.delete(&contoso(), SecretKind::Webhook, RecoveryWindow::SHORTEST).await.expect("deleted");
    let value = webhook_value(canary::PASSWORD);
    let untagged = world.names.name(&IntegrationName::parse("foreign").expect("a name"), SecretKind::Webhook);
    world.secrets.create(&untagged, &value).await.expect("made");
    let owner = Tag::builder().key(INTEGRATION_TAG).value("contoso").build();
    let elsewhere = format!("{}contoso/webhook", world.names.beginning().replace('/', "-2/"));
    let request = world.sdk.create_secret().name(elsewhere).secret_string(&value).tags(owner);
    request.send().await.expect("made");

    let listed = world.vault.list().await.expect("listed");
    let found: Vec<_> = listed.iter().map(|one| (one.integration.as_str(), one.kind)).collect();
    let expected = [
        ("adventure", SecretKind::Webhook),
        ("contoso", SecretKind::Webhook),
        ("contoso", SecretKind::Organization),
    ];
    assert_eq!(found, expected);
    assert!(listed.iter().all(|one| one.stack.as_deref() == Some(STACK)));
    assert_eq!(listed[0].standing, Standing::InUse);
    assert!(matches!(listed[1].standing, Standing::ScheduledForDeletion { until: Some(_) }));
    let call = world.front.calls_of("ListSecrets").pop().expect("a call");
    assert_eq!(call.input["IncludePlannedDeletion"], true);
    assert_eq!(call.input["Filters"][0]["Key"], "name");
    assert_eq!(call.input["Filters"][0]["Values"][0], world.names.beginning());
}

#[tokio::test]
async fn a_list_of_several_pages_is_read_to_its_end() {
    let world = World::open("pages").await;
    let owner = |integration: &str| Tag::builder().key(INTEGRATION_TAG).value(integration).build();
    // One page holds a hundred, here as in AWS.
    for number in 0..101 {
        let integration = format!("team-{number}");
        let name = format!("{}{integration}/webhook", world.names.beginning());
        let request = world.sdk.create_secret().name(name).tags(owner(&integration));
        request.send().await.expect("made");
    }
    assert_eq!(world.vault.list().await.expect("listed").len(), 101);
    assert_eq!(world.front.calls_of("ListSecrets").len(), 2);
}
