//! The list of integrations for the receivers.

use hookpost_core::integration::published_names::{
    PUBLISHED_NAMES_SECRET, PublishedNames, PublishedNamesStore as _,
};
use hookpost_core::secrets::store::{STACK_TAG, SecretStore as _};
use hookpost_core::secrets::version::VersionId;
use hookpost_harness::fault_proxy::Fault;

use crate::fixture::{Fixture, STACK, contoso};

fn names(names: &str) -> PublishedNames {
    PublishedNames::from_json(&format!(r#"{{"names":[{names}]}}"#)).expect("names")
}

/// The stored names and their version.
async fn stored(fixture: &Fixture) -> (PublishedNames, VersionId) {
    let stored = fixture.store.published_names().await.expect("read").expect("a list");
    (stored.names, stored.version)
}

fn secret(fixture: &Fixture) -> String {
    format!("{}{PUBLISHED_NAMES_SECRET}", fixture.names.common_prefix())
}

#[tokio::test]
async fn of_two_runs_that_read_the_same_list_one_stores() {
    let fixture = Fixture::open("names-twice").await;
    assert_eq!(fixture.store.published_names().await.expect("read"), None);
    let (one, two) = (names(r#""contoso""#), names(r#""fabrikam""#));
    assert!(fixture.store.store_published_names(&one, None).await.expect("created"));
    assert!(!fixture.store.store_published_names(&two, None).await.expect("taken"));
    let (read, version) = stored(&fixture).await;
    assert_eq!(read, one);

    let both = names(r#""contoso","fabrikam""#);
    assert!(fixture.store.store_published_names(&both, Some(&version)).await.expect("stored"));
    let other = names(r#""contoso","northwind""#);
    assert!(!fixture.store.store_published_names(&other, Some(&version)).await.expect("overtaken"));
    let (read, latest) = stored(&fixture).await;
    assert_eq!((read, latest == version), (both, false));
    let three = names(r#""contoso","fabrikam","northwind""#);
    assert!(fixture.store.store_published_names(&three, Some(&latest)).await.expect("stored"));
    assert_eq!(stored(&fixture).await.0, three);
}

#[tokio::test]
async fn a_store_whose_answer_is_lost_has_stored() {
    let fixture = Fixture::open("names-lost").await;
    let (one, two) = (names(r#""contoso""#), names(r#""contoso","fabrikam""#));
    fixture.proxy.fail_next("CreateSecret", Fault::DropAfterForward);
    // The SDK calls again. Whatever Secrets Manager answers then, the caller reads what it wanted to store.
    fixture.store.store_published_names(&one, None).await.expect("an answer");
    let (read, version) = stored(&fixture).await;
    assert_eq!(read, one);
    fixture.proxy.fail_next("PutSecretValue", Fault::DropAfterForward);
    fixture.store.store_published_names(&two, Some(&version)).await.expect("an answer");
    assert_eq!(stored(&fixture).await.0, two);
}

#[tokio::test]
async fn the_list_belongs_to_the_stack_and_is_no_integration() {
    let fixture = Fixture::open("names-tag").await;
    fixture.store.store_published_names(&names(r#""contoso""#), None).await.expect("created");
    let described =
        fixture.sdk.describe_secret().secret_id(secret(&fixture)).send().await.expect("described");
    let tags: Vec<_> = described.tags().iter().filter_map(|tag| tag.key().zip(tag.value())).collect();
    assert_eq!(tags, [(STACK_TAG, STACK)]);
    assert!(fixture.store.list().await.expect("listed").is_empty());
    assert!(fixture.store.config(&contoso()).await.expect("read").is_none());
}

#[tokio::test]
async fn a_list_that_was_overwritten_by_hand_is_an_error_that_names_the_secret() {
    let fixture = Fixture::open("names-bad").await;
    fixture.secrets.create(&secret(&fixture), "contoso, fabrikam").await.expect("made");
    let error = fixture.store.published_names().await.expect_err("no list");
    assert!(error.to_string().contains(&secret(&fixture)), "{error}");
    assert!(error.to_string().contains("delete it"), "{error}");
}
