//! Notifications as Azure DevOps writes them, with a few random changes.

use arbitrary::{Result, Unstructured};
use hookpost_core::receiver::endpoint::Endpoint;
use serde_json::{Value, json};

use crate::request::Request;
use crate::values;

/// The notifications to change: inputs of the target `delivery`.
const SEEDS: [&[u8]; 12] = [
    include_bytes!("../corpus/delivery/push_branch"),
    include_bytes!("../corpus/delivery/push_tag_created"),
    include_bytes!("../corpus/delivery/pull_request_created"),
    include_bytes!("../corpus/delivery/pull_request_created_from_fork"),
    include_bytes!("../corpus/delivery/pull_request_drafted"),
    include_bytes!("../corpus/delivery/pull_request_merged"),
    include_bytes!("../corpus/delivery/comment_edited"),
    include_bytes!("../corpus/delivery/v1_comment_created"),
    include_bytes!("../corpus/delivery/server_push_branch"),
    include_bytes!("../corpus/delivery/server_comment_created"),
    include_bytes!("../corpus/delivery/canned_Push"),
    include_bytes!("../corpus/delivery/minimal_pull_request_created"),
];

/// Most changes to one notification.
const CHANGES_MAX: usize = 12;

/// A delivery with the right password. Fails when the random input runs out before the delivery is complete.
pub(crate) fn delivery(u: &mut Unstructured<'_>) -> Result<Request> {
    let seed = Request::read(u.choose(&SEEDS)?);
    let mut body = parsed(&seed.body);
    let mut changes = 0;
    while !u.is_empty() && changes < CHANGES_MAX {
        change(u, &mut body)?;
        changes += 1;
    }
    let mut request = Request::delivery(seed.endpoint, body.to_string().into_bytes());
    request.change = seed.change;
    // Without further random input, the rest stays as in the seed.
    if u.ratio(1, 8)? {
        request.change = Some(values::text(u)?.chars().take(200).collect());
    }
    if u.ratio(1, 16)? {
        request.endpoint = Endpoint::CodePushed;
    }
    spoil(u, &mut request.body)?;
    Ok(request)
}

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("a seed has JSON for a body")
}

/// Changes a random place of the JSON.
fn change(u: &mut Unstructured<'_>, root: &mut Value) -> Result<()> {
    let mut place = root;
    loop {
        let length = children(place);
        let chosen = u.int_in_range(0..=length)?;
        if chosen == length {
            break;
        }
        place = child(place, chosen);
    }
    match (u.int_in_range(0..=9)?, place) {
        (0, Value::Object(object)) => {
            object.insert(values::name(u)?, values::value(u, 3)?);
        }
        (1, Value::Object(object)) => {
            object.remove(&values::name(u)?);
        }
        (2, Value::Array(list)) => {
            let many = *u.choose(&[1, 2, 2, 5, 50, 50, 1001])?;
            let item = match list.first() {
                Some(first) => first.clone(),
                None => values::value(u, 2)?,
            };
            list.resize(many, item);
        }
        (3, place) => *place = json!([place.take()]),
        (4, place) => *place = Value::String(values::text(u)?),
        (5, place) => *place = parsed(&Request::read(u.choose(&SEEDS)?).body)["resource"].take(),
        (6, Value::String(text)) => text.push_str(&values::text(u)?),
        (7, Value::String(text)) => {
            let kept = text.chars().take(u.int_in_range(0..=60)?).collect();
            *text = kept;
        }
        (_, place) => *place = values::value(u, 3)?,
    }
    Ok(())
}

fn children(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.len(),
        Value::Object(object) => object.len(),
        _ => 0,
    }
}

fn child(value: &mut Value, index: usize) -> &mut Value {
    let found = match value {
        Value::Array(list) => list.get_mut(index),
        Value::Object(object) => object.values_mut().nth(index),
        _ => None,
    };
    found.expect("one of the children that were counted")
}

/// Changes the text in ways that no JSON value can: duplicate names, lone surrogates, a byte order mark.
fn spoil(u: &mut Unstructured<'_>, body: &mut Vec<u8>) -> Result<()> {
    match u.int_in_range(0..=23)? {
        1 => body.splice(1..1, *b"\"resource\":null,").for_each(drop),
        2 => *body = String::from_utf8_lossy(body).replace("Ada", r"\ud83cA\udf32da").into_bytes(),
        3 => body.splice(0..0, *b"\xEF\xBB\xBF").for_each(drop),
        4 => body.truncate(u.int_in_range(0..=body.len())?),
        5 => body.extend_from_slice(b" {}"),
        6 => *body = String::from_utf8_lossy(body).replace("Ada", "\u{fffe}\u{7f}").into_bytes(),
        7 => {
            let at = u.choose_index(body.len())?;
            body[at] = u.arbitrary()?;
        }
        _ => {}
    }
    Ok(())
}
