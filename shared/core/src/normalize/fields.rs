//! Converts single fields of the wire types: identities, text and GUIDs.

use hookpost_events::Actor;

use crate::payload::identity::WireIdentity;
use crate::payload::lenient::scalar::LenientText;

/// An identity; `None` when no field of it is known.
pub(super) fn actor(identity: Option<&WireIdentity<'_>>) -> Option<Actor> {
    let identity = identity?;
    let actor = Actor {
        id: id(identity.id.as_ref()),
        display_name: non_empty(identity.display_name.as_ref()),
        unique_name: non_empty(identity.unique_name.as_ref()),
    };
    (actor != Actor::default()).then_some(actor)
}

/// A text; `None` when it is absent or empty.
pub(super) fn non_empty(text: Option<&LenientText<'_>>) -> Option<String> {
    text.map(LenientText::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An opaque id; `None` when it is absent, or zeros. Azure DevOps writes a zero GUID for an id that is not set.
pub(super) fn id(text: Option<&LenientText<'_>>) -> Option<String> {
    text.map(LenientText::as_str).filter(|text| !text.is_empty() && !is_zero(text)).map(str::to_owned)
}

/// Whether an id consists of zeros.
pub(super) fn is_zero(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|c| c == b'0' || c == b'-')
}

/// A GUID in lower case. Azure DevOps ignores the case of GUIDs.
pub(super) fn guid(text: Option<&LenientText<'_>>) -> Option<String> {
    guid_in(text?.as_str())
}

/// The GUID that a text is, in lower case; `None` for any other text, and for a zero GUID.
pub(super) fn guid_in(text: &str) -> Option<String> {
    let hyphens = [8, 13, 18, 23];
    let is_guid = text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, c)| if hyphens.contains(&at) { c == b'-' } else { c.is_ascii_hexdigit() });
    (is_guid && !is_zero(text)).then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_guid_that_is_not_zero_is_an_id() {
        let guid = "5F0CBB5E-7b0b-4b5c-9f0e-0d3f6a0c2b11";
        assert_eq!(guid_in(guid), Some(guid.to_ascii_lowercase()));
        for other in [
            "",
            "pushes",
            "5f0cbb5e7b0b4b5c9f0e0d3f6a0c2b11",
            "00000000-0000-0000-0000-000000000000",
            "0",
            "é",
        ] {
            assert_eq!(guid_in(other), None, "{other}");
        }
    }
}
