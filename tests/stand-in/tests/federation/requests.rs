//! Token requests that are not what the documentation asks for.

use hookpost_stand_in::canary;
use hyper::Request;
use hyper::body::Bytes;

use crate::fixture::{Fixture, ROLE, SCOPE, form, response, token_request};

#[tokio::test]
async fn every_field_of_the_form_is_checked() {
    let fixture = Fixture::start().await;
    let (tenant, client_id) = (fixture.app.tenant_id.to_string(), fixture.app.client_id.to_string());
    let assertion = fixture.assertion().await;
    for (name, value, code) in [
        ("grant_type", None, 900_144),
        ("client_id", None, 900_144),
        ("scope", None, 900_144),
        ("client_assertion", None, 7_000_218),
        ("grant_type", Some("password"), 70_003),
        ("client_assertion_type", None, 7_000_219),
        (
            "client_assertion_type",
            Some("urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
            7_000_219,
        ),
        ("scope", Some("499b84ac-1321-427f-aa17-267ca6975798"), 1_002_012),
        ("scope", Some("https://graph.microsoft.com/.default"), 1_002_012),
    ] {
        let mut form: Vec<_> =
            form(&client_id, &assertion).into_iter().filter(|(own, _)| *own != name).collect();
        form.extend(value.map(|value| (name, value)));
        let refused = response(fixture.entra.answer(token_request(&tenant, &form)).await).await.unwrap();
        assert_eq!(refused.json()["error_codes"][0], code, "{name} {value:?}");
        assert!((400..=401).contains(&refused.status));
    }
    assert!(fixture.entra.issued().is_empty());
}

#[tokio::test]
async fn other_paths_methods_and_bodies_get_no_token() {
    let fixture = Fixture::start().await;
    let (tenant, client_id) = (fixture.app.tenant_id.to_string(), fixture.app.client_id.to_string());
    let assertion = fixture.assertion().await;
    let valid = || token_request(&tenant, &form(&client_id, &assertion));
    let to = |path: String| {
        let mut request = valid();
        *request.uri_mut() = path.parse().unwrap();
        request
    };
    let mut read = valid();
    *read.method_mut() = hyper::Method::GET;
    for request in [read, to(format!("/{tenant}/oauth2/token")), to(format!("/a/{tenant}/oauth2/v2.0/token"))]
    {
        assert_eq!(response(fixture.entra.answer(request).await).await.unwrap().status, 404);
    }
    let mut json = valid();
    json.headers_mut().insert("Content-Type", "application/json".parse().unwrap());
    let refused = response(fixture.entra.answer(json).await).await.unwrap();
    assert_eq!(refused.json()["error_codes"][0], 900_144);
    assert_eq!(fixture.entra.calls().len(), 1, "only token requests are recorded");
}

#[tokio::test]
async fn calls_are_recorded_without_the_assertion() {
    let fixture = Fixture::start().await;
    let assertion = fixture.assertion().await;
    let token =
        fixture.exchange(&assertion).await.unwrap().json()["access_token"].as_str().unwrap().to_owned();
    fixture.exchange("not-a-token").await;
    let calls = fixture.entra.calls();
    assert_eq!(calls[0].tenant, fixture.app.tenant_id.to_string());
    assert_eq!((&*calls[0].client_id, &*calls[0].scope), (&*fixture.app.client_id.to_string(), SCOPE));
    assert_eq!((calls[0].subject.as_deref(), calls[0].status), (Some(ROLE), Some(200)));
    assert_eq!((calls[1].subject.as_deref(), calls[1].error_code), (None, Some(50_027)));
    assert_eq!(fixture.entra.issued(), [&*token]);
    for (secret, what) in [(&assertion, "assertion"), (&token, "access token")] {
        canary::assert_token_absent(what, format!("{calls:?} {:?}", fixture.entra), secret);
    }
    fixture.entra.forget_calls();
    assert!(fixture.entra.calls().is_empty());
}

#[tokio::test]
async fn credentials_can_be_added_over_http() {
    let fixture = Fixture::start().await;
    fixture.entra.change_app(&fixture.app, |registration| registration.credentials.clear());
    let add = async |body: String| {
        let request = Request::post("/_stand-in/federated-credentials").body(Bytes::from(body)).unwrap();
        response(fixture.entra.answer(request).await).await.unwrap().status
    };
    let (issuer, client_id) = (fixture.sts.issuer(), fixture.app.client_id);
    assert_eq!(add(format!(r#"{{"clientId":"{client_id}"}}"#)).await, 400);
    assert_eq!(add(format!(r#"{{"clientId":"?","issuer":"{issuer}","subject":"{ROLE}"}}"#)).await, 404);
    let body = format!(r#"{{"clientId":"{client_id}","issuer":"{issuer}","subject":"{ROLE}"}}"#);
    assert_eq!(add(body).await, 200);
    assert_eq!(fixture.outcome().await, (200, 0));
}
