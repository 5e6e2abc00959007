use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::{Value, json};

use crate::api_gateway::{ApiReply, ApiRequest};
use crate::runtime_api::{FunctionError, Invocation, RuntimeApi};
use hookpost_stand_in::http;

const WITHIN: Duration = Duration::from_secs(5);

/// A function, played by hand.
struct Played<'a>(&'a RuntimeApi);

impl Played<'_> {
    async fn next(&self) -> Response<Bytes> {
        self.call("GET", "invocation/next", "").await
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> Response<Bytes> {
        let url = format!("http://{}/2018-06-01/runtime/{path}", self.0.address());
        let body = Full::new(Bytes::from(body.to_owned()));
        let request = Request::builder().method(method).uri(url).body(body).unwrap();
        http::send(request, WITHIN).await.unwrap()
    }
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn an_answer_reaches_whoever_invoked() {
    let runtime = RuntimeApi::start().await;
    let function = Played(&runtime);
    let work = async {
        let event = function.next().await;
        assert_eq!(*event.body(), r#"{"n":1}"#);
        assert!(header(&event, "lambda-runtime-deadline-ms").parse::<u64>().unwrap() > 0);
        assert!(header(&event, "lambda-runtime-trace-id").starts_with("Root=1-"));
        let id = header(&event, "lambda-runtime-aws-request-id");
        function.call("POST", &format!("invocation/{id}/response"), r#"{"ok":true}"#).await
    };
    let (answer, accepted) = tokio::join!(runtime.invoke(Invocation::new(json!({"n": 1}))), work);
    assert_eq!(answer.unwrap(), json!({"ok": true}));
    assert_eq!(accepted.status(), 202);
}

#[tokio::test]
async fn an_error_is_told_with_type_and_message() {
    let runtime = RuntimeApi::start().await;
    let function = Played(&runtime);
    let work = async {
        let event = function.next().await;
        let id = header(&event, "lambda-runtime-aws-request-id");
        let report = r#"{"errorType":"Broken","errorMessage":"it is","stackTrace":[]}"#;
        function.call("POST", &format!("invocation/{id}/error"), report).await
    };
    let (answer, _) = tokio::join!(runtime.invoke(Invocation::new(Value::Null)), work);
    let expected = FunctionError { error_type: "Broken".to_owned(), message: "it is".to_owned() };
    assert_eq!(answer.unwrap_err(), expected);
}

#[tokio::test]
async fn init_errors_and_the_first_poll_are_noticed() {
    let runtime = RuntimeApi::start().await;
    let function = Played(&runtime);
    let report = r#"{"errorType":"Runtime.InitError","errorMessage":"no queue"}"#;
    function.call("POST", "init/error", report).await;
    assert_eq!(runtime.init_error().unwrap().message, "no queue");
    tokio::select! {
        _ = function.next() => panic!("there is no work"),
        () = runtime.asked_for_work() => {}
    }
}

#[tokio::test]
async fn an_answer_to_an_unknown_request_is_refused() {
    let runtime = RuntimeApi::start().await;
    let refused = Played(&runtime).call("POST", "invocation/none/response", "{}").await;
    assert_eq!(refused.status(), 400);
}

#[test]
fn an_event_has_what_the_gateway_sends() {
    let event = ApiRequest::new("POST", "lakeside", "pull-request")
        .header("X-Twice", "1")
        .header("X-Twice", "2")
        .query("change", "vote")
        .body("{}")
        .event();
    assert_eq!(event["path"], "/lakeside/pull-request");
    assert_eq!(event["requestContext"]["resourcePath"], "/{integration}/pull-request");
    assert_eq!(event["pathParameters"]["integration"], "lakeside");
    assert_eq!(event["headers"]["X-Twice"], "2");
    assert_eq!(event["multiValueHeaders"]["X-Twice"], json!(["1", "2"]));
    assert_eq!(event["queryStringParameters"], json!({"change": "vote"}));
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{}"), &json!(false)));
    let bare = ApiRequest::new("GET", "lakeside", "pull-request").event();
    assert_eq!((&bare["headers"], &bare["body"]), (&Value::Null, &Value::Null));
}

#[test]
fn bytes_that_are_no_text_need_base64() {
    let request = ApiRequest::new("POST", "lakeside", "code-pushed").body([0x7b, 0xff]);
    assert_eq!(request.event()["body"], "{\u{fffd}");
    let event = request.base64().event();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("e/8="), &json!(true)));
}

#[test]
fn a_reply_is_read_with_its_headers() {
    let reply = ApiReply::of(&json!({
        "statusCode": 401,
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"WWW-Authenticate": ["Basic realm=\"x\"", "charset"]},
        "body": "{\"status\":\"refused\"}",
        "isBase64Encoded": false,
    }));
    assert_eq!(reply.status, 401);
    assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"x\", charset"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.json()["status"], "refused");
}
