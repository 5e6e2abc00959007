//! The demo: asks a server for one delivery after the other.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use hookpost_stand_in::http::{self, HttpError};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::Value;

use crate::arguments::DemoOptions;

/// Prints each line before the next delivery starts.
pub(crate) async fn run(settings: &DemoOptions) -> io::Result<ExitCode> {
    let address = settings.against.trim_end_matches('/');
    let demo = format!("{address}/_stand-in/{}/demo", settings.organization);
    post(&demo).await?;
    let (mut lines, mut all_accepted) = (0, true);
    loop {
        let response = post(&format!("{demo}/next")).await?;
        if response.body().is_empty() {
            break;
        }
        let line: Value = serde_json::from_slice(response.body())?;
        all_accepted &= line["status"].as_u64().is_some_and(|status| (200..300).contains(&status));
        lines += 1;
        // Raw, so that the members keep their order.
        crate::print(&serde_json::from_slice::<&serde_json::value::RawValue>(response.body())?)?;
    }
    if lines == 0 {
        return Err(io::Error::other("nothing was delivered: there are no subscriptions"));
    }
    Ok(if all_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn post(url: &str) -> io::Result<Response<Bytes>> {
    let request = Request::post(url).body(Full::new(Bytes::new())).map_err(io::Error::other)?;
    let response =
        http::send(request, STEP_TIMEOUT).await.map_err(|error: HttpError| io::Error::other(error))?;
    if response.status().is_success() {
        return Ok(response);
    }
    Err(io::Error::other(format!("`{url}` answered {}", response.status())))
}

/// Longer than any delivery takes.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
