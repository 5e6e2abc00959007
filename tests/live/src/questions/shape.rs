//! The shape of JSON, without its values.

use serde_json::Value;

/// The names of members, two levels deep.
pub(super) fn shape(value: &Value) -> String {
    let Some(object) = value.as_object() else { return value.to_string() };
    let member = |(name, value): (&String, &Value)| match value.as_object() {
        Some(inner) => format!("{name} {{{}}}", inner.keys().cloned().collect::<Vec<_>>().join(", ")),
        None => name.clone(),
    };
    format!("{{{}}}", object.iter().map(member).collect::<Vec<_>>().join(", "))
}
