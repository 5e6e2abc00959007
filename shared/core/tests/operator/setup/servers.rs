//! On Azure DevOps Server, the collection is told apart from the server and from a project by asking.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::error::ErrorCode;

use crate::fakes::port::DEPLOYMENT;
use crate::fixture::{Fixture, connect, with};

const COLLECTION: &str = "c0110000-0000-4000-8000-000000000002";

/// A server at `/azuredevops`, with the collection `Main` and its project `Shop`.
fn server() -> Fixture {
    let fixture = Fixture::new();
    fixture.azure.lock().urls = [
        ("azuredevops", DEPLOYMENT),
        ("azuredevops/Main", COLLECTION),
        ("azuredevops/Main/Shop", COLLECTION),
        ("tfs/Main", COLLECTION),
    ]
    .map(|(path, instance)| (format!("https://code.example/{path}"), instance.to_owned()))
    .into();
    fixture
}

fn connect_to(path: &str) -> serde_json::Value {
    let request = with(connect(), "organizationUrl", format!("https://code.example/{path}"));
    with(request, "integration", "northpeak")
}

#[test]
fn a_collection_below_any_virtual_directory_is_connected() {
    for path in ["azuredevops/Main", "tfs/Main"] {
        let fixture = server();
        fixture.report(&connect_to(path));
        let stored = fixture.secrets.stored().expect("a configuration");
        assert!(stored.contains(&format!(r#""organizationUrl":"https://code.example/{path}""#)), "{stored}");
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
        assert!(fixture.secrets.stored().is_none());
    }
}

#[test]
fn an_organization_of_the_services_is_asked_once() {
    let fixture = Fixture::new();
    fixture.report(&connect());
    let calls = fixture.azure.lock().calls.clone();
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
