//! Reads the properties with which code declares an integration: the fields of `connect`, and what a deletion does.
//!
//! CloudFormation sends every scalar as a string, and its authors write `PascalCase`. So both cases are read here, and
//! `"true"` and `"7"` beside `true` and `7`. Properties of former templates come with deletions and rollbacks, so what is
//! read here once has to be read for good.

use serde_json::{Map, Value};

use crate::error::OperatorError;
use crate::integration::name::IntegrationName;
use crate::integration::owner::Owner;
use crate::setup::request::fields::Fields;
use crate::setup::request::{Claim, Connect, bad_request, connect};

/// What the name of the action is in error messages.
const DECLARED: &str = "declared";

/// Properties of CloudFormation itself.
const OF_CLOUDFORMATION: [&str; 2] = ["serviceToken", "serviceTimeout"];

const FLAGS: [&str; 3] = ["unfiltered", "renewSubscriptions", "adopt"];

/// The deletion of an integration that code declares.
#[derive(Clone, Debug)]
pub struct DeleteRequest {
    /// The integration.
    pub integration: IntegrationName,
    /// Who declares it. What somebody else declares stays.
    pub owner: Owner,
    /// Leave the integration connected, and give it up.
    pub keeps: bool,
    /// How many days the secrets can be restored: 7 to 30.
    pub recovery_days: u8,
}

/// Reads the properties of an integration that `owner` creates or updates.
///
/// # Errors
///
/// [`ErrorCode::BadRequest`](crate::error::ErrorCode::BadRequest), with every problem and an example, and without a
/// value.
pub fn properties(json: &Value, owner: &Owner) -> Result<Connect, OperatorError> {
    let Some(given) = json.as_object() else {
        return Err(bad_request(&["the properties must be one JSON object".to_owned()], DECLARED));
    };
    let (object, twice) = normalize(given);
    let mut fields = Fields::of(&object);
    for name in twice {
        fields.problem(format!("`{name}` is given twice, with a capital and without"));
    }
    if fields.text("pat").is_some() {
        fields.problem(
            "`pat` would stand in the template or the state for everybody to read: store the token in a secret and pass \
             `patSecretId`, or connect by `entra`",
        );
        return Err(bad_request(&fields.problems(), DECLARED));
    }
    let adopts = fields.flag("adopt");
    if let Some(on_delete) = fields.text("onDelete")
        && !matches!(on_delete.as_str(), "unlink" | "keep")
    {
        fields.problem("`onDelete` must be \"unlink\" or \"keep\"");
    }
    fields.number("recoveryDays", 7..=30);
    // Says nothing: another value runs the update again, where the tool sees nothing to do.
    fields.text("run");
    fields.required_text("integration", "the name of the integration, which stays for good");
    let request = connect(&mut fields);
    let problems = fields.finish(DECLARED);
    let request = request.filter(|_| problems.is_empty()).ok_or_else(|| bad_request(&problems, DECLARED))?;
    Ok(Connect { claim: Some(Claim { owner: owner.clone(), adopts, reserves: false }), ..request })
}

/// The integration that properties name; `None` when they name none, or one that cannot exist.
pub fn integration(json: &Value) -> Option<IntegrationName> {
    let (object, _) = normalize(json.as_object()?);
    IntegrationName::parse(object.get("integration")?.as_str()?.trim()).ok()
}

/// The deletion of an integration with these properties. Reads what it can: a deletion that is refused can never succeed.
pub fn deletion(json: &Value, integration: IntegrationName, owner: Owner) -> DeleteRequest {
    let (object, _) = json.as_object().map(normalize).unwrap_or_default();
    let mut fields = Fields::of(&object);
    let keeps = fields.text("onDelete").is_some_and(|on_delete| on_delete == "keep");
    let recovery_days = fields.number("recoveryDays", 7..=30).unwrap_or(30);
    DeleteRequest { integration, owner, keeps, recovery_days }
}

/// The properties as an operator would write them, and the names that are given in both cases.
fn normalize(given: &Map<String, Value>) -> (Map<String, Value>, Vec<String>) {
    let (mut object, mut twice) = (Map::new(), Vec::new());
    for (name, value) in given {
        let name = uncapitalized(name);
        if OF_CLOUDFORMATION.contains(&name.as_str()) {
            continue;
        }
        let value = match value {
            Value::Object(inner) => Value::Object(
                inner.iter().map(|(name, value)| (uncapitalized(name), value.clone())).collect(),
            ),
            Value::String(text) => scalar(&name, text).unwrap_or_else(|| value.clone()),
            _ => value.clone(),
        };
        if object.insert(name.clone(), value).is_some() {
            twice.push(name.chars().take(64).collect());
        }
    }
    (object, twice)
}

/// The number or the flag that CloudFormation has made a string of.
fn scalar(name: &str, text: &str) -> Option<Value> {
    match name {
        "recoveryDays" => text.parse::<u64>().ok().map(Value::from),
        _ if FLAGS.contains(&name) => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    }
}

fn uncapitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests;
