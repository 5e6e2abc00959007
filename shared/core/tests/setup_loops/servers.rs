//! On Azure DevOps Server, the collection is told apart from the server and from a project by asking.

use hookpost_core::azure_devops::catalog::Connection;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::setup::error::ErrorCode;

use crate::azure_devops::{identity, not_found};
use crate::fixture::{Fixture, connect, with};

const SERVER: &str = "5e70e700-0000-4000-8000-000000000001";
const COLLECTION: &str = "c0110000-0000-4000-8000-000000000002";

/// What `/azuredevops`, its collection `Main` and the project `Main/Shop` answer.
fn server() -> Fixture {
    let fixture = Fixture::new();
    let answer = |instance: &str| {
        Ok(Connection {
            owner: identity("Ada"),
            organization_id: Some(instance.to_owned()),
            deployment_id: Some(SERVER.to_owned()),
        })
    };
    fixture.azure.state().connections = [
        ("https://code.example/azuredevops", answer(SERVER)),
        ("https://code.example/azuredevops/Main", answer(COLLECTION)),
        ("https://code.example/azuredevops/Main/Shop", answer(COLLECTION)),
        ("https://code.example/azuredevops/Main/Shpo", Err(not_found())),
        ("https://code.example/azuredevops/Mian", Err(not_found())),
        ("https://code.example/tfs/Main", answer(COLLECTION)),
    ]
    .map(|(url, answer)| (url.to_owned(), answer))
    .into();
    fixture
}

fn connect_to(path: &str) -> serde_json::Value {
    let request = with(connect(), "organizationUrl", format!("https://code.example/{path}"));
    with(request, "integration", "contoso")
}

#[test]
fn a_collection_below_any_virtual_directory_is_connected() {
    for path in ["azuredevops/Main", "tfs/Main"] {
        let fixture = server();
        fixture.report(&connect_to(path));
        let stored = fixture.setup.integrations.secrets.state().config.clone().expect("a configuration");
        assert_eq!(stored.organization_url, format!("https://code.example/{path}"));
    }
}

#[test]
fn other_urls_of_a_server_are_refused_with_the_right_one() {
    for (path, code, advice) in [
        ("azuredevops/Main/Shop", ErrorCode::OrganizationUrl, "use `https://code.example/azuredevops/Main`"),
        ("azuredevops/Main/Shpo", ErrorCode::OrganizationUrl, "use `https://code.example/azuredevops/Main`"),
        ("azuredevops", ErrorCode::OrganizationUrl, "`https://code.example/azuredevops/DefaultCollection`"),
        ("azuredevops/Mian", ErrorCode::OrganizationUnknown, "check its spelling"),
    ] {
        let fixture = server();
        let error = fixture.error(&connect_to(path));
        assert_eq!(error.code(), code, "{path}: {error}");
        assert!(error.message().contains(advice), "{path}: {error}");
        assert!(fixture.azure.take_changes().is_empty());
        assert!(fixture.setup.integrations.secrets.state().config.is_none());
    }
}

#[test]
fn an_organization_of_the_services_is_asked_once() {
    let fixture = Fixture::new();
    fixture.report(&connect());
    let calls = fixture.azure.state().calls.clone();
    assert_eq!(calls.iter().filter(|call| call.starts_with("connection")).count(), 1, "{calls:?}");
}

#[test]
fn an_older_server_is_refused_with_the_least_version() {
    let fixture = server();
    let message = "the latest REST API version this server supports is 7.0".to_owned();
    fixture.azure.refuse("connection", RestError::UnsupportedVersion { message });
    let error = fixture.error(&connect_to("tfs/Main"));
    assert_eq!(error.code(), ErrorCode::ServerUnsupported);
    assert!(error.message().contains("Azure DevOps Server 2022.1 or later"), "{error}");
    assert!(error.message().contains("supports is 7.0"), "{error}");
}
