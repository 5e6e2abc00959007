//! A tour through the organization of a server, one step at a time.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use hookpost_stand_in::http::{self, HttpError};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::Value;

use crate::arguments::Against;

/// Each line is out before the next delivery starts.
pub(crate) async fn run(settings: &Against) -> io::Result<ExitCode> {
    let tour = format!("{}/_stand-in/{}/tour", settings.address, settings.organization);
    post(&tour).await?;
    let (mut lines, mut all_accepted) = (0, true);
    loop {
        let answer = post(&format!("{tour}/next")).await?;
        if answer.body().is_empty() {
            break;
        }
        let line: Value = serde_json::from_slice(answer.body())?;
        all_accepted &= line["status"].as_u64().is_some_and(|status| (200..300).contains(&status));
        lines += 1;
        // As it came: the members keep their order.
        crate::print(&serde_json::from_slice::<&serde_json::value::RawValue>(answer.body())?)?;
    }
    if lines == 0 {
        return Err(io::Error::other("nothing was delivered: nobody has subscribed to anything"));
    }
    Ok(if all_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn post(url: &str) -> io::Result<Response<Bytes>> {
    let request = Request::post(url).body(Full::new(Bytes::new())).map_err(io::Error::other)?;
    let answer = http::send(request, STEP).await.map_err(|error: HttpError| io::Error::other(error))?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    Err(io::Error::other(format!("`{url}` answered {}", answer.status())))
}

/// Longer than any delivery takes.
const STEP: Duration = Duration::from_secs(60);
