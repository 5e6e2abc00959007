//! Tests the exchange of an assertion for an access token.

use std::time::Duration;

use hookpost_azure_devops::{EntraClient, LoopbackUrl};
use hookpost_core::entra::access_token::AccessToken;
use hookpost_core::entra::app::{Authority, EntraApp, EntraId};
use hookpost_core::entra::assertion::Assertion;
use hookpost_core::entra::port::{EntraError, EntraRefusal, TokenEndpoint as _};
use hookpost_core::invocation::InvocationDeadline;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::server::{Response, Server};

const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.assertion-that-nobody-may-see.c2lnbmF0dXJl";
const ACCESS_TOKEN: &str = "eyJ0eXAiOiJKV1QifQ.access-token-that-nobody-may-see.c2lnbmF0dXJl";

fn noon() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(12)
}

/// A client in an invocation that ends in `seconds`.
fn client_within(server: &Server, seconds: i64) -> EntraClient {
    let deadline = InvocationDeadline::default();
    deadline.set(noon() + SignedDuration::from_secs(seconds));
    let stand_in = LoopbackUrl::parse(&server.url()).expect("a loopback URL");
    EntraClient::new(Some(stand_in), deadline, noon)
}

async fn ask(client: &EntraClient) -> Result<AccessToken, EntraError> {
    let id = |text| EntraId::parse(text).expect("a GUID");
    let app = EntraApp {
        tenant_id: id("72f988bf-86f1-41af-91ab-2d7cd011db47"),
        client_id: id("83d59817-0000-4000-8000-000000000001"),
        authority: Authority::Public,
    };
    client.access_token(&app, &Assertion::new(Zeroizing::new(ASSERTION.to_owned()))).await
}

/// The error of a client that gets this response. It never shows the assertion or the access token, nor pieces of them.
async fn error_of(response: Response) -> EntraError {
    let server = Server::start([response]).await;
    let error = ask(&client_within(&server, 300)).await.expect_err("a failure");
    let text = format!("{error} {error:?}");
    for secret in ["nobody-may-see", "eyJ", "c2lnbmF0dXJl"] {
        assert!(!text.contains(secret), "{text}");
    }
    error
}

async fn refusal_of(status: u16, body: &Value) -> EntraRefusal {
    match error_of(Response::json(status, body)).await {
        EntraError::Refused(refusal) => refusal,
        error => panic!("{error:?}"),
    }
}

/// The detail, and the seconds of `Retry-After`.
async fn outage_of(response: Response) -> (String, Option<u64>) {
    match error_of(response).await {
        EntraError::Unavailable { detail, retry_after } => (detail, retry_after.map(|wait| wait.as_secs())),
        error => panic!("{error:?}"),
    }
}

fn success() -> Response {
    let token = json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": ACCESS_TOKEN });
    Response::json(200, &token)
}

#[tokio::test]
async fn an_assertion_is_exchanged_for_an_access_token() {
    let server = Server::start([success()]).await;
    let token = ask(&client_within(&server, 300)).await.expect("an access token");
    assert_eq!(token.expose(), ACCESS_TOKEN);
    assert_eq!(token.expires_at, noon() + SignedDuration::from_secs(3599));
    assert!(!format!("{token:?}").contains("nobody-may-see"));
    let request = server.only_request();
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("authorization"), None);
    let form = format!(
        "grant_type=client_credentials&client_id=83d59817-0000-4000-8000-000000000001\
         &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
         &client_assertion={ASSERTION}&scope=499b84ac-1321-427f-aa17-267ca6975798%2F.default"
    );
    assert_eq!(request.body, form);
}

#[tokio::test]
async fn a_refusal_is_told_with_what_support_asks_for() {
    let description = "AADSTS700213: No matching federated identity record found for presented assertion subject \
                       'arn:aws:iam::111122223333:role/hookpost-SetupRole'.";
    let body = |separator: &str| {
        json!({
            "error": "invalid_client",
            "error_description": format!("{description}{separator}Trace ID: t-1{separator}Correlation ID: c-1"),
            "error_codes": [700_213, "x", 7_000_222],
            "timestamp": "2026-11-26 22:13:35Z",
            "trace_id": "t-1",
            "correlation_id": "c-1",
            "error_uri": "https://login.microsoftonline.com/error?code=700213",
        })
    };
    let expected = EntraRefusal {
        error: "invalid_client".to_owned(),
        codes: vec![700_213, 7_000_222],
        description: description.to_owned(),
        trace_id: "t-1".to_owned(),
        correlation_id: "c-1".to_owned(),
    };
    for (status, separator) in [(400, "\r\n"), (401, "\r\n"), (401, " ")] {
        assert_eq!(refusal_of(status, &body(separator)).await, expected);
    }
}

#[tokio::test]
async fn a_refusal_needs_no_more_than_its_error() {
    let refusal = refusal_of(400, &json!({ "error": "invalid_grant", "error_codes": 7 })).await;
    let expected = EntraRefusal {
        error: "invalid_grant".to_owned(),
        description: "invalid_grant".to_owned(),
        ..EntraRefusal::default()
    };
    assert_eq!(refusal, expected);
}

#[tokio::test]
async fn a_refusal_shows_no_part_of_the_assertion_and_no_control_characters() {
    let long = "x".repeat(10_000);
    let description = format!("\u{1b}[31mbad: {ASSERTION}, {}…\u{7} {long}", &ASSERTION[..24]);
    let body = json!({
        "error": ASSERTION,
        "error_description": description,
        "trace_id": ASSERTION,
        "correlation_id": &ASSERTION[20..],
    });
    let refusal = refusal_of(401, &body).await;
    assert!(refusal.description.starts_with("[31mbad: ********, ********… xxx"), "{refusal:?}");
    assert_eq!(refusal.description.chars().count(), 400);
    let others = [refusal.error, refusal.trace_id, refusal.correlation_id];
    assert_eq!(others, ["********", "********", "********"]);
}

#[tokio::test]
async fn what_may_pass_is_an_outage_with_the_time_to_wait() {
    let busy =
        |error: &str| json!({ "error": error, "error_description": "AADSTS90033: busy.\r\nTrace ID: t" });
    for error in ["temporarily_unavailable", "server_error"] {
        for status in [400, 401, 503] {
            let outage = outage_of(Response::json(status, &busy(error))).await;
            assert_eq!(outage, (format!("it answers with status {status}: AADSTS90033: busy."), None));
        }
    }
    for status in [429, 500, 502, 503, 504] {
        let response = Response::json(status, &busy("invalid_client")).with_header("retry-after", "7");
        assert_eq!(outage_of(response).await.1, Some(7), "{status}");
    }
    let quoting = json!({ "error": "x", "error_description": format!("cannot read {ASSERTION}") });
    let outage = outage_of(Response::json(500, &quoting).with_header("retry-after", "soon")).await;
    assert_eq!(outage, ("it answers with status 500: cannot read ********".to_owned(), None));
}

#[tokio::test]
async fn what_entra_does_not_answer_is_an_outage() {
    let token = |token: Value| {
        Response::json(200, &json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token }))
    };
    let unlimited = json!({ "access_token": ACCESS_TOKEN });
    let huge = format!("{{\"access_token\":\"{}\",\"expires_in\":3599}}", "x".repeat(70_000));
    for response in [
        Response::html(200),
        Response::html(400),
        Response::html(401),
        Response::html(403),
        Response::empty(200),
        Response::empty(204),
        Response::empty(302).with_header("location", "https://login.contoso.example/"),
        Response::empty(400),
        Response::new(200, "application/json", ACCESS_TOKEN),
        Response::new(200, "application/json", huge),
        Response::json(200, &unlimited),
        Response::json(400, &json!({ "error": "" })),
        Response::json(403, &json!({ "error": "invalid_client" })),
        token(json!(null)),
        token(json!("")),
        token(json!("two words")),
        token(json!(7)),
    ] {
        outage_of(response).await;
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let target = Server::start([]).await;
    for status in [301, 302, 303, 307, 308] {
        outage_of(Response::empty(status).with_header("location", &target.url())).await;
    }
    assert_eq!(target.request_lines(), Vec::<String>::new());
}

#[test]
fn a_request_takes_ten_seconds_and_never_more_than_the_function_has() {
    for (seconds_left, seconds) in [(300, 10), (15, 10), (14, 9)] {
        // One for each case, since a slow response makes the clock of its runtime jump.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let error = runtime.expect("a runtime").block_on(async {
            let server = Server::start([success().after(Duration::from_secs(60))]).await;
            ask(&client_within(&server, seconds_left)).await.expect_err("no answer")
        });
        let detail = format!("no answer within {seconds} s");
        assert_eq!(error, EntraError::Unavailable { detail, retry_after: None });
    }
}

#[tokio::test]
async fn no_request_is_begun_when_the_time_of_the_function_is_over() {
    for seconds_left in [5, 0, -100] {
        let server = Server::start([success()]).await;
        assert_eq!(ask(&client_within(&server, seconds_left)).await.err(), Some(EntraError::OutOfTime));
        assert_eq!(server.request_lines(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_an_outage() {
    let url = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let stand_in = LoopbackUrl::parse(&url).expect("a loopback URL");
    let client = EntraClient::new(Some(stand_in), InvocationDeadline::default(), noon);
    let error = ask(&client).await.expect_err("nobody listens");
    assert!(matches!(error, EntraError::Unavailable { retry_after: None, .. }), "{error:?}");
    assert!(!format!("{error:?} {client:?}").contains("nobody-may-see"));
}
