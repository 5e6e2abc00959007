//! Converts single fields of the wire types: identities, text and GUIDs.

use hookpost_events::Actor;

use crate::payload::identity::WireIdentity;
use crate::payload::lenient::scalar::Text;

/// An identity; `None` when no field of it is known.
pub(super) fn actor(identity: Option<&WireIdentity<'_>>) -> Option<Actor> {
    let identity = identity?;
    let actor = Actor {
        id: non_empty(identity.id.as_ref()),
        display_name: non_empty(identity.display_name.as_ref()),
        unique_name: non_empty(identity.unique_name.as_ref()),
    };
    (actor != Actor::default()).then_some(actor)
}

/// A text; `None` when it is absent or empty.
pub(super) fn non_empty(text: Option<&Text<'_>>) -> Option<String> {
    text.map(Text::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A GUID in lower case. Azure DevOps ignores the case of GUIDs.
pub(super) fn guid(text: Option<&Text<'_>>) -> Option<String> {
    non_empty(text).map(|text| text.to_ascii_lowercase())
}
