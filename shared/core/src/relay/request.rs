//! Makes the request for a tool of a delivery: the headers that it had, and those that the tool looks for.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::raw_delivery::KEPT_HEADERS;
use crate::raw_delivery::read::RawDelivery;
use crate::relay::port::{ToolCredentials, ToolRequest};
use crate::relay::preset::Preset;

/// What Azure DevOps sends.
const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// The beginning of what Azure DevOps sends, which Kargo looks for, and who really sends it.
const USER_AGENT: &str = concat!("VSServices/20.0 (hookpost-relay/", env!("CARGO_PKG_VERSION"), ")");

const USER_AGENT_PREFIX: &str = "VSServices/";

pub(super) fn request_of<'a>(
    preset: Preset,
    raw: &RawDelivery,
    body: &'a [u8],
    credentials: Option<&'a ToolCredentials>,
) -> ToolRequest<'a> {
    let headers = KEPT_HEADERS.into_iter().filter_map(|name| Some((name, value_of(name, preset, raw)?)));
    ToolRequest { headers: headers.collect(), credentials, body }
}

/// The value of a header: as it was received, or made up where the tool needs it.
fn value_of(name: &str, preset: Preset, raw: &RawDelivery) -> Option<String> {
    let received = raw.headers.iter().find(|(received, _)| received == name).map(|(_, value)| value);
    // What cannot be sent in a header is as good as none.
    let received = received.filter(|value| is_sendable(value)).cloned();
    match name {
        "content-type" if preset.compares_content_type() => Some(CONTENT_TYPE.to_owned()),
        "content-type" => received.or_else(|| Some(CONTENT_TYPE.to_owned())),
        "user-agent" => received
            .filter(|value| value.starts_with(USER_AGENT_PREFIX))
            .or_else(|| Some(USER_AGENT.to_owned())),
        "request-id" | "x-vss-activityid" if preset.needs_ids() => {
            received.or_else(|| Some(guid(name, &raw.id)))
        }
        _ => received,
    }
}

fn is_sendable(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

/// A GUID that is the same for every try of a delivery.
fn guid(name: &str, delivery_id: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(format!("{name}\n{delivery_id}"))[..16]);
    Uuid::from_bytes(bytes).to_string()
}
