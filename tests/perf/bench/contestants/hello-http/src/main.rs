//! Answers 202 to a request that `lambda_http` has parsed.

use lambda_http::{Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let hello = |_: Request| async {
        let response = Response::builder().status(202).header("content-type", "application/json");
        response.body(r#"{"status":"queued"}"#.to_owned()).map_err(Error::from)
    };
    run(service_fn(hello)).await
}
